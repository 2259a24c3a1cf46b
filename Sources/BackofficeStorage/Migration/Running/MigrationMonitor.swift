import CBackofficeSQLite

/// Watches a run: tells the caller how it goes, and ends it when somebody asks for that.
@safe
final class MigrationMonitor {
  private let tell: (MigrationEvent) -> Void
  private let cancellation: MigrationCancellation?
  private let interval: Int64
  /// The step that is running, with its start and the last time that it was told of.
  private var step: MigrationStep?
  private var start: Int64 = 0
  private var lastTold: Int64 = 0
  /// The number of the statement that is running, from 1.
  var statement = 0

  init(_ options: Migrator.Options, _ tell: @escaping (MigrationEvent) -> Void) {
    self.tell = tell
    cancellation = options.cancellation
    interval = max(1000, options.progressInterval.microseconds)
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
    start = backoffice_monotonic_microseconds()
    lastTold = start
    statement = 0
    tell(.started(step))
  }

  /// Has SQLite ask between the steps of its machine whether to go on, while `body` runs.
  func watching<Result>(_ connection: Connection, _ body: () throws -> Result) rethrows -> Result {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe sqlite3_progress_handler(
      connection.handle, 5000,
      { context in
        guard let context = unsafe context else { return 0 }
        let monitor = unsafe Unmanaged<MigrationMonitor>.fromOpaque(context).takeUnretainedValue()
        return monitor.isWanted() ? 0 : 1
      }, context)
    defer { unsafe sqlite3_progress_handler(connection.handle, 0, nil, nil) }
    return try body()
  }

  private func isWanted() -> Bool {
    if isCancelled { return false }
    guard let step else { return true }
    let now = backoffice_monotonic_microseconds()
    if now - lastTold >= interval {
      lastTold = now
      tell(.progress(step, statement: statement, microseconds: now - start))
    }
    return true
  }
}
