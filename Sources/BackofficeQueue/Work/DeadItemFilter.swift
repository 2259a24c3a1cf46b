/// Which dead items are meant: those of a queue that failed for good.
public struct DeadItemFilter: Sendable, Hashable {
  /// The queue.
  public var queue: String
  /// The kind; nil for all.
  public var kind: String?
  /// The code of the failure; nil for any.
  public var errorCode: String?
  /// The tag that they have; nil for any.
  public var tag: String?
  /// Failed at this time or later; nil for any time.
  public var failedSince: Timestamp?
  /// Failed before this time; nil for any time.
  public var failedBefore: Timestamp?

  /// Describes all dead items of a queue.
  public init(
    queue: String = "default", kind: String? = nil, errorCode: String? = nil, tag: String? = nil
  ) {
    self.queue = queue
    self.kind = kind
    self.errorCode = errorCode
    self.tag = tag
  }
}

/// What a redrive of a page of dead items did.
public struct RedriveReport: Sendable, Hashable {
  /// Items that are tried again.
  public internal(set) var retried: [ID<QueueItem>] = []
  /// Items that fit but cannot be tried again: another one has their unique key, or their batch was
  /// cancelled.
  public internal(set) var leftOut: [ID<QueueItem>] = []
  /// Where the next page begins, or nil when all were looked at.
  public internal(set) var next: PageCursor?
}
