/// Watches a run: tells the caller how it goes, and ends it when the caller asks for that.
final class MigrationMonitor {
  private let tell: (MigrationEvent) -> Void
  private let cancellation: MigrationCancellation?
  private let interval: Duration
  /// The step that is running, with its start and the last time that it was told of.
  private var step: MigrationStep?
  private var start = ContinuousClock.now
  private var lastTold = ContinuousClock.now
  /// The number of the statement that is running, from 1.
  var statement = 0

  init(_ options: Migrator.Options, _ tell: @escaping (MigrationEvent) -> Void) {
    self.tell = tell
    cancellation = options.cancellation
    interval = max(.milliseconds(1), options.progressInterval)
  }

  /// Whether the run shall end.
  var isCancelled: Bool {
    if let cancellation, cancellation.isCancelled { return true }
    return Task.isCancelled
  }

  func checkCancellation() throws {
    if isCancelled { throw CancellationError() }
  }

  func callAsFunction(_ event: MigrationEvent) { tell(event) }

  func begin(_ step: MigrationStep) {
    self.step = step
    start = .now
    lastTold = start
    statement = 0
    tell(.started(step))
  }

  /// Watches while `body` runs, also within a statement.
  func watching<Result>(_ connection: Connection, _ body: () throws -> Result) rethrows -> Result {
    try connection.polling({ continues() }, body)
  }

  private func continues() -> Bool {
    if isCancelled { return false }
    guard let step else { return true }
    let now = ContinuousClock.now
    if now - lastTold >= interval {
      lastTold = now
      tell(.progress(step, statement: statement, microseconds: (now - start).microseconds))
    }
    return true
  }
}
