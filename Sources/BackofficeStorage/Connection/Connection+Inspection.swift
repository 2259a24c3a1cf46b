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

  /// The names of a table's columns, in order; empty if the table does not exist.
  func columns(of table: String) throws -> [String] {
    var columns: [String] = []
    // The table-valued function would prepare this statement internally as well.
    try run(prepare("PRAGMA main.table_xinfo(\(SQLText.quoted(table)))")) { row in
      columns.append(try row.value(at: 1))
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

extension Connection {
  /// The layouts of tables; those without a table of their own, such as views, are left out.
  ///
  /// - Throws: ``SQLiteError``.
  func layouts(of tables: [String]) throws -> [SchemaName: TableLayout] {
    var layouts: [SchemaName: TableLayout] = [:]
    let wanted = Set(tables.map { SchemaName($0) })
    var names: [String] = []
    // Virtual tables have no page; the hook reports neither their rows nor those of views.
    try run(
      prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0")
    ) { row in
      let name = try row.value(at: 0, as: String.self)
      if wanted.contains(SchemaName(name)) { names.append(name) }
      return true
    }
    for name in names { layouts[SchemaName(name)] = try layout(of: name) }
    return layouts
  }

  private func layout(of table: String) throws -> TableLayout {
    let quoted = SQLText.quoted(table)
    var columns: [TableLayout.Column] = []
    var keys: [Int] = []
    // The table-valued function would prepare this statement internally as well.
    try run(prepare("PRAGMA main.table_xinfo(\(quoted))")) { row in
      // https://www.sqlite.org/pragma.html#pragma_table_xinfo: 2 and 3 are generated columns.
      let hidden = try row.value(at: 6, as: Int.self)
      let preset = try row.value(at: 4, as: String?.self)
      if try row.value(at: 5, as: Int.self) > 0 { keys.append(columns.count) }
      columns.append(
        TableLayout.Column(
          name: try row.value(at: 1),
          kind: hidden == 2 ? .virtual : hidden == 3 ? .stored : .ordinary,
          hasDefault: preset.map { SchemaName($0) != SchemaName("null") } ?? false,
          isReal: try TableLayout.isReal(row.value(at: 2))))
      return true
    }
    return TableLayout(name: table, columns: columns, key: try key(of: quoted, columns, keys))
  }

  private func key(
    of quoted: String, _ columns: [TableLayout.Column], _ declared: [Int]
  ) throws -> TableLayout.Key {
    var index: String?
    if !declared.isEmpty {
      try run(prepare("PRAGMA main.index_list(\(quoted))")) { row in
        if try row.value(at: 3, as: String.self) == "pk" { index = try row.value(at: 1) }
        return index == nil
      }
    }
    var keys: [Int] = []
    var collations: [String] = []
    if let index {
      // The key of a table with rowids is an index of its own, which ends with the rowid.
      var hasRowID = false
      try run(prepare("PRAGMA main.index_xinfo(\(SQLText.quoted(index)))")) { row in
        let column = try row.value(at: 1, as: Int.self)
        if column < 0 { hasRowID = true }
        guard try row.value(at: 5, as: Int.self) > 0 else { return true }
        keys.append(column)
        collations.append(try row.value(at: 4))
        return true
      }
      if !hasRowID { return .primaryKey(index: index, columns: keys, collations: collations) }
    }
    // A key without an index is an alias of the rowid.
    let alias = index == nil ? declared.first : nil
    let taken = Set(columns.map { SchemaName($0.name) })
    let free = ["rowid", "_rowid_", "oid"].first { !taken.contains(SchemaName($0)) }
    return .rowID(name: free ?? alias.map { columns[$0].name }, alias: alias)
  }
}

extension TableLayout {
  /// Whether a declared type has REAL affinity (https://www.sqlite.org/datatype3.html).
  static func isReal(_ type: String) -> Bool {
    let type = Array(type.utf8.map { $0 & 0xdf })
    func has(_ part: String) -> Bool {
      let part = part.utf8
      return type.indices.contains { type[$0...].starts(with: part) }
    }
    return !(has("INT") || has("CHAR") || has("CLOB") || has("TEXT") || has("BLOB"))
      && (has("REAL") || has("FLOA") || has("DOUB"))
  }
}
