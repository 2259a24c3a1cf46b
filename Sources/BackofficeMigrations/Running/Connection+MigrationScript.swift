extension Connection {
  /// What running a text came to.
  struct ScriptResult {
    var statements = 0
    var notices: [MigrationNotice] = []
  }

  /// Runs the statements of a text one by one; where each ends is for SQLite to say.
  func runMigration(
    _ script: MigrationScript, guardian: MigrationGuard, monitor: MigrationMonitor
  ) throws -> ScriptResult {
    var result = ScriptResult()
    var text = Array(script.text.utf8)
    var place = SQLScript(reading: text, firstLine: script.firstLine)
    // With a NUL at its end SQLite reads the text in place, and does not copy the rest each time.
    text.append(0)
    var usesLegacyAlter = false
    defer { if usesLegacyAlter { try? pragma("legacy_alter_table = OFF") } }
    while place.skipToStatement() {
      try monitor.checkCancellation()
      let words = place.leadingWords()
      let notice = passes(words, script)
      monitor.statement += 1
      guardian.isPassing = notice != nil
      defer { guardian.isPassing = false }
      let tables = words.first == "ALTER" ? try tableNames() : []
      let start = place.position
      let length = try runStatement(
        of: script, text, at: place, isRun: notice == nil, guardian: guardian)
      if let notice {
        let told = MigrationNotice(file: script.file, line: place.line, text: notice)
        result.notices.append(told)
        monitor(.notice(told))
      } else {
        result.statements += 1
      }
      if words.first == "PRAGMA", words.contains("LEGACY_ALTER_TABLE") { usesLegacyAlter = true }
      // A table's new name is none that the authorizer is told.
      if words.first == "ALTER" { guardian.touch(try tableNames().subtracting(tables)) }
      place.move(to: start + max(1, length))
    }
    return result
  }

  /// Why a statement is passed over; nil when it runs.
  private func passes(_ words: [String], _ script: MigrationScript) -> String? {
    if script.isUnwrapped, ScriptRule.isBracket(words) {
      return "passed over: the runner has a transaction around the file"
    }
    if case .pass(let notice) = ScriptRule(words) { return notice }
    return nil
  }

  /// Compiles the statement at a place and, as a rule, runs it; answers its length in bytes.
  private func runStatement(
    of script: MigrationScript, _ text: [UInt8], at place: SQLScript, isRun: Bool,
    guardian: MigrationGuard
  ) throws -> Int {
    guardian.forget()
    do {
      return try runStatement(of: text, from: place.position, isRun: isRun)
    } catch let error as ScriptStatementError {
      if error.cause.code.primary == .interrupt { throw CancellationError() }
      let statement = statementText(script, place, error.length)
      guard !guardian.hasRefused else {
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

  /// The statement as a reader sees it; one that could not be prepared ends where its semicolon is.
  private func statementText(_ script: MigrationScript, _ place: SQLScript, _ length: Int) -> String
  {
    if let known = script.statements.last(where: { $0.line <= place.line }),
      script.text.utf8.dropFirst(place.position).starts(with: known.text.utf8)
    {
      return known.text
    }
    return String(
      decoding: script.text.utf8.dropFirst(place.position).prefix(length), as: UTF8.self)
  }

  func tableNames() throws -> Set<String> {
    var names: Set<String> = []
    try run(sql: "SELECT name FROM sqlite_schema WHERE type = 'table'") { row in
      names.insert(try row.value(at: 0))
      return true
    }
    return names
  }
}
