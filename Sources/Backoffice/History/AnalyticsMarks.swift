package import BackofficeStorage

/// What the history room tells analytics: from which day on stored snapshots may be wrong.
package enum AnalyticsMarks {
  /// The setting with the first day whose snapshots are out of date.
  package static let dirtyFrom = "analytics.dirty_from"
  /// The setting with the last day up to which all snapshots have been taken.
  package static let computedUntil = "analytics.computed_until"

  private static let lower = SQLStatement(
    """
    INSERT INTO store_settings (key, value, updated_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
    WHERE excluded.value < value
    """)

  private static let read = SQLStatement("SELECT value FROM store_settings WHERE key = ?")

  private static let write = SQLStatement(
    """
    INSERT INTO store_settings (key, value, updated_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
    WHERE excluded.value <> value
    """)

  private static let erase = SQLStatement("DELETE FROM store_settings WHERE key = ?")

  /// Notes that snapshots from `day` on may be wrong; an earlier note stays.
  package static func markDirty(
    from day: CalendarDate, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(lower, dirtyFrom, day, transaction.now)
  }

  /// The day kept under a key.
  package static func day(
    _ key: String, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> CalendarDate? {
    try transaction.fetchOne(read, key) { row in try row.value(at: 0) }
  }

  /// Keeps a day under a key, or forgets the key for nil.
  package static func set(
    _ key: String, to day: CalendarDate?, _ transaction: borrowing WriteTransaction
  ) throws {
    if let day {
      try transaction.execute(write, key, day, transaction.now)
    } else {
      try transaction.execute(erase, key)
    }
  }

  /// Marks the days of rows that came after their day had ended, or had been computed.
  static var trigger: Trigger {
    .atCommit(
      "analytics.dirty", .insert, on: AnalyticsFlows.NewRow.self,
      collect: { (change, emit: (Int, Timestamp) -> Void) in
        if let new = change.new, new.kind == .customer { emit(0, new.at) }
      }, combine: { $0 = min($0, $1) },
      perform: { _, earliest, transaction in
        let day = transaction.zone.date(of: earliest)
        // A transaction that waited over midnight can be behind a snapshot of its own day.
        var isLate = day < transaction.zone.date(of: transaction.now)
        if !isLate, let computed = try Self.day(computedUntil, transaction) {
          isLate = day <= computed
        }
        if isLate { try markDirty(from: day, transaction) }
      })
  }
}
