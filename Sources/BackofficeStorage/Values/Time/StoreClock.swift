internal import CBackofficeSQLite
import Dispatch
import Synchronization

/// Where a store gets the time from, and how it waits for a moment.
public struct StoreClock: Sendable {
  private let read: @Sendable () -> Timestamp
  private let arrange: @Sendable (Timestamp, @escaping @Sendable () -> Void) -> ClockTimer

  /// The clock of the machine, in microseconds.
  public static let system = StoreClock {
    Timestamp(microseconds: backoffice_now_microseconds())
  }

  /// A clock that asks `now` each time; the closure is called from any thread.
  ///
  /// It waits by the machine's own time, for as long as `now` is away from the moment.
  public init(_ now: @escaping @Sendable () -> Timestamp) {
    read = now
    arrange = { moment, body in ClockTimer.system(after: moment - now(), body) }
  }

  /// A clock that asks `now` each time, and that waits by `timer`.
  ///
  /// - Parameters:
  ///   - now: the time; called from any thread.
  ///   - timer: arranges a call at a moment, or at once when it has passed; called from any thread.
  public init(
    now: @escaping @Sendable () -> Timestamp,
    timer: @escaping @Sendable (Timestamp, @escaping @Sendable () -> Void) -> ClockTimer
  ) {
    read = now
    arrange = timer
  }

  /// The current instant.
  public func now() -> Timestamp { read() }

  /// Calls `body` once at `moment`, or soon when it has passed already.
  ///
  /// A clock of the machine that is set meanwhile does not move the call.
  ///
  /// - Returns: what takes the call back; keep it until then.
  public func timer(at moment: Timestamp, _ body: @escaping @Sendable () -> Void) -> ClockTimer {
    arrange(moment, body)
  }
}

/// A call that a clock will make; it can be taken back.
public final class ClockTimer: Sendable {
  private let cancellation: Mutex<(@Sendable () -> Void)?>

  /// A timer that `cancel` takes back.
  public init(onCancel cancel: @escaping @Sendable () -> Void = {}) {
    cancellation = Mutex(cancel)
  }

  /// Takes the call back; it may still be under way.
  ///
  /// A second call does nothing.
  public func cancel() {
    let cancel = cancellation.withLock { cancellation in
      defer { cancellation = nil }
      return cancellation
    }
    cancel?()
  }

  private static let queue = DispatchQueue(label: "backoffice.clock")

  /// A timer of the machine's own time.
  static func system(
    after delay: Duration, _ body: @escaping @Sendable () -> Void
  ) -> ClockTimer {
    let timer = MachineTimer.once(after: delay, on: queue, body)
    return ClockTimer { timer.cancel() }
  }
}
