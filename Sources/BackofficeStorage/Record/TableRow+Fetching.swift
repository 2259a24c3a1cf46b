extension TableRow {
  /// A statement that selects the row's columns; declare it as a `static let`.
  ///
  /// - Parameter rest: what follows the table: conditions and order, such as
  ///   `WHERE status = ? ORDER BY placed_at`.
  public static func select(_ rest: String) -> SQLStatement {
    SQLStatement("SELECT \(selection) FROM \"\(tableName)\" \(rest)")
  }

  /// All rows of a declared statement, whose first columns are ``TableRow/columns``.
  ///
  /// - Throws: ``RecordError`` when it returns other columns or the table lacks one of them,
  ///   ``RowDecodingError``, ``SQLiteError``, and
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

  /// The first row of a declared statement, whose first columns are ``TableRow/columns``.
  ///
  /// - Throws: as ``fetchAll(_:_:_:)``.
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

  /// All rows of the table that a condition selects; the prepared form is cached by its text.
  ///
  /// - Parameters:
  ///   - transaction: the transaction to read in.
  ///   - rest: what follows the table: conditions and order, such as
  ///     `WHERE status = ? ORDER BY placed_at`; empty for all rows.
  ///   - values: the values of its placeholders.
  /// - Throws: as ``fetchAll(_:_:_:)``.
  /// - Complexity: that of the condition.
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

extension Connection {
  /// The prepared form of a declared statement whose rows decode to `type`.
  @inlinable
  func statement<R: TableRow>(_ declared: SQLStatement, of type: R.Type) throws -> PreparedStatement
  {
    let statement = try explaining(type) { try self.statement(declared) }
    if unsafe statement.rowType != ObjectIdentifier(type) { try check(statement, against: type) }
    return statement
  }

  /// Notes that the statement answers the columns of `type`, or throws.
  @usableFromInline
  @inline(never)
  func check<R: TableRow>(_ statement: PreparedStatement, against type: R.Type) throws {
    let layout = RowLayout.of(type)
    let found = statement.columnNames
    if let fault = layout.fault ?? layout.mismatch(found, of: type, sql: statement.sql) {
      unsafe statement.isCheckedOut = false
      throw fault
    }
    unsafe statement.rowType = ObjectIdentifier(type)
  }

  /// Says which columns a table lacks, where SQLite could not prepare a statement for a row of it.
  @inlinable
  func explaining<R: TableRow>(
    _ type: R.Type, _ prepare: () throws -> PreparedStatement
  ) throws -> PreparedStatement {
    do {
      return try prepare()
    } catch {
      throw try explanation(of: error, for: type)
    }
  }

  @usableFromInline
  @inline(never)
  func explanation<R: TableRow>(of error: any Error, for type: R.Type) throws -> any Error {
    guard let failure = error as? SQLiteError, failure.operation == .prepare,
      failure.code ~= .error
    else { return error }
    let known = try columns(of: R.tableName).map(\.name)
    if known.isEmpty { return RecordError.missingTable(record: "\(type)", table: R.tableName) }
    let missing = R.columns.filter { !known.contains($0) }
    if missing.isEmpty { return error }
    return RecordError.missingColumns(record: "\(type)", table: R.tableName, columns: missing)
  }
}

extension RowLayout {
  fileprivate func mismatch<R: TableRow>(
    _ found: [String], of type: R.Type, sql: String
  ) -> RecordError? {
    let index = columns.indices.first { $0 >= found.count || columns[$0] != found[$0] }
    guard let index else { return nil }
    return .otherColumn(
      record: "\(type)", index: index, declared: columns[index],
      found: index < found.count ? found[index] : nil, sql: sql)
  }
}
