extension DatabaseSchema {
  /// Tables that are the runner's own, and no part of what it looks after.
  static let ownTables: Set<String> = [MigrationLedger.tableName]
}

extension Connection {
  /// Reads the structure of the main database.
  ///
  /// - Complexity: six statements, whatever the number of tables, and a look at every column.
  func databaseSchema() throws -> DatabaseSchema { try SchemaReader(self).read() }
}

extension MaintenanceConnection {
  /// The structure of the database, without the ledger of migrations.
  ///
  /// - Throws: ``SQLiteError``.
  /// - Complexity: grows with the number of tables and columns, not of rows.
  public func schema() throws -> DatabaseSchema { try connection.databaseSchema() }
}

extension MaintenanceConnection {
  /// The first column of a query, as text; for tools and tests.
  package func firstColumn(_ sql: String) throws -> [String] {
    var texts: [String] = []
    try connection.run(connection.prepare(sql)) { row in
      if let text = try? row.value(at: 0, as: String.self) {
        texts.append(text)
      } else {
        texts.append((try? row.value(at: 0, as: Int64.self)).map(String.init) ?? "NULL")
      }
      return true
    }
    return texts
  }
}

extension Transaction where Self: ~Copyable {
  /// The structure of the database, without the ledger of migrations.
  ///
  /// - Throws: ``SQLiteError``.
  /// - Complexity: grows with the number of tables and columns, not of rows.
  public func schema() throws -> DatabaseSchema { try connection.databaseSchema() }
}
