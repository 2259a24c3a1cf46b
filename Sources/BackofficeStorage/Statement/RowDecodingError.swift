import CBackofficeSQLite

/// A column did not hold what the program expected of it.
///
/// The value itself is not part of the error: it may be a customer's.
public struct RowDecodingError: Error, Sendable, Hashable {
  /// The table of the row that was decoded, or nil when no ``TableRow`` was.
  public internal(set) var table: String?
  /// The column's position, counted from 0.
  public let index: Int
  /// The column's name, or nil when the row has no such column and none was asked for by name.
  public internal(set) var column: String?
  /// The Swift type that was asked for.
  public let expected: String
  /// What the column holds, or nil when the row has no such column.
  public let found: StorageClass?
  /// The statement that gave the row, or nil for a captured change.
  public let sql: String?
}

extension RowDecodingError: CustomStringConvertible {
  /// One line: the column, what was expected, what was found, and in which statement.
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
