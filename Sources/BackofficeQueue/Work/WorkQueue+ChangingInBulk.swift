extension WorkQueue {
  /// The statuses of items that wait, in the order in which pages go over them.
  private static let waiting = QueueItem.Status.allCases.filter { status in
    !status.isFinished && status != .running
  }

  private static func waitingPage(_ condition: String) -> SQLStatement {
    SQLStatement(
      """
      SELECT i.id, i.queue, i.priority, i.status, i.pk FROM queue_items i
      WHERE \(condition) AND i.pk > ?2 ORDER BY i.pk LIMIT ?3
      """)
  }

  static let waitingOfAccount = waitingPage("i.account = ?1 AND i.status = ?4")
  static let waitingOfBatch = waitingPage("i.batch_id = ?1 AND i.status = ?4")
  static let waitingOfSubject = waitingPage(
    "i.subject_kind = ?1 AND i.subject_id = ?5 AND i.status = ?4")
  static let waitingOfKind = waitingPage(
    "i.pk <= ?4 AND i.kind = ?1 AND i.status \(QueueItem.Status.waitingSQL)")
  // CROSS JOIN keeps the tag in front.
  static let waitingOfTag = SQLStatement(
    """
    SELECT i.id, i.queue, i.priority, i.status, i.pk
    FROM queue_item_tags t CROSS JOIN queue_items i ON i.pk = t.item_pk
    WHERE t.tag = ?1 AND t.item_pk > ?2 ORDER BY t.item_pk LIMIT ?3
    """)

  /// Changes the priority of waiting items, one page per call.
  ///
  /// Each page is a transaction. An interrupted run continues from its cursor or starts again:
  /// items that already have the priority are not changed. Running and finished items keep their
  /// priority.
  ///
  /// - Parameters:
  ///   - filter: the items to change.
  ///   - priority: the new priority, 1 to 5.
  ///   - cursor: where the previous page ended.
  ///   - limit: the maximum number of waiting items that are examined; 100 by default, 1,000 at
  ///     most. For a kind, a call examines at most 100,000 rows, so a page may be empty although
  ///     ``BulkChangeReport/next`` is not nil.
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  /// - Complexity: O(limit log n), by index.
  @discardableResult
  public func reprioritise(
    _ filter: WaitingItemFilter, to priority: Int, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> BulkChangeReport {
    try QueueError.require((1...5).contains(priority), "priority", "must be 1 to 5")
    return try change(filter, "reprioritise", after: cursor, limit) { item, transaction in
      guard item.priority != priority else { return false }
      try transaction.queue.reprioritise(item.id, to: priority)
      return true
    }
  }

  /// Moves waiting items to another queue, one page per call.
  ///
  /// Each page is a transaction. An interrupted run continues from its cursor or starts again:
  /// items that are already in the queue are not changed. Running and finished items stay in their
  /// queue. A draining queue accepts no items from other queues, and a full queue accepts no
  /// claimable items; in both cases no item of the page is moved.
  ///
  /// - Parameters:
  ///   - filter: the items to change.
  ///   - queue: the name of the target queue.
  ///   - cursor: where the previous page ended.
  ///   - limit: the maximum number of waiting items that are examined; 100 by default, 1,000 at
  ///     most. For a kind, a call examines at most 100,000 rows, so a page may be empty although
  ///     ``BulkChangeReport/next`` is not nil.
  /// - Throws: ``QueueError/invalid(field:reason:)`` for a queue without a name,
  ///   ``QueueError/queueDraining(_:)``, ``QueueError/queueFull(_:limit:)``.
  /// - Complexity: O(limit log n), by index.
  @discardableResult
  public func move(
    _ filter: WaitingItemFilter, to queue: String, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> BulkChangeReport {
    try QueueError.requireName(queue, "queue")
    let queue = queue.keyForm
    return try change(filter, "move", after: cursor, limit) { item, transaction in
      guard item.queue != queue else { return false }
      try Self.requireIntake(of: queue, for: item.status, transaction)
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

  /// Looks at a page of waiting items, and changes those that fit: status by status where an index has
  /// them so, else in the order in which they came.
  private func change(
    _ filter: WaitingItemFilter, _ reason: String, after cursor: PageCursor?, _ limit: Int,
    _ body: (WaitingItem, borrowing WriteTransaction) throws -> Bool
  ) throws -> BulkChangeReport {
    let limit = PageLimit.clamped(limit)
    let statuses = filter.items.isFoundByStatus ? Self.waiting.map(Optional.some) : [nil]
    return try access.write(reason: reason) { transaction in
      var report = BulkChangeReport()
      var room = limit
      let first = Int(cursor?.value ?? 0)
      for index in statuses.indices where index >= first {
        let key = index == first ? cursor?.key ?? 0 : 0
        let page = try Self.page(filter.items, statuses[index], above: key, room, transaction)
        let items = page.items.filter { Self.waiting.contains($0.status) && $0.fits(filter) }
        let (changed, refused) = try transaction.each(of: items, except: Self.isFull, body)
        report.changed += changed.map(\.id)
        for (item, message) in refused { report.refused[item.id] = message }
        room -= page.items.count
        if let end = page.end {
          report.next = PageCursor(value: Int64(index), key: end)
          break
        }
      }
      return report
    }
  }

  /// Whether the target takes no item at all.
  static func isFull(_ error: any Error) -> Bool {
    switch error as? QueueError {
    case .queueDraining, .queueFull: true
    default: false
    }
  }

  private static func page(
    _ filter: QueueItemFilter, _ status: QueueItem.Status?, above key: Int64, _ limit: Int,
    _ transaction: borrowing WriteTransaction
  ) throws -> WaitingPage {
    switch filter {
    case .account(let account):
      WaitingPage(
        try transaction.fetchAll(waitingOfAccount, account.keyForm, key, limit, status) {
          try WaitingItem($0)
        }, limit: limit)
    case .batch(let id):
      WaitingPage(
        try transaction.fetchAll(waitingOfBatch, id, key, limit, status) { try WaitingItem($0) },
        limit: limit)
    case .subject(let entity):
      WaitingPage(
        try transaction.fetchAll(waitingOfSubject, entity.kind, key, limit, status, entity.id) {
          try WaitingItem($0)
        }, limit: limit)
    case .kind(let kind):
      try page(of: kind.keyForm, above: key, limit, transaction)
    case .tag(let tag):
      WaitingPage(
        try transaction.fetchAll(waitingOfTag, tag.keyForm, key, limit) { try WaitingItem($0) },
        limit: limit)
    }
  }

  /// Waiting items of a kind, which no index has: windows of rows are read.
  private static func page(
    of kind: String, above key: Int64, _ limit: Int, _ transaction: borrowing WriteTransaction
  ) throws -> WaitingPage {
    let newest = try RowWindows.newest(transaction)
    var windows = RowWindows(from: key)
    var items: [WaitingItem] = []
    while let window = windows.nextAbove(to: newest) {
      items += try transaction.fetchAll(
        waitingOfKind, kind, window.above, limit - items.count, window.last
      ) { try WaitingItem($0) }
      if items.count == limit { return WaitingPage(items, limit: limit) }
    }
    return WaitingPage(items: items, end: windows.rest(to: newest))
  }

  /// Items that were looked at.
  private struct WaitingPage {
    let items: [WaitingItem]
    /// The row behind which there may be more.
    let end: Int64?

    init(items: [WaitingItem], end: Int64?) {
      self.items = items
      self.end = end
    }

    /// A page of an index, which may continue after the requested number of items.
    init(_ items: [WaitingItem], limit: Int) {
      self.init(items: items, end: items.count == limit ? items.last?.key : nil)
    }
  }
}
