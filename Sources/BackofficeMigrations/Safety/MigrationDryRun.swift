/// What a run would do, found by doing it and taking everything back.
public struct MigrationDryRun: Sendable {
  /// A step that was tried.
  public struct Trial: Sendable, Hashable {
    /// Which one.
    public let step: MigrationStep
    /// How long it took.
    public let duration: Duration
    /// How many statements it ran.
    public let statements: Int
    /// How many rows it inserted, changed or deleted.
    public let changedRows: Int
    /// Lines that the runner takes in another sense than they have by themselves.
    public let notices: [MigrationNotice]
    /// Whether it may take rows, columns or tables away, so that a snapshot comes first.
    public let isDestructive: Bool
  }

  /// The steps that went through, in order.
  public let trials: [Trial]
  /// The step that would fail, and why; those behind it were not tried.
  public let failure: MigrationFailure?

  /// Whether the run would go through.
  public var succeeds: Bool { failure == nil }
}

extension Migrator {
  /// Tries what ``up(_:progress:)`` would do, with the rows that are there, and takes it back.
  ///
  /// Every statement, hook and check really runs, in one transaction that is never committed: the
  /// file is the same afterwards, byte for byte but for its log. Holds the write lock meanwhile.
  ///
  /// - Throws: what ``up(_:progress:)`` refuses before its first step; a step that fails is part of
  ///   the answer.
  public func dryRun(
    _ maintenance: borrowing MaintenanceConnection,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> MigrationDryRun {
    try dryRun(maintenance, progress) { entries, _ in try dueUp(entries, .latest) }
  }

  /// Tries what ``up(_:to:of:progress:)`` would do, and takes it back.
  ///
  /// - Throws: as ``dryRun(_:progress:)``.
  public func dryRun(
    _ maintenance: borrowing MaintenanceConnection, to version: MigrationVersion, of pack: String,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> MigrationDryRun {
    try dryRun(maintenance, progress) { entries, _ in
      try dueUp(entries, .version(version, pack: pack))
    }
  }

  /// Tries what ``down(_:to:of:progress:)`` would do, and takes it back.
  ///
  /// - Throws: as ``dryRun(_:progress:)``.
  public func dryRunDown(
    _ maintenance: borrowing MaintenanceConnection, to version: MigrationVersion, of pack: String,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> MigrationDryRun {
    try dryRun(maintenance, progress) { entries, _ in
      try dueDown(entries, to: version, of: pack)
    }
  }

  private func dryRun(
    _ maintenance: borrowing MaintenanceConnection, _ progress: (MigrationEvent) -> Void,
    plan: MigrationRun.Plan
  ) throws -> MigrationDryRun {
    try withoutActuallyEscaping(progress) { progress in
      try withoutActuallyEscaping(plan) { plan in
        let run = MigrationRun(
          maintenance, options, MigrationMonitor(options, progress), isDryRun: true, plan: plan)
        var failure: MigrationFailure?
        do {
          _ = try run.perform()
        } catch let error as MigrationFailure {
          failure = error
        }
        let trials = run.outcomes.map { outcome in
          MigrationDryRun.Trial(
            step: outcome.step, duration: .microseconds(outcome.microseconds),
            statements: outcome.statements, changedRows: outcome.changedRows,
            notices: outcome.notices, isDestructive: outcome.isDestructive)
        }
        return MigrationDryRun(trials: trials, failure: failure)
      }
    }
  }
}
