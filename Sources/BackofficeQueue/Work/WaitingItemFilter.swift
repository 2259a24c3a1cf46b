/// Which waiting items a change in bulk is about.
public struct WaitingItemFilter: Sendable, Hashable {
  /// Whose items: of an account, a subject, a batch, a kind or a tag.
  public var items: QueueItemFilter
  /// The queue in which they wait; nil for all.
  public var queue: String?
  /// The priority that they have; nil for any.
  public var priority: Int?

  /// Describes waiting items.
  public init(_ items: QueueItemFilter, in queue: String? = nil, priority: Int? = nil) {
    self.items = items
    self.queue = queue
    self.priority = priority
  }
}

/// What a change of a page of waiting items did.
public struct BulkChangeReport: Sendable, Hashable {
  /// The items that were changed, by status and then in the order in which they came; those of a tag
  /// in that order alone.
  public internal(set) var changed: [ID<QueueItem>] = []
  /// The items that a rule of the store refused to change, with its message.
  public internal(set) var refused: [ID<QueueItem>: String] = [:]
  /// Where the next page begins, or nil when all were looked at.
  public internal(set) var next: PageCursor?
}
