extension Migrator {
  /// Brings in every migration that has not run; takes no lock when there is none.
  ///
  /// - Parameters:
  ///   - maintenance: the connection.
  ///   - progress: told of each step when it starts, with the lock held, and when it is committed.
  /// - Returns: the steps that this call took, which may be none because another process did.
  /// - Throws: ``MigrationError``, `StorageError.busy` or
  ///   `SQLiteError` before the first step; ``MigrationFailure`` when a step fails.
  /// - Complexity: one read of the ledger when nothing is due.
  @discardableResult
  public func up(
    _ maintenance: borrowing MaintenanceConnection,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> [MigrationStep] {
    try run(maintenance, progress) { entries, _ in try dueUp(entries, .latest) }
  }

  /// Brings in the migrations of one pack up to and including `version`.
  ///
  /// - Throws: as ``up(_:progress:)``, ``MigrationError/unknownPack(_:)``,
  ///   ``MigrationError/unknownVersion(pack:version:)``.
  @discardableResult
  public func up(
    _ maintenance: borrowing MaintenanceConnection, to version: MigrationVersion, of pack: String,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> [MigrationStep] {
    try require(version, of: pack)
    return try run(maintenance, progress) { entries, _ in
      try dueUp(entries, .version(version, pack: pack))
    }
  }

  /// Brings in the next migration.
  ///
  /// - Returns: the step, or nil when there is none.
  /// - Throws: as ``up(_:progress:)``.
  @discardableResult
  public func upByOne(
    _ maintenance: borrowing MaintenanceConnection,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> MigrationStep? {
    try run(maintenance, progress) { entries, done in
      done.isEmpty ? try dueUp(entries, .next) : []
    }.first
  }

  /// Brings in one migration by its number: the next one, or a late one that may run out of order.
  ///
  /// - Throws: ``MigrationError/alreadyApplied(_:)``, ``MigrationError/pending(_:)`` when others come
  ///   before it, and as ``up(_:to:of:progress:)``.
  public func apply(
    _ maintenance: borrowing MaintenanceConnection, _ version: MigrationVersion, of pack: String,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws {
    try require(version, of: pack)
    try run(maintenance, progress) { entries, done in
      done.isEmpty ? try dueUp(entries, .exactly(version, pack: pack)) : []
    }
  }

  /// Takes out the migrations of one pack above `version`, the one that ran last first; zero takes
  /// out all.
  ///
  /// Runs the texts that the file itself keeps, so it also works on a file that is newer than the
  /// program. Refused as a whole when one of them has no way back.
  ///
  /// - Returns: the steps that this call took.
  /// - Throws: ``MigrationError/noDown(_:)``, ``MigrationError/unknownVersion(pack:version:)``,
  ///   and as ``up(_:progress:)``.
  @discardableResult
  public func down(
    _ maintenance: borrowing MaintenanceConnection, to version: MigrationVersion, of pack: String,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> [MigrationStep] {
    try run(maintenance, progress) { entries, _ in try dueDown(entries, to: version, of: pack) }
  }

  /// Takes out the migration that ran last.
  ///
  /// - Returns: the step, or nil when the file has none.
  /// - Throws: as ``down(_:to:of:progress:)``.
  @discardableResult
  public func downByOne(
    _ maintenance: borrowing MaintenanceConnection, of pack: String? = nil,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> MigrationStep? {
    try run(maintenance, progress) { entries, done in
      guard done.isEmpty, let last = last(entries, of: pack) else { return [] }
      return [try workDown(last, packs.first { $0.name == last.id.pack })]
    }.first
  }

  /// Takes out what the last run brought in, the last first.
  ///
  /// - Throws: as ``down(_:to:of:progress:)``.
  @discardableResult
  public func downLastRun(
    _ maintenance: borrowing MaintenanceConnection,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> [MigrationStep] {
    var batch: Int?
    return try run(maintenance, progress) { entries, _ in
      guard let last = batch ?? entries.lazy.map(\.batch).max(), last > 0 else { return [] }
      batch = last
      return try entries.filter { $0.batch == last }.reversed().map { entry in
        try workDown(entry, packs.first { $0.name == entry.id.pack })
      }
    }
  }

  /// Takes the migration that ran last out and brings it in again, in one transaction.
  ///
  /// The program's text runs, so this is how an edit is tried out during development.
  ///
  /// - Returns: both steps; none when the file has no migration.
  /// - Throws: as ``down(_:to:of:progress:)`` and ``up(_:progress:)``.
  @discardableResult
  public func redo(
    _ maintenance: borrowing MaintenanceConnection, of pack: String? = nil,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> [MigrationStep] {
    var together = self
    together.options.grouping = .together
    return try together.run(maintenance, progress) { entries, done in
      guard done.isEmpty, let last = last(entries, of: pack) else { return [] }
      let back = try workDown(last, packs.first { $0.name == last.id.pack })
      guard let migration = back.migration else { throw MigrationError.missing(last.id) }
      let id = MigrationID(
        pack: last.id.pack, version: migration.version, name: migration.name, file: migration.file)
      return [
        back,
        Work(
          step: MigrationStep(id: id, direction: .up, file: migration.file), migration: migration,
          entry: nil),
      ]
    }
  }

  /// The migration that ran last, repeatable ones left out.
  private func last(
    _ entries: [MigrationLedger.Entry], of pack: String?
  ) -> MigrationLedger.Entry? {
    entries.last { entry in
      entry.kind != .repeatable && (pack.map { entry.id.pack == $0 } ?? true)
    }
  }

  private func require(_ version: MigrationVersion, of name: String) throws(MigrationError) {
    let pack = try self.pack(name)
    guard pack.migrations.contains(where: { $0.version == version && $0.kind != .repeatable })
    else {
      throw .unknownVersion(pack: name, version: version)
    }
  }

  /// Runs what `plan` answers.
  @discardableResult
  func run(
    _ maintenance: borrowing MaintenanceConnection, _ progress: (MigrationEvent) -> Void,
    plan: MigrationRun.Plan
  ) throws -> [MigrationStep] {
    try withoutActuallyEscaping(progress) { progress in
      try withoutActuallyEscaping(plan) { plan in
        let run = MigrationRun(
          maintenance, options, MigrationMonitor(options, progress), plan: plan)
        return try run.perform()
      }
    }
  }
}
