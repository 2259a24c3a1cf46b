extension MaintenanceConnection {
  /// Returns the structure of the database, without the ledger of migrations.
  ///
  /// - Throws: `SQLiteError`.
  /// - Complexity: O(*n*) in the number of tables and columns, independent of the number of rows.
  public func schema() throws -> DatabaseSchema { try SchemaReader(connection).read() }

  /// Returns the schema as SQL text, without the ledger of migrations.
  ///
  /// The text depends only on the schema, not on the order in which it was created: applying and
  /// reverting a migration restores the same text. Running it on an empty database creates an equal
  /// ``DatabaseSchema``.
  ///
  /// - Throws: `SQLiteError`.
  public func schemaDump() throws -> String { try SchemaReader(connection).dump() }
}

extension Transaction where Self: ~Copyable {
  /// Returns the structure of the database, without the ledger of migrations.
  ///
  /// - Throws: `SQLiteError`.
  /// - Complexity: O(*n*) in the number of tables and columns, independent of the number of rows.
  public func schema() throws -> DatabaseSchema { try SchemaReader(connection).read() }

  /// Returns the schema as SQL text, without the ledger of migrations.
  ///
  /// - Throws: `SQLiteError`.
  public func schemaDump() throws -> String { try SchemaReader(connection).dump() }
}
