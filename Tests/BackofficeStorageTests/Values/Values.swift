import CBackofficeSQLite
import Foundation
import Testing

@testable import BackofficeStorage

/// The parent suite of the value types' tests, for filters.
@Suite("Values")
enum Values {}

/// Binds `value` to a statement that returns it, and calls `body` with the column.
func throughSQLite<Result>(
  _ value: some Bindable, _ body: (borrowing ColumnValue) -> Result
) throws -> Result {
  var database: OpaquePointer?
  defer { unsafe sqlite3_close_v2(database) }
  try #require(unsafe sqlite3_open(":memory:", &database) == SQLITE_OK)
  var prepared: OpaquePointer?
  defer { unsafe sqlite3_finalize(prepared) }
  try #require(unsafe sqlite3_prepare_v2(database, "SELECT ?", -1, &prepared, nil) == SQLITE_OK)
  guard let statement = unsafe prepared else { throw CancellationError() }
  try unsafe value.bind(to: Parameter(statement: statement, index: 1))
  try #require(unsafe sqlite3_step(statement) == SQLITE_ROW)
  guard let column = unsafe sqlite3_column_value(statement, 0) else { throw CancellationError() }
  return unsafe body(ColumnValue(column))
}

/// Encodes a value as JSON and decodes it again.
func throughJSON<Value: Codable>(_ value: Value) throws -> (text: String, value: Value) {
  let data = try JSONEncoder().encode(value)
  return (String(decoding: data, as: UTF8.self), try JSONDecoder().decode(Value.self, from: data))
}
