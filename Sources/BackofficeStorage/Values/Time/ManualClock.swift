import Synchronization

/// A clock that moves only when it is set, for tests and simulations.
///
/// Timers of its ``clock`` fire on the thread that moves the clock, in the order of their times.
public final class ManualClock: Sendable {
  private struct State: Sendable {
    var now: Timestamp
    var next = 0
    var timers: [Int: (moment: Timestamp, body: @Sendable () -> Void)] = [:]
  }

  private let state: Mutex<State>

  /// Creates a clock that shows `start`.
  public init(_ start: Timestamp) { state = Mutex(State(now: start)) }

  /// The current time of the clock.
  public var now: Timestamp { state.withLock { $0.now } }

  /// The time of the next timer, or nil if there is none.
  public var nextTimer: Timestamp? {
    state.withLock { state in state.timers.values.lazy.map(\.moment).min() }
  }

  /// Sets the clock, forwards or backwards, and fires the timers that are due.
  public func set(to timestamp: Timestamp) {
    state.withLock { $0.now = timestamp }
    fire()
  }

  /// Advances the clock, or moves it back for a negative duration, and fires the timers that are
  /// due.
  public func advance(by duration: Duration) {
    state.withLock { $0.now += duration }
    fire()
  }

  /// The clock as a ``StoreClock``.
  public var clock: StoreClock {
    StoreClock(now: { self.now }, timer: { self.timer(at: $0, $1) })
  }

  private func timer(
    at moment: Timestamp, _ body: @escaping @Sendable () -> Void
  ) -> ClockTimer {
    let number = state.withLock { state in
      state.next += 1
      state.timers[state.next] = (moment, body)
      return state.next
    }
    // The timer may already be due.
    fire()
    return ClockTimer { self.state.withLock { _ = $0.timers.removeValue(forKey: number) } }
  }

  private func fire() {
    while let body = due() { body() }
  }

  private func due() -> (@Sendable () -> Void)? {
    state.withLock { state in
      let due = state.timers.filter { $0.value.moment <= state.now }
      guard let first = due.min(by: { ($0.value.moment, $0.key) < ($1.value.moment, $1.key) })
      else { return nil }
      state.timers.removeValue(forKey: first.key)
      return first.value.body
    }
  }
}
