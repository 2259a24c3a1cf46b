public import CBackofficeSQLite

extension Connection {
  /// Binds `values`, lends each row to `body` until it answers false, and ends the statement.
  ///
  /// Rows that the statement changed go through the triggers once the statement has ended.
  ///
  /// - Returns: how many rows the statement itself changed, not counting cascades and rules.
  @inlinable
  @discardableResult
  func run<each Value: Bindable>(
    _ statement: PreparedStatement,
    _ values: repeat each Value,
    body: (borrowing Row) throws -> Bool
  ) throws -> Int {
    if let cancellation, cancellation.isSet {
      unsafe statement.isCheckedOut = false
      throw CancellationError()
    }
    let mark = statement.isReadOnly ? -1 : captureMark()
    let before = mark < 0 ? 0 : totalChangeCount
    let room = unsafe statement.arena.pointee.used
    do {
      defer { statement.finish(room: room) }
      try bind(statement, repeat each values)
      let start = slowStatement == nil ? 0 : monotonicMicroseconds()
      try stepAll(statement, body: body)
      if let slowStatement { slowStatement.finished(statement.sql, since: start) }
    } catch {
      if mark >= 0 { statementFailed(mark, changesBefore: before) }
      throw error
    }
    guard mark >= 0 else { return 0 }
    // Before the rules run: their statements set SQLite's count anew.
    let changed = totalChangeCount == before ? 0 : lastChangeCount
    try settle(since: mark)
    return changed
  }

  @inlinable
  func bind<each Value: Bindable>(
    _ statement: PreparedStatement, _ values: repeat each Value
  ) throws {
    var count = 0
    for value in repeat each values {
      count += 1
      guard count <= statement.parameterCount else { continue }
      try unsafe value.bind(
        to: Parameter(
          statement: statement.handle, index: Int32(truncatingIfNeeded: count),
          arena: statement.arena))
    }
    guard count == statement.parameterCount else {
      throw wrongParameterCount(statement, found: count)
    }
  }

  @inlinable
  func stepAll(
    _ statement: PreparedStatement, body: (borrowing Row) throws -> Bool
  ) throws {
    if unsafe isUndone { try checkTransaction() }
    if unsafe isSavepointDue, !statement.isReadOnly { try markScope() }
    var wanted = true
    while true {
      let code = unsafe sqlite3_step(statement.handle)
      if code == SQLITE_ROW {
        guard wanted else { continue }
        let row = unsafe Row(statement: statement.handle, count: statement.columnCount)
        wanted = try body(row)
        // A reading statement may stop early; a writing one has to run to its end.
        if !wanted, statement.isReadOnly { return }
      } else if code == SQLITE_DONE {
        return
      } else {
        throw failure(code, sql: statement.sql, operation: .step)
      }
    }
  }

  /// Runs a statement of the library itself that changes no row.
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

  private func controlStatement(_ sql: SQLStatement) throws -> PreparedStatement {
    guard unsafe sql.slot < slots.count, let statement = unsafe slots[sql.slot],
      unsafe !statement.isCheckedOut
    else {
      return try prepareSlot(sql, endsTransactions: true)
    }
    unsafe statement.isCheckedOut = true
    return statement
  }

  /// Runs text with any number of statements, ignoring rows.
  ///
  /// For configuration and migrations.
  package func executeScript(_ sql: String) throws(SQLiteError) {
    try checkTransaction()
    if unsafe isSavepointDue { try markScope() }
    let mark = capture.mark()
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    // A script changes the schema, not the rows that rules watch.
    capture.truncate(to: mark)
    if code != SQLITE_OK { throw failure(code, sql: sql, operation: .step) }
  }

  /// How many rows the last statement changed, cascades excluded.
  public var lastChangeCount: Int { unsafe Int(sqlite3_changes64(handle)) }

  /// The rowid of the last row inserted.
  public var lastInsertedRowID: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// Whether no transaction is open in SQLite's own eyes.
  var isAutocommit: Bool { unsafe sqlite3_get_autocommit(handle) != 0 }
}
