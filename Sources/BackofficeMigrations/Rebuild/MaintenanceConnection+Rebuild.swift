extension MaintenanceConnection {
  /// Rebuilds a table in its own transaction, outside any migration.
  ///
  /// The transaction takes the write lock, with foreign keys disabled and a synced commit, and
  /// fails if it would violate foreign keys. See ``MigrationTransaction/rebuildTable(_:_:)`` for
  /// what is preserved and what must be dropped explicitly.
  ///
  /// - Parameters:
  ///   - name: the table.
  ///   - change: describes the new table.
  ///
  /// - Returns: the changes of the schema.
  /// - Throws: the errors of ``MigrationTransaction/rebuildTable(_:_:)``,
  ///   ``MigrationError/insideTransaction``,
  ///   ``MigrationError/foreignKeysViolated(file:rows:count:)``, and `StorageError.busy`.
  @discardableResult
  public func rebuildTable(
    _ name: String, _ change: (inout TableRebuild) throws -> Void
  ) throws -> SchemaDifference {
    try rebuildTable(name, freeBytes: nil, change)
  }

  /// Rebuilds a table, with the free disk space given by a test.
  package func rebuildTable(
    _ name: String, freeBytes: Int64?, _ change: (inout TableRebuild) throws -> Void
  ) throws -> SchemaDifference {
    let connection = connection
    return try Migrator.Options().applied(to: connection) {
      try connection.withMaintenanceTransaction(for: "a table rebuild") {
        let orphans = try? ForeignKeyCheck(connection).orphans()
        let difference = try TableRebuilder(of: name, in: connection, change)
          .run(freeBytes: freeBytes)
        try ForeignKeyCheck(connection).check(afterRebuilding: name, before: orphans)
        return difference
      }
    }
  }
}
