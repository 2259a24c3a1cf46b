internal import CBackofficeSQLite

/// Where a store gets the time from.
public struct StoreClock: Sendable {
  private let read: @Sendable () -> Timestamp

  /// The clock of the machine, in microseconds.
  public static let system = StoreClock {
    Timestamp(microseconds: backoffice_now_microseconds())
  }

  /// A clock that asks `now` each time; the closure is called from any thread.
  public init(_ now: @escaping @Sendable () -> Timestamp) { read = now }

  /// The current instant.
  public func now() -> Timestamp { read() }
}
