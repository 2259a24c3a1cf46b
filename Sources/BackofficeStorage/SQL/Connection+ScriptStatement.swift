import CBackofficeSQLite

/// A statement of a script that failed, and where.
package struct ScriptStatementError: Error {
  /// What SQLite answered.
  package let cause: SQLiteError
  /// How many bytes of the script SQLite has read.
  package let length: Int
  /// The byte at which the text is wrong, counted from the start of the statement; nil where SQLite
  /// names none.
  package let offset: Int?
}

extension Connection {
  /// Runs the first statement of a script from a byte on, ignoring rows; where it ends is for SQLite
  /// to say.
  ///
  /// - Parameters:
  ///   - script: UTF-8 with a NUL at its end, with which SQLite reads it in place instead of copying
  ///     the rest for each statement.
  ///   - start: the first byte of the statement.
  ///   - isRun: whether the statement runs; it is only compiled otherwise.
  /// - Returns: how many bytes the statement has.
  /// - Throws: ``ScriptStatementError``.
  package func runStatement(
    of script: [UInt8], from start: Int, isRun: Bool = true
  ) throws -> Int {
    var length = script.count - 1 - start
    do {
      try checkTransaction()
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
