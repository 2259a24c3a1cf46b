/// One migration in one direction, as the runner takes it.
public struct MigrationStep: Sendable, Hashable {
  /// Whether a migration is brought in or taken out.
  public enum Direction: String, Sendable, Hashable {
    /// Brought in.
    case up
    /// Taken out again.
    case down
  }

  /// Which migration.
  public let id: MigrationID
  /// Which way.
  public let direction: Direction
  /// The name of the file whose text runs.
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
  /// The pack and the file whose text runs, such as `core/v0003_customers.down.sql`.
  public var description: String { "\(id.pack)/\(file)" }
}

/// What the runner tells while it works.
///
/// Told on the thread of the run; from ``started(_:)`` to ``finished(_:_:)`` the write lock is held.
public enum MigrationEvent: Sendable, Hashable {
  /// A verified copy of the file was put beside it, before a run that destroys something.
  case snapshot(path: String)
  /// The lock is held and the step starts.
  case started(MigrationStep)
  /// The step is at its statement number `statement`, after so many microseconds; told of long
  /// ones, a few times a second.
  case progress(MigrationStep, statement: Int, microseconds: Int64)
  /// The runner did something other than the file says.
  case notice(MigrationNotice)
  /// The step is committed; how long it took, the wait for the lock excluded.
  case finished(MigrationStep, Duration)
  /// The step failed and was rolled back; what the error says.
  case failed(MigrationStep, reason: String)
}

/// A line of a file that the runner took in another sense than it has by itself.
public struct MigrationNotice: Sendable, Hashable {
  /// The pack and the file.
  public let file: String
  /// The line, counted from 1.
  public let line: Int
  /// What was done about it.
  public let text: String
}

extension MigrationNotice: CustomStringConvertible {
  /// The place and what was done about it, on one line.
  public var description: String { "\(file):\(line): \(text)" }
}
