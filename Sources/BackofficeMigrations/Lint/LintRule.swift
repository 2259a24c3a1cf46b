/// What a look at a migration can find; each can be switched off by name.
///
/// `-- lint:ignore drop-table` in front of a statement, or behind it on its line, switches a rule off
/// for that statement, `-- lint:ignore-file drop-table` for the whole file.
public enum LintRule: String, Sendable, Hashable, CaseIterable {
  /// The migration does not run at all.
  case fails = "fails"
  /// A table and its rows go.
  case dropTable = "drop-table"
  /// A column and its values go.
  case dropColumn = "drop-column"
  /// Programs that use the old name of a table stop working.
  case renameTable = "rename-table"
  /// Programs that use the old name of a column stop working.
  case renameColumn = "rename-column"
  /// A column gets a type that treats its values otherwise.
  case changeType = "change-type"
  /// A column begins to refuse NULL, and rows may have it.
  case nullableToNotNull = "nullable-to-not-null"
  /// A column that refuses NULL is added without a default: it fails as soon as there are rows.
  case notNullWithoutDefault = "not-null-without-default"
  /// A constraint, a default or a unique index goes.
  case lostConstraint = "lost-constraint"
  /// A table is rebuilt, and what belonged to it does not come back.
  case rebuildLoses = "rebuild-loses"
  /// A table with `AUTOINCREMENT` is rebuilt, and keys that were given out are given again.
  case rebuildSequence = "rebuild-sequence"
  /// A table is rebuilt that others refer to with an action on deletion.
  case rebuildParent = "rebuild-parent"
  /// A foreign key refers to a table that is not there.
  case danglingForeignKey = "dangling-foreign-key"
  /// A view or trigger uses something that is not there.
  case brokenDependent = "broken-dependent"
  /// A table is made from a query, which gives it no constraint.
  case createAsSelect = "create-as-select"
  /// An index, check or generated column depends on the time at which it is asked.
  case movingTime = "moving-time"
  /// A `PRAGMA`, which inside a transaction may do nothing.
  case pragma = "pragma"
  /// A statement that begins or ends a transaction, or attaches a file.
  case transactionStatement = "transaction-statement"
  /// A text in double quotes, which are for names.
  case doubleQuotedText = "double-quoted-text"
  /// `IF EXISTS` or `IF NOT EXISTS`, which hides that the file is not what it should be.
  case ifExists = "if-exists"
  /// A `DELETE` or `UPDATE` of all rows of a table.
  case unboundedWrite = "unbounded-write"
  /// There is no way back.
  case downMissing = "down-missing"
  /// The way back holds no statement.
  case downEmpty = "down-empty"
  /// A directive switches off a rule that is not there.
  case unknownRule = "unknown-rule"

  /// How bad it is.
  public enum Severity: Int, Sendable, Hashable, Comparable {
    /// Worth knowing.
    case notice
    /// Worth a second pair of eyes: it may lose something, or fail on other rows.
    case warning
    /// Wrong for any rows.
    case error

    /// Whether the left one is less bad.
    public static func < (left: Severity, right: Severity) -> Bool {
      left.rawValue < right.rawValue
    }

    /// The severity in a word.
    public var name: String {
      switch self {
      case .notice: "notice"
      case .warning: "warning"
      case .error: "error"
      }
    }
  }

  /// How bad it is to break the rule.
  public var severity: Severity {
    switch self {
    case .fails, .rebuildLoses, .rebuildSequence, .danglingForeignKey, .brokenDependent,
      .movingTime, .doubleQuotedText, .transactionStatement, .downEmpty, .unknownRule:
      .error
    case .dropTable, .dropColumn, .renameTable, .renameColumn, .changeType, .nullableToNotNull,
      .notNullWithoutDefault, .lostConstraint, .createAsSelect, .pragma, .downMissing:
      .warning
    case .rebuildParent, .ifExists, .unboundedWrite:
      .notice
    }
  }
}

/// Something that a look at a migration found.
public struct LintFinding: Sendable, Hashable {
  /// Which migration.
  public let id: MigrationID
  /// The file, its pack in front.
  public let file: String
  /// The line, counted from 1.
  public let line: Int
  /// Which rule is broken.
  public let rule: LintRule
  /// What was found, and what to do.
  public let text: String

  /// How bad it is.
  public var severity: LintRule.Severity { rule.severity }
}

extension LintFinding: CustomStringConvertible {
  /// The place, the severity, what was found, and the rule, on one line.
  public var description: String {
    "\(file):\(line): \(severity.name): \(text) [\(rule.rawValue)]"
  }
}
