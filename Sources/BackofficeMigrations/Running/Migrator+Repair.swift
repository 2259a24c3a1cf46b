/// A repair of the ledger, which does not change the schema.
public enum MigrationRepair: Sendable, Hashable {
  /// Records the checksum of the program's script of an edited migration.
  case acceptEdited(MigrationID)
  /// Deletes the record of a migration that the program no longer has.
  case removeMissing(MigrationID)
  /// Replaces the recorded down script with the program's.
  case adoptDown(MigrationID)

  /// The migration.
  public var id: MigrationID {
    switch self {
    case .acceptEdited(let id), .removeMissing(let id), .adoptDown(let id): id
    }
  }
}

extension Migrator {
  /// Applies repairs to the ledger, all of them or none.
  ///
  /// ``status(_:)-(MaintenanceConnection)`` reports which migrations are edited or missing, or have
  /// an edited down script.
  ///
  /// - Parameters:
  ///   - maintenance: the connection.
  ///   - choices: the repairs.
  ///
  /// - Throws: ``MigrationError/notRepairable(_:reason:)``, ``MigrationError/insideTransaction``,
  ///   `StorageError.readOnlyStore`, `StorageError.busy`,
  ///   `SQLiteError`.
  public func repair(
    _ maintenance: borrowing MaintenanceConnection, _ choices: [MigrationRepair]
  ) throws {
    let connection = maintenance.connection
    guard !choices.isEmpty else { return }
    try changeLedger(connection) { ledger in
      let lines = try surveys(ledger.entries()).flatMap(\.lines)
      for choice in choices {
        guard let line = lines.first(where: { $0.id == choice.id }), let entry = line.entry else {
          throw MigrationError.notRepairable(choice.id, reason: "it is not applied")
        }
        try repair(choice, line, entry, ledger)
      }
    }
  }

  private func repair(
    _ choice: MigrationRepair, _ line: PackSurvey.Line, _ entry: MigrationLedger.Entry,
    _ ledger: MigrationLedger
  ) throws {
    switch choice {
    case .acceptEdited(let id):
      guard line.state == .edited, let migration = line.migration else {
        throw MigrationError.notRepairable(id, reason: "it was not edited")
      }
      try ledger.connection.run(
        sql: """
          UPDATE \(ledger.table) SET checksum = ?, algorithm = ?, name = ?, file = ?
          WHERE sequence = ?
          """, migration.checksum, migration.algorithm, migration.name, migration.file,
        entry.sequence)
    case .removeMissing(let id):
      guard line.state == .missing else {
        throw MigrationError.notRepairable(id, reason: "it is not missing")
      }
      try ledger.erase(sequence: entry.sequence)
    case .adoptDown(let id):
      guard MigrationStatus(line).isDownEdited, let migration = line.migration else {
        throw MigrationError.notRepairable(id, reason: "its down script was not edited")
      }
      try ledger.connection.run(
        sql: """
          UPDATE \(ledger.table)
          SET down = ?, down_file = ?, down_line = ?, down_checksum = ? WHERE sequence = ?
          """, migration.down, migration.downFile,
        migration.down == nil ? nil : migration.downLine,
        migration.down.map { Migration.checksum(of: $0) }, entry.sequence)
    }
  }

  /// Records the migrations of a pack up to `version` as applied, without running them.
  ///
  /// Use it for a database whose schema was created by other means. Down scripts are recorded as
  /// well.
  ///
  /// - Parameters:
  ///   - maintenance: the connection.
  ///   - version: the version of the last migration to record.
  ///   - name: the name of the pack.
  ///
  /// - Returns: the recorded migrations.
  /// - Throws: ``MigrationError/baselineRefused(pack:)`` if the database has migrations of the
  ///   pack, ``MigrationError/unknownPack(_:)``, ``MigrationError/unknownVersion(pack:version:)``,
  ///   and the errors of ``repair(_:_:)``.
  @discardableResult
  public func baseline(
    _ maintenance: borrowing MaintenanceConnection, at version: MigrationVersion, of name: String
  ) throws -> [MigrationID] {
    let pack = try self.pack(name)
    let recorded = pack.migrations.filter { $0.kind == .versioned && $0.version <= version }
    guard recorded.last?.version == version else {
      throw MigrationError.unknownVersion(pack: name, version: version)
    }
    let connection = maintenance.connection
    let now = maintenance.clock.now()
    return try changeLedger(connection) { ledger in
      let entries = try ledger.entries()
      guard !entries.contains(where: { $0.id.pack == name }) else {
        throw MigrationError.baselineRefused(pack: name)
      }
      return try record(recorded, of: pack, as: .baseline, in: ledger, entries, at: now)
    }
  }

  /// Records migrations that this runner did not run.
  func record(
    _ migrations: [Migration], of pack: MigrationPack, as kind: MigrationLedger.Kind,
    in ledger: MigrationLedger, _ entries: [MigrationLedger.Entry], at now: Timestamp
  ) throws -> [MigrationID] {
    let batch = (entries.lazy.map(\.batch).max() ?? 0) + 1
    let schema = try SchemaReader(ledger.connection).fingerprint()
    return try migrations.map { migration in
      let id = pack.id(of: migration)
      _ = try ledger.record(
        MigrationLedger.Record(
          id: id, kind: kind, checksum: migration.checksum, algorithm: migration.algorithm,
          down: migration.down.map {
            MigrationLedger.Down(
              text: $0, file: migration.downFile ?? migration.file, line: migration.downLine)
          }, appliedAt: now, durationMicroseconds: 0, batch: batch, schemaBefore: nil,
          schemaAfter: schema))
      return id
    }
  }

  /// Runs `body` under the write lock, after creating the ledger if necessary.
  func changeLedger<Result>(
    _ connection: Connection, _ body: (MigrationLedger) throws -> Result
  ) throws -> Result {
    guard !connection.isReadOnly else { throw StorageError.readOnlyStore }
    return try options.applied(to: connection) {
      try connection.withMaintenanceTransaction(for: "a migration") {
        try body(MigrationLedger(connection).prepared())
      }
    }
  }
}
