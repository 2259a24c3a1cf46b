import Backoffice

/// The owners whose stored snapshots may be out of date, each with the first such day.
enum AnalyticsMarks {
  /// The setting with the last day up to which all snapshots have been taken.
  static let computedUntil = "analytics.computed_until"
  /// The setting with the last day of any stored snapshot.
  static let storedUntil = "analytics.stored_until"

  private static let lower = SQLStatement(
    """
    INSERT INTO analytics_dirty (pipeline, owner_id, day) VALUES (?, ?, ?)
    ON CONFLICT (pipeline, owner_id) DO UPDATE SET day = excluded.day WHERE excluded.day < day
    """)

  private static let ofPipeline = SQLStatement(
    "SELECT owner_id, day FROM analytics_dirty WHERE pipeline = ?")

  private static let earliest = SQLStatement("SELECT min(day) FROM analytics_dirty")

  private static let postpone = SQLStatement("UPDATE analytics_dirty SET day = ?2 WHERE day <= ?1")

  private static let forget = SQLStatement("DELETE FROM analytics_dirty WHERE day <= ?")

  private static let read = SQLStatement("SELECT value FROM store_settings WHERE key = ?")

  private static let raise = SQLStatement(
    """
    INSERT INTO store_settings (key, value, updated_at) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
    WHERE excluded.value > value
    """)

  /// Marks an owner's snapshots from `day` on as out of date; an earlier mark stays.
  static func markDirty(
    _ pipeline: String, _ owner: ID<AnyEntity>, from day: CalendarDate,
    _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(lower, pipeline, owner, day)
  }

  /// The owners of a pipeline whose snapshots may be out of date, each with the first such day.
  static func dirtyOwners(
    of pipeline: String, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [ID<AnyEntity>: CalendarDate] {
    var days: [ID<AnyEntity>: CalendarDate] = [:]
    try transaction.forEach(ofPipeline, pipeline) { row in
      days[try row.value(at: 0)] = try row.value(at: 1, as: CalendarDate.self)
      return true
    }
    return days
  }

  /// The first day of any snapshot that may be out of date.
  static func earliestDirtyDay(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> CalendarDate? {
    try transaction.fetchOne(earliest) { row in
      try row.value(at: 0, as: CalendarDate?.self)
    } ?? nil
  }

  /// Removes the marks of days up to `day`, whose snapshots have just been taken.
  ///
  /// - Parameter remaining: whether later snapshots may depend on the same late rows; the marks then
  ///   move to those.
  static func clean(
    through day: CalendarDate, remaining: Bool, _ transaction: borrowing WriteTransaction
  ) throws {
    if remaining {
      try transaction.execute(postpone, day, day.adding(days: 1))
    } else {
      try transaction.execute(forget, day)
    }
  }

  /// The day stored under a key.
  static func day(
    _ key: String, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> CalendarDate? {
    try transaction.fetchOne(read, key) { row in try row.value(at: 0) }
  }

  /// Stores a day under a key unless a later day is stored.
  static func raise(
    _ key: String, to day: CalendarDate, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(raise, key, day, transaction.now)
  }
}
