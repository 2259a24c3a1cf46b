import BackofficeQueue
import Dispatch
import Synchronization

/// A clock whose time passes at once: each timer fires in its turn, and the time is then its moment.
final class VirtualClock: Sendable {
  private struct Timer: Sendable {
    let moment: Timestamp
    let number: Int
    let body: @Sendable () -> Void
  }

  private struct State: Sendable {
    var now: Timestamp
    var timers: [Timer] = []
    var count = 0
    var fired = 0
    var end: Timestamp?
    var whenOver: CheckedContinuation<Void, Never>?
  }

  private let state: Mutex<State>
  private let queue = DispatchQueue(label: "clock")

  init(_ start: Timestamp) { state = Mutex(State(now: start)) }

  var now: Timestamp { state.withLock(\.now) }

  /// How many timers have fired.
  var fired: Int { state.withLock(\.fired) }

  var clock: StoreClock {
    StoreClock(
      now: { [self] in now },
      timer: { [self] moment, body in
        let number = state.withLock { state in
          state.count += 1
          state.timers.append(Timer(moment: moment, number: state.count, body: body))
          return state.count
        }
        queue.async { self.fire() }
        return ClockTimer { [self] in
          state.withLock { $0.timers.removeAll { $0.number == number } }
        }
      })
  }

  private func fire() {
    let timer = state.withLock { state -> Timer? in
      guard let next = state.timers.min(by: { $0.moment < $1.moment }) else { return nil }
      if let end = state.end, next.moment > end {
        state.whenOver?.resume()
        state.whenOver = nil
        return nil
      }
      state.timers.removeAll { $0.number == next.number }
      state.now = max(state.now, next.moment)
      state.fired += 1
      return next
    }
    timer?.body()
  }

  /// Waits until a time has passed.
  func pass(_ duration: Duration) async {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        state.end = state.now + duration
        state.whenOver = continuation
      }
      queue.async { self.fire() }
    }
    state.withLock { $0.end = nil }
    queue.async { self.fire() }
  }

  /// Sets the time back, as an administrator does; timers that are set are intervals and stay.
  func set(back duration: Duration) {
    state.withLock { state in
      state.now = state.now - duration
      state.timers = state.timers.map { timer in
        Timer(moment: timer.moment - duration, number: timer.number, body: timer.body)
      }
    }
  }
}
