/// How the schema of a file stands to what its migrations make.
public struct SchemaDrift: Sendable, Hashable {
  /// The fingerprint that the last migration left in the ledger; nil when none was noted.
  public let recorded: String?
  /// The fingerprint of the schema as it is.
  public let found: String
  /// In what the file differs from the migrations that ran on it, made again on a private database;
  /// nil when they could not be made again.
  public let difference: SchemaDifference?
  /// Why the migrations could not be made again: one was edited, is gone, or does not run any more.
  public let replayProblem: String?

  /// Whether another hand than the migrations changed the schema.
  ///
  /// The fingerprint decides where there is one, since the program's texts may have been edited.
  public var isDrift: Bool {
    if let recorded, SchemaFingerprint(recorded)?.isCurrent == true { return recorded != found }
    return difference.map { !$0.isEmpty } ?? false
  }

  /// What to tell: a line for each difference, and what stands in the way of knowing more.
  public var lines: [String] {
    var lines = isDrift ? difference?.lines ?? [] : []
    if isDrift, lines.isEmpty { lines.append("the schema is not the one that the ledger noted") }
    if let replayProblem { lines.append(replayProblem) }
    return lines
  }
}

extension Migrator {
  /// Compares the schema of a file with what its ledger says, table by table.
  ///
  /// The migrations that ran are made again on a private database. Tables that were made by hand are
  /// drift too, also in a file without a ledger. Changes nothing, and also serves a connection that
  /// may only read.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, `SQLiteError`.
  /// - Complexity: runs every migration of the file once, on an empty database.
  public func drift(_ maintenance: borrowing MaintenanceConnection) throws -> SchemaDrift {
    let connection = maintenance.connection
    let entries = try connection.migrationLedger()
    let live = try connection.databaseSchema()
    let (replayed, problem) = try replay(entries, clock: maintenance.clock)
    return SchemaDrift(
      recorded: entries.last?.schemaAfter, found: live.fingerprint.description,
      difference: replayed?.difference(to: live), replayProblem: problem)
  }

  /// The schema that the program's texts of the applied migrations make; nil and why when they do
  /// not run.
  private func replay(
    _ entries: [MigrationLedger.Entry], clock: StoreClock
  ) throws -> (DatabaseSchema?, String?) {
    var works: [Work] = []
    for entry in entries {
      guard let migration = migration(of: entry) else {
        return (nil, "\(entry.id) ran on this file and is gone from the program")
      }
      works.append(
        Work(
          step: MigrationStep(id: entry.id, direction: .up, file: migration.file),
          migration: migration, entry: nil))
    }
    var quiet = self
    quiet.options.hooks = Hooks()
    quiet.options.grouping = .together
    return try Database.maintain(.memory) { scratch in
      do {
        let works = works
        try quiet.run(scratch, { _ in }, plan: { _, done in Array(works.dropFirst(done.count)) })
      } catch let failure as MigrationFailure {
        return (nil, "the migrations do not run again on an empty database: \(failure)")
      }
      return (try scratch.schema(), nil)
    }
  }

  private func migration(of entry: MigrationLedger.Entry) -> Migration? {
    packs.first { $0.name == entry.id.pack }?.migrations.first { migration in
      MigrationLedger.Kind(migration.kind) == (entry.kind == .baseline ? .versioned : entry.kind)
        && migration.version == entry.id.version
        && (entry.kind != .repeatable || migration.name == entry.id.name)
    }
  }
}
