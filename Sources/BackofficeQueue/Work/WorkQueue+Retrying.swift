extension WorkQueue {
  private static let findFinished = SQLStatement(
    """
    SELECT q.status, q.batch_id, b.status
    FROM queue_items q LEFT JOIN batches b ON b.id = q.batch_id WHERE q.id = ?
    """)

  private static let reset = SQLStatement(
    """
    UPDATE queue_items SET status = 'pending', due_at = ?2, attempts = 0, rescues = 0,
      finished_at = NULL, cancel_requested_at = NULL, error_code = NULL, error_message = NULL,
      deadline_at = CASE WHEN ?3 IS NOT NULL THEN ?3
        WHEN deadline_at > ?4 THEN deadline_at END,
      updated_at = ?4
    WHERE id = ?1 AND status IN ('failed', 'cancelled')
    """)

  private static let failedOfQueue = SQLStatement(
    """
    SELECT id, finished_at, pk FROM queue_items
    WHERE queue = ?1 AND status = 'failed' AND (finished_at, pk) > (?3, ?4)
    ORDER BY finished_at, pk LIMIT ?2
    """)

  /// Retries a failed or cancelled item, and resets its attempts.
  ///
  /// Its batch continues. Earlier attempts and failures stay on record.
  ///
  /// - Parameters:
  ///   - id: the item.
  ///   - dueAt: when it may be claimed; nil for immediately.
  ///   - deadline: a new deadline; nil keeps the old one unless it has passed.
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/illegalMove(item:from:to:)`` when the
  ///   item is unfinished or completed, ``QueueError/duplicate(item:of:)``,
  ///   ``QueueError/batchCancelled(_:)``.
  public func retry(
    _ id: ID<QueueItem>, dueAt: Timestamp? = nil, deadline: Timestamp? = nil
  ) throws {
    try access.write { transaction in
      try Self.retry(id, dueAt: dueAt, deadline: deadline, transaction)
    }
  }

  /// Retries the failed items of a queue, oldest first, and skips those that cannot be retried.
  ///
  /// - Parameters:
  ///   - queue: the name of the queue.
  ///   - limit: the maximum number of items; 100 by default, 1,000 at most.
  /// - Returns: the retried items.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be written.
  @discardableResult
  public func retryFailed(in queue: String, limit: Int = 100) throws -> [ID<QueueItem>] {
    try access.write { transaction in
      let limit = PageLimit.clamped(limit)
      return try Self.retryPages(limit, transaction) { last in
        try transaction.fetchAll(
          Self.failedOfQueue, queue.keyForm, limit, last?.value ?? .min, last?.key ?? .min
        ) { row in
          (try row.value(at: 0), PageCursor(value: try row.value(at: 1), key: try row.value(at: 2)))
        }
      }
    }
  }

  /// Retries items of pages that `read` gives, each begun behind the given item, until `limit` of
  /// them wait again; items that cannot be retried do not stand in the way of those behind them.
  static func retryPages(
    _ limit: Int, _ transaction: borrowing WriteTransaction,
    _ read: (_ last: PageCursor?) throws -> [(id: ID<QueueItem>, cursor: PageCursor)]
  ) throws -> [ID<QueueItem>] {
    var retried: [ID<QueueItem>] = []
    var last: PageCursor?
    while retried.count < limit {
      let page = try read(last)
      var rest = page[...]
      while !rest.isEmpty, retried.count < limit {
        let part = Array(rest.prefix(limit - retried.count))
        rest = rest.dropFirst(part.count)
        retried += try transaction.each(of: part) { item, transaction in
          try retry(item.id, dueAt: nil, deadline: nil, transaction)
          return true
        }.changed.map(\.id)
      }
      guard page.count == limit, let end = page.last else { break }
      last = end.cursor
    }
    return retried
  }

  private static func retry(
    _ id: ID<QueueItem>, dueAt: Timestamp?, deadline: Timestamp?,
    _ transaction: borrowing WriteTransaction
  ) throws {
    let found = try transaction.fetchOne(findFinished, id) { row in
      (
        status: try row.value(at: 0, as: QueueItem.Status.self),
        batch: try row.value(at: 1, as: ID<Batch>?.self),
        batchStatus: try row.value(at: 2, as: Batch.Status?.self)
      )
    }
    guard let found else { throw QueueError.noSuchItem(id) }
    guard found.status == .failed || found.status == .cancelled else {
      throw QueueError.illegalMove(item: id, from: found.status, to: .pending)
    }
    if let batch = found.batch, found.batchStatus == .cancelled {
      throw QueueError.batchCancelled(batch)
    }
    let now = transaction.now
    if let dueAt { try QueueError.requireTime(dueAt, "dueAt", now: now) }
    if let deadline { try QueueError.requireDeadline(deadline, "deadline", dueAt: dueAt, now: now) }
    // The rule of unique keys refuses it when another item holds the key.
    try transaction.execute(reset, id, dueAt ?? now, deadline, now)
  }

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

  /// Retries dead items, one page per call, in the order in which they failed, or for a tag in the
  /// order in which they were enqueued.
  ///
  /// The attempts of each item are reset, as by ``retry(_:dueAt:deadline:)``. To avoid retrying
  /// items twice that fail again during a run over all pages, set ``DeadItemFilter/failedBefore``.
  /// If the target is draining or full, the call throws and no item of the page is changed.
  ///
  /// - Parameters:
  ///   - filter: the items to retry.
  ///   - target: the queue to move them to; nil to leave them in their queue.
  ///   - cursor: where the previous page ended.
  ///   - limit: the maximum number of dead items of the queue, or items with the tag, that are
  ///     examined; 100 by default, 1,000 at most.
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
    let (target, queue) = (target?.keyForm, filter.queue.keyForm)
    return try access.write(reason: "redrive") { transaction in
      let page = try Self.dead(filter, after: cursor, limit, transaction)
      var report = RedriveReport()
      let meant = page.filter(\.isMeant)
      let (retried, refused) = try transaction.each(of: meant, except: Self.isFull) {
        item, transaction in
        try Self.retry(item.id, dueAt: nil, deadline: nil, transaction)
        if let target, target != queue {
          try Self.requireIntake(of: target, for: .pending, transaction)
          try Self.move(item.id, to: target, transaction)
        }
        return true
      }
      report.retried = retried.map(\.id)
      for (item, message) in refused {
        report.leftOut.append(item.id)
        report.refusals[item.id] = message
      }
      if page.count == limit { report.next = page.last?.cursor }
      return report
    }
  }

  /// An item that was examined, and whether it matches.
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

    /// Creates one from an item found by its tag.
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
      return try transaction.fetchAll(deadOfTag, tag.keyForm, cursor?.key ?? -1, limit) { row in
        try DeadItem(tagged: row, filter)
      }
    }
    let since = filter.failedSince ?? .distantPast
    return try transaction.fetchAll(
      deadPage, filter.queue.keyForm, cursor?.value ?? since.microseconds, cursor?.key ?? -1,
      filter.failedBefore ?? .distantFuture, limit
    ) { row in try DeadItem(row, filter) }
  }
}
