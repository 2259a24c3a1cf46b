import Backoffice

extension SnapshotValue {
  private static let storedDays = SQLStatement(
    "SELECT min(day), max(day) FROM submission_analytics_daily")
  private static let removeDays = SQLStatement("DELETE FROM submission_analytics_daily")
  private static let removeSnapshots = SQLStatement("DELETE FROM analytics_snapshots")
  private static let removeMarks = SQLStatement("DELETE FROM analytics_dirty")

  /// Takes the snapshots and the daily counts of submissions again, by the days of the new zone.
  func zoneDidChange(in transaction: borrowing WriteTransaction) throws -> Int {
    try takeSnapshotsAgain(in: transaction) + countSubmissionsAgain(in: transaction)
  }

  private func takeSnapshotsAgain(in transaction: borrowing WriteTransaction) throws -> Int {
    var stored: [String: [Bucket]] = [:]
    for name in try Analytics.storedPipelineNames(transaction) {
      stored[name] = try buckets(name, transaction)
    }
    let until = try AnalyticsMarks.computedUntil.value(in: transaction)
    guard until != nil || !stored.isEmpty else { return 0 }
    var changes = try transaction.execute(Self.removeSnapshots)
    try transaction.execute(Self.removeMarks)
    for setting in [AnalyticsMarks.computedUntil, AnalyticsMarks.storedUntil] {
      try transaction.settings.set(setting, to: nil)
    }
    if until != nil {
      while let step = try Analytics.advance(transaction) {
        changes += step.changedRows
        if step.isLast { break }
      }
    }
    // Those that a program asked for, which the refresh may not have reached.
    let today = transaction.zone.date(of: transaction.now)
    for (name, old) in stored.sorted(by: { $0.key < $1.key }) {
      let known = Set(try buckets(name, transaction))
      let missing = old.filter { !known.contains($0) && $0.end < today }
      guard let last = missing.map(\.end).max(),
        let first = try FigureEngine.firstDay(of: name, transaction)
      else { continue }
      let wanted = missing.filter { until == nil || $0.end >= first }
      guard !wanted.isEmpty else { continue }
      changes += try Analytics.write(wanted, pipeline: name, base: .sums, transaction)
      try AnalyticsMarks.raise(AnalyticsMarks.storedUntil, to: last, transaction)
    }
    return changes
  }

  private func countSubmissionsAgain(in transaction: borrowing WriteTransaction) throws -> Int {
    let days = try transaction.fetchOne(Self.storedDays) { row in
      (try row.value(at: 0, as: CalendarDate?.self), try row.value(at: 1, as: CalendarDate?.self))
    }
    guard let days, let first = days.0, let last = days.1 else { return 0 }
    var changes = try transaction.execute(Self.removeDays)
    // What was counted on the first and the last day may be of the day before or after.
    var start = first.adding(days: -1)
    let final = last.adding(days: 1)
    while start <= final {
      let end = min(final, start.adding(days: PageLimit.maximum - 1))
      changes += try transaction.analytics.refreshSubmissionDays(in: start...end)
      start = end.adding(days: 1)
    }
    return changes
  }
}
