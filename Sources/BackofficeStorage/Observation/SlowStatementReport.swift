import CBackofficeSQLite

/// Reports slow statements.
@usableFromInline
struct SlowStatementReport: Sendable {
  private let limit: Int64
  private let report: @Sendable (StorageEvent) -> Void

  /// Creates a report, or returns nil if there is no callback; statements are then not timed.
  init?(_ configuration: Database.Configuration) {
    guard let report = configuration.onEvent else { return nil }
    self.report = report
    limit = configuration.slowStatement.microseconds
  }

  @usableFromInline
  func finished(_ sql: String, since start: Int64) {
    let duration = backoffice_monotonic_microseconds() - start
    if duration >= limit { report(.slowStatement(sql: sql, microseconds: duration)) }
  }
}

/// The time of the monotonic clock, in microseconds.
@usableFromInline
func monotonicMicroseconds() -> Int64 { backoffice_monotonic_microseconds() }
