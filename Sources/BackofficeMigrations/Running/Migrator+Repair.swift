/// A deliberate change of the ledger alone; none touches a table of the schema.
public enum MigrationRepair: Sendable, Hashable {
  /// The program's text of a migration that ran is right: note its checksum.
  case acceptEdited(MigrationID)
  /// A migration that ran, and that the program no longer has, is to be forgotten.
  case removeMissing(MigrationID)
  /// The program's way back is the right one: keep its text instead of the one in the file.
  case adoptDown(MigrationID)

  /// Which migration.
  public var id: MigrationID {
    switch self {
    case .acceptEdited(let id), .removeMissing(let id), .adoptDown(let id): id
    }
  }
}

extension Migrator {
  /// Mends the ledger by explicit choices, all of them or none.
  ///
  /// What can be chosen, ``status(_:)-(MaintenanceConnection)`` says: migrations that are edited, missing, or whose way back
  /// was edited.
  ///
  /// - Throws: ``MigrationError/notRepairable(_:reason:)``, ``MigrationError/insideTransaction``,
  ///   `StorageError.readOnlyStore`, `StorageError.busy`,
  ///   `SQLiteError`.
  public func repair(
    _ maintenance: borrowing MaintenanceConnection, _ choices: [MigrationRepair]
  ) throws {
    let connection = maintenance.connection
    guard !choices.isEmpty else { return }
    try changeLedger(connection) {
      let lines = try surveys(connection.migrationLedger()).flatMap(\.lines)
      for choice in choices {
        guard let line = lines.first(where: { $0.id == choice.id }), let entry = line.entry else {
          throw MigrationError.notRepairable(choice.id, reason: "it is not in the file")
        }
        try repair(choice, line, entry, connection)
      }
    }
  }

  private func repair(
    _ choice: MigrationRepair, _ line: PackSurvey.Line, _ entry: MigrationLedger.Entry,
    _ connection: Connection
  ) throws {
    switch choice {
    case .acceptEdited(let id):
      guard line.state == .edited, let migration = line.migration else {
        throw MigrationError.notRepairable(id, reason: "its text is the one that ran")
      }
      try connection.run(
        sql: """
          UPDATE \(MigrationLedger.tableName) SET checksum = ?, algorithm = ?, name = ?, file = ?
          WHERE sequence = ?
          """, migration.checksum, migration.algorithm, migration.name, migration.file,
        entry.sequence)
    case .removeMissing(let id):
      guard line.state == .missing else {
        throw MigrationError.notRepairable(id, reason: "the program has it")
      }
      try connection.eraseMigration(sequence: entry.sequence)
    case .adoptDown(let id):
      guard MigrationStatus(line).isDownEdited, let migration = line.migration else {
        throw MigrationError.notRepairable(id, reason: "its way back is the one in the file")
      }
      try connection.run(
        sql: """
          UPDATE \(MigrationLedger.tableName)
          SET down = ?, down_file = ?, down_line = ?, down_checksum = ? WHERE sequence = ?
          """, migration.down, migration.downFile,
        migration.down == nil ? nil : migration.downLine,
        migration.down.map { Migration.checksum(of: $0) }, entry.sequence)
    }
  }

  /// Notes the migrations of a pack up to `version` as if they had run, on a file that got its schema
  /// in another way.
  ///
  /// Nothing of them runs. Their ways back are noted too.
  ///
  /// - Returns: the migrations that were noted.
  /// - Throws: ``MigrationError/baselineRefused(pack:)`` when the file has one of the pack,
  ///   ``MigrationError/unknownPack(_:)``, ``MigrationError/unknownVersion(pack:version:)``, and as
  ///   ``repair(_:_:)``.
  @discardableResult
  public func baseline(
    _ maintenance: borrowing MaintenanceConnection, at version: MigrationVersion, of name: String
  ) throws -> [MigrationID] {
    let pack = try self.pack(name)
    let noted = pack.migrations.filter { $0.kind == .versioned && $0.version <= version }
    guard noted.last?.version == version else {
      throw MigrationError.unknownVersion(pack: name, version: version)
    }
    let connection = maintenance.connection
    let now = maintenance.clock.now()
    return try changeLedger(connection) {
      let entries = try connection.migrationLedger()
      guard !entries.contains(where: { $0.id.pack == name }) else {
        throw MigrationError.baselineRefused(pack: name)
      }
      let batch = (entries.lazy.map(\.batch).max() ?? 0) + 1
      let schema = try connection.schemaFingerprint()
      return try noted.map { migration in
        let id = pack.id(of: migration)
        _ = try connection.record(
          MigrationLedger.Record(
            id: id, kind: .baseline, checksum: migration.checksum, algorithm: migration.algorithm,
            down: migration.down.map {
              MigrationLedger.Down(
                text: $0, file: migration.downFile ?? migration.file, line: migration.downLine)
            }, appliedAt: now, durationMicroseconds: 0, batch: batch, schemaBefore: nil,
            schemaAfter: schema))
        return id
      }
    }
  }

  /// Runs `body` under the write lock, with a ledger of this layout.
  private func changeLedger<Result>(
    _ connection: Connection, _ body: () throws -> Result
  ) throws -> Result {
    guard !connection.isReadOnly else { throw StorageError.readOnlyStore }
    return try connection.withMigrationSettings(options) {
      try connection.withMaintenanceTransaction(for: "a migration") {
        try connection.prepareLedger()
        return try body()
      }
    }
  }
}
