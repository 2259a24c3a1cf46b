import Synchronization

/// A clock that moves only when it is told to, for tests and simulations.
///
/// Timers of its ``clock`` fire on the thread that moves it, in the order of their moments.
public final class ManualClock: Sendable {
  private struct State: Sendable {
    var now: Timestamp
    var next = 0
    var timers: [Int: (moment: Timestamp, body: @Sendable () -> Void)] = [:]
  }

  private let state: Mutex<State>

  /// A clock that stands at `start`.
  public init(_ start: Timestamp) { state = Mutex(State(now: start)) }

  /// The instant at which the clock stands.
  public var now: Timestamp { state.withLock { $0.now } }

  /// The moment of the first timer that waits, or nil when none does.
  public var nextTimer: Timestamp? {
    state.withLock { state in state.timers.values.lazy.map(\.moment).min() }
  }

  /// Sets the clock, to the past as well, and fires the timers whose moment has come.
  public func set(to timestamp: Timestamp) {
    state.withLock { $0.now = timestamp }
    fire()
  }

  /// Moves the clock, back for a negative duration, and fires the timers whose moment has come.
  public func advance(by duration: Duration) {
    state.withLock { $0.now += duration }
    fire()
  }

  /// The view of this clock that a store takes.
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
    // Its moment may have come before it was noted.
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
