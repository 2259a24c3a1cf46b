/// What a sweep over expired leases did.
public struct RescueReport: Sendable, Hashable {
  /// Items that are tried again.
  public var retrying: [ID<QueueItem>] = []
  /// Items that failed for good: no attempts left, or too many rescues in a row.
  public var failed: [ID<QueueItem>] = []
  /// Items that were asked to stop, or whose work another item has taken over.
  public var cancelled: [ID<QueueItem>] = []
  /// Items that are parked until it is decided how they go on.
  public var asked: [ID<QueueItem>] = []
  /// Items that a rule refused to move, with its words; they are left as they are.
  public var refused: [ID<QueueItem>: String] = [:]

  /// How many items the sweep took from their workers.
  public var count: Int { retrying.count + failed.count + cancelled.count + asked.count }
}

/// What a sweep over passed deadlines did.
public struct ExpiryReport: Sendable, Hashable {
  /// Items that failed because their deadline has passed.
  public var failed: [ID<QueueItem>] = []
  /// Items that a rule refused to move, with its words; they are left as they are.
  public var refused: [ID<QueueItem>: String] = [:]
}
