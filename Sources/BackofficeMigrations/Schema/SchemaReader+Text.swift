/// The schema as SQL text.
extension SchemaReader {
  private static let schemaTexts = SQLStatement(
    """
    SELECT type, name, tbl_name, sql FROM main.sqlite_schema
    WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'
      AND substr(tbl_name, 1, 7) <> 'sqlite_'
      AND lower(tbl_name) NOT IN
        (SELECT lower(name) FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')
    ORDER BY
      CASE type WHEN 'table' THEN iif(rootpage > 0, 1, 2) WHEN 'index' THEN 3 WHEN 'view' THEN 4
        ELSE 5 END, name
    """)

  /// Returns the statements that create the schema, in an order that depends only on the schema.
  ///
  /// The ledger of migrations, SQLite's internal tables and shadow tables are omitted. Tables
  /// precede their indexes, and views precede their triggers.
  func dump() throws -> String {
    var text = ""
    let ledgers = try ledgers()
    try connection.run(Self.schemaTexts) { row in
      let table: String = try row.value(at: 2)
      guard !ledgers.contains(table.lowercased()) else { return true }
      text += Migration.normalized(try row.value(at: 3)).dropLast()
      text += ";\n"
      return true
    }
    return text
  }

  /// Returns the SQL text of a schema object, or nil if it does not exist.
  func sql(of type: String, _ name: String) throws -> String? {
    var sql: String?
    try connection.run(
      sql: "SELECT sql FROM main.sqlite_schema WHERE type = ? AND name = ? COLLATE NOCASE",
      type, name
    ) { row in
      sql = try row.value(at: 0)
      return false
    }
    return sql
  }
}
