/// Reports the progress of a run, and stops it when it is cancelled.
final class MigrationMonitor {
  private let report: (MigrationEvent) -> Void
  private let cancellation: MigrationCancellation?
  private let interval: Duration
  /// The running step, its start, and the time of its last report.
  private var step: MigrationStep?
  private var start = ContinuousClock.now
  private var lastReported = ContinuousClock.now
  /// The number of the running statement, starting at 1.
  var statement = 0

  init(_ options: Migrator.Options, _ report: @escaping (MigrationEvent) -> Void) {
    self.report = report
    cancellation = options.cancellation
    interval = max(.milliseconds(1), options.progressInterval)
  }

  /// Whether the run was cancelled.
  var isCancelled: Bool {
    if let cancellation, cancellation.isCancelled { return true }
    return Task.isCancelled
  }

  func checkCancellation() throws {
    if isCancelled { throw CancellationError() }
  }

  func callAsFunction(_ event: MigrationEvent) { report(event) }

  func begin(_ step: MigrationStep) {
    self.step = step
    start = .now
    lastReported = start
    statement = 0
    report(.started(step))
  }

  /// Monitors `body`, also while a statement runs.
  func watching<Result>(_ connection: Connection, _ body: () throws -> Result) rethrows -> Result {
    try connection.polling({ continues() }, body)
  }

  private func continues() -> Bool {
    if isCancelled { return false }
    guard let step else { return true }
    let now = ContinuousClock.now
    if now - lastReported >= interval {
      lastReported = now
      report(.progress(step, statement: statement, microseconds: (now - start).microseconds))
    }
    return true
  }
}
