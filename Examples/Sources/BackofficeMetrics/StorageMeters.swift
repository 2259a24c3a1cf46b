public import BackofficeMigrations
public import CoreMetrics

/// Counters and timers of the events of a database, in the metrics system of the program.
///
/// | label | kind | of |
/// |---|---|---|
/// | `backoffice_slow_statement` | timer | statements over their limit |
/// | `backoffice_long_transaction` | timer | write transactions over their limit |
/// | `backoffice_busy_wait` | timer, `gave_up` | waits for other connections |
/// | `backoffice_checkpoint` | timer | checkpoints |
/// | `backoffice_log_pages` | recorder | pages of the write-ahead log at a checkpoint |
/// | `backoffice_log_alarms` | counter | alarms of a log over its limit |
/// | `backoffice_group_writes` | recorder | writes that shared a commit |
/// | `backoffice_group_failures` | counter | writes of groups that failed alone |
/// | `backoffice_migration` | timer, `pack`, `direction` | migrations |
///
/// No label or dimension contains customer data or a value with many variants.
public struct StorageMeters: Sendable {
  private let factory: any MetricsFactory
  private let prefix: String
  private let slowStatement: Timer
  private let longTransaction: Timer
  private let waited: Timer
  private let gaveUp: Timer
  private let checkpoint: Timer
  private let logPages: Recorder
  private let logAlarms: Counter
  private let groupWrites: Recorder
  private let groupFailures: Counter

  /// Creates the meters.
  ///
  /// - Parameters:
  ///   - prefix: the prefix of their labels.
  ///   - factory: creates them; the program's metrics system by default.
  public init(prefix: String = "backoffice", factory: any MetricsFactory = MetricsSystem.factory) {
    self.factory = factory
    self.prefix = prefix
    func timer(_ name: String, _ dimensions: [(String, String)] = []) -> Timer {
      Timer(label: "\(prefix)_\(name)", dimensions: dimensions, factory: factory)
    }
    slowStatement = timer("slow_statement")
    longTransaction = timer("long_transaction")
    waited = timer("busy_wait", [("gave_up", "false")])
    gaveUp = timer("busy_wait", [("gave_up", "true")])
    checkpoint = timer("checkpoint")
    logPages = Recorder(label: "\(prefix)_log_pages", factory: factory)
    logAlarms = Counter(label: "\(prefix)_log_alarms", factory: factory)
    groupWrites = Recorder(label: "\(prefix)_group_writes", factory: factory)
    groupFailures = Counter(label: "\(prefix)_group_failures", factory: factory)
  }

  /// Counts an event.
  public func record(_ event: StorageEvent) {
    switch event {
    case .slowStatement(_, let microseconds):
      slowStatement.recordMicroseconds(microseconds)
    case .longTransaction(_, _, let microseconds):
      longTransaction.recordMicroseconds(microseconds)
    case .busyWait(let microseconds, let inVain):
      (inVain ? gaveUp : waited).recordMicroseconds(microseconds)
    case .checkpoint(let pages, _, let microseconds):
      checkpoint.recordMicroseconds(microseconds)
      logPages.record(Int64(pages))
    case .writeAheadLogOverLimit:
      logAlarms.increment()
    case .groupCommit(let writes, let failed, _):
      groupWrites.record(Int64(writes))
      if failed > 0 { groupFailures.increment(by: Int64(failed)) }
    }
  }

  /// Times a migration that is committed.
  ///
  /// ```swift
  /// configuration.onMigration = { meters.record($0) }
  /// ```
  public func record(_ event: MigrationEvent) {
    guard case .finished(let step, let duration) = event else { return }
    Timer(
      label: "\(prefix)_migration",
      dimensions: [("pack", step.id.pack), ("direction", step.direction.rawValue)],
      factory: factory
    ).recordMicroseconds(duration.microseconds)
  }
}

extension Database.Configuration {
  /// Counts the events of the database in `meters`, in addition to the present handler.
  ///
  /// ```swift
  /// var configuration = BackofficeStore.Configuration()
  /// configuration.database.count(in: StorageMeters())
  /// ```
  public mutating func count(in meters: StorageMeters) {
    let earlier = onEvent
    onEvent = { event in
      earlier?(event)
      meters.record(event)
    }
  }
}
