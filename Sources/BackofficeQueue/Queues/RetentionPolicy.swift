/// How long finished items are kept.
public struct RetentionPolicy: Sendable, Hashable, Codable {
  /// The age of completed items; seven days by default.
  public var completed: Duration = .days(7)
  /// The age of failed items, which may be retried until then; thirty days by default.
  public var failed: Duration = .days(30)
  /// The age of cancelled items; seven days by default.
  public var cancelled: Duration = .days(7)
  /// The age of finished batches with all their items; seven days by default.
  public var batches: Duration = .days(7)

  /// Creates the default policy.
  public init() {}

  /// Creates a policy with the same age for all.
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

/// The result of a purge.
public struct PurgeReport: Sendable, Hashable {
  /// The number of removed items, with their attempts.
  public var items = 0
  /// The number of removed batches, whose items follow with the next call.
  public var batches = 0
  /// The number of slots of statistics that were merged or removed.
  public var slots = 0
  /// The items that a rule of the store refused to remove, with its message.
  public var refused: [ID<QueueItem>: String] = [:]
  /// The batches that a rule of the store refused to remove, with its message.
  public var refusedBatches: [ID<Batch>: String] = [:]
  /// Where the next call continues; nil when all finished items were examined.
  public var next: PageCursor?

  /// The sum of all counts.
  public var count: Int { items + batches + slots }
}
