extension Migrator {
  /// Applies all pending migrations; takes no lock if there are none.
  ///
  /// - Parameters:
  ///   - maintenance: the connection.
  ///   - progress: receives the events of the run.
  /// - Returns: the steps of this call; another process may have run some of the migrations.
  /// - Throws: ``MigrationError``, `StorageError.busy` or `SQLiteError` before the first step;
  ///   ``MigrationFailure`` if a step fails.
  /// - Complexity: one read of the ledger if nothing is pending.
  @discardableResult
  public func up(
    _ maintenance: borrowing MaintenanceConnection,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> [MigrationStep] {
    try run(maintenance, progress) { entries, _ in try dueUp(entries, .latest) }
  }

  /// Applies the migrations of a pack up to and including `version`.
  ///
  /// - Throws: the errors of ``up(_:progress:)``, ``MigrationError/unknownPack(_:)``,
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

  /// Applies the next migration.
  ///
  /// - Returns: the step, or nil if no migration is pending.
  /// - Throws: the errors of ``up(_:progress:)``.
  @discardableResult
  public func upByOne(
    _ maintenance: borrowing MaintenanceConnection,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> MigrationStep? {
    try run(maintenance, progress) { entries, done in
      done.isEmpty ? try dueUp(entries, .next) : []
    }.first
  }

  /// Applies a single migration: the next one, or one that may run out of order.
  ///
  /// - Throws: ``MigrationError/alreadyApplied(_:)``, ``MigrationError/pending(_:)`` if earlier
  ///   migrations are pending, and the errors of ``up(_:to:of:progress:)``.
  public func apply(
    _ maintenance: borrowing MaintenanceConnection, _ version: MigrationVersion, of pack: String,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws {
    try require(version, of: pack)
    try run(maintenance, progress) { entries, done in
      done.isEmpty ? try dueUp(entries, .exactly(version, pack: pack)) : []
    }
  }

  /// Reverts the migrations of a pack above `version`, most recent first; zero reverts all.
  ///
  /// It runs the recorded down scripts, so it also works on a database that is newer than the
  /// program. If one of the migrations is not reversible, none is reverted.
  ///
  /// - Returns: the steps of this call.
  /// - Throws: ``MigrationError/noDown(_:)``, ``MigrationError/unknownVersion(pack:version:)``, and
  ///   the errors of ``up(_:progress:)``.
  @discardableResult
  public func down(
    _ maintenance: borrowing MaintenanceConnection, to version: MigrationVersion, of pack: String,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> [MigrationStep] {
    try run(maintenance, progress) { entries, _ in try dueDown(entries, to: version, of: pack) }
  }

  /// Reverts the most recent migration.
  ///
  /// - Returns: the step, or nil if no migration is applied.
  /// - Throws: the errors of ``down(_:to:of:progress:)``.
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

  /// Reverts the migrations of the last run, most recent first.
  ///
  /// - Throws: the errors of ``down(_:to:of:progress:)``.
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

  /// Reverts the most recent migration and applies it again, in one transaction.
  ///
  /// The program's current script is applied, so it can be used to test an edit during development.
  ///
  /// - Returns: both steps; none if no migration is applied.
  /// - Throws: the errors of ``down(_:to:of:progress:)`` and ``up(_:progress:)``.
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

  /// Returns the most recent migration that is not repeatable.
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

  /// Runs the steps that `plan` returns.
  @discardableResult
  func run(
    _ maintenance: borrowing MaintenanceConnection, _ progress: (MigrationEvent) -> Void,
    plan: MigrationRun.Plan
  ) throws -> [MigrationStep] {
    try withoutActuallyEscaping(progress) { progress in
      try withoutActuallyEscaping(plan) { plan in
        let run = MigrationRun(
          maintenance, options, MigrationMonitor(options, progress), of: self, plan: plan)
        return try run.perform()
      }
    }
  }
}
