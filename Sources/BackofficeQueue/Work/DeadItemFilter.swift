/// Selects dead items: items of a queue that failed permanently.
public struct DeadItemFilter: Sendable, Hashable {
  /// The queue.
  public var queue: String
  /// The kind; nil for all.
  public var kind: String?
  /// The code of the failure; nil for any.
  public var errorCode: String?
  /// The tag; nil for any.
  public var tag: String?
  /// The earliest time of the failure; nil for any time.
  public var failedSince: Timestamp?
  /// The time before which the items failed; nil for any time.
  public var failedBefore: Timestamp?

  /// Creates a filter for the dead items of a queue.
  public init(
    queue: String = "default", kind: String? = nil, errorCode: String? = nil, tag: String? = nil
  ) {
    self.queue = queue
    self.kind = kind
    self.errorCode = errorCode
    self.tag = tag
  }
}

/// The result of a redrive of a page of dead items.
public struct RedriveReport: Sendable, Hashable {
  /// The retried items.
  public internal(set) var retried: [ID<QueueItem>] = []
  /// Matching items that cannot be retried, because another item holds their unique key or their
  /// batch was cancelled.
  public internal(set) var leftOut: [ID<QueueItem>] = []
  /// Why each of them was left out.
  public internal(set) var refusals: [ID<QueueItem>: String] = [:]
  /// Where the next page starts; nil after the last page.
  public internal(set) var next: PageCursor?
}
