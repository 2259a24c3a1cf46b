import CBackofficeSQLite

/// Tells of statements that took long.
@usableFromInline
struct SlowStatementReport: Sendable {
  private let limit: Int64
  private let report: @Sendable (StorageEvent) -> Void

  /// A report for these settings, or nil when nobody listens: then statements are not timed.
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

/// Microseconds on a clock that never goes back.
@usableFromInline
func monotonicMicroseconds() -> Int64 { backoffice_monotonic_microseconds() }
