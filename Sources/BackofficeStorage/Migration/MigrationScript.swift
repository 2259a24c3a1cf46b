/// The statements of one migration file that the runner may run inside its own transaction.
struct MigrationScript {
  /// The file, for errors.
  let file: String
  /// What it holds, at least one.
  let statements: [SQLScript.Statement]

  /// Takes a text apart and refuses what is the runner's business.
  init(_ text: String, file: String) throws(MigrationError) {
    self.file = file
    if let end = text.utf8.firstIndex(of: 0) {
      // SQLite stops reading there, and would leave out the rest without a word.
      let line = 1 + text.utf8[..<end].count { $0 == UInt8(ascii: "\n") }
      throw .invalidText(file: file, line: line, reason: "a NUL character")
    }
    statements = SQLScript(text).statements
    guard !statements.isEmpty else { throw .emptyScript(file: file) }
    for statement in statements where !Self.mayRun(statement) {
      throw .forbiddenStatement(
        file: file, line: statement.line, statement: statement.text.singleLine(limit: 80))
    }
  }

  private static func mayRun(_ statement: SQLScript.Statement) -> Bool {
    switch statement.words.first {
    case "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "ATTACH", "DETACH",
      "VACUUM":
      false
    case "PRAGMA":
      // The two that belong to the file and roll back with the transaction; all others belong to
      // the connection, or do nothing inside a transaction, as foreign_keys does.
      statement.words.dropFirst().first { $0 != "MAIN" }
        .map { $0 == "USER_VERSION" || $0 == "APPLICATION_ID" } ?? false
    default:
      true
    }
  }
}
