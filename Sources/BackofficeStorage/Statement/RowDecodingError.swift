import CBackofficeSQLite

/// A column value that does not decode to the expected type.
///
/// The error does not contain the value, which may be a customer's data.
public struct RowDecodingError: Error, Sendable, Hashable {
  /// The table of the row; nil if the row was not decoded to a ``TableRow``.
  public internal(set) var table: String?
  /// The position of the column, starting at 0.
  public let index: Int
  /// The name of the column; nil if the row has no such column and the name is not known.
  public internal(set) var column: String?
  /// The expected Swift type.
  public let expected: String
  /// The storage class of the value; nil if the row has no such column.
  public let found: StorageClass?
  /// The statement that returned the row; nil for a captured change.
  public let sql: String?
}

extension RowDecodingError: CustomStringConvertible {
  /// The column, the expected type, the value's storage class and the statement, on one line.
  public var description: String {
    let name = column.map { name in "column \(table.map { "\($0)." } ?? "")\(name) (\(index))" }
    let place = name ?? "column \(index)"
    let what =
      if let found {
        "expected \(expected), found \(found.rawValue)"
      } else {
        "expected \(expected), but the row has no such column"
      }
    let origin = sql.map { "[in: \($0.singleLine(limit: 300))]" } ?? "[in a captured change]"
    return "cannot decode \(place): \(what) \(origin)"
  }
}

extension RowDecodingError {
  @usableFromInline
  @inline(never)
  static func make(
    statement: OpaquePointer?,
    captured: UnsafePointer<CapturedValue>?,
    positions: UnsafePointer<Int>?,
    count: Int,
    index: Int,
    expected: Any.Type
  ) -> RowDecodingError {
    var column: String?
    var found: StorageClass?
    var sql: String?
    if let statement = unsafe statement {
      sql = unsafe sqlite3_sql(statement).map { unsafe String(cString: $0) }
      if index >= 0, index < count {
        column = unsafe sqlite3_column_name(statement, Int32(index)).map {
          unsafe String(cString: $0)
        }
        if let value = unsafe sqlite3_column_value(statement, Int32(index)) {
          found = unsafe ColumnValue(value).storageClass
        }
      }
    } else if index >= 0, index < count, let captured = unsafe captured,
      let positions = unsafe positions
    {
      found = unsafe ColumnValue(captured[positions[index]], in: nil).storageClass
    }
    return RowDecodingError(
      index: index, column: column, expected: String(describing: expected), found: found, sql: sql)
  }
}
