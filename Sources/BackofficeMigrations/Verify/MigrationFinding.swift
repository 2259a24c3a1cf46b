/// A problem that a trial run found.
public struct MigrationFinding: Sendable, Hashable {
  /// The kind of a problem.
  public enum Problem: Sendable, Hashable {
    /// The up or down script fails.
    case fails(MigrationError)
    /// The code of a migration threw an error.
    case throwsError(String)
    /// The migration has no down script, which may be intended.
    case irreversible
    /// The down script contains no statements.
    case emptyDown
    /// The up script contains no statements, which may be intended.
    case emptyUp
    /// The up script loses constraints, rows or values; lint reports the same.
    case loses(LintFinding)
    /// The down script does not restore the schema.
    case notRestored(SchemaDifference)
    /// The down script restores the schema but not the rows; the values describe the differences by
    /// table.
    case rowsNotRestored([String])
    /// Applying the migration again produces another schema.
    case notRepeatable(SchemaDifference)
    /// Applying the migration again produces other rows; the values describe the differences by
    /// table.
    case rowsNotRepeatable([String])
    /// A squash point produces another schema than the migrations that it replaces.
    case notConvergent(SchemaDifference)
  }

  /// The migration.
  public let id: MigrationID
  /// The pack and the file.
  public let file: String
  /// The kind of error.
  public let problem: Problem

  /// Whether it is an error; a migration without a down script, or one that is only recorded, may be
  /// intended.
  public var isFault: Bool {
    switch problem {
    case .irreversible, .emptyUp: false
    case .loses(let finding): finding.severity == .error
    default: true
    }
  }

  init(id: MigrationID, file: String? = nil, problem: Problem) {
    self.id = id
    self.file = file ?? id.description
    self.problem = problem
  }
}

extension MigrationFinding: CustomStringConvertible {
  /// The file and the problem, on one line.
  public var description: String {
    switch problem {
    case .fails(let error): "\(error)"
    case .throwsError(let text): "\(file) failed: \(text)"
    case .irreversible: "\(file) has no down script"
    case .emptyDown: "\(file) contains no statements, so it restores nothing"
    case .emptyUp: "\(file) contains no statements, so it is only recorded"
    case .loses(let finding): "\(file):\(finding.line): \(finding.text)"
    case .notRestored(let difference): "\(file) does not restore the schema: \(difference)"
    case .rowsNotRestored(let lines):
      "\(file) does not restore the rows: \(lines.joined(separator: "; "))"
    case .notRepeatable(let difference):
      "\(file) produces another schema when it is applied again: \(difference)"
    case .rowsNotRepeatable(let lines):
      "\(file) produces other rows when it is applied again: \(lines.joined(separator: "; "))"
    case .notConvergent(let difference):
      "\(file) produces another schema than the migrations it replaces: \(difference)"
    }
  }
}
