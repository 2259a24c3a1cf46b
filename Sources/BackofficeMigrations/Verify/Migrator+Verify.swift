extension Migrator {
  /// Applies, reverts and reapplies every migration on an empty scratch database, and compares
  /// schema and rows.
  ///
  /// Each migration is verified on its own, and then all of them together. A squash point is
  /// compared with the migrations that it replaces. Hooks do not run.
  ///
  /// - Returns: the problems, up to the first migration that fails; empty if there are none.
  /// - Throws: ``MigrationError/noMigrations`` if there is nothing to verify, `SQLiteError` if the
  ///   scratch database cannot be created, ``MigrationFailure`` if the run is cancelled.
  /// - Complexity: each migration runs five times.
  public func verify() throws -> [MigrationFinding] {
    guard packs.contains(where: { !$0.migrations.isEmpty }) else {
      throw MigrationError.noMigrations
    }
    return try verifyRuns()
      + lint().filter(\.rule.isLoss).map { finding in
        MigrationFinding(id: finding.id, file: finding.file, problem: .loses(finding))
      }
  }

  private func verifyRuns() throws -> [MigrationFinding] {
    let verification = try MigrationVerification(withoutSquashPoints(), clock: .system) {
      try Connection.scratch()
    }
    try verification.run()
    guard verification.findings.allSatisfy({ !$0.endsTrial }) else { return verification.findings }
    return try verification.findings + compareSquashPoints(with: verification.finalState)
  }

  /// Verifies the pending migrations, like ``verify()``, on a temporary copy of the database with
  /// its rows.
  ///
  /// The database itself is only read. The copy is stored in SQLite's folder for temporary files,
  /// and deleted at the end. This finds problems that depend on rows, such as a down script that
  /// restores a column but not its values, or a unique index over duplicate values.
  ///
  /// - Returns: the problems, up to the first migration that fails; empty if there are none.
  /// - Throws: the ``MigrationError`` for which ``up(_:progress:)`` would reject the database, and
  ///   the errors of ``verify()``.
  /// - Complexity: reads every row of the database several times for each pending migration.
  public func verifyPending(
    _ maintenance: borrowing MaintenanceConnection
  ) throws -> [MigrationFinding] {
    _ = try hasPending(maintenance)
    let source = maintenance.connection
    let verification = try MigrationVerification(self, clock: maintenance.clock) {
      let copy = try Connection.scratch(onDisk: true)
      try source.copyPages(to: copy)
      return copy
    }
    try verification.run()
    let due = try dueUp(MigrationLedger(source).entries(), .latest)
    let copy = try Connection.scratch(onDisk: true)
    try source.copyPages(to: copy)
    let losses = try lint(due, on: copy).filter(\.rule.isLoss)
    return verification.findings
      + losses.map { finding in
        MigrationFinding(id: finding.id, file: finding.file, problem: .loses(finding))
      }
  }

  // MARK: Squash points

  /// Returns a migrator without the squash points whose migrations are present.
  private func withoutSquashPoints() throws -> Migrator {
    try Migrator(
      packs.map { pack in
        MigrationPack(
          pack.name,
          trusted: pack.migrations.filter { migration in
            migration.kind != .squash || !pack.hasMigrations(before: migration)
          })
      }, unknownPacks: unknownPacks, options: options)
  }

  private func compareSquashPoints(
    with wanted: MigrationVerification.State
  ) throws -> [MigrationFinding] {
    var last: MigrationID?
    for pack in packs {
      for migration in pack.migrations
      where migration.kind == .squash && pack.hasMigrations(before: migration) {
        last = pack.id(of: migration)
      }
    }
    guard let last else { return [] }
    let found = try Database.maintain(.memory) { scratch in
      var quiet = self
      quiet.options.hooks = Hooks()
      try quiet.up(scratch)
      return try MigrationVerification.state(of: scratch.connection)
    }
    guard let difference = try MigrationVerification.difference(wanted, found) else { return [] }
    return [MigrationFinding(id: last, problem: .notConvergent(difference))]
  }
}

extension MigrationPack {
  fileprivate func hasMigrations(before squash: Migration) -> Bool {
    migrations.contains { $0.kind == .versioned && $0.version <= squash.version }
  }
}

extension MigrationFinding {
  /// Whether later migrations were not verified.
  fileprivate var endsTrial: Bool {
    switch problem {
    case .fails, .throwsError: file == id.description
    default: false
    }
  }
}
