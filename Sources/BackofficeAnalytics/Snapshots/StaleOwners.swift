import Backoffice

/// The snapshots of a pipeline that are missing or may be out of date.
struct StaleOwners {
  /// The last day up to which all snapshots were taken; nil for none.
  let computedUntil: CalendarDate?
  /// The owners with late history rows, each with the first day that changed.
  let days: [ID<AnyEntity>: CalendarDate]
  /// The first day of them all.
  let firstDay: CalendarDate?

  init(
    of pipeline: String, computedUntil: CalendarDate?,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws {
    self.computedUntil = computedUntil
    days = try AnalyticsMarks.dirtyOwners(of: pipeline, transaction)
    firstDay = days.values.min()
  }

  /// Whether late history rows may have changed the figures of a scope at the end of a bucket.
  func isDirty(_ scope: Scope, _ bucket: Bucket) -> Bool {
    guard let day = scope == .system ? firstDay : days[scope.key] else { return false }
    return day <= bucket.end
  }

  /// Whether a refresh must compute the figures of a scope at the end of a bucket.
  func contains(_ scope: Scope, _ bucket: Bucket) -> Bool {
    guard let computedUntil, bucket.end <= computedUntil else { return true }
    return isDirty(scope, bucket)
  }
}
