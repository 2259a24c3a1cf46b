extension Connection {
  /// The schema as text: what was created, in an order that does not depend on how it came about.
  ///
  /// Without the ledger of migrations, what SQLite makes by itself, and the tables in which a
  /// full-text index keeps its data: those follow from the rest.
  package func schemaDump() throws -> String {
    var text = ""
    try run(
      prepare(
        """
        SELECT sql FROM sqlite_schema
        WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_' AND tbl_name <> ?
          AND tbl_name NOT IN
            (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')
        ORDER BY
          CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 WHEN 'trigger' THEN 3 ELSE 4 END, name
        """), MigrationLedger.tableName
    ) { row in
      text += try row.value(at: 0, as: String.self)
      text += ";\n"
      return true
    }
    return text
  }
}

extension MaintenanceConnection {
  /// The schema as stable text, without the ledger of migrations.
  ///
  /// Two files have the same text when the same statements made their tables, indexes, triggers and
  /// views, in whatever order.
  ///
  /// - Throws: ``SQLiteError``.
  public func schemaDump() throws -> String { try connection.schemaDump() }
}

extension Transaction where Self: ~Copyable {
  /// The schema as stable text, without the ledger of migrations.
  ///
  /// - Throws: ``SQLiteError``.
  public func schemaDump() throws -> String { try connection.schemaDump() }
}
