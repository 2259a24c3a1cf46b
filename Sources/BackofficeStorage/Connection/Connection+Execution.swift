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
    let use = try start(statement)
    do {
      defer { statement.finish(room: use.room) }
      try bind(statement, repeat each values)
      try stepToEnd(statement, body: body)
    } catch {
      fail(use)
      throw ColumnError.cause(of: error)
    }
    return try settle(use)
  }

  /// The same with values that `bind` hands to the placeholders one after the other.
  ///
  /// For statements that run for every row: values passed as a pack are bound through witness tables.
  @inlinable
  @discardableResult
  func run(
    _ statement: PreparedStatement, binding bind: (inout RecordBinder) throws -> Void,
    body: (borrowing Row) throws -> Bool
  ) throws -> Int {
    let use = try start(statement)
    do {
      defer { statement.finish(room: use.room) }
      var binder = RecordBinder(statement)
      try bind(&binder)
      guard binder.index == statement.parameterCount else {
        throw wrongParameterCount(statement, found: binder.index)
      }
      try stepToEnd(statement, body: body)
    } catch {
      fail(use)
      throw ColumnError.cause(of: error)
    }
    return try settle(use)
  }

  /// One run of a statement: what was there before it.
  @usableFromInline
  struct Use {
    /// Where the capture buffer ended, or -1 for a statement that only reads.
    @usableFromInline let mark: Int
    @usableFromInline let changesBefore: Int64
    /// How much of the arena was taken.
    @usableFromInline let room: Int

    @inlinable
    init(mark: Int, changesBefore: Int64, room: Int) {
      self.mark = mark
      self.changesBefore = changesBefore
      self.room = room
    }
  }

  @inlinable
  func start(_ statement: PreparedStatement) throws -> Use {
    if let cancellation = unsafe cancellation, cancellation.isSet {
      unsafe statement.isCheckedOut = false
      throw CancellationError()
    }
    let mark = statement.isReadOnly ? -1 : captureMark(for: statement)
    return unsafe Use(
      mark: mark, changesBefore: mark < 0 ? 0 : totalChangeCount,
      room: statement.arena.pointee.used)
  }

  @inlinable
  func fail(_ use: Use) {
    if use.mark >= 0 { statementFailed(use.mark, changesBefore: use.changesBefore) }
  }

  /// Runs the rules for what the statement changed, and answers how many rows that were.
  @inlinable
  func settle(_ use: Use) throws -> Int {
    guard use.mark >= 0 else { return 0 }
    // Before the rules run: their statements set SQLite's count anew.
    let changed = totalChangeCount == use.changesBefore ? 0 : lastChangeCount
    try settle(since: use.mark)
    return changed
  }

  @inlinable
  func stepToEnd(
    _ statement: PreparedStatement, body: (borrowing Row) throws -> Bool
  ) throws {
    let start = slowStatement == nil ? 0 : monotonicMicroseconds()
    try stepAll(statement, body: body)
    if let slowStatement { slowStatement.finished(statement.sql, since: start) }
  }

  @inlinable
  func bind<each Value: Bindable>(
    _ statement: PreparedStatement, _ values: repeat each Value
  ) throws {
    var count = 0
    // Not a loop over the values: it would copy each, and destroy the copy.
    repeat try bind(each values, to: statement, after: &count)
    guard count == statement.parameterCount else {
      throw wrongParameterCount(statement, found: count)
    }
  }

  @inlinable
  @inline(__always)
  func bind<Value: Bindable>(
    _ value: Value, to statement: PreparedStatement, after count: inout Int
  ) throws {
    count += 1
    guard count <= statement.parameterCount else { return }
    try unsafe value.bind(
      to: Parameter(
        statement: statement.handle, index: Int32(truncatingIfNeeded: count),
        arena: statement.arena))
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
  /// For configuration and changes of the schema.
  package func executeScript(_ sql: String) throws(SQLiteError) {
    try checkTransaction()
    if unsafe isSavepointDue { try markScope() }
    let mark = capture.mark()
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    // A script changes the schema, not the rows that rules watch.
    capture.truncate(to: mark)
    settings.generation += 1
    if code != SQLITE_OK { throw failure(code, sql: sql, operation: .step) }
  }

  /// All rows changed on this connection so far, cascades included.
  @usableFromInline package var totalChangeCount: Int64 { unsafe sqlite3_total_changes64(handle) }

  /// How many rows the last statement changed, cascades excluded.
  public var lastChangeCount: Int { unsafe Int(sqlite3_changes64(handle)) }

  /// The rowid of the last row inserted.
  public var lastInsertedRowID: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// Whether no transaction is open in SQLite's own eyes.
  package var isAutocommit: Bool { unsafe sqlite3_get_autocommit(handle) != 0 }
}
