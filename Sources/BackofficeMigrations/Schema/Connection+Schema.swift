extension DatabaseSchema {
  /// Tables that are the runner's own, and no part of what it looks after.
  static let ownTables: Set<String> = [MigrationLedger.tableName]
}

extension Connection {
  /// Reads the structure of the main database.
  ///
  /// - Complexity: six statements for any number of tables, and a look at every column.
  func databaseSchema() throws -> DatabaseSchema { try SchemaReader(self).read() }

  /// What tells one schema from another, as the ledger notes it.
  func schemaFingerprint() throws -> String { try databaseSchema().fingerprint.description }
}

extension MaintenanceConnection {
  /// The structure of the database, without the ledger of migrations.
  ///
  /// - Throws: `SQLiteError`.
  /// - Complexity: grows with the number of tables and columns, not of rows.
  public func schema() throws -> DatabaseSchema { try connection.databaseSchema() }
}

extension Transaction where Self: ~Copyable {
  /// The structure of the database, without the ledger of migrations.
  ///
  /// - Throws: `SQLiteError`.
  /// - Complexity: grows with the number of tables and columns, not of rows.
  public func schema() throws -> DatabaseSchema { try connection.databaseSchema() }
}
