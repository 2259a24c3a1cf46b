import Backoffice

/// The owners whose stored snapshots may be out of date, each with the first such day.
enum AnalyticsMarks {
  /// The setting with the last day up to which all snapshots have been taken.
  static let computedUntil = StoreSetting<CalendarDate?>(
    "analytics.computed_until", default: nil)
  /// The setting with the last day of any stored snapshot.
  static let storedUntil = StoreSetting<CalendarDate?>(
    "analytics.stored_until", default: nil)

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

  /// Stores a day in a setting unless it has a later one.
  static func raise(
    _ setting: StoreSetting<CalendarDate?>, to day: CalendarDate,
    _ transaction: borrowing WriteTransaction
  ) throws {
    if let stored = try setting.value(in: transaction), stored >= day { return }
    try transaction.settings.set(setting, to: day)
  }
}
