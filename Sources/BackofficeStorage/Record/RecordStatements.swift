/// The statements of a record, made once from its declaration.
///
/// Placeholders are numbered by the columns, so that one binding of the record fills each statement
/// that writes it.
@usableFromInline
final class RecordStatements: Sendable {
  let insert: SQLStatement
  let update: SQLStatement
  let delete: SQLStatement
  @usableFromInline let find: SQLStatement
  /// What is wrong with the declaration, or nil.
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
  /// The statements of a record.
  @usableFromInline
  func statements<R: Record>(of type: R.Type) throws(RecordError) -> RecordStatements {
    if let known = unsafe records[ObjectIdentifier(type)] { return known }
    let statements = RecordStatements.known.value(of: type) { RecordStatements(type) }
    if let fault = statements.fault { throw fault }
    unsafe records[ObjectIdentifier(type)] = statements
    return statements
  }
}
