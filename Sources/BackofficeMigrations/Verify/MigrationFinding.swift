/// What a trial run found wrong with a migration.
public struct MigrationFinding: Sendable, Hashable {
  /// What can be wrong.
  public enum Problem: Sendable, Hashable {
    /// The way in or the way back does not run.
    case fails(MigrationError)
    /// The code of a migration, or of a hook, ended with an error of its own.
    case throwsError(String)
    /// There is no way back; a migration may be meant so.
    case irreversible
    /// The way back holds no statement, only comments perhaps.
    case emptyWayBack
    /// The way back leaves another schema than the one before.
    case notRestored(SchemaDifference)
    /// The way back restores the schema, but not the rows; the difference, table by table.
    case rowsNotRestored([String])
    /// The second time in makes another schema than the first.
    case notRepeatable(SchemaDifference)
    /// The second time in leaves other rows than the first; the difference, table by table.
    case rowsNotRepeatable([String])
    /// A squash point makes another schema than the migrations that it stands for.
    case notConvergent(SchemaDifference)
  }

  /// Which migration.
  public let id: MigrationID
  /// The file at fault, its pack in front.
  public let file: String
  /// What is wrong.
  public let problem: Problem

  /// Whether it is wrong in any case; a migration without a way back may be meant so.
  public var isFault: Bool { problem != .irreversible }

  init(id: MigrationID, file: String? = nil, problem: Problem) {
    self.id = id
    self.file = file ?? id.description
    self.problem = problem
  }
}

extension MigrationFinding: CustomStringConvertible {
  /// The file and what is wrong with it, on one line.
  public var description: String {
    switch problem {
    case .fails(let error): "\(error)"
    case .throwsError(let text): "\(file) failed: \(text)"
    case .irreversible: "\(file) has no way back"
    case .emptyWayBack: "\(file) holds no statement, so it restores nothing"
    case .notRestored(let difference): "\(file) does not restore the schema: \(difference)"
    case .rowsNotRestored(let lines):
      "\(file) does not restore the rows: \(lines.joined(separator: "; "))"
    case .notRepeatable(let difference):
      "\(file) makes another schema the second time: \(difference)"
    case .rowsNotRepeatable(let lines):
      "\(file) leaves other rows the second time: \(lines.joined(separator: "; "))"
    case .notConvergent(let difference):
      "\(file) makes another schema than the migrations that it stands for: \(difference)"
    }
  }
}
