extension Migrator {
  /// How the file stands to every step, pack by pack; changes nothing.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, ``SQLiteError``.
  public func status(_ maintenance: borrowing MaintenanceConnection) throws -> [MigrationStatus] {
    try status(maintenance.connection.migrationLedger())
  }

  /// How an open store stands to every step, pack by pack.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, ``SQLiteError``.
  public func status(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [MigrationStatus] {
    try status(transaction.connection.migrationLedger())
  }

  /// Refuses a store whose schema is not exactly the library's; for one that was opened read-only.
  ///
  /// - Throws: ``MigrationError/pending(_:)``, and what ``up(_:progress:)`` refuses a file for.
  public func requireCurrent(_ transaction: borrowing some Transaction & ~Copyable) throws {
    let entries = try transaction.connection.migrationLedger()
    try check(entries)
    let pending = status(entries).filter { $0.state == .pending }.map(\.id)
    guard pending.isEmpty else { throw MigrationError.pending(pending) }
  }

  /// Refuses a file whose schema is not exactly the library's; changes nothing.
  ///
  /// - Throws: as ``requireCurrent(_:)`` of a transaction.
  public func requireCurrent(_ maintenance: borrowing MaintenanceConnection) throws {
    try requireCurrent(ReadTransaction(maintenance.connection))
  }

  func status(_ entries: [MigrationLedger.Entry]) -> [MigrationStatus] {
    var result: [MigrationStatus] = []
    for pack in packs {
      let applied = entries.filter { $0.id.pack == pack.name }
      let highest = applied.map(\.id.version).max() ?? 0
      var lines = pack.migrations.map { migration in
        guard let entry = applied.first(where: { $0.id.version == migration.version }) else {
          return MigrationStatus(
            id: pack.id(of: migration),
            state: migration.version < highest ? .outOfOrder : .pending, appliedAt: nil,
            duration: nil, isReversible: migration.down != nil)
        }
        let isSame =
          entry.algorithm == Migration.checksumAlgorithm && entry.checksum == migration.checksum
        return MigrationStatus(entry, isSame ? .applied : .edited)
      }
      let known = Set(pack.migrations.map(\.version))
      for entry in applied where !known.contains(entry.id.version) {
        lines.append(
          MigrationStatus(entry, entry.id.version > pack.latestVersion ? .ahead : .missing))
      }
      result += lines.sorted { $0.id.version < $1.id.version }
    }
    let known = Set(packs.map(\.name))
    for entry in entries where !known.contains(entry.id.pack) {
      result.append(MigrationStatus(entry, .unknownPack))
    }
    return result
  }
}

extension MigrationStatus {
  init(_ entry: MigrationLedger.Entry, _ state: State) {
    self.init(
      id: entry.id, state: state, appliedAt: entry.appliedAt, duration: entry.duration,
      isReversible: entry.down != nil)
  }
}
