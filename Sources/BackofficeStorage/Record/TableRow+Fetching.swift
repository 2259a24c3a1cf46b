extension TableRow {
  /// Creates a statement that selects the row's columns; declare it as a `static let`.
  ///
  /// - Parameter rest: the SQL after the table's name, such as `WHERE status = ? ORDER BY
  ///   placed_at`.
  public static func select(_ rest: String) -> SQLStatement {
    SQLStatement("SELECT \(selection) FROM \"\(tableName)\" \(rest)")
  }

  /// Returns all rows of a declared statement, whose first columns are ``TableRow/columns``.
  ///
  /// - Throws: ``RecordError`` if the statement returns other columns or the table lacks one of
  ///   them, ``RowDecodingError``, ``SQLiteError``,
  ///   ``StorageError/parameterCount(expected:found:sql:)``.
  @inlinable
  public static func fetchAll<each Value: Bindable>(
    _ transaction: borrowing some Transaction & ~Copyable, _ statement: SQLStatement,
    _ values: repeat each Value
  ) throws -> [Self] {
    let connection = transaction.connection
    let prepared = try transaction.checked(connection.statement(statement, of: Self.self))
    var rows: [Self] = []
    try connection.run(prepared, repeat each values) { row in
      rows.append(try Self(row))
      return true
    }
    return rows
  }

  /// Returns the first row of a declared statement, whose first columns are ``TableRow/columns``.
  ///
  /// - Throws: the errors of ``fetchAll(_:_:_:)``.
  @inlinable
  public static func fetchOne<each Value: Bindable>(
    _ transaction: borrowing some Transaction & ~Copyable, _ statement: SQLStatement,
    _ values: repeat each Value
  ) throws -> Self? {
    let connection = transaction.connection
    let prepared = try transaction.checked(connection.statement(statement, of: Self.self))
    var found: Self?
    try connection.run(prepared, repeat each values) { row in
      found = try Self(row)
      return false
    }
    return found
  }

  /// Returns the rows of the table that a condition selects; the statement is cached by its text.
  ///
  /// - Parameters:
  ///   - transaction: the transaction.
  ///   - rest: the SQL after the table's name, such as `WHERE status = ? ORDER BY placed_at`; empty
  ///     for all rows.
  ///   - values: the values of its parameters.
  /// - Throws: the errors of ``fetchAll(_:_:_:)``.
  /// - Complexity: that of the query.
  public static func fetchAll<each Value: Bindable>(
    in transaction: borrowing some Transaction & ~Copyable, _ rest: String,
    _ values: repeat each Value
  ) throws -> [Self] {
    let sql = "SELECT \(selection) FROM \"\(tableName)\" \(rest)"
    let connection = transaction.connection
    let prepared = try connection.explaining(Self.self) { try connection.statement(sql: sql) }
    var rows: [Self] = []
    try connection.run(prepared, repeat each values) { row in
      rows.append(try Self(row))
      return true
    }
    return rows
  }
}
