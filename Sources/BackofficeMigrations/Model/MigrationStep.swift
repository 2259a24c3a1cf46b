/// A migration in one direction.
public struct MigrationStep: Sendable, Hashable {
  /// The direction of a migration.
  public enum Direction: String, Sendable, Hashable {
    /// The migration is applied.
    case up
    /// The migration is reverted.
    case down
  }

  /// The migration.
  public let id: MigrationID
  /// The direction.
  public let direction: Direction
  /// The name of the file that runs.
  public let file: String

  init(id: MigrationID, direction: Direction, file: String? = nil) {
    self.id = id
    self.direction = direction
    self.file =
      file
      ?? (direction == .up
        ? id.file
        : MigrationFileName(version: id.version, name: id.name, direction: .down).description)
  }
}

extension MigrationStep: CustomStringConvertible {
  /// The pack and the file that runs, such as `core/v0003_customers.down.sql`.
  public var description: String { "\(id.pack)/\(file)" }
}

/// An event of a run.
///
/// Events are reported on the thread of the run. The write lock is held from ``started(_:)`` to
/// ``finished(_:_:)``.
public enum MigrationEvent: Sendable, Hashable {
  /// A verified snapshot of the database was created before the run.
  case snapshot(path: String)
  /// The write lock is held and the step starts.
  case started(MigrationStep)
  /// A long step is at this statement, after this number of microseconds.
  case progress(MigrationStep, statement: Int, microseconds: Int64)
  /// The runner did not run a statement of a file as written.
  case notice(MigrationNotice)
  /// The step is committed; the duration excludes the wait for the lock.
  case finished(MigrationStep, Duration)
  /// The step failed and was rolled back; the reason is the error's description.
  case failed(MigrationStep, reason: String)
}

/// A statement that the runner did not run as written.
public struct MigrationNotice: Sendable, Hashable {
  /// The pack and the file.
  public let file: String
  /// The line, starting at 1.
  public let line: Int
  /// What the runner did.
  public let text: String
}

extension MigrationNotice: CustomStringConvertible {
  /// The location and what the runner did, on one line.
  public var description: String { "\(file):\(line): \(text)" }
}
