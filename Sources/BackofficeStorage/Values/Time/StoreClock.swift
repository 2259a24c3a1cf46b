internal import CBackofficeSQLite
import Dispatch
import Synchronization

/// A source of time and timers.
public struct StoreClock: Sendable {
  private let read: @Sendable () -> Timestamp
  private let schedule: @Sendable (Timestamp, @escaping @Sendable () -> Void) -> ClockTimer

  /// The system clock, in microseconds.
  public static let system = StoreClock {
    Timestamp(microseconds: backoffice_now_microseconds())
  }

  /// Creates a clock that calls `now`, from any thread.
  ///
  /// Timers use the system's monotonic clock, and wait for the difference between their time and
  /// `now`.
  public init(_ now: @escaping @Sendable () -> Timestamp) {
    read = now
    schedule = { moment, body in ClockTimer.system(after: moment - now(), body) }
  }

  /// Creates a clock that calls `now`, and whose timers `timer` creates.
  ///
  /// - Parameters:
  ///   - now: returns the current time; called from any thread.
  ///   - timer: schedules a call at a time, or immediately if it has passed; called from any
  ///     thread.
  public init(
    now: @escaping @Sendable () -> Timestamp,
    timer: @escaping @Sendable (Timestamp, @escaping @Sendable () -> Void) -> ClockTimer
  ) {
    read = now
    schedule = timer
  }

  /// Returns the current time.
  public func now() -> Timestamp { read() }

  /// Calls `body` once at `moment`, or immediately if it has passed.
  ///
  /// Setting the system clock does not reschedule the call.
  ///
  /// - Returns: the timer, which must be kept until the call.
  public func timer(at moment: Timestamp, _ body: @escaping @Sendable () -> Void) -> ClockTimer {
    schedule(moment, body)
  }
}

/// A scheduled call, which can be cancelled.
public final class ClockTimer: Sendable {
  private let cancellation: Mutex<(@Sendable () -> Void)?>

  /// Creates a timer that calls `cancel` when it is cancelled.
  public init(onCancel cancel: @escaping @Sendable () -> Void = {}) {
    cancellation = Mutex(cancel)
  }

  /// Cancels the call, which may already be running.
  ///
  /// Cancelling again has no effect.
  public func cancel() {
    let cancel = cancellation.withLock { cancellation in
      defer { cancellation = nil }
      return cancellation
    }
    cancel?()
  }

  private static let queue = DispatchQueue(label: "backoffice.clock")

  /// A timer of the system's monotonic clock.
  static func system(
    after delay: Duration, _ body: @escaping @Sendable () -> Void
  ) -> ClockTimer {
    let timer = MachineTimer.once(after: delay, on: queue, body)
    return ClockTimer { timer.cancel() }
  }
}
