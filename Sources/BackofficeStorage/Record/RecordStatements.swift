/// The statements of a record type, generated once from its declaration.
///
/// Parameters are numbered by column, so that the same binding serves every statement that writes
/// the record.
@usableFromInline
final class RecordStatements: Sendable {
  let insert: SQLStatement
  let update: SQLStatement
  let delete: SQLStatement
  @usableFromInline let find: SQLStatement
  /// The error of the declaration, or nil.
  let fault: RecordError?

  fileprivate static let known = PerType<RecordStatements>()

  fileprivate init<R: Record>(_ type: R.Type) {
    let layout = RowLayout.of(type)
    let (table, key) = ("\"\(R.tableName)\"", "\"\(R.keyColumn)\"")
    let numbered = layout.columns.enumerated()
    let places = numbered.map { "?\($0.offset + 1)" }.joined(separator: ", ")
    let assignments = numbered.map { "\"\($1)\" = ?\($0 + 1)" }.joined(separator: ", ")
    let keyPlace = layout.columns.firstIndex(of: R.keyColumn)
    insert = SQLStatement("INSERT INTO \(table) (\(layout.selection)) VALUES (\(places))")
    update = SQLStatement(
      "UPDATE \(table) SET \(assignments) WHERE \(key) = ?\((keyPlace ?? 0) + 1)")
    delete = SQLStatement("DELETE FROM \(table) WHERE \(key) = ?")
    find = SQLStatement("SELECT \(layout.selection) FROM \(table) WHERE \(key) = ?")
    fault =
      layout.fault
      ?? (keyPlace == nil ? .keyNotDeclared(record: "\(type)", column: R.keyColumn) : nil)
  }
}

extension Connection {
  /// The statements of a record type.
  @usableFromInline
  func statements<R: Record>(of type: R.Type) throws(RecordError) -> RecordStatements {
    if let known = unsafe records[ObjectIdentifier(type)] { return known }
    let statements = RecordStatements.known.value(of: type) { RecordStatements(type) }
    if let fault = statements.fault { throw fault }
    unsafe records[ObjectIdentifier(type)] = statements
    return statements
  }

  /// Checks out the prepared form of a declared statement whose rows decode to `type`.
  @inlinable
  func statement<R: TableRow>(_ declared: SQLStatement, of type: R.Type) throws -> PreparedStatement
  {
    let statement = try explaining(type) { try self.statement(declared) }
    if unsafe statement.rowType != ObjectIdentifier(type) { try check(statement, against: type) }
    return statement
  }

  /// Verifies that the statement returns the columns of `type`.
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
    unsafe statement.verifiedNames = layout.columns
  }

  /// Reports the columns that the table lacks if SQLite cannot prepare a statement for `type`.
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
    let known = try columns(of: R.tableName)
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
