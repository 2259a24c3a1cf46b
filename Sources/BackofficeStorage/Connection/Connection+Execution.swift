public import CBackofficeSQLite

extension Connection {
  /// Prepares and runs one statement, and passes each row to `body` until it returns false.
  ///
  /// - Returns: the number of rows that the statement changed.
  @discardableResult
  package func run<each Value: Bindable>(
    sql: String, _ values: repeat each Value,
    body: (borrowing Row) throws -> Bool = { _ in true }
  ) throws -> Int {
    try run(prepare(sql), repeat each values, body: body)
  }

  /// Runs a declared statement, and passes each row to `body` until it returns false.
  ///
  /// - Returns: the number of rows that the statement changed.
  @discardableResult
  package func run<each Value: Bindable>(
    _ statement: SQLStatement, _ values: repeat each Value,
    body: (borrowing Row) throws -> Bool = { _ in true }
  ) throws -> Int {
    try run(self.statement(statement), repeat each values, body: body)
  }

  /// Binds `values`, passes each row to `body` until it returns false, and resets the statement.
  ///
  /// The triggers run for the changed rows after the statement has ended.
  ///
  /// - Returns: the number of rows that the statement changed, without cascades and triggers.
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
    return try complete(use)
  }

  /// Runs a statement whose parameters `bind` binds one after the other.
  ///
  /// Use it for statements that run for every row: a parameter pack binds its values through
  /// witness tables.
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
    return try complete(use)
  }

  /// The state before a run of a statement.
  @usableFromInline
  struct StatementRun {
    /// The end of the capture buffer, or -1 for a statement that only reads.
    @usableFromInline let mark: Int
    @usableFromInline let changesBefore: Int64
    /// The number of bytes of the arena in use.
    @usableFromInline let room: Int

    @inlinable
    init(mark: Int, changesBefore: Int64, room: Int) {
      self.mark = mark
      self.changesBefore = changesBefore
      self.room = room
    }
  }

  @inlinable
  func start(_ statement: PreparedStatement) throws -> StatementRun {
    if let cancellation = unsafe cancellation, cancellation.isSet {
      unsafe statement.isCheckedOut = false
      throw CancellationError()
    }
    let mark = try statement.isReadOnly ? -1 : captureMark(for: statement)
    return unsafe StatementRun(
      mark: mark, changesBefore: mark < 0 ? 0 : totalChangeCount,
      room: statement.arena.pointee.used)
  }

  @inlinable
  func fail(_ use: StatementRun) {
    if use.mark >= 0 { statementFailed(use.mark, changesBefore: use.changesBefore) }
  }

  /// Runs the triggers for the rows that the statement changed, and returns their number.
  @inlinable
  func complete(_ use: StatementRun) throws -> Int {
    guard use.mark >= 0 else { return 0 }
    // Read before the triggers run, because their statements change SQLite's counter.
    let changed = totalChangeCount == use.changesBefore ? 0 : lastChangeCount
    try runTriggers(since: use.mark)
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
    // A loop over the values would copy and destroy each of them.
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
    if unsafe isRolledBack { try checkTransaction() }
    if unsafe isSavepointDue, !statement.isReadOnly { try markScope() }
    unsafe statementNumber &+= 1
    var wanted = true
    var isFirst = true
    while true {
      let code = unsafe sqlite3_step(statement.handle)
      if isFirst {
        isFirst = false
        if statement.wasRecompiled() { try recompiled(statement) }
      }
      if code == SQLITE_ROW {
        guard wanted else { continue }
        let row = unsafe Row(statement: statement.handle, count: statement.columnCount)
        wanted = try body(row)
        // A statement that only reads may stop early; one that writes must run to its end.
        if !wanted, statement.isReadOnly { return }
      } else if code == SQLITE_DONE {
        return
      } else {
        // Also notices that SQLite has rolled back.
        let failure = failure(code, sql: statement.sql, operation: .step)
        if code & 0xff == SQLITE_INTERRUPT, let stopped = stopped(statement) { throw stopped }
        throw failure
      }
    }
  }

  /// Rejects the rows of a statement whose columns were verified and have changed with the schema, as
  /// those of `SELECT *` do.
  @usableFromInline
  @inline(never)
  func recompiled(_ statement: PreparedStatement) throws {
    guard unsafe statement.rowType != nil,
      unsafe !statement.columnNames.starts(with: statement.verifiedNames)
    else { return }
    unsafe statement.rowType = nil
    throw SQLiteError(
      code: ResultCode(rawValue: SQLITE_SCHEMA),
      message: "the columns of the statement have changed with the schema",
      sql: statement.sql, operation: .step)
  }

  /// The number of rows changed on this connection so far, including cascades.
  @usableFromInline package var totalChangeCount: Int64 { unsafe sqlite3_total_changes64(handle) }

  /// The number of rows that the last statement changed, without cascades.
  public var lastChangeCount: Int { unsafe Int(sqlite3_changes64(handle)) }

  /// The rowid of the last row inserted.
  public var lastInsertedRowID: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// Whether SQLite has no open transaction.
  package var isAutocommit: Bool { unsafe sqlite3_get_autocommit(handle) != 0 }
}
