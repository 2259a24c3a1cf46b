import CBackofficeSQLite

extension Connection {
  /// The path of the file; nil for a temporary or in-memory database.
  package var filePath: String? {
    guard let name = unsafe sqlite3_db_filename(handle, "main"), unsafe name.pointee != 0 else {
      return nil
    }
    return unsafe String(cString: name)
  }

  /// Whether the file was opened read-only.
  package var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

  package func pragmaText(_ name: String) throws -> String? {
    var result: String?
    try run(prepare("PRAGMA \(name)")) { row in
      result =
        if let text = try? row.value(at: 0, as: String.self) {
          text
        } else if let number = try? row.value(at: 0, as: Int64.self) {
          String(number)
        } else {
          nil
        }
      return false
    }
    return result
  }

  /// The columns of a table, in order; empty if the table does not exist.
  func columns(of table: String) throws -> [TableColumn] {
    var columns: [TableColumn] = []
    // The table-valued function would prepare this statement internally as well.
    try run(prepare("PRAGMA main.table_xinfo(\(SQLText.quoted(table)))")) { row in
      // https://www.sqlite.org/pragma.html#pragma_table_xinfo: 2 and 3 are generated columns.
      let hidden = try row.value(at: 6, as: Int.self)
      columns.append(TableColumn(name: try row.value(at: 1), isGenerated: hidden > 1))
      return true
    }
    return columns
  }

  /// The properties of a column that no pragma reports: its collating sequence, in capitals, and
  /// whether it is an `AUTOINCREMENT` key.
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

  /// Passes each row with a violated foreign key to `body`, until it returns false.
  ///
  /// - Parameters:
  ///   - table: the table to check; nil for all tables.
  ///   - body: receives the violation.
  /// - Complexity: one look-up for each foreign key of each row.
  package func forEachForeignKeyViolation(
    of table: String? = nil, _ body: (ForeignKeyViolation) throws -> Bool
  ) throws {
    func take(_ row: borrowing Row) throws -> Bool {
      try body(
        ForeignKeyViolation(
          table: try row.value(at: 0), rowID: try row.value(at: 1), parent: try row.value(at: 2)))
    }
    if let table {
      try run(
        sql: "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check(?)", table, body: take)
    } else {
      try run(sql: "PRAGMA foreign_key_check", body: take)
    }
  }
}
