import CBackofficeSQLite

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

  /// Prepares and runs the statement at a place; answers its length in bytes.
  private func runStatement(
    of script: MigrationScript, _ text: [UInt8], at place: SQLScript, isRun: Bool,
    guardian: MigrationGuard
  ) throws -> Int {
    guardian.forget()
    var length = text.count - 1 - place.position
    do {
      try checkTransaction()
      let (code, prepared, used) = prepareNext(text, from: place.position)
      length = used
      guard code == SQLITE_OK else {
        throw failure(code, sql: statementText(script, place, length), operation: .prepare)
      }
      guard let prepared, isRun else { return length }
      defer { prepared.finish() }
      try stepAll(prepared) { _ in true }
      return length
    } catch let error as SQLiteError {
      let offset = error.operation == .prepare ? unsafe Int(sqlite3_error_offset(handle)) : -1
      if error.code.primary == .interrupt { throw CancellationError() }
      let statement = statementText(script, place, length)
      guard !guardian.hasRefused else {
        throw MigrationError.forbiddenStatement(
          file: script.file, line: place.line, statement: statement.singleLine(limit: 80))
      }
      var spot = place
      if offset > 0 { spot.move(to: place.position + offset) }
      throw MigrationError.statementFailed(
        file: script.file, line: spot.line, column: spot.column(of: spot.position),
        statement: statement, reason: error)
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

  private func prepareNext(
    _ text: [UInt8], from start: Int
  ) -> (code: Int32, statement: PreparedStatement?, length: Int) {
    unsafe text.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return (SQLITE_OK, nil, 0) }
      let begin = unsafe base.advanced(by: start).assumingMemoryBound(to: CChar.self)
      var statement: OpaquePointer?
      var tail: UnsafePointer<CChar>?
      let code = unsafe sqlite3_prepare_v3(
        handle, begin, Int32(clamping: bytes.count - start), 0, &statement, &tail)
      let length = unsafe tail.map { unsafe $0 - begin } ?? (bytes.count - 1 - start)
      guard let statement = unsafe statement else { return (code, nil, length) }
      let sql = unsafe String(
        decoding: UnsafeRawBufferPointer(start: begin, count: length), as: UTF8.self)
      return unsafe (code, PreparedStatement(handle: statement, sql: sql, arena: arena), length)
    }
  }

  func tableNames() throws -> Set<String> {
    var names: Set<String> = []
    try run(prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")) { row in
      names.insert(try row.value(at: 0))
      return true
    }
    return names
  }
}
