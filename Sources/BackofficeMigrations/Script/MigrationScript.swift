/// The script of a migration, validated without a database.
struct MigrationScript {
  /// The pack and the file, for errors.
  let file: String
  /// The line of the file at which the script begins.
  let firstLine: Int
  let text: String
  /// The statements; at least one.
  let statements: [SQLScript.Statement]
  /// Whether the file's own `BEGIN` and `COMMIT` are skipped.
  let isUnwrapped: Bool

  /// Parses a script, and rejects statements that are reserved to the runner.
  init(
    _ text: String, file: String, firstLine: Int = 1, unwrapping: Bool = false
  ) throws(MigrationError) {
    self.file = file
    self.firstLine = firstLine
    self.text = text
    if let end = text.utf8.firstIndex(of: 0) {
      // SQLite would ignore the text after it.
      let line = firstLine + text.utf8[..<end].count { $0 == UInt8(ascii: "\n") }
      throw .invalidText(file: file, line: line, reason: "a NUL character")
    }
    statements = SQLScript(text, firstLine: firstLine).statements
    guard !statements.isEmpty else { throw .emptyScript(file: file) }
    isUnwrapped =
      unwrapping && statements.count > 2 && statements.first?.words.first == "BEGIN"
      && statements.last.map { ScriptRule.isTransactionBoundary($0.words) } == true
    let checked = isUnwrapped ? statements.dropFirst().dropLast() : statements[...]
    for statement in checked where ScriptRule(statement.words) == .reject {
      throw .forbiddenStatement(
        file: file, line: statement.line, statement: statement.text.singleLine(limit: 80))
    }
  }

  /// Whether the script may delete rows, columns or tables.
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
