/// The result of a sweep over expired leases.
public struct RescueReport: Sendable, Hashable {
  /// Items that are retried.
  public var retrying: [ID<QueueItem>] = []
  /// Items that failed permanently: no attempts left, or too many consecutive rescues.
  public var failed: [ID<QueueItem>] = []
  /// Items with a cancellation request, and items whose unique key another item now holds.
  public var cancelled: [ID<QueueItem>] = []
  /// Items that were parked for a decision.
  public var asked: [ID<QueueItem>] = []
  /// Items that a rule refused to change, with its message; they stay unchanged.
  public var refused: [ID<QueueItem>: String] = [:]
  /// How many items had times from a clock that was ahead, and were put right.
  public var corrected = 0

  /// The number of items that the sweep rescued.
  public var count: Int { retrying.count + failed.count + cancelled.count + asked.count }
}

/// The result of a sweep over passed deadlines.
public struct ExpiryReport: Sendable, Hashable {
  /// Items that failed because their deadline has passed.
  public var failed: [ID<QueueItem>] = []
  /// Items that a rule refused to change, with its message; they stay unchanged.
  public var refused: [ID<QueueItem>: String] = [:]
}
