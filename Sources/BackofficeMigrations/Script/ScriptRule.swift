/// The rule for a statement of a file, by its first words.
///
/// The runner controls the transaction, the connection's settings and other files:
///
/// | statement | rule |
/// |---|---|
/// | `BEGIN`, `COMMIT`, `END`, `ROLLBACK`, `SAVEPOINT`, `RELEASE` | rejected; with ``Migrator/Options/unwrapsTransactions``, a pair around all statements is skipped, with a notice |
/// | `.timeout`, `.bail` and other commands of the shell | rejected; with ``Migrator/Options/unwrapsTransactions``, those that change no database are skipped, with a notice |
/// | `ATTACH`, `DETACH`, `VACUUM` | rejected: they cannot be rolled back |
/// | `PRAGMA foreign_keys`, `PRAGMA defer_foreign_keys` | skipped, with a notice: foreign keys are disabled, and checked before the commit |
/// | `PRAGMA legacy_alter_table` | run, and reset at the end of the file |
/// | `PRAGMA user_version`, `application_id` | run: they belong to the file and roll back with it |
/// | `PRAGMA` that only reads (`table_info`, `foreign_key_check`, …) | run |
/// | any other `PRAGMA` | rejected |
enum ScriptRule: Equatable {
  /// The statement runs.
  case run
  /// The statement is skipped; the value is the reason.
  case skip(String)
  /// The statement is rejected.
  case reject

  /// The pragmas that a file may use.
  static let allowedPragmas: Set<String> = [
    "USER_VERSION", "APPLICATION_ID", "LEGACY_ALTER_TABLE", "FOREIGN_KEY_CHECK", "INTEGRITY_CHECK",
    "QUICK_CHECK", "TABLE_INFO", "TABLE_XINFO", "TABLE_LIST", "INDEX_LIST", "INDEX_INFO",
    "INDEX_XINFO", "FOREIGN_KEY_LIST", "DATABASE_LIST", "COLLATION_LIST", "COMPILE_OPTIONS",
    "FUNCTION_LIST", "MODULE_LIST", "PRAGMA_LIST",
  ]

  /// The pragmas that have no effect inside a transaction.
  static let ignoredPragmas: Set<String> = ["FOREIGN_KEYS", "DEFER_FOREIGN_KEYS"]

  init(_ words: [String]) {
    switch words.first {
    case "ATTACH", "DETACH", "VACUUM":
      self = .reject
    case "PRAGMA":
      let name = words.dropFirst().first { $0 != "MAIN" } ?? ""
      if Self.ignoredPragmas.contains(name) {
        self = .skip("skipped: the runner disables foreign keys and checks them before the commit")
      } else {
        self = Self.allowedPragmas.contains(name) ? .run : .reject
      }
    case .some(let word) where SQLText.transactionWords.contains(word):
      self = .reject
    default:
      self = .run
    }
  }

  private static let harmlessCommands: Set<Substring> = [
    ".timeout", ".bail", ".echo", ".header", ".headers", ".mode", ".changes", ".timer", ".stats",
    ".print", ".nullvalue", ".width", ".separator", ".prompt", ".show", ".eqp", ".explain",
    ".progress", ".log", ".tables", ".schema",
  ]

  /// Whether a command of the sqlite3 shell concerns only its output or its waiting.
  static func isHarmlessCommand(_ text: String) -> Bool {
    text.split(whereSeparator: \.isWhitespace).first.map(harmlessCommands.contains) ?? false
  }

  /// Whether a statement begins or ends a transaction.
  static func isTransactionBoundary(_ words: [String]) -> Bool {
    words.first == "BEGIN" || words.first == "COMMIT" || words.first == "END"
  }
}
