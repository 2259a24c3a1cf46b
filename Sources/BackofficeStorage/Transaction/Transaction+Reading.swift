import CBackofficeSQLite

extension Transaction where Self: ~Copyable {
  /// The first row of a declared statement, decoded, or nil when there is none.
  ///
  /// - Throws: ``SQLiteError``, ``RowDecodingError``, ``StorageError/parameterCount(expected:found:sql:)``,
  ///   and what `decode` throws.
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

  /// The first row of a declared statement whose values `bind` hands over one after the other.
  ///
  /// - Throws: as ``fetchOne(_:_:decode:)``.
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

  /// All rows of a declared statement, decoded.
  ///
  /// - Throws: as ``fetchOne(_:_:decode:)``.
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

  /// Lends each row of a declared statement to `body`, in constant memory, until it answers false.
  ///
  /// - Throws: as ``fetchOne(_:_:decode:)``.
  @inlinable
  public func forEach<each Value: Bindable>(
    _ statement: SQLStatement, _ values: repeat each Value,
    body: (borrowing Row) throws -> Bool
  ) throws {
    let prepared = try checked(connection.statement(statement))
    try connection.run(prepared, repeat each values, body: body)
  }

  /// The first row of `sql`, decoded, or nil when there is none; the prepared form is cached.
  ///
  /// - Throws: as ``fetchOne(_:_:decode:)``.
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

  /// All rows of `sql`, decoded; the prepared form is cached.
  ///
  /// - Throws: as ``fetchOne(_:_:decode:)``.
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

  /// Lends each row of `sql` to `body`, in constant memory, until it answers false.
  ///
  /// - Throws: as ``fetchOne(_:_:decode:)``.
  @inlinable
  public func forEach<each Value: Bindable>(
    sql: String, _ values: repeat each Value, body: (borrowing Row) throws -> Bool
  ) throws {
    let prepared = try checked(connection.statement(sql: sql))
    try connection.run(prepared, repeat each values, body: body)
  }

  /// How SQLite would run `sql`: one line a step, for tests that pin an index.
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

  /// The texts of the statements that the connection holds prepared, for tests of their plans.
  package var preparedTexts: Set<String> {
    var texts: Set<String> = []
    var statement = unsafe sqlite3_next_stmt(connection.handle, nil)
    while let prepared = unsafe statement {
      if let text = unsafe sqlite3_sql(prepared) { texts.insert(unsafe String(cString: text)) }
      unsafe statement = unsafe sqlite3_next_stmt(connection.handle, prepared)
    }
    return texts
  }

  /// Refuses a writing statement outside a write transaction.
  @inlinable
  func checked(_ statement: PreparedStatement) throws -> PreparedStatement {
    if !statement.isReadOnly, Self.self == ReadTransaction.self {
      unsafe statement.isCheckedOut = false
      throw StorageError.statementWrites(sql: statement.sql)
    }
    return statement
  }
}
