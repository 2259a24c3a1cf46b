/// The text of one migration, with what can be said about it without a database.
struct MigrationScript {
  /// The pack and the file, for errors.
  let file: String
  /// The line of the file at which the text begins.
  let firstLine: Int
  let text: String
  /// What the text holds, at least one.
  let statements: [SQLScript.Statement]
  /// Whether the file's own `BEGIN` and `COMMIT` are passed over.
  let isUnwrapped: Bool

  /// Takes a text apart and refuses what is the runner's business.
  init(
    _ text: String, file: String, firstLine: Int = 1, unwrapping: Bool = false
  ) throws(MigrationError) {
    self.file = file
    self.firstLine = firstLine
    self.text = text
    if let end = text.utf8.firstIndex(of: 0) {
      // SQLite stops reading there, and would leave out the rest without a word.
      let line = firstLine + text.utf8[..<end].count { $0 == UInt8(ascii: "\n") }
      throw .invalidText(file: file, line: line, reason: "a NUL character")
    }
    statements = SQLScript(text, firstLine: firstLine).statements
    guard !statements.isEmpty else { throw .emptyScript(file: file) }
    isUnwrapped =
      unwrapping && statements.count > 2 && statements.first?.words.first == "BEGIN"
      && statements.last.map { ScriptRule.isBracket($0.words) } == true
    let judged = isUnwrapped ? statements.dropFirst().dropLast() : statements[...]
    for statement in judged where ScriptRule(statement.words) == .refuse {
      throw .forbiddenStatement(
        file: file, line: statement.line, statement: statement.text.singleLine(limit: 80))
    }
  }

  /// Whether running the text may take rows, columns or tables away.
  var isDestructive: Bool {
    statements.contains { statement in
      switch (statement.words.first, statement.words.dropFirst().first) {
      case ("DROP", "TABLE"), ("DELETE", _), ("REPLACE", _): true
      case ("ALTER", _): statement.text.uppercased().contains("DROP")
      default: false
      }
    }
  }
}
