/// How long finished items stay.
public struct RetentionPolicy: Sendable, Hashable, Codable {
  /// Completed items: seven days.
  public var completed: Duration = .days(7)
  /// Items that failed for good, which may be retried by hand until then: thirty days.
  public var failed: Duration = .days(30)
  /// Cancelled items: seven days.
  public var cancelled: Duration = .days(7)
  /// Finished batches with all their items: seven days.
  public var batches: Duration = .days(7)

  /// Creates the usual policy.
  public init() {}

  /// One age for everything.
  public init(all age: Duration) {
    completed = age
    failed = age
    cancelled = age
    batches = age
  }

  func validate() throws(QueueError) {
    for (field, age) in [
      ("completed", completed), ("failed", failed), ("cancelled", cancelled), ("batches", batches),
    ] {
      try QueueError.require(age >= .zero, "retention.\(field)", "must not be negative")
    }
  }

  func age(of status: QueueItem.Status) -> Duration {
    switch status {
    case .completed: completed
    case .failed: failed
    default: cancelled
    }
  }
}

/// What a purge removed.
public struct PurgeReport: Sendable, Hashable {
  /// Items, with their attempts.
  public var items = 0
  /// Batches; their items follow with the next call.
  public var batches = 0
  /// Slots of statistics that were merged into longer ones, or removed after two years.
  public var slots = 0
  /// Where the next call goes on; nil when all finished items were looked at.
  public var next: PageCursor?

  /// Everything together.
  public var count: Int { items + batches + slots }
}
