import CBackofficeSQLite

/// The failure of a statement of a script.
package struct ScriptStatementError: Error {
  /// SQLite's error.
  package let cause: SQLiteError
  /// The number of bytes of the script that SQLite read.
  package let length: Int
  /// The byte offset of the error from the start of the statement; nil if SQLite reports none.
  package let offset: Int?
}

extension Connection {
  /// Runs an internal statement that changes no rows.
  func control(_ sql: SQLStatement, operation: SQLiteError.Operation) throws(SQLiteError) {
    let statement: PreparedStatement
    do {
      statement = try controlStatement(sql)
    } catch let error as SQLiteError {
      throw error
    } catch {
      throw SQLiteError(
        code: .error, message: "\(error)", sql: sql.sql, operation: operation)
    }
    defer { statement.finish() }
    let code = unsafe sqlite3_step(statement.handle)
    guard code == SQLITE_DONE || code == SQLITE_ROW else {
      throw failure(code, sql: sql.sql, operation: operation)
    }
  }

  func controlStatement(_ sql: SQLStatement) throws -> PreparedStatement {
    guard unsafe sql.slot < slots.count, let statement = unsafe slots[sql.slot],
      unsafe !statement.isCheckedOut
    else {
      return try prepareSlot(sql, endsTransactions: true)
    }
    unsafe statement.isCheckedOut = true
    return statement
  }

  /// Runs any number of statements and ignores the rows that they return.
  ///
  /// Use it for configuration and schema changes.
  package func executeScript(_ sql: String) throws(SQLiteError) {
    try checkTransaction()
    if unsafe isSavepointDue { try markScope() }
    let mark = capture.mark()
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    // Triggers do not run for a script.
    capture.truncate(to: mark)
    capture.schemaChanges()
    settings.generation += 1
    if code != SQLITE_OK { throw failure(code, sql: sql, operation: .step) }
  }

  /// Runs the statement of a script that starts at a byte, ignoring rows; SQLite determines where
  /// it ends.
  ///
  /// - Parameters:
  ///   - script: NUL-terminated UTF-8, so that SQLite reads it in place instead of copying the rest
  ///     for each statement.
  ///   - start: the first byte of the statement.
  ///   - isRun: whether the statement is run or only compiled.
  /// - Returns: the length of the statement, in bytes.
  /// - Throws: ``ScriptStatementError``.
  package func runStatement(
    of script: [UInt8], from start: Int, isRun: Bool = true
  ) throws -> Int {
    var length = script.count - 1 - start
    do {
      try checkTransaction()
      if isRun { capture.schemaChanges() }
      let (code, prepared, used) = prepareNext(script, from: start)
      length = used
      guard code == SQLITE_OK else {
        let text = String(decoding: script[start..<(start + length)], as: UTF8.self)
        throw failure(code, sql: text, operation: .prepare)
      }
      guard let prepared, isRun else { return length }
      defer { prepared.finish() }
      try stepAll(prepared) { _ in true }
      return length
    } catch let error as SQLiteError {
      let offset = error.operation == .prepare ? unsafe Int(sqlite3_error_offset(handle)) : -1
      throw ScriptStatementError(
        cause: error, length: length, offset: offset < 0 ? nil : offset)
    }
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
}
