/// A run, which takes the write lock, determines the pending steps, and runs them.
///
/// It is used by a single call.
final class MigrationRun {
  /// Returns the pending steps, from the ledger and the completed steps of this run.
  typealias Plan = ([MigrationLedger.Entry], [MigrationStep]) throws -> [Migrator.Work]

  /// The result of a step.
  struct Outcome {
    let step: MigrationStep
    let microseconds: Int64
    let statements: Int
    let changedRows: Int
    let notices: [MigrationNotice]
    let isDestructive: Bool
  }

  let connection: Connection
  let clock: StoreClock
  let options: Migrator.Options
  let monitor: MigrationMonitor
  private let plan: Plan
  /// The migrator whose migrations run.
  let migrator: Migrator
  /// Whether the database had no migration when the run began.
  private(set) var isNewFile = false
  /// Whether everything is rolled back at the end.
  private let isDryRun: Bool

  private(set) var outcomes: [Outcome] = []
  private(set) var due: [Migrator.Work] = []
  private var running: Migrator.Work?
  private var dataVersion: String?
  private(set) var batch = 1
  private(set) var snapshot: String?
  private var hasConsideredSnapshot = false
  /// The last fingerprint, and its schema version.
  var fingerprint: (schemaVersion: String, text: String)?

  init(
    _ maintenance: borrowing MaintenanceConnection, _ options: Migrator.Options,
    _ monitor: MigrationMonitor, of migrator: Migrator, isDryRun: Bool = false,
    plan: @escaping Plan
  ) {
    connection = maintenance.connection
    clock = maintenance.clock
    self.options = options
    self.monitor = monitor
    self.isDryRun = isDryRun
    self.plan = plan
    self.migrator = migrator
  }

  var done: [MigrationStep] { outcomes.map(\.step) }

  /// With more pending steps than this, only the first and last step record a fingerprint.
  ///
  /// Otherwise a new file would spend most of its time on intermediate schemas.
  private static let longRun = 12

  /// Whether the run has more than ``longRun`` steps.
  private(set) var isLong = false

  /// Whether the running step is the last one.
  var isAtLastStep: Bool { due.count <= 1 }

  /// Runs all pending steps, and returns those that this run completed.
  func perform() throws -> [MigrationStep] {
    // Usually nothing is pending, which must not require the write lock to determine.
    let entries = try MigrationLedger(connection).entries()
    guard try !plan(entries, []).isEmpty else { return [] }
    try migrator.requireAdopted(connection, entries)
    guard !connection.isReadOnly else { throw StorageError.readOnlyStore }
    return try options.applied(to: connection) {
      try monitor.watching(connection) {
        if isDryRun || isOneTransaction(entries) {
          try runTogether()
        } else {
          while try runNext() {}
        }
        return done
      }
    }
  }

  private func isOneTransaction(_ entries: [MigrationLedger.Entry]) -> Bool {
    switch options.grouping {
    case .perMigration: false
    case .together: true
    case .togetherWhenNew: entries.isEmpty
    }
  }

  /// Runs one step in its own transaction; returns false if no step is pending.
  private func runNext() throws -> Bool {
    running = nil
    do {
      try monitor.checkCancellation()
      let outcome = try connection.withMaintenanceTransaction(
        for: "a migration", wrapsCommitFailure: true
      ) { () -> Outcome? in
        try updatePlan()
        guard let work = due.first else { return nil }
        return try begin(work)
      }
      guard let outcome else { return false }
      finish(outcome)
      return true
    } catch let failure as CommitFailure {
      guard let work = running else { throw failure.cause }
      // The commit may have taken effect; the ledger shows it.
      guard try isCommitted(work, failure.cause) else { return false }
      return true
    } catch {
      throw failed(error, .rolledBack, applied: done)
    }
  }

  /// Runs all steps in one transaction.
  private func runTogether() throws {
    var tried: [MigrationStep] = []
    do {
      try connection.withMaintenanceTransaction(
        for: "a migration", commits: !isDryRun, wrapsCommitFailure: true
      ) {
        try updatePlan()
        while let work = due.first {
          try monitor.checkCancellation()
          let outcome = try begin(work)
          tried.append(work.step)
          outcomes.append(outcome)
          due.removeFirst()
        }
      }
    } catch let failure as CommitFailure {
      guard let work = running else { throw failure.cause }
      let all = outcomes
      outcomes = []
      guard try isCommitted(work, failure.cause) else { return }
      outcomes = all
    } catch {
      if !isDryRun { outcomes = [] }
      throw failed(error, .rolledBack, applied: [])
    }
    guard !isDryRun else { return }
    for outcome in outcomes { reportFinished(outcome) }
  }

  /// Reads the ledger under the lock, and again if another process has committed since.
  ///
  /// Another process may have run the migrations first.
  private func updatePlan() throws {
    let version = try connection.pragmaText("data_version") ?? ""
    guard version != dataVersion else { return }
    dataVersion = version
    let entries = try MigrationLedger(connection).entries()
    if outcomes.isEmpty {
      batch = (entries.lazy.map(\.batch).max() ?? 0) + 1
      isNewFile = entries.isEmpty
    }
    due = try plan(entries, done)
    isLong = isLong || due.count > Self.longRun
    fingerprint = nil
  }

  private func begin(_ work: Migrator.Work) throws -> Outcome {
    if !hasConsideredSnapshot, !isDryRun {
      hasConsideredSnapshot = true
      snapshot = try createSnapshot(before: due)
      if let snapshot { monitor(.snapshot(path: snapshot)) }
    }
    running = work
    monitor.begin(work.step)
    return try runStep(work)
  }

  private func finish(_ outcome: Outcome) {
    outcomes.append(outcome)
    due.removeFirst()
    running = nil
    reportFinished(outcome)
  }

  private func reportFinished(_ outcome: Outcome) {
    monitor(.finished(outcome.step, .microseconds(outcome.microseconds)))
  }

  /// Determines whether a failed commit took effect.
  private func isCommitted(_ work: Migrator.Work, _ cause: any Error) throws -> Bool {
    let entries: [MigrationLedger.Entry]
    do {
      entries = try MigrationLedger(connection).entries()
    } catch {
      throw failed(cause, .unknown, applied: done)
    }
    let isIn = entries.contains {
      $0.id == work.step.id && (work.step.direction == .down || $0.batch == batch)
    }
    guard isIn == (work.step.direction == .up) else {
      // Recovery of the log on a failing disk may still produce the other outcome
      // (https://www.sqlite.org/wal.html).
      throw failed(cause, .unknown, applied: done)
    }
    finish(
      Outcome(
        step: work.step, microseconds: 0, statements: 0, changedRows: 0, notices: [],
        isDestructive: false))
    return true
  }

  /// Returns the error to throw.
  private func failed(
    _ error: any Error, _ outcome: MigrationFailure.Outcome, applied: [MigrationStep]
  ) -> any Error {
    // No step has begun, for example because the lock was busy or the run was cancelled.
    guard let step = running?.step ?? (applied.isEmpty ? nil : due.first?.step) else {
      return error
    }
    options.hooks.onError?(step, error)
    monitor(.failed(step, reason: "\(error)"))
    return MigrationFailure(applied: applied, failed: step, cause: error, outcome: outcome)
  }
}
