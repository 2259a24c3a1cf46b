extension WorkQueue {
  private static let remove = SQLStatement(
    "DELETE FROM queue_items WHERE id = ? AND status <> 'running'")

  /// Removes an item with its attempts; one that has not finished is cancelled first.
  ///
  /// What waits for it, and what other parts of a store have tied to it, follow from that; its batch
  /// no longer counts it.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/itemRuns(_:)``.
  public func delete(_ id: ID<QueueItem>, reason: String? = nil) throws {
    try access.write(reason: reason) { transaction in
      guard let status = try Self.status(of: id, transaction) else {
        throw QueueError.noSuchItem(id)
      }
      guard status != .running else { throw QueueError.itemRuns(id) }
      if !status.isFinished { try transaction.queue.cancel(id, reason: reason) }
      try transaction.execute(Self.remove, id)
    }
  }
}

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

extension WorkQueue {
  static let deadPage = SQLStatement(
    """
    SELECT id, kind, error_code, finished_at, pk FROM queue_items
    WHERE queue = ?1 AND status = 'failed' AND (finished_at, pk) > (?2, ?3) AND finished_at < ?4
    ORDER BY finished_at, pk LIMIT ?5
    """)

  static let deadOfTag = SQLStatement(
    """
    SELECT i.id, i.kind, i.error_code, i.finished_at, i.pk, i.queue, i.status
    FROM queue_item_tags t CROSS JOIN queue_items i ON i.pk = t.item_pk
    WHERE t.tag = ?1 AND t.item_pk > ?2 ORDER BY t.item_pk LIMIT ?3
    """)

  /// Retries dead items, a page at a time: the ones that failed first come first, and those of a tag in
  /// the order in which they came.
  ///
  /// Each gets all its attempts, as by ``retry(_:dueAt:deadline:)``. Items that fail again behind the
  /// cursor are not retried twice by the same run over the pages when the filter ends at a time. A
  /// target that is draining or full refuses the page, which is then left as it was.
  ///
  /// - Parameters:
  ///   - filter: which items.
  ///   - target: the queue to put them into; nil for their own.
  ///   - cursor: where the page before ended.
  ///   - limit: how many dead items of the queue, or items with the tag, are looked at; 100 by default, 1,000 at most.
  /// - Throws: ``QueueError/invalid(field:reason:)`` for a target without a name,
  ///   ``QueueError/queueDraining(_:)``, ``QueueError/queueFull(_:limit:)``.
  /// - Complexity: O(limit log n), by index.
  @discardableResult
  public func redrive(
    _ filter: DeadItemFilter, into target: String? = nil, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> RedriveReport {
    let limit = PageLimit.clamped(limit)
    if let target { try QueueError.requireName(target, "target") }
    let target = target?.keyForm
    return try access.write(reason: "redrive") { transaction in
      let page = try Self.dead(filter, after: cursor, limit, transaction)
      var report = RedriveReport()
      for item in page where item.isMeant {
        guard try Self.retryIfPossible(item.id, transaction) else {
          report.leftOut.append(item.id)
          continue
        }
        if let target, target != filter.queue {
          try Self.requireIntake(of: target, for: .pending, transaction)
          try Self.move(item.id, to: target, transaction)
        }
        report.retried.append(item.id)
      }
      if page.count == limit { report.next = page.last?.cursor }
      return report
    }
  }

  /// A dead item, or one that was looked at.
  private struct DeadItem {
    let id: ID<QueueItem>
    let isMeant: Bool
    let cursor: PageCursor

    init(_ row: borrowing Row, _ filter: DeadItemFilter) throws {
      id = try row.value(at: 0)
      isMeant =
        try filter.kind.map { try $0 == row.value(at: 1) } ?? true
        && (filter.errorCode.map { try $0 == row.value(at: 2, as: String?.self) } ?? true)
      cursor = PageCursor(
        value: try row.value(at: 3, as: Int64?.self) ?? 0, key: try row.value(at: 4))
    }

    /// One that was found by its tag.
    init(tagged row: borrowing Row, _ filter: DeadItemFilter) throws {
      let found = try DeadItem(row, filter)
      let failedAt = try row.value(at: 3, as: Timestamp?.self)
      id = found.id
      isMeant =
        try found.isMeant && row.value(at: 6, as: QueueItem.Status.self) == .failed
        && row.value(at: 5) == filter.queue
        && (failedAt ?? .distantPast) >= filter.failedSince ?? .distantPast
        && (failedAt ?? .distantPast) < filter.failedBefore ?? .distantFuture
      cursor = PageCursor(value: 0, key: found.cursor.key)
    }
  }

  private static func dead(
    _ filter: DeadItemFilter, after cursor: PageCursor?, _ limit: Int,
    _ transaction: borrowing WriteTransaction
  ) throws -> [DeadItem] {
    if let tag = filter.tag {
      return try transaction.fetchAll(deadOfTag, tag, cursor?.key ?? -1, limit) { row in
        try DeadItem(tagged: row, filter)
      }
    }
    let since = filter.failedSince ?? .distantPast
    return try transaction.fetchAll(
      deadPage, filter.queue, cursor?.value ?? since.microseconds, cursor?.key ?? -1,
      filter.failedBefore ?? .distantFuture, limit
    ) { row in try DeadItem(row, filter) }
  }
}
