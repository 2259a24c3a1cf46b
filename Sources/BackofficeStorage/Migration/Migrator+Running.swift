import CBackofficeSQLite

extension Migrator {
  /// A step that is due, with what it takes to run it.
  struct Work {
    let step: MigrationStep
    let text: String
    /// The migration to record; nil when the step is taken out.
    let migration: Migration?
  }

  /// Runs what `next` answers, each in its own transaction, until it answers nil.
  func run(
    _ maintenance: borrowing MaintenanceConnection, _ progress: (MigrationEvent) -> Void,
    next: ([MigrationLedger.Entry]) throws -> Work?
  ) throws -> [MigrationStep] {
    let connection = maintenance.connection
    let clock = maintenance.clock
    // The usual start finds nothing to do, and must not wait for a writer to learn that.
    guard try next(connection.migrationLedger()) != nil else { return [] }
    guard !connection.isReadOnly else { throw StorageError.readOnlyStore }
    let patience = connection.busyTimeout
    return try connection.withMigrationSettings {
      var done: [MigrationStep] = []
      while true {
        var took: Int64 = 0
        let step = try connection.withMigrationTransaction(waiting: patience) {
          () -> MigrationStep? in
          // Another process may have been faster: only what is read under the lock counts.
          guard let work = try next(connection.migrationLedger()) else { return nil }
          progress(.started(work.step))
          took = try Self.perform(work, on: connection, clock: clock)
          return work.step
        }
        guard let step else { return done }
        done.append(step)
        progress(.finished(step, .microseconds(took)))
        connection.onEvent?(.migration(step, microseconds: took))
      }
    }
  }

  /// Runs and records one step inside the open transaction; answers the microseconds it took.
  private static func perform(
    _ work: Work, on connection: Connection, clock: StoreClock
  ) throws -> Int64 {
    let script = try MigrationScript(work.text, file: work.step.description)
    let start = backoffice_monotonic_microseconds()
    // Nil where the check itself fails: that schema may be what the step is about to mend.
    let orphans = try? connection.orphanCounts()
    try connection.checkTransaction()
    try connection.runMigration(script)
    try connection.checkForeignKeys(after: script, before: orphans)
    let took = backoffice_monotonic_microseconds() - start
    if let migration = work.migration {
      try connection.executeScript(MigrationLedger.create)
      try connection.recordMigration(work.step.id, migration, at: clock.now(), took: took)
    } else {
      try connection.eraseMigration(work.step.id)
    }
    return took
  }

  /// The next step to bring in.
  func nextUp(
    _ entries: [MigrationLedger.Entry], through limit: (pack: String, version: Int)?
  ) throws(MigrationError) -> Work? {
    try check(entries)
    for pack in packs where limit == nil || limit?.pack == pack.name {
      let applied = entries.last { $0.id.pack == pack.name }?.id.version ?? 0
      guard let migration = pack.migrations.first(where: { $0.version > applied }),
        migration.version <= limit?.version ?? .max
      else { continue }
      return Work(
        step: MigrationStep(id: pack.id(of: migration), direction: .up), text: migration.up,
        migration: migration)
    }
    return nil
  }

  /// The next step to take out.
  func nextDown(
    _ entries: [MigrationLedger.Entry], to version: Int, of pack: String
  ) throws(MigrationError) -> Work? {
    let applied = entries.filter { $0.id.pack == pack }
    let known = packs.first { $0.name == pack }
    guard known != nil || !applied.isEmpty else { throw .unknownPack(pack) }
    guard
      version == 0 || applied.contains(where: { $0.id.version == version })
        || known?.migrations.contains(where: { $0.version == version }) == true
    else { throw .unknownVersion(pack: pack, version: version) }
    let due = applied.filter { $0.id.version > version }
    // Before the first one goes, so that the way does not end half-way.
    for entry in due.reversed() where entry.down == nil { throw .noDown(entry.id) }
    guard let last = due.last, let down = last.down else { return nil }
    return Work(
      step: MigrationStep(id: last.id, direction: .down), text: down, migration: nil)
  }

  /// Refuses a file whose ledger and this library do not fit together.
  func check(_ entries: [MigrationLedger.Entry]) throws(MigrationError) {
    for pack in packs {
      let applied = entries.filter { $0.id.pack == pack.name }
      let highest = applied.map(\.id.version).max() ?? 0
      guard highest <= pack.latestVersion else {
        throw .newerThanLibrary(
          pack: pack.name, fileVersion: highest, libraryVersion: pack.latestVersion)
      }
      for entry in applied {
        guard let migration = pack.migrations.first(where: { $0.version == entry.id.version })
        else { throw .missing(entry.id) }
        guard entry.algorithm == Migration.checksumAlgorithm else {
          throw .unknownAlgorithm(entry.id, algorithm: entry.algorithm)
        }
        guard entry.checksum == migration.checksum else {
          throw .edited(
            pack.id(of: migration), recorded: entry.checksum, found: migration.checksum)
        }
      }
      let versions = Set(applied.map(\.id.version))
      for migration in pack.migrations
      where migration.version < highest && !versions.contains(migration.version) {
        throw .outOfOrder(pack.id(of: migration), applied: highest)
      }
    }
    guard unknownPacks == .refuse else { return }
    let known = Set(packs.map(\.name))
    for entry in entries where !known.contains(entry.id.pack) { throw .unknownPack(entry.id.pack) }
  }
}
