extension SchemaReader {
  private static let ledgerColumns: String = {
    let names = OtherToolForm.tables.union(MigrationLedger.tableNames).sorted()
    return """
      SELECT lower(t.name), lower(c.name)
      FROM main.sqlite_schema t JOIN pragma_table_info(t.name, 'main') c
      WHERE t.type = 'table'
        AND lower(t.name) IN (\(names.map { "'\($0)'" }.joined(separator: ", ")))
      """
  }()

  /// The columns of the tables that have the name of a ledger, in lower case.
  func columnsOfLedgers() throws -> [String: Set<String>] {
    var columns: [String: Set<String>] = [:]
    try connection.run(sql: Self.ledgerColumns) { row in
      columns[try row.value(at: 0), default: []].insert(try row.value(at: 1))
      return true
    }
    return columns
  }

  /// The tables that are not part of the schema, in lower case: the ledger of the runner, and those
  /// of other tools, which are left in peace.
  func ledgers() throws -> Set<String> {
    Set(
      try columnsOfLedgers().filter { table, columns in
        (MigrationLedger.tableNames.contains(table) && MigrationLedger.isCurrent(columns))
          || OtherToolForm.of(table, columns) != nil
      }.keys)
  }
}
