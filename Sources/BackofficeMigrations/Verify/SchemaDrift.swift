/// The result of comparing the schema of a database with its migrations.
public struct SchemaDrift: Sendable, Hashable {
  /// The fingerprint that the last migration recorded; nil if there is none.
  public let recorded: String?
  /// The fingerprint of the actual schema.
  public let found: String
  /// The differences from the schema that the applied migrations produce on a scratch database; nil
  /// if they could not be run.
  public let difference: SchemaDifference?
  /// The reason why the applied migrations could not be run on a scratch database.
  public let replayProblem: String?

  /// Whether the schema was changed other than by migrations.
  ///
  /// If a fingerprint is recorded, it is decisive, because the program's scripts may have been
  /// edited.
  public var isDrift: Bool {
    if let recorded, SchemaFingerprint(recorded)?.isCurrent == true { return recorded != found }
    return difference.map { !$0.isEmpty } ?? false
  }

  /// One line for each difference, and the replay problem, if any.
  public var lines: [String] {
    var lines = isDrift ? difference?.lines ?? [] : []
    if isDrift, lines.isEmpty {
      lines.append("the schema differs from the one that the ledger recorded")
    }
    if let replayProblem { lines.append(replayProblem) }
    return lines
  }
}

extension Migrator {
  /// Compares the schema of a database with the schema that its applied migrations produce.
  ///
  /// The applied migrations run again on a scratch database. Tables that no migration created are
  /// drift, even without a ledger. The database is not changed, and the connection may be
  /// read-only.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, `SQLiteError`.
  /// - Complexity: runs every applied migration once on an empty database.
  public func drift(_ maintenance: borrowing MaintenanceConnection) throws -> SchemaDrift {
    let connection = maintenance.connection
    let entries = try MigrationLedger(connection).entries()
    let live = try SchemaReader(connection).read()
    let (replayed, problem) = try replay(entries, clock: maintenance.clock)
    return SchemaDrift(
      recorded: entries.last?.schemaAfter, found: live.fingerprint.description,
      difference: replayed?.difference(to: live), replayProblem: problem)
  }

  /// Runs the program's scripts of the applied migrations; returns the schema, or the reason why
  /// they failed.
  func replay(
    _ entries: [MigrationLedger.Entry], clock: StoreClock
  ) throws -> (DatabaseSchema?, String?) {
    var works: [Work] = []
    for entry in entries {
      guard let migration = migration(of: entry) else {
        return (nil, "\(entry.id) was applied to this file but is missing from the program")
      }
      works.append(
        Work(
          step: MigrationStep(id: entry.id, direction: .up, file: migration.file),
          migration: migration, entry: nil))
    }
    var quiet = self
    quiet.options.hooks = Hooks()
    quiet.options.grouping = .together
    quiet.options.protectsOtherHands = false
    return try Database.maintain(.memory) { scratch in
      do {
        let works = works
        try quiet.run(scratch, { _ in }, plan: { _, done in Array(works.dropFirst(done.count)) })
      } catch let failure as MigrationFailure {
        return (nil, "the migrations fail on an empty database: \(failure)")
      }
      return (try scratch.schema(), nil)
    }
  }

  private func migration(of entry: MigrationLedger.Entry) -> Migration? {
    packs.first { $0.name == entry.id.pack }?.migrations.first { migration in
      MigrationLedger.Kind(migration.kind) == entry.kind.ofMigration
        && migration.version == entry.id.version
        && (entry.kind != .repeatable || migration.name == entry.id.name)
    }
  }
}
