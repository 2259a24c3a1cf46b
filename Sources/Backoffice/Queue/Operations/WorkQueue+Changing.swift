public import BackofficeStorage

/// Which waiting items a change in bulk is about.
public struct WaitingItemFilter: Sendable, Hashable {
  /// Whose items: of a customer, a directory, a batch, a kind or a tag.
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

/// What became of a page of waiting items.
public struct BulkChangeReport: Sendable, Hashable {
  /// The items that were changed, by status and then in the order in which they came; those of a tag
  /// in that order alone.
  public internal(set) var changed: [ID<QueueItem>] = []
  /// Where the next page begins, or nil when all were looked at.
  public internal(set) var next: PageCursor?
}

extension WorkQueue {
  /// The statuses of items that wait, in the order in which pages go over them.
  private static let waiting: [QueueItem.Status] = [
    .pending, .retrying, .waitingForAction, .paused,
  ]

  static func waitingPage(of column: String) -> SQLStatement {
    SQLStatement(
      """
      SELECT id, queue, priority, status, pk FROM queue_items
      WHERE \(column) = ?1 AND status = ?2 AND pk > ?3 ORDER BY pk LIMIT ?4
      """)
  }

  static let waitingOfCustomer = waitingPage(of: "customer_id")
  static let waitingOfDirectory = waitingPage(of: "directory_id")
  static let waitingOfBatch = waitingPage(of: "batch_id")
  static let waitingOfKind = waitingPage(of: "kind")

  /// Makes waiting items more or less urgent, a page at a time.
  ///
  /// Each page is a transaction; who stops after one goes on with its cursor, or begins anew: items
  /// that have the priority already are not changed. What runs or has finished keeps its own.
  ///
  /// - Parameters:
  ///   - filter: which items.
  ///   - priority: the new priority, 1 to 5.
  ///   - cursor: where the page before ended.
  ///   - limit: how many items are looked at; 100 by default, 1,000 at most.
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  /// - Complexity: O(limit log n), by index.
  @discardableResult
  public func reprioritise(
    _ filter: WaitingItemFilter, to priority: Int, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> BulkChangeReport {
    try QueueError.require((1...5).contains(priority), "priority", "it lies in 1 to 5")
    return try change(filter, "reprioritise", after: cursor, limit) { item, transaction in
      guard item.priority != priority else { return false }
      try transaction.queue.reprioritise(item.id, to: priority)
      return true
    }
  }

  /// Moves waiting items to another queue, a page at a time.
  ///
  /// Each page is a transaction; who stops after one goes on with its cursor, or begins anew: items
  /// that stand in the queue already are not changed. What runs or has finished stays where it is.
  /// A queue that is draining takes nothing from others, and one that is full no items that workers
  /// could claim: then nothing of the page is moved.
  ///
  /// - Parameters:
  ///   - filter: which items.
  ///   - queue: where they go.
  ///   - cursor: where the page before ended.
  ///   - limit: how many items are looked at; 100 by default, 1,000 at most.
  /// - Throws: ``QueueError/invalid(field:reason:)`` for a queue without a name,
  ///   ``QueueError/queueDraining(_:)``, ``QueueError/queueFull(_:limit:)``.
  /// - Complexity: O(limit log n), by index; with ``QueueSettings/maxWaiting`` also as many items as
  ///   wait in the queue.
  @discardableResult
  public func move(
    _ filter: WaitingItemFilter, to queue: String, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> BulkChangeReport {
    try QueueError.require(!queue.isEmpty, "queue", "it has no name")
    var intake: QueueIntake?
    return try change(filter, "move", after: cursor, limit) { item, transaction in
      guard item.queue != queue else { return false }
      var known = try intake ?? QueueIntake(queue, transaction)
      try known.take(item.status)
      intake = known
      try Self.move(item.id, to: queue, transaction)
      return true
    }
  }

  /// What a change in bulk looks at.
  private struct WaitingItem {
    let id: ID<QueueItem>
    let queue: String
    let priority: Int
    let status: QueueItem.Status
    let key: Int64

    init(_ row: borrowing Row) throws {
      id = try row.value(at: 0)
      queue = try row.value(at: 1)
      priority = try row.value(at: 2)
      status = try row.value(at: 3)
      key = try row.value(at: 4)
    }

    func fits(_ filter: WaitingItemFilter) -> Bool {
      filter.queue.map { $0 == queue } ?? true && filter.priority.map { $0 == priority } ?? true
    }
  }

  /// Looks at a page of waiting items, status by status, and changes those that fit.
  private func change(
    _ filter: WaitingItemFilter, _ reason: String, after cursor: PageCursor?, _ limit: Int,
    _ body: (WaitingItem, borrowing WriteTransaction) throws -> Bool
  ) throws -> BulkChangeReport {
    let limit = PageLimit.clamped(limit)
    return try access.write(reason: reason) { transaction in
      var report = BulkChangeReport()
      var room = limit
      let first = Int(cursor?.value ?? 0)
      if case .tag(let tag) = filter.items {
        let page = try transaction.fetchAll(Self.waitingOfTag, tag, cursor?.key ?? -1, limit) {
          try WaitingItem($0)
        }
        for item in page where Self.waiting.contains(item.status) && item.fits(filter) {
          if try body(item, transaction) { report.changed.append(item.id) }
        }
        if page.count == limit, let last = page.last {
          report.next = PageCursor(value: 0, key: last.key)
        }
        return report
      }
      for index in Self.waiting.indices where index >= first {
        let key = index == first ? cursor?.key ?? -1 : -1
        let page = try Self.page(
          filter.items, Self.waiting[index], above: key, room, transaction)
        for item in page where item.fits(filter) {
          if try body(item, transaction) { report.changed.append(item.id) }
        }
        room -= page.count
        if room == 0, let last = page.last {
          report.next = PageCursor(value: Int64(index), key: last.key)
          break
        }
      }
      return report
    }
  }

  private static func page(
    _ filter: QueueItemFilter, _ status: QueueItem.Status, above key: Int64, _ limit: Int,
    _ transaction: borrowing WriteTransaction
  ) throws -> [WaitingItem] {
    switch filter {
    case .customer(let id):
      try transaction.fetchAll(waitingOfCustomer, id, status, key, limit) { try WaitingItem($0) }
    case .directory(let id):
      try transaction.fetchAll(waitingOfDirectory, id, status, key, limit) { try WaitingItem($0) }
    case .batch(let id):
      try transaction.fetchAll(waitingOfBatch, id, status, key, limit) { try WaitingItem($0) }
    case .kind(let kind):
      try transaction.fetchAll(waitingOfKind, kind, status, key, limit) { try WaitingItem($0) }
    case .tag: []
    }
  }
}
