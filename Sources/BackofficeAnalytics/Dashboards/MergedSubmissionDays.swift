import Backoffice

/// Counts the submissions of a merged customer again on the days that were counted for it.
enum MergedSubmissionDays {
  private struct Merge: TableRow {
    static let tableName = "customer_merges"
    let duplicate: ID<AnyEntity>

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      duplicate = try column("duplicate_id")
    }
  }

  static let daysOf = SQLStatement(
    "SELECT DISTINCT day FROM submission_analytics_daily WHERE customer_id = ? ORDER BY day")

  /// Moves the daily counts of submissions of a merged customer to the survivor.
  static let trigger = Trigger.after(
    "submission_analytics_daily.merged_customer", .insert, on: Merge.self
  ) { change, transaction in
    guard let merge = change.new else { return }
    let days: [CalendarDate] = try transaction.fetchAll(daysOf, merge.duplicate) { row in
      try row.value(at: 0)
    }
    for day in days { try transaction.analytics.refreshSubmissionDays(in: day...day) }
  }
}
