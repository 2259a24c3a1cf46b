import CBackofficeSQLite

extension Connection {
  /// Checks out the prepared form of a declared statement.
  @inlinable
  func statement(_ declared: SQLStatement) throws -> PreparedStatement {
    if unsafe declared.slot < slots.count, let statement = unsafe slots[declared.slot],
      unsafe !statement.isCheckedOut
    {
      unsafe statement.isCheckedOut = true
      return statement
    }
    return try prepareSlot(declared)
  }

  @usableFromInline
  @inline(never)
  func prepareSlot(
    _ declared: SQLStatement, endsTransactions: Bool = false
  ) throws -> PreparedStatement {
    if !endsTransactions { try refuseTransactionControl(declared.sql) }
    let statement = try prepare(declared.sql)
    unsafe statement.isCheckedOut = true
    if unsafe declared.slot >= slots.count {
      unsafe slots.append(
        contentsOf: repeatElement(nil, count: declared.slot + 1 - slots.count))
    }
    // If the statement of the slot is in use, the second one is not kept.
    if unsafe slots[declared.slot] == nil { unsafe slots[declared.slot] = statement }
    return statement
  }

  /// Checks out the prepared form of an SQL text, from the cache if possible.
  @usableFromInline
  func statement(sql: String) throws -> PreparedStatement {
    if let statement = cache.take(sql) {
      unsafe statement.isCheckedOut = true
      return statement
    }
    try refuseTransactionControl(sql)
    let statement = try prepare(sql)
    unsafe statement.isCheckedOut = true
    cache.keep(statement)
    return statement
  }

  /// Rejects statements that would begin, nest or end a transaction outside the library's control.
  private func refuseTransactionControl(_ sql: String) throws(StorageError) {
    let word =
      SQLText.leadingWord(of: sql) ?? SQLScript(sql).statements.first?.words.first ?? ""
    if ["PRAGMA", "ATTACH"].contains(word) { hasPermanentChanges = true }
    if SQLText.transactionWords.contains(word) { throw .transactionControl(sql: sql) }
  }

  func prepare(_ sql: String) throws -> PreparedStatement {
    var sql = sql
    capture.recorder.start()
    let (code, prepared, rest) = sql.withUTF8 { bytes -> (Int32, PreparedStatement?, Bool) in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        var statement: OpaquePointer?
        var tail: UnsafePointer<CChar>?
        let code = unsafe sqlite3_prepare_v3(
          handle, characters.baseAddress, Int32(clamping: characters.count),
          UInt32(SQLITE_PREPARE_PERSISTENT), &statement, &tail)
        let effect = capture.recorder.finish()
        guard let statement = unsafe statement else { return (code, nil, false) }
        let text = unsafe String(decoding: bytes, as: UTF8.self)
        var hasRest = false
        if let tail = unsafe tail, let start = characters.baseAddress {
          hasRest = unsafe hasStatement(from: tail, end: start + characters.count)
        }
        let prepared = unsafe PreparedStatement(
          handle: statement, sql: text, arena: arena, update: capture.number(of: effect.assignment),
          changesSchema: effect.changesSchema)
        return (code, prepared, hasRest)
      }
    }
    if code != SQLITE_OK { throw failure(code, sql: sql, operation: .prepare) }
    guard let prepared else { throw StorageError.emptyStatement(sql: sql) }
    if rest { throw StorageError.severalStatements(sql: sql) }
    return prepared
  }

  /// Whether anything but white space and comments follows, as SQLite parses it.
  private func hasStatement(from start: UnsafePointer<CChar>, end: UnsafePointer<CChar>) -> Bool {
    guard unsafe start < end else { return false }
    var statement: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      handle, start, Int32(clamping: end - start), 0, &statement, nil)
    defer { unsafe sqlite3_finalize(statement) }
    return unsafe code != SQLITE_OK || statement != nil
  }

  @usableFromInline
  @inline(never)
  func wrongParameterCount(_ statement: PreparedStatement, found: Int) -> StorageError {
    .parameterCount(expected: statement.parameterCount, found: found, sql: statement.sql)
  }
}
