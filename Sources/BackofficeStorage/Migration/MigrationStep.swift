/// One step in one direction, as the runner takes it.
public struct MigrationStep: Sendable, Hashable {
  /// Whether a step is brought in or taken out.
  public enum Direction: String, Sendable, Hashable {
    /// Brought in.
    case up
    /// Taken out again.
    case down
  }

  /// Which step.
  public let id: MigrationID
  /// Which way.
  public let direction: Direction
}

extension MigrationStep: CustomStringConvertible {
  /// The file whose text runs, such as `core/v0003_customers.down.sql`.
  public var description: String { id.file(direction) }
}

/// What the runner tells while it works.
public enum MigrationEvent: Sendable, Hashable {
  /// The lock is held and the step starts.
  case started(MigrationStep)
  /// The step is committed; how long it took, the wait for the lock excluded.
  case finished(MigrationStep, Duration)
}
