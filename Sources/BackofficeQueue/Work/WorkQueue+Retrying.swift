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
    SELECT id FROM queue_items WHERE queue = ?1 AND status = 'failed'
    ORDER BY finished_at, pk LIMIT ?2
    """)

  private static let reprioritise = SQLStatement(
    """
    UPDATE queue_items SET priority = ?2, updated_at = ?3 WHERE id = ?1 AND finished_at IS NULL
    """)

  private static let reschedule = SQLStatement(
    """
    UPDATE queue_items SET due_at = ?2, updated_at = ?3
    WHERE id = ?1 AND finished_at IS NULL AND status <> 'running'
    """)

  private static let findPlace = SQLStatement(
    "SELECT queue, status FROM queue_items WHERE id = ?")

  private static let move = SQLStatement(
    """
    UPDATE queue_items SET queue = ?2, is_counted = ?4, updated_at = ?3
    WHERE id = ?1 AND finished_at IS NULL AND status <> 'running'
    """)

  /// Retries an item that failed or was cancelled, with all its attempts.
  ///
  /// Its batch goes on. Attempts and failures stay on record.
  ///
  /// - Parameters:
  ///   - id: the item.
  ///   - dueAt: when it may be claimed; nil for at once.
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

  /// Retries the failed items of a queue, oldest first, leaving out those that cannot be retried.
  ///
  /// - Parameters:
  ///   - queue: its name.
  ///   - limit: the most items; 100 by default, 1,000 at most.
  /// - Returns: the items that are tried again.
  @discardableResult
  public func retryFailed(in queue: String, limit: Int = 100) throws -> [ID<QueueItem>] {
    try access.write { transaction in
      let failed = try transaction.fetchAll(
        Self.failedOfQueue, queue.keyForm, PageLimit.clamped(limit)
      ) { row in try row.value(at: 0, as: ID<QueueItem>.self) }
      return try failed.filter { id in try Self.retryIfPossible(id, transaction) }
    }
  }

  /// Changes the priority of an unfinished item.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``, ``QueueError/noSuchItem(_:)``,
  ///   ``QueueError/illegalMove(item:from:to:)`` when the item has finished.
  public func reprioritise(_ id: ID<QueueItem>, to priority: Int) throws {
    try QueueError.require((1...5).contains(priority), "priority", "must be 1 to 5")
    try access.write { transaction in
      let changed = try transaction.execute(Self.reprioritise, id, priority, transaction.now)
      if changed == 0 { throw try Self.refusal(of: id, to: .pending, transaction) }
    }
  }

  /// Changes when a waiting item may be claimed.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/illegalMove(item:from:to:)`` when the
  ///   item runs or has finished.
  public func reschedule(_ id: ID<QueueItem>, to dueAt: Timestamp) throws {
    try access.write { transaction in
      try QueueError.requireTime(dueAt, "dueAt", now: transaction.now)
      let changed = try transaction.execute(Self.reschedule, id, dueAt, transaction.now)
      if changed == 0 { throw try Self.refusal(of: id, to: .pending, transaction) }
    }
  }

  /// Moves a waiting item to another queue.
  ///
  /// A queue that is draining accepts no item, and a full one none that workers could claim; an item
  /// that stands in the queue already stays there.
  ///
  /// - Throws: as ``reschedule(_:to:)``, ``QueueError/invalid(field:reason:)``,
  ///   ``QueueError/queueDraining(_:)``, ``QueueError/queueFull(_:limit:)``; then nothing has
  ///   changed.
  public func move(_ id: ID<QueueItem>, to queue: String) throws {
    try QueueError.requireName(queue, "queue")
    let queue = queue.keyForm
    try access.write { transaction in
      let found = try transaction.fetchOne(Self.findPlace, id) { row in
        (
          queue: try row.value(at: 0, as: String.self),
          status: try row.value(at: 1, as: QueueItem.Status.self)
        )
      }
      guard let found, !found.status.isFinished, found.status != .running else {
        throw try Self.refusal(of: id, to: .pending, transaction)
      }
      guard found.queue != queue else { return }
      try Self.requireIntake(of: queue, for: found.status, transaction)
      try Self.move(id, to: queue, transaction)
    }
  }

  /// Refuses an item from another queue when a queue is draining or full.
  ///
  /// An item that no worker could claim, since it is paused or parked, takes no place.
  ///
  /// - Throws: ``QueueError/queueDraining(_:)``, ``QueueError/queueFull(_:limit:)``.
  static func requireIntake(
    of queue: String, for status: QueueItem.Status, _ transaction: borrowing WriteTransaction
  ) throws {
    let control = try QueueControl.of(queue, transaction)
    if control.isDraining { throw QueueError.queueDraining(queue) }
    guard let limit = control.maxWaiting, status.isClaimable else { return }
    try WaitingCounts.requirePlace(in: queue, limit: limit, transaction)
  }

  /// Moves an item for which the queue has a place.
  static func move(
    _ id: ID<QueueItem>, to queue: String, _ transaction: borrowing WriteTransaction
  ) throws {
    let isCounted = try QueueControl.of(queue, transaction).maxWaiting != nil
    let changed = try transaction.execute(move, id, queue, transaction.now, isCounted)
    if changed == 0 { throw try refusal(of: id, to: .pending, transaction) }
  }

  static func retryIfPossible(
    _ id: ID<QueueItem>, _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    do {
      try transaction.savepoint { transaction in
        try retry(id, dueAt: nil, deadline: nil, transaction)
      }
      return true
    } catch {
      switch error as? QueueError {
      case .duplicate, .batchCancelled: return false
      default: throw error
      }
    }
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
    if let deadline { try QueueError.requireTime(deadline, "deadline", now: now) }
    // The rule of unique keys refuses it when another item holds the key.
    try transaction.execute(reset, id, dueAt ?? now, deadline, now)
  }
}
