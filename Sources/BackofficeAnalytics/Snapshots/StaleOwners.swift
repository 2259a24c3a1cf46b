import Backoffice

/// Which snapshots of a pipeline are missing or may be wrong.
struct StaleOwners {
  /// The last day up to which all snapshots have been taken; nil for none.
  let computedUntil: CalendarDate?
  /// The owners of whom late rows came, each with the first day that changed.
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

  /// Whether late rows may have changed the figures of a scope at the end of a bucket.
  func isDirty(_ scope: Scope, _ bucket: Bucket) -> Bool {
    guard let day = scope == .system ? firstDay : days[scope.key] else { return false }
    return day <= bucket.end
  }

  /// Whether a refresh has to look at the figures of a scope at the end of a bucket.
  func contains(_ scope: Scope, _ bucket: Bucket) -> Bool {
    guard let computedUntil, bucket.end <= computedUntil else { return true }
    return isDirty(scope, bucket)
  }
}
