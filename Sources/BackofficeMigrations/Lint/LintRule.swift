/// The lint rules for migrations; each can be disabled by name.
///
/// A comment `-- lint:ignore drop-table` before a statement, or at the end of its line, disables a
/// rule for that statement; `-- lint:ignore-file drop-table` disables it for the whole file.
public enum LintRule: String, Sendable, Hashable, CaseIterable {
  /// The migration fails.
  case fails = "fails"
  /// A table is dropped with its rows.
  case dropTable = "drop-table"
  /// A column is dropped with its values.
  case dropColumn = "drop-column"
  /// A table is renamed, which breaks programs that use the old name.
  case renameTable = "rename-table"
  /// A column is renamed, which breaks programs that use the old name.
  case renameColumn = "rename-column"
  /// A column gets a type with another affinity.
  case changeType = "change-type"
  /// A column becomes NOT NULL, which fails if rows contain NULL.
  case nullableToNotNull = "nullable-to-not-null"
  /// A NOT NULL column is added without a default, which fails if the table has rows.
  case notNullWithoutDefault = "not-null-without-default"
  /// A constraint, a default or a unique index is dropped.
  case lostConstraint = "lost-constraint"
  /// A table is rebuilt without its constraints, defaults, indexes or triggers.
  case rebuildLoses = "rebuild-loses"
  /// A rebuild does not copy all rows, or leaves out those that violate a constraint.
  case rebuildDropsRows = "rebuild-drops-rows"
  /// A rebuild does not copy the values of a column.
  case rebuildDropsValues = "rebuild-drops-values"
  /// A rebuild copies by position, and writes values to another column.
  case rebuildMisplacesValues = "rebuild-misplaces-values"
  /// A unique index or key is added to a table, which fails if rows have the same values.
  case uniqueOverRows = "unique-over-rows"
  /// A check, a foreign key or `STRICT` is added to a table, which fails if a row violates it.
  case checkOverRows = "check-over-rows"
  /// A table with `AUTOINCREMENT` is rebuilt, and deleted keys are reused.
  case rebuildSequence = "rebuild-sequence"
  /// A table that others refer to with an ON DELETE action is rebuilt.
  case rebuildParent = "rebuild-parent"
  /// A foreign key refers to a missing table.
  case danglingForeignKey = "dangling-foreign-key"
  /// A view or trigger uses something that does not exist.
  case brokenDependent = "broken-dependent"
  /// A table is created from a query, which gives it no constraints.
  case createAsSelect = "create-as-select"
  /// An index, check or generated column depends on the current time.
  case movingTime = "moving-time"
  /// A `PRAGMA`, which may have no effect inside a transaction.
  case pragma = "pragma"
  /// A statement that begins or ends a transaction, or attaches a file.
  case transactionStatement = "transaction-statement"
  /// A string in double quotes, which are for names.
  case doubleQuotedText = "double-quoted-text"
  /// `IF EXISTS` or `IF NOT EXISTS`, which hides an unexpected schema.
  case ifExists = "if-exists"
  /// A `DELETE` or `UPDATE` of all rows of a table.
  case unboundedWrite = "unbounded-write"
  /// The migration has no down script.
  case downMissing = "down-missing"
  /// The down script contains no statements.
  case downEmpty = "down-empty"
  /// The down script does not restore the schema.
  case downRestoresNot = "down-restores-not"
  /// The up script contains no statements.
  case upEmpty = "up-empty"
  /// A string contains what another tool would replace, such as `${name}`.
  case placeholder = "placeholder"
  /// A directive disables an unknown rule.
  case unknownRule = "unknown-rule"

  /// The severity of the finding.
  public enum Severity: Int, Sendable, Hashable, Comparable {
    /// For information.
    case notice
    /// May lose something, or fail with certain rows, and should be reviewed.
    case warning
    /// Wrong for any data.
    case error

    /// Whether `left` is less severe.
    public static func < (left: Severity, right: Severity) -> Bool {
      left.rawValue < right.rawValue
    }

    /// The name of the severity.
    public var name: String {
      switch self {
      case .notice: "notice"
      case .warning: "warning"
      case .error: "error"
      }
    }
  }

  /// The severity of a violation.
  public var severity: Severity {
    switch self {
    case .fails, .rebuildLoses, .rebuildSequence, .rebuildDropsValues, .rebuildMisplacesValues,
      .danglingForeignKey, .brokenDependent, .movingTime, .doubleQuotedText,
      .transactionStatement, .downEmpty, .downRestoresNot, .unknownRule:
      .error
    case .rebuildDropsRows, .uniqueOverRows, .checkOverRows, .placeholder, .dropTable, .dropColumn,
      .renameTable, .renameColumn, .changeType, .nullableToNotNull,
      .notNullWithoutDefault, .lostConstraint, .createAsSelect, .pragma, .downMissing:
      .warning
    case .rebuildParent, .ifExists, .unboundedWrite, .upEmpty:
      .notice
    }
  }

  /// Whether a trial run (``Migrator/verify()``) reports it too: something is lost that no statement
  /// names.
  var isLoss: Bool {
    switch self {
    case .rebuildLoses, .rebuildSequence, .rebuildDropsRows, .rebuildDropsValues,
      .rebuildMisplacesValues:
      true
    default: false
    }
  }
}

/// A violation of a lint rule.
public struct LintFinding: Sendable, Hashable {
  /// The migration.
  public let id: MigrationID
  /// The pack and the file.
  public let file: String
  /// The line, starting at 1.
  public let line: Int
  /// The violated rule.
  public let rule: LintRule
  /// The description, with the remedy.
  public let text: String

  /// The severity of the finding.
  public var severity: LintRule.Severity { rule.severity }
}

extension LintFinding: CustomStringConvertible {
  /// The location, severity, description and rule, on one line.
  public var description: String {
    "\(file):\(line): \(severity.name): \(text) [\(rule.rawValue)]"
  }
}
