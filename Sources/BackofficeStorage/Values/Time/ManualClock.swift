import Synchronization

/// A clock that moves only when it is told to, for tests and simulations.
public final class ManualClock: Sendable {
  private let instant: Mutex<Timestamp>

  /// A clock that stands at `start`.
  public init(_ start: Timestamp) { instant = Mutex(start) }

  /// The instant at which the clock stands.
  public var now: Timestamp { instant.withLock { $0 } }

  /// Sets the clock, to the past as well.
  public func set(to timestamp: Timestamp) { instant.withLock { $0 = timestamp } }

  /// Moves the clock, back for a negative duration.
  public func advance(by duration: Duration) { instant.withLock { $0 += duration } }

  /// The view of this clock that a store takes.
  public var clock: StoreClock { StoreClock { self.now } }
}
