extension MaintenanceConnection {
  /// Rebuilds a table in a transaction of its own, outside any migration.
  ///
  /// Takes the lock first, with foreign keys off and every commit synced, refuses to leave rows that
  /// refer to nothing, and sets the connection back. For what is kept and what has to be given up by
  /// name, see ``MigrationTransaction/rebuildTable(_:_:)``.
  ///
  /// - Returns: how the schema changed.
  /// - Throws: as ``MigrationTransaction/rebuildTable(_:_:)``,
  ///   ``MigrationError/insideTransaction``, and
  ///   ``MigrationError/foreignKeysViolated(file:rows:count:)``.
  @discardableResult
  public func rebuildTable(
    _ name: String, _ change: (inout TableRebuild) throws -> Void
  ) throws -> SchemaDifference {
    try rebuildTable(name, freeBytes: nil, change)
  }

  /// As the public one, with the free room of the disk told by the caller.
  package func rebuildTable(
    _ name: String, freeBytes: Int64?, _ change: (inout TableRebuild) throws -> Void
  ) throws -> SchemaDifference {
    let connection = connection
    return try connection.withMigrationSettings {
      try connection.withMaintenanceTransaction(for: "a rebuild of a table") {
        let orphans = try? connection.orphanCounts()
        let difference = try connection.rebuildTable(name, freeBytes: freeBytes, change)
        try connection.checkForeignKeys(afterRebuilding: name, before: orphans)
        return difference
      }
    }
  }
}

extension Connection {
  fileprivate func checkForeignKeys(
    afterRebuilding table: String, before: [OrphanKind: Int]?
  ) throws {
    guard let before else { return }
    let worse = try orphanCounts().filter { $1 > before[$0, default: 0] }
    guard !worse.isEmpty else { return }
    throw MigrationError.foreignKeysViolated(
      file: "the rebuild of \(table)",
      rows: worse.keys.sorted { ($0.table, $0.parent) < ($1.table, $1.parent) }.map {
        ForeignKeyViolation(table: $0.table, rowID: nil, parent: $0.parent)
      }, count: worse.values.reduce(0, +))
  }
}
