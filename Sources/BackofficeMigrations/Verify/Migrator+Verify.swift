extension Migrator {
  /// Tries every migration on an empty private database: in, out, schema and rows compared, and in
  /// again; then all of them out, the last first, and in again.
  ///
  /// A squash point is compared with the migrations that it stands for. Hooks do not run.
  ///
  /// - Returns: what is wrong; empty when every migration is sound. Ends at the first one that does
  ///   not run, since those behind it build on it; a way back that is wrong does not end it.
  /// - Throws: `SQLiteError` when the private database cannot be made, ``MigrationFailure`` when the
  ///   run was cancelled.
  /// - Complexity: each migration runs four times.
  public func verify() throws -> [MigrationFinding] {
    let verification = try MigrationVerification(withoutSquashPoints(), clock: .system) {
      try Connection.scratch()
    }
    try verification.run()
    guard verification.findings.allSatisfy({ !$0.endsTrial }) else { return verification.findings }
    return try verification.findings + compareSquashPoints(with: verification.finalState)
  }

  /// Tries every migration that is pending on a private copy of the file, with the rows that are in
  /// it, as ``verify()`` does on an empty one.
  ///
  /// The file itself is only read. The copy lies in SQLite's folder for temporary files, which needs
  /// as much room again, and is gone when this returns. Finds what depends on rows: a way back that
  /// restores a column but not its values, a unique index over values that are there twice.
  ///
  /// - Returns: as ``verify()``.
  /// - Throws: what ``up(_:progress:)`` refuses the file for, and as ``verify()``.
  /// - Complexity: reads every row of the file a few times for each pending migration.
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
    return verification.findings
  }

  // MARK: Squash points

  /// The migrations one by one, where they are all there.
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
  /// Whether nothing behind it was tried.
  fileprivate var endsTrial: Bool {
    switch problem {
    case .fails, .throwsError: file == id.description
    default: false
    }
  }
}
