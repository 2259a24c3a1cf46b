/// A row that a program writes whole: insert, update and delete through it run `before` triggers.
public protocol Record: TableRow {
  /// The statements of the table, made once: `static let statements = RecordStatements(Self.self)`.
  static var statements: RecordStatements { get }
  /// The column that names a row outside; `id` unless said otherwise.
  static var keyColumn: String { get }
  /// Binds the values of ``TableRow/columns``, in their order.
  func bind(to binder: inout RecordBinder) throws(SQLiteError)
  /// Binds the value of ``keyColumn``.
  func bindKey(to binder: inout RecordBinder) throws(SQLiteError)
}

extension Record {
  /// `id`.
  public static var keyColumn: String { "id" }
}

/// The three statements that write a record.
public struct RecordStatements: Sendable {
  @usableFromInline let insert: SQLStatement
  @usableFromInline let update: SQLStatement
  @usableFromInline let delete: SQLStatement

  /// Builds the statements from the record's table, columns and key.
  public init<R: Record>(_ type: R.Type) {
    let table = "\"\(R.tableName)\""
    let columns = R.columns
    let places = repeatElement("?", count: columns.count).joined(separator: ", ")
    insert = SQLStatement("INSERT INTO \(table) (\(R.selection)) VALUES (\(places))")
    let assignments = columns.map { "\"\($0)\" = ?" }.joined(separator: ", ")
    update = SQLStatement("UPDATE \(table) SET \(assignments) WHERE \"\(R.keyColumn)\" = ?")
    delete = SQLStatement("DELETE FROM \(table) WHERE \"\(R.keyColumn)\" = ?")
  }
}

/// Hands out the placeholders of a statement one after the other.
@safe
public struct RecordBinder: ~Copyable {
  @usableFromInline let statement: PreparedStatement
  @usableFromInline var index = 0

  @inlinable
  init(_ statement: PreparedStatement) { self.statement = statement }

  /// Binds the next placeholder.
  @inlinable
  public mutating func bind<Value: Bindable>(_ value: Value) throws(SQLiteError) {
    index += 1
    try unsafe value.bind(
      to: Parameter(
        statement: statement.handle, index: Int32(truncatingIfNeeded: index),
        arena: statement.arena))
  }
}
