/// The result of a dry run, which runs migrations and rolls them back.
public struct MigrationDryRun: Sendable {
  /// A step of a dry run.
  public struct Trial: Sendable, Hashable {
    /// The step.
    public let step: MigrationStep
    /// The duration of the step.
    public let duration: Duration
    /// The number of statements.
    public let statements: Int
    /// The number of rows inserted, updated or deleted.
    public let changedRows: Int
    /// The statements that the runner did not run as written.
    public let notices: [MigrationNotice]
    /// Whether the step may delete rows, columns or tables, so that a run starts with a snapshot.
    public let isDestructive: Bool
  }

  /// The successful steps, in order.
  public let trials: [Trial]
  /// The failure; later steps were not run.
  public let failure: MigrationFailure?

  /// Whether all steps succeeded.
  public var succeeds: Bool { failure == nil }
}

extension Migrator {
  /// Runs the pending migrations on the actual rows, and rolls them back.
  ///
  /// All statements, hooks and checks run in one transaction, which is rolled back: the file is
  /// unchanged, except for its log. The write lock is held during the dry run.
  ///
  /// - Throws: the errors of ``up(_:progress:)`` before its first step; a failing step is part of
  ///   the result.
  public func dryRun(
    _ maintenance: borrowing MaintenanceConnection,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> MigrationDryRun {
    try dryRun(maintenance, progress) { entries, _ in try dueUp(entries, .latest) }
  }

  /// Runs the pending migrations of a pack up to `version`, and rolls them back.
  ///
  /// - Throws: the errors of ``dryRun(_:progress:)``.
  public func dryRun(
    _ maintenance: borrowing MaintenanceConnection, to version: MigrationVersion, of pack: String,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws -> MigrationDryRun {
    try dryRun(maintenance, progress) { entries, _ in
      try dueUp(entries, .version(version, pack: pack))
    }
  }

  /// Reverts the migrations of a pack above `version`, and rolls the changes back.
  ///
  /// - Throws: the errors of ``dryRun(_:progress:)``.
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
          maintenance, options, MigrationMonitor(options, progress), of: self, isDryRun: true,
          plan: plan)
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
