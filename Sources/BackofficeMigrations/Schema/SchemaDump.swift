extension Connection {
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

  /// The schema as statements that make it again, in an order that does not depend on how it came
  /// about.
  ///
  /// Without the ledger of migrations, what SQLite makes by itself, and the tables in which a
  /// full-text index keeps its data: those follow from the rest. What a step refers to comes before
  /// it: a table before its indexes, views before their triggers.
  package func schemaDump() throws -> String {
    var text = ""
    try run(Self.schemaTexts) { row in
      let table: String = try row.value(at: 2)
      guard !DatabaseSchema.ownTables.contains(table.lowercased()) else { return true }
      text += Migration.normalized(try row.value(at: 3)).dropLast()
      text += ";\n"
      return true
    }
    return text
  }
}

extension MaintenanceConnection {
  /// The schema as SQL text, without the ledger of migrations.
  ///
  /// The bytes depend on what is in the file alone, not on the order in which it came in: a dump
  /// after a way in and out again is the dump before. Running it on an empty database makes one
  /// with an equal ``DatabaseSchema``.
  ///
  /// - Throws: `SQLiteError`.
  public func schemaDump() throws -> String { try connection.schemaDump() }
}

extension Transaction where Self: ~Copyable {
  /// The schema as SQL text, without the ledger of migrations.
  ///
  /// - Throws: `SQLiteError`.
  public func schemaDump() throws -> String { try connection.schemaDump() }
}
