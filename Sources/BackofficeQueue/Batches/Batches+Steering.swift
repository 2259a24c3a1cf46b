extension Batches {
  private static let pause = SQLStatement(
    """
    UPDATE batches SET status = 'paused', updated_at = ?2
    WHERE id = ?1 AND status IN ('pending', 'processing')
    """)

  private static let resume = SQLStatement(
    """
    UPDATE batches SET
      status = CASE WHEN started_at IS NULL AND total_items = pending_items + waiting_items
        THEN 'pending' ELSE 'processing' END,
      started_at = CASE WHEN started_at IS NULL AND total_items = pending_items + waiting_items
        THEN NULL ELSE ifnull(started_at, ?2) END,
      updated_at = ?2
    WHERE id = ?1 AND status = 'paused'
    """)

  private static let cancel = SQLStatement(
    """
    UPDATE batches SET status = 'cancelled', finished_at = ?2, error_message = ?3, updated_at = ?2
    WHERE id = ?1 AND status IN ('pending', 'processing', 'paused')
    """)

  private static let limit = SQLStatement(
    "UPDATE batches SET max_concurrent_items = ?2, updated_at = ?3 WHERE id = ?1")

  private static let findStatus = SQLStatement("SELECT status FROM batches WHERE id = ?")

  private static let failedItems = SQLStatement(
    """
    SELECT id, pk FROM queue_items WHERE batch_id = ?1 AND status = 'failed' AND pk > ?3
    ORDER BY pk LIMIT ?2
    """)

  /// Stops handing out items of the batch; running items are not affected.
  ///
  /// Pausing a paused batch changes nothing.
  ///
  /// - Throws: ``QueueError/noSuchBatch(_:)``, ``QueueError/illegalBatchMove(batch:from:to:)`` when
  ///   the batch has finished.
  public func pause(_ id: ID<Batch>, reason: String? = nil) throws {
    try access.write(reason: reason) { transaction in
      guard try transaction.execute(Self.pause, id, transaction.now) == 0 else { return }
      try Self.refuse(id, to: .paused, transaction)
    }
  }

  /// Hands out items of a paused batch again.
  ///
  /// - Throws: ``QueueError/noSuchBatch(_:)``, ``QueueError/illegalBatchMove(batch:from:to:)`` when
  ///   the batch is not paused.
  public func resume(_ id: ID<Batch>, reason: String? = nil) throws {
    try access.write(reason: reason) { transaction in
      guard try transaction.execute(Self.resume, id, transaction.now) == 0 else { return }
      try Self.refuse(id, to: .processing, transaction)
    }
  }

  /// Cancels a batch: its waiting items are cancelled, and cancellation of its running items is
  /// requested.
  ///
  /// This is final: the batch accepts no more items. Cancelling a cancelled batch changes nothing.
  ///
  /// - Throws: ``QueueError/noSuchBatch(_:)``, ``QueueError/illegalBatchMove(batch:from:to:)`` when
  ///   the batch has finished otherwise.
  /// - Complexity: O(m log n) in the number m of its unfinished items, in one transaction.
  public func cancel(_ id: ID<Batch>, reason: String? = nil) throws {
    try access.write(reason: reason) { transaction in
      let changed = try transaction.execute(
        Self.cancel, id, transaction.now, reason?.prefix(bytes: QueueError.longestMessage))
      if changed == 0 { try Self.refuse(id, to: .cancelled, transaction) }
    }
  }

  /// Retries the failed items of a batch, oldest first; the batch continues.
  ///
  /// An item whose unique key another item now holds is skipped.
  ///
  /// - Parameters:
  ///   - id: the batch.
  ///   - limit: the maximum number of items; 1,000 by default and at most.
  /// - Returns: the retried items.
  /// - Throws: ``QueueError/noSuchBatch(_:)``, ``QueueError/batchCancelled(_:)``.
  @discardableResult
  public func retryFailed(
    _ id: ID<Batch>, limit: Int = PageLimit.maximum
  ) throws -> [ID<QueueItem>] {
    try access.write { transaction in
      let status = try Self.status(of: id, transaction)
      guard status != .cancelled else { throw QueueError.batchCancelled(id) }
      let limit = PageLimit.clamped(limit)
      return try WorkQueue.retryPages(limit, transaction) { last in
        try transaction.fetchAll(Self.failedItems, id, limit, last?.key ?? .min) { row in
          (try row.value(at: 0), PageCursor(value: 0, key: try row.value(at: 1)))
        }
      }
    }
  }

  /// Changes the maximum number of items of the batch that run at a time; running items are not
  /// affected.
  ///
  /// - Throws: ``QueueError/noSuchBatch(_:)``, ``QueueError/invalid(field:reason:)``.
  public func limitConcurrency(of id: ID<Batch>, to count: Int) throws {
    try QueueError.require(count >= 1, "maxConcurrentItems", "must be at least 1")
    try access.write { transaction in
      let changed = try transaction.execute(Self.limit, id, count, transaction.now)
      if changed == 0 { throw QueueError.noSuchBatch(id) }
    }
  }

  private static func status(
    of id: ID<Batch>, _ transaction: borrowing WriteTransaction
  ) throws -> Batch.Status {
    let found = try transaction.fetchOne(findStatus, id) { row in
      try row.value(at: 0, as: Batch.Status.self)
    }
    guard let status = found else { throw QueueError.noSuchBatch(id) }
    return status
  }

  /// Refuses a move, unless the batch already has the status.
  private static func refuse(
    _ id: ID<Batch>, to target: Batch.Status, _ transaction: borrowing WriteTransaction
  ) throws {
    let status = try status(of: id, transaction)
    guard status == target, target != .processing else {
      throw QueueError.illegalBatchMove(batch: id, from: status, to: target)
    }
  }
}
