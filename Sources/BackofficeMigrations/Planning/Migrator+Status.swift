extension Migrator {
  /// Returns the status of each migration, by pack.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, `SQLiteError`.
  public func status(_ maintenance: borrowing MaintenanceConnection) throws -> [MigrationStatus] {
    try status(MigrationLedger(maintenance.connection).entries())
  }

  /// Returns the status of each migration in an open database, by pack.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, `SQLiteError`.
  public func status(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [MigrationStatus] {
    try status(MigrationLedger(transaction.connection).entries())
  }

  /// Returns whether migrations are pending; works on a read-only connection.
  ///
  /// - Throws: the ``MigrationError`` for which ``up(_:progress:)`` would reject the database,
  ///   `SQLiteError`.
  public func hasPending(_ maintenance: borrowing MaintenanceConnection) throws -> Bool {
    try !due(maintenance.connection).isEmpty
  }

  /// Returns whether migrations are pending in an open database.
  ///
  /// - Throws: the ``MigrationError`` for which ``up(_:progress:)`` would reject the database,
  ///   `SQLiteError`.
  public func hasPending(_ transaction: borrowing some Transaction & ~Copyable) throws -> Bool {
    try !due(transaction.connection).isEmpty
  }

  /// Throws if migrations are pending in an open database; intended for read-only use.
  ///
  /// - Throws: ``MigrationError/pending(_:)``, another ``MigrationError`` for which
  ///   ``up(_:progress:)`` would reject the database, `SQLiteError`.
  public func requireCurrent(_ transaction: borrowing some Transaction & ~Copyable) throws {
    try requireCurrent(transaction.connection)
  }

  /// Throws if migrations are pending.
  ///
  /// - Throws: ``MigrationError/pending(_:)``, another ``MigrationError`` for which
  ///   ``up(_:progress:)`` would reject the database, `SQLiteError`.
  public func requireCurrent(_ maintenance: borrowing MaintenanceConnection) throws {
    try requireCurrent(maintenance.connection)
  }

  private func requireCurrent(_ connection: Connection) throws {
    let due = try due(connection).map(\.step.id)
    guard due.isEmpty else { throw MigrationError.pending(due) }
  }

  private func due(_ connection: Connection) throws -> [Work] {
    let entries = try MigrationLedger(connection).entries()
    let due = try dueUp(entries, .latest)
    if !due.isEmpty { try requireAdopted(connection, entries) }
    return due
  }

  /// Returns the names of the packs that the database has migrations of and this migrator does not
  /// have.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, `SQLiteError`.
  public func packsUnknown(
    in transaction: borrowing some Transaction & ~Copyable
  ) throws -> [String] {
    let known = Set(packs.map(\.name))
    let found = Set(try MigrationLedger(transaction.connection).entries().map(\.id.pack))
    return found.subtracting(known).sorted()
  }

  func status(_ entries: [MigrationLedger.Entry]) -> [MigrationStatus] {
    var result = surveys(entries).flatMap { $0.lines.map { MigrationStatus($0) } }
    let known = Set(packs.map(\.name))
    for entry in entries where !known.contains(entry.id.pack) {
      result.append(MigrationStatus(unknown: entry))
    }
    return result
  }

  func surveys(_ entries: [MigrationLedger.Entry]) -> [PackSurvey] {
    guard packs.count > 1 else {
      return packs.map { pack in
        PackSurvey(pack, entries.filter { $0.id.pack == pack.name }, options: options)
      }
    }
    let byPack = Dictionary(grouping: entries) { $0.id.pack }
    return packs.map { PackSurvey($0, byPack[$0.name] ?? [], options: options) }
  }
}
