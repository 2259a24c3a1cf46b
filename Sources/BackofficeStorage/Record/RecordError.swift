/// A mismatch between the declaration of a ``TableRow`` or ``Record`` and a table or statement.
public enum RecordError: Error, Sendable, Hashable {
  /// The table does not exist.
  case missingTable(record: String, table: String)
  /// The table does not have these columns.
  case missingColumns(record: String, table: String, columns: [String])
  /// The initializer reads a column twice.
  case repeatedColumn(record: String, column: String)
  /// The initializer does not read the key column.
  case keyNotDeclared(record: String, column: String)
  /// The column names cannot be collected, because a column's type has no sample value; the type
  /// must implement ``ColumnDecodable/columnSample(_:)``.
  case noSample(type: String, column: String)
  /// The statement does not return the column that the row reads at this position, starting at 0.
  /// Use `AS` to name an expression.
  case otherColumn(record: String, index: Int, declared: String, found: String?, sql: String)
  /// SQLite reported success, but stored no row: a trigger or a constraint of the table ignores it.
  case notStored(record: String, table: String)
}

extension RecordError: CustomStringConvertible {
  /// The mismatch and the remedy, on one line.
  public var description: String {
    switch self {
    case .missingTable(let record, let table):
      "\(record) is declared for the table \(table), which does not exist"
    case .missingColumns(let record, let table, let columns):
      "\(record) declares columns that the table \(table) does not have: "
        + columns.joined(separator: ", ")
    case .repeatedColumn(let record, let column):
      "the initializer of \(record) reads the column \(column) twice"
    case .keyNotDeclared(let record, let column):
      "the initializer of \(record) does not read its key column \(column)"
    case .noSample(let type, let column):
      "\(type) of the column \(column) has no sample value; implement columnSample(_:) in \(type)"
    case .otherColumn(let record, let index, let declared, let found, let sql):
      "\(record) reads the column \(declared) (\(index)), but the statement returns "
        + "\(found?.singleLine(limit: 60) ?? "no such column") [in: \(sql.singleLine(limit: 300))]"
    case .notStored(let record, let table):
      "\(record) was not stored: an SQL trigger with RAISE(IGNORE), or a constraint with ON CONFLICT "
        + "IGNORE, of the table \(table) discards it"
    }
  }
}
