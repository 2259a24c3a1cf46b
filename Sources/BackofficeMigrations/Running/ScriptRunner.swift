/// Runs the statements of a migration script.
struct ScriptRunner {
  let connection: Connection
  let script: MigrationScript
  let authorizer: MigrationAuthorizer
  let monitor: MigrationMonitor

  /// The result of a script.
  struct Result {
    var statements = 0
    var notices: [MigrationNotice] = []
  }

  func run() throws -> Result {
    var result = Result()
    for notice in script.notices {
      result.notices.append(notice)
      monitor(.notice(notice))
    }
    var text = Array(script.text.utf8)
    var place = SQLScript(reading: text, firstLine: script.firstLine)
    // SQLite reads NUL-terminated text in place instead of copying the rest for each statement.
    text.append(0)
    var usesLegacyAlter = false
    defer { if usesLegacyAlter { try? connection.pragma("legacy_alter_table = OFF") } }
    while place.skipToStatement() {
      try monitor.checkCancellation()
      let words = place.leadingWords()
      let notice =
        place.endOfShellCommand == nil
        ? skipReason(words) : "skipped: a command of the sqlite3 shell"
      monitor.statement += 1
      authorizer.isSkipped = notice != nil
      defer { authorizer.isSkipped = false }
      let tables = words.first == "ALTER" ? try tableNames() : []
      let start = place.position
      let length =
        try place.endOfShellCommand.map { $0 - start }
        ?? runStatement(of: text, at: place, isRun: notice == nil)
      if let notice {
        let skipped = MigrationNotice(file: script.file, line: place.line, text: notice)
        result.notices.append(skipped)
        monitor(.notice(skipped))
      } else {
        result.statements += 1
      }
      if words.first == "PRAGMA", words.contains("LEGACY_ALTER_TABLE") { usesLegacyAlter = true }
      // The authorizer does not report the new name of a table.
      if words.first == "ALTER" { authorizer.touch(try tableNames().subtracting(tables)) }
      place.move(to: start + max(1, length))
    }
    return result
  }

  /// Returns the reason why a statement is skipped, or nil if it runs.
  private func skipReason(_ words: [String]) -> String? {
    if script.isUnwrapped, ScriptRule.isTransactionBoundary(words) {
      return "skipped: the runner already uses a transaction"
    }
    if case .skip(let notice) = ScriptRule(words) { return notice }
    return nil
  }

  /// Compiles the statement at a position, runs it if `isRun`, and returns its length in bytes.
  private func runStatement(
    of text: [UInt8], at place: SQLScript, isRun: Bool
  ) throws -> Int {
    authorizer.reset()
    do {
      return try connection.runStatement(of: text, from: place.position, isRun: isRun)
    } catch let error as ScriptStatementError {
      if error.cause.code.primary == .interrupt { throw CancellationError() }
      let statement = statementText(at: place, error.length)
      guard !authorizer.hasRejected else {
        throw MigrationError.forbiddenStatement(
          file: script.file, line: place.line, statement: statement.singleLine(limit: 80))
      }
      var spot = place
      if let offset = error.offset { spot.move(to: place.position + offset) }
      throw MigrationError.statementFailed(
        file: script.file, line: spot.line, column: spot.column(of: spot.position),
        statement: statement, reason: error.cause)
    }
  }

  /// The text of a statement for an error message; one that does not compile ends at its semicolon.
  private func statementText(at place: SQLScript, _ length: Int) -> String {
    if let known = script.statements.last(where: { $0.line <= place.line }),
      script.text.utf8.dropFirst(place.position).starts(with: known.text.utf8)
    {
      return known.text
    }
    return String(
      decoding: script.text.utf8.dropFirst(place.position).prefix(length), as: UTF8.self)
  }

  private func tableNames() throws -> Set<String> {
    var names: Set<String> = []
    try connection.run(sql: "SELECT name FROM sqlite_schema WHERE type = 'table'") { row in
      names.insert(try row.value(at: 0))
      return true
    }
    return names
  }
}
