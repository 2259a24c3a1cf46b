public import BackofficeMigrations
public import Logging

extension Logger {
  /// Writes a log line for an event of a migration.
  ///
  /// ```swift
  /// configuration.onMigration = { logger.report($0) }
  /// ```
  ///
  /// | event | level |
  /// |---|---|
  /// | a migration that failed | error |
  /// | a migration that is committed, a snapshot, a notice | notice |
  /// | progress of a long migration | info |
  /// | the start of a migration | debug |
  public func report(_ event: MigrationEvent) {
    let line = Line(event)
    log(level: line.level, "\(line.message)", metadata: line.metadata)
  }
}
