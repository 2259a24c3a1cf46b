/// The declaration of a ``TableRow`` or ``Record`` does not fit itself, a table, or a statement.
public enum RecordError: Error, Sendable, Hashable {
  /// There is no such table.
  case missingTable(record: String, table: String)
  /// The table has no columns of these names.
  case missingColumns(record: String, table: String, columns: [String])
  /// The initialiser asks for the same column twice.
  case repeatedColumn(record: String, column: String)
  /// The initialiser does not ask for the record's key column.
  case keyNotDeclared(record: String, column: String)
  /// The names of the columns cannot be collected, because no sample of a column's type is known; the
  /// type must implement ``ColumnDecodable/columnSample(_:)``.
  case noSample(type: String, column: String)
  /// The statement does not return the column that the row reads at this position, counted from 0; name
  /// an expression with `AS`.
  case otherColumn(record: String, index: Int, declared: String, found: String?, sql: String)
}

extension RecordError: CustomStringConvertible {
  /// One line: what does not fit what, and what to do.
  public var description: String {
    switch self {
    case .missingTable(let record, let table):
      "\(record) is declared for the table \(table), which does not exist"
    case .missingColumns(let record, let table, let columns):
      "\(record) names columns that the table \(table) does not have: "
        + columns.joined(separator: ", ")
    case .repeatedColumn(let record, let column):
      "the initialiser of \(record) names the column \(column) twice"
    case .keyNotDeclared(let record, let column):
      "the initialiser of \(record) does not name its key column \(column)"
    case .noSample(let type, let column):
      "no sample of \(type) is known for the column \(column): implement columnSample(_:) in \(type)"
    case .otherColumn(let record, let index, let declared, let found, let sql):
      "\(record) reads the column \(declared) (\(index)), but the statement returns "
        + "\(found?.singleLine(limit: 60) ?? "no such column") [in: \(sql.singleLine(limit: 300))]"
    }
  }
}
