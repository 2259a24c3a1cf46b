extension Migrator {
  /// How the file stands to every migration, pack by pack; changes nothing.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, `SQLiteError`.
  public func status(_ maintenance: borrowing MaintenanceConnection) throws -> [MigrationStatus] {
    try status(maintenance.connection.migrationLedger())
  }

  /// How an open store stands to every migration, pack by pack.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, `SQLiteError`.
  public func status(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [MigrationStatus] {
    try status(transaction.connection.migrationLedger())
  }

  /// Whether a migration is due; one read, also on a connection that may not write.
  ///
  /// - Throws: what ``up(_:progress:)`` refuses a file for.
  public func hasPending(_ maintenance: borrowing MaintenanceConnection) throws -> Bool {
    try !dueUp(maintenance.connection.migrationLedger(), .latest).isEmpty
  }

  /// Whether a migration is due; one read, also in a store that was opened read-only.
  ///
  /// - Throws: what ``up(_:progress:)`` refuses a file for.
  public func hasPending(_ transaction: borrowing some Transaction & ~Copyable) throws -> Bool {
    try !dueUp(transaction.connection.migrationLedger(), .latest).isEmpty
  }

  /// Refuses a store whose schema is not exactly the program's; for one that was opened read-only.
  ///
  /// - Throws: ``MigrationError/pending(_:)``, and what ``up(_:progress:)`` refuses a file for.
  public func requireCurrent(_ transaction: borrowing some Transaction & ~Copyable) throws {
    try requireCurrent(transaction.connection)
  }

  /// Refuses a file whose schema is not exactly the program's; changes nothing.
  ///
  /// - Throws: as ``requireCurrent(_:)-(MaintenanceConnection)`` of a transaction.
  public func requireCurrent(_ maintenance: borrowing MaintenanceConnection) throws {
    try requireCurrent(maintenance.connection)
  }

  private func requireCurrent(_ connection: Connection) throws {
    let due = try dueUp(connection.migrationLedger(), .latest).map(\.step.id)
    guard due.isEmpty else { throw MigrationError.pending(due) }
  }

  /// The packs of which a file has migrations and this runner has none, by name.
  public func packsUnknown(
    in transaction: borrowing some Transaction & ~Copyable
  ) throws -> [String] {
    let known = Set(packs.map(\.name))
    let found = Set(try transaction.connection.migrationLedger().map(\.id.pack))
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
