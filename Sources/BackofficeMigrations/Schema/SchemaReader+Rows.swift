/// The queries of the schema.
extension SchemaReader {
  struct Item {
    let type: String
    let name: String
    let table: String
    let sql: String
  }

  struct Traits {
    let type: String
    let isWithoutRowID: Bool
    let isStrict: Bool
  }

  struct IndexRow {
    let name: String
    let isUnique: Bool
    let origin: String
    var parts: [(column: String?, key: DatabaseSchema.KeyPart)] = []
  }

  private static let items = SQLStatement(
    """
    SELECT type, name, tbl_name, sql FROM main.sqlite_schema
    WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'
      AND substr(tbl_name, 1, 7) <> 'sqlite_' ORDER BY name
    """)
  private static let traits = SQLStatement(
    "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'")
  private static let columns = SQLStatement(
    """
    SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
    FROM main.sqlite_schema t JOIN pragma_table_xinfo(t.name, 'main') c
    WHERE t.type = 'table' AND t.rootpage > 0 ORDER BY t.name, c.cid
    """)
  private static let foreignKeys = SQLStatement(
    """
    SELECT t.name, f.id, f."table", f."from", f."to", f.on_update, f.on_delete
    FROM main.sqlite_schema t JOIN pragma_foreign_key_list(t.name, 'main') f
    WHERE t.type = 'table' AND t.rootpage > 0 ORDER BY t.name, f.id, f.seq
    """)
  private static let indexes = SQLStatement(
    """
    SELECT t.name, i.name, i."unique", i.origin, x.name, x.coll, x."desc"
    FROM main.sqlite_schema t JOIN pragma_index_list(t.name, 'main') i
      JOIN pragma_index_xinfo(i.name, 'main') x
    WHERE t.type = 'table' AND t.rootpage > 0 AND x.key = 1 ORDER BY t.name, i.name, x.seqno
    """)

  struct ColumnRow {
    let name: String
    let type: String
    let isNotNull: Bool
    let defaultValue: String?
    let keyPosition: Int
    let hidden: Int
  }

  struct ForeignKeyRow {
    let parent: String
    let onUpdate: String
    let onDelete: String
    var columns: [String] = []
    var parentColumns: [String] = []

    func key(_ deferred: Set<[String]>) -> DatabaseSchema.ForeignKey {
      DatabaseSchema.ForeignKey(
        columns: columns, parent: parent, parentColumns: parentColumns, onUpdate: onUpdate,
        onDelete: onDelete, isDeferred: deferred.contains(columns.map { $0.lowercased() }))
    }
  }

  func readItems() throws -> [Item] {
    var result: [Item] = []
    try connection.run(Self.items) { row in
      var column = row.reader()
      result.append(
        Item(
          type: try column("type"), name: try column("name"), table: try column("table"),
          sql: try column("sql")))
      return true
    }
    return result
  }

  func readTraits() throws -> [String: Traits] {
    var result: [String: Traits] = [:]
    try connection.run(Self.traits) { row in
      var column = row.reader()
      let name: String = try column("name")
      result[name.lowercased()] = Traits(
        type: try column("type"), isWithoutRowID: try column("is_without_row_id"),
        isStrict: try column("is_strict"))
      return true
    }
    return result
  }

  func readColumns() throws -> [String: [ColumnRow]] {
    var result: [String: [ColumnRow]] = [:]
    try connection.run(Self.columns) { row in
      var column = row.reader()
      let table: String = try column("table")
      result[table, default: []].append(
        ColumnRow(
          name: try column("name"), type: try column("type"), isNotNull: try column("is_not_null"),
          defaultValue: try column("default_value"), keyPosition: try column("key_position"),
          hidden: try column("hidden")))
      return true
    }
    return result
  }

  func readForeignKeys() throws -> [String: [Int: ForeignKeyRow]] {
    var result: [String: [Int: ForeignKeyRow]] = [:]
    try connection.run(Self.foreignKeys) { row in
      var column = row.reader()
      let table: String = try column("table")
      let id: Int = try column("id")
      let parent: String = try column("parent")
      let from: String = try column("from")
      let to: String? = try column("to")
      var key =
        try result[table]?[id]
        ?? ForeignKeyRow(
          parent: parent, onUpdate: column("on_update"), onDelete: column("on_delete"))
      key.columns.append(from)
      if let to { key.parentColumns.append(to) }
      result[table, default: [:]][id] = key
      return true
    }
    return result
  }

  func readIndexes() throws -> [String: [IndexRow]] {
    var result: [String: [IndexRow]] = [:]
    try connection.run(Self.indexes) { row in
      var column = row.reader()
      let table: String = try column("table")
      let index = IndexRow(
        name: try column("name"), isUnique: try column("is_unique"), origin: try column("origin"))
      let name: String? = try column("name")
      let collation: String? = try column("collation")
      let part = DatabaseSchema.KeyPart(
        expression: name ?? "", collation: collation?.uppercased() ?? "BINARY",
        isDescending: try column("is_descending"))
      if result[table]?.last?.name != index.name { result[table, default: []].append(index) }
      let last = (result[table]?.count ?? 1) - 1
      result[table]?[last].parts.append((name, part))
      return true
    }
    return result
  }

  /// Returns the columns of a view or virtual table; none if it cannot be read.
  func columnNames(of name: String) throws -> [String] {
    var names: [String] = []
    do {
      try connection.run(
        sql: "SELECT name FROM pragma_table_xinfo(?, 'main') ORDER BY cid", name
      ) { row in
        names.append(try row.value(at: 0))
        return true
      }
    } catch let error as SQLiteError {
      // The view refers to a missing table.
      guard error.code.primary == .error else { throw error }
      return []
    }
    return names
  }
}
