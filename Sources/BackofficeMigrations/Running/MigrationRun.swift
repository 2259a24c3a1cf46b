/// One run: it takes the lock, decides what is due, and takes step after step.
///
/// Belongs to the call that makes it.
final class MigrationRun {
  /// What is due, from the ledger and the steps that this run has taken already.
  typealias Plan = ([MigrationLedger.Entry], [MigrationStep]) throws -> [Migrator.Work]

  /// What a step came to.
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
  /// Whether everything is taken back at the end.
  private let isDryRun: Bool

  private(set) var outcomes: [Outcome] = []
  private(set) var due: [Migrator.Work] = []
  private var running: Migrator.Work?
  private var dataVersion: String?
  private(set) var batch = 1
  private(set) var snapshot: String?
  private var hasLookedAtSnapshot = false
  /// The last fingerprint, and the schema's number when it was made.
  var fingerprint: (schemaVersion: String, text: String)?

  init(
    _ maintenance: borrowing MaintenanceConnection, _ options: Migrator.Options,
    _ monitor: MigrationMonitor, isDryRun: Bool = false, plan: @escaping Plan
  ) {
    connection = maintenance.connection
    clock = maintenance.clock
    self.options = options
    self.monitor = monitor
    self.isDryRun = isDryRun
    self.plan = plan
  }

  var done: [MigrationStep] { outcomes.map(\.step) }

  /// With more due steps than this only the first and the last look at the whole schema: a new file
  /// that begins with them all would spend most of its time on schemas that no file will have again.
  private static let longRun = 12

  /// Whether the run has so many steps that not each of them looks at the whole schema.
  private(set) var isLong = false

  /// Whether the step that is running is the last one.
  var isAtLastStep: Bool { due.count <= 1 }

  /// Takes every step that is due, and answers those that this run took.
  func perform() throws -> [MigrationStep] {
    // The usual start finds nothing to do, and must not wait for a writer to learn that.
    let entries = try connection.migrationLedger()
    guard try !plan(entries, []).isEmpty else { return [] }
    guard !connection.isReadOnly else { throw StorageError.readOnlyStore }
    return try connection.withMigrationSettings(options) {
      try monitor.watching(connection) {
        if isDryRun || isOneTransaction(entries) {
          try takeTogether()
        } else {
          while try takeNext() {}
        }
        return done
      }
    }
  }

  private func isOneTransaction(_ entries: [MigrationLedger.Entry]) -> Bool {
    switch options.grouping {
    case .eachAlone: false
    case .together: true
    case .togetherWhenNew: entries.isEmpty
    }
  }

  /// Takes one step in a transaction of its own; false when nothing is left.
  private func takeNext() throws -> Bool {
    running = nil
    do {
      try monitor.checkCancellation()
      let outcome = try connection.withMaintenanceTransaction(
        for: "a migration", namesCommit: true
      ) { () -> Outcome? in
        try decide()
        guard let work = due.first else { return nil }
        return try begin(work)
      }
      guard let outcome else { return false }
      finish(outcome)
      return true
    } catch let failure as CommitFailure {
      guard let work = running else { throw failure.cause }
      // The commit may have happened all the same: the ledger knows.
      guard try isCommitted(work, failure.cause) else { return false }
      return true
    } catch {
      throw failed(error, .rolledBack, applied: done)
    }
  }

  /// Takes all steps in one transaction.
  private func takeTogether() throws {
    var tried: [MigrationStep] = []
    do {
      try connection.withMaintenanceTransaction(
        for: "a migration", commits: !isDryRun, namesCommit: true
      ) {
        try decide()
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
    for outcome in outcomes { tell(outcome) }
  }

  /// Reads the ledger under the lock, and again when another process has committed in between.
  ///
  /// Only what is read there counts, since another process may have been faster.
  private func decide() throws {
    let version = try connection.dataVersion()
    guard version != dataVersion else { return }
    dataVersion = version
    let entries = try connection.migrationLedger()
    if outcomes.isEmpty { batch = (entries.lazy.map(\.batch).max() ?? 0) + 1 }
    due = try plan(entries, done)
    isLong = isLong || due.count > Self.longRun
    fingerprint = nil
  }

  private func begin(_ work: Migrator.Work) throws -> Outcome {
    if !hasLookedAtSnapshot, !isDryRun {
      hasLookedAtSnapshot = true
      snapshot = try takeSnapshot(before: due)
      if let snapshot { monitor(.snapshot(path: snapshot)) }
    }
    running = work
    monitor.begin(work.step)
    return try take(work)
  }

  private func finish(_ outcome: Outcome) {
    outcomes.append(outcome)
    due.removeFirst()
    running = nil
    tell(outcome)
  }

  private func tell(_ outcome: Outcome) {
    monitor(.finished(outcome.step, .microseconds(outcome.microseconds)))
  }

  /// Whether a commit that answered with an error is in the file.
  private func isCommitted(_ work: Migrator.Work, _ cause: any Error) throws -> Bool {
    let entries: [MigrationLedger.Entry]
    do {
      entries = try connection.migrationLedger()
    } catch {
      throw failed(cause, .unknown, applied: done)
    }
    let isIn = entries.contains {
      $0.id == work.step.id && (work.step.direction == .down || $0.batch == batch)
    }
    guard isIn == (work.step.direction == .up) else {
      // Not in this connection's eyes; but on a disk that fails, a log that is recovered may say
      // otherwise (https://www.sqlite.org/wal.html).
      throw failed(cause, .unknown, applied: done)
    }
    finish(
      Outcome(
        step: work.step, microseconds: 0, statements: 0, changedRows: 0, notices: [],
        isDestructive: false))
    return true
  }

  /// The error that the caller gets.
  private func failed(
    _ error: any Error, _ outcome: MigrationFailure.Outcome, applied: [MigrationStep]
  ) -> any Error {
    // A lock that was not to be had, or a cancellation before the first step: nothing began.
    guard let step = running?.step ?? (applied.isEmpty ? nil : due.first?.step) else {
      return error
    }
    options.hooks.onError?(step, error)
    monitor(.failed(step, reason: "\(error)"))
    return MigrationFailure(applied: applied, failed: step, cause: error, outcome: outcome)
  }
}
