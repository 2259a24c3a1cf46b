/// What the runner does with a statement of a file, judged by its first words.
///
/// The transaction, the connection's settings and other files belong to the runner:
///
/// | statement | rule |
/// |---|---|
/// | `BEGIN`, `COMMIT`, `END`, `ROLLBACK`, `SAVEPOINT`, `RELEASE` | refused; with ``Migrator/Options/unwrapsTransactions`` one pair around the whole file is passed over |
/// | `ATTACH`, `DETACH`, `VACUUM` | refused: they cannot be rolled back |
/// | `PRAGMA foreign_keys`, `PRAGMA defer_foreign_keys` | passed over, with a notice: foreign keys are off, and checked before the commit |
/// | `PRAGMA legacy_alter_table` | run, and set back at the end of the file |
/// | `PRAGMA user_version`, `application_id` | run: they belong to the file and roll back with it |
/// | `PRAGMA` that only asks (`table_info`, `foreign_key_check`, …) | run |
/// | every other `PRAGMA` | refused |
enum ScriptRule: Equatable {
  /// Part of the migration.
  case run
  /// Left out; the notice says why.
  case pass(String)
  /// Not the file's business.
  case refuse

  /// The settings that a statement may name.
  static let allowedPragmas: Set<String> = [
    "USER_VERSION", "APPLICATION_ID", "LEGACY_ALTER_TABLE", "FOREIGN_KEY_CHECK", "INTEGRITY_CHECK",
    "QUICK_CHECK", "TABLE_INFO", "TABLE_XINFO", "TABLE_LIST", "INDEX_LIST", "INDEX_INFO",
    "INDEX_XINFO", "FOREIGN_KEY_LIST", "DATABASE_LIST", "COLLATION_LIST", "COMPILE_OPTIONS",
    "FUNCTION_LIST", "MODULE_LIST", "PRAGMA_LIST",
  ]

  /// The settings that do nothing inside a transaction.
  static let idlePragmas: Set<String> = ["FOREIGN_KEYS", "DEFER_FOREIGN_KEYS"]

  init(_ words: [String]) {
    switch words.first {
    case "ATTACH", "DETACH", "VACUUM":
      self = .refuse
    case "PRAGMA":
      let name = words.dropFirst().first { $0 != "MAIN" } ?? ""
      if Self.idlePragmas.contains(name) {
        self = .pass("passed over: the runner keeps foreign keys off, and checks them at the end")
      } else {
        self = Self.allowedPragmas.contains(name) ? .run : .refuse
      }
    case .some(let word) where SQLText.transactionWords.contains(word):
      self = .refuse
    default:
      self = .run
    }
  }

  /// Whether a statement only opens or ends a transaction.
  static func isBracket(_ words: [String]) -> Bool {
    words.first == "BEGIN" || words.first == "COMMIT" || words.first == "END"
  }
}
