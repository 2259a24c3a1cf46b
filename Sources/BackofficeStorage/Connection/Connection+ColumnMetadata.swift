import CBackofficeSQLite

extension Connection {
  /// What no pragma tells of a column: its collating sequence, in capitals, and whether it is an
  /// `AUTOINCREMENT` key.
  ///
  /// A column that SQLite does not know has the collating sequence `BINARY`.
  package func metadata(
    ofColumn column: String, in table: String
  ) throws(SQLiteError) -> (collation: String, isAutoincrement: Bool) {
    var collation: UnsafePointer<CChar>?
    var isAutoincrement: Int32 = 0
    let code = unsafe sqlite3_table_column_metadata(
      handle, "main", table, column, nil, &collation, nil, nil, &isAutoincrement)
    if code & 0xff == SQLITE_NOMEM { throw failure(code, operation: .prepare) }
    guard code == SQLITE_OK, let name = unsafe collation else { return ("BINARY", false) }
    return (unsafe String(cString: name).uppercased(), isAutoincrement != 0)
  }
}
