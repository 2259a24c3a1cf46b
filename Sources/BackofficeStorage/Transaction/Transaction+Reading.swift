import CBackofficeSQLite

extension Transaction where Self: ~Copyable {
  /// Returns the first row of a declared statement, decoded, or nil if there are no rows.
  ///
  /// - Throws: ``SQLiteError``, ``RowDecodingError``,
  ///   ``StorageError/parameterCount(expected:found:sql:)``, ``StorageError/statementWrites(sql:)``
  ///   in a read transaction, and any error that `decode` throws.
  @inlinable
  public func fetchOne<Result, each Value: Bindable>(
    _ statement: SQLStatement, _ values: repeat each Value,
    decode: (borrowing Row) throws -> Result
  ) throws -> Result? {
    var result: Result?
    let prepared = try checked(connection.statement(statement))
    try connection.run(prepared, repeat each values) { row in
      result = try decode(row)
      return false
    }
    return result
  }

  /// Returns the first row of a declared statement whose parameters `bind` binds.
  ///
  /// - Throws: the errors of ``fetchOne(_:_:decode:)``.
  @inlinable
  package func fetchOne<Result>(
    _ statement: SQLStatement, binding bind: (inout RecordBinder) throws -> Void,
    decode: (borrowing Row) throws -> Result
  ) throws -> Result? {
    var result: Result?
    let prepared = try checked(connection.statement(statement))
    try connection.run(prepared, binding: bind) { row in
      result = try decode(row)
      return false
    }
    return result
  }

  /// Returns all rows of a declared statement, decoded.
  ///
  /// - Throws: the errors of ``fetchOne(_:_:decode:)``.
  @inlinable
  public func fetchAll<Result, each Value: Bindable>(
    _ statement: SQLStatement, _ values: repeat each Value,
    decode: (borrowing Row) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    let prepared = try checked(connection.statement(statement))
    try connection.run(prepared, repeat each values) { row in
      results.append(try decode(row))
      return true
    }
    return results
  }

  /// Passes each row of a declared statement to `body`, in constant memory, until it returns false.
  ///
  /// - Throws: the errors of ``fetchOne(_:_:decode:)``.
  @inlinable
  public func forEach<each Value: Bindable>(
    _ statement: SQLStatement, _ values: repeat each Value,
    body: (borrowing Row) throws -> Bool
  ) throws {
    let prepared = try checked(connection.statement(statement))
    try connection.run(prepared, repeat each values, body: body)
  }

  /// Returns the first row of `sql`, decoded, or nil if there are no rows; the statement is cached.
  ///
  /// - Throws: the errors of ``fetchOne(_:_:decode:)``.
  @inlinable
  public func fetchOne<Result, each Value: Bindable>(
    sql: String, _ values: repeat each Value, decode: (borrowing Row) throws -> Result
  ) throws -> Result? {
    var result: Result?
    let prepared = try checked(connection.statement(sql: sql))
    try connection.run(prepared, repeat each values) { row in
      result = try decode(row)
      return false
    }
    return result
  }

  /// Returns all rows of `sql`, decoded; the statement is cached.
  ///
  /// - Throws: the errors of ``fetchOne(_:_:decode:)``.
  @inlinable
  public func fetchAll<Result, each Value: Bindable>(
    sql: String, _ values: repeat each Value, decode: (borrowing Row) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    let prepared = try checked(connection.statement(sql: sql))
    try connection.run(prepared, repeat each values) { row in
      results.append(try decode(row))
      return true
    }
    return results
  }

  /// Passes each row of `sql` to `body`, in constant memory, until it returns false.
  ///
  /// - Throws: the errors of ``fetchOne(_:_:decode:)``.
  @inlinable
  public func forEach<each Value: Bindable>(
    sql: String, _ values: repeat each Value, body: (borrowing Row) throws -> Bool
  ) throws {
    let prepared = try checked(connection.statement(sql: sql))
    try connection.run(prepared, repeat each values, body: body)
  }

  /// Returns SQLite's query plan for `sql`, one line for each step.
  ///
  /// - Throws: ``SQLiteError`` if `sql` is not a valid statement.
  public func queryPlan(_ sql: String) throws -> [String] {
    let prepared = try connection.prepare("EXPLAIN QUERY PLAN \(sql)")
    defer { prepared.finish() }
    var lines: [String] = []
    try connection.stepAll(prepared) { row in
      lines.append(try row.value(at: 3))
      return true
    }
    return lines
  }

  /// The SQL texts of the connection's prepared statements, for tests of their plans.
  package var preparedTexts: Set<String> {
    var texts: Set<String> = []
    var statement = unsafe sqlite3_next_stmt(connection.handle, nil)
    while let prepared = unsafe statement {
      if let text = unsafe sqlite3_sql(prepared) { texts.insert(unsafe String(cString: text)) }
      unsafe statement = unsafe sqlite3_next_stmt(connection.handle, prepared)
    }
    return texts
  }

  /// Rejects a statement that writes in a read transaction.
  @inlinable
  func checked(_ statement: PreparedStatement) throws -> PreparedStatement {
    if !statement.isReadOnly, Self.self == ReadTransaction.self {
      unsafe statement.isCheckedOut = false
      throw StorageError.statementWrites(sql: statement.sql)
    }
    return statement
  }
}
