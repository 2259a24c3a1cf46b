extension WorkQueue {
  // Excludes items with a cancellation request and items that may have lost their unique key.
  private static let handBack = SQLStatement(
    """
    UPDATE queue_items SET status = 'pending', lease_token = NULL, lease_expires_at = NULL,
      attempts = max(0, attempts - 1), rescues = 0, due_at = ifnull(?4, due_at), updated_at = ?3
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2 AND cancel_requested_at IS NULL
      AND unique_key IS NULL
    """)

  private static let handBackKeyed = SQLStatement(
    """
    UPDATE queue_items SET status = 'pending', lease_token = NULL, lease_expires_at = NULL,
      attempts = max(0, attempts - 1), rescues = 0, due_at = ifnull(?4, due_at), updated_at = ?3
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    """)

  /// Postpones an item: it may be claimed again after a time, and the attempt is not charged.
  ///
  /// Use it for work that cannot be done yet, such as when a site is down for maintenance. An item
  /// with a cancellation request, or whose unique key another item now holds, is cancelled.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/invalid(field:reason:)``.
  @discardableResult
  public func snooze(_ lease: Lease, for duration: Duration) throws -> HandBackOutcome {
    try QueueError.requireWait(duration, "duration")
    return try access.write { transaction in
      try Self.handBack(lease, dueAt: transaction.now + duration, transaction)
    }
  }

  /// Returns an item to the queue, as at shutdown: it may be claimed immediately, and the attempt
  /// is not charged.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``.
  @discardableResult
  public func release(_ lease: Lease) throws -> HandBackOutcome {
    try access.write { transaction in try Self.handBack(lease, dueAt: nil, transaction) }
  }

  /// Returns several items to the queue: all of them, or none if a lease is lost.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)`` for the first lease that is lost.
  @discardableResult
  public func release(_ leases: [Lease]) throws -> [HandBackOutcome] {
    try access.write { transaction in
      try leases.map { try Self.handBack($0, dueAt: nil, transaction) }
    }
  }

  private static func handBack(
    _ lease: Lease, dueAt: Timestamp?, _ transaction: borrowing WriteTransaction
  ) throws -> HandBackOutcome {
    let changed = try transaction.execute(
      handBack, lease.item, lease.token, transaction.now, dueAt)
    if changed > 0 { return .returned }
    let attempt = try attempt(of: lease, transaction)
    if attempt.isCancelRequested {
      try end(attempt, as: .cancelled, error: nil, transaction)
      return .cancelled
    }
    if try attempt.isSuperseded(in: .pending, transaction) {
      try supersede(attempt, nil, transaction)
      return .cancelled
    }
    try transaction.execute(handBackKeyed, lease.item, lease.token, transaction.now, dueAt)
    return .returned
  }

  private static let park = SQLStatement(
    """
    UPDATE queue_items SET status = 'parked', lease_token = NULL, lease_expires_at = NULL,
      attempts = max(0, attempts - 1), rescues = 0, updated_at = ?3
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2 AND cancel_requested_at IS NULL
    RETURNING \(QueueItem.selection)
    """)

  // An item that was paused in the meantime stays paused, and is resumed to its new status.
  private static let unpark = SQLStatement(
    """
    UPDATE queue_items SET
      status = CASE status WHEN 'paused' THEN 'paused' ELSE 'pending' END,
      paused_from = CASE status WHEN 'paused' THEN 'pending' END,
      due_at = ?2, updated_at = ?3
    WHERE id = ?1 AND (status = 'parked' OR status = 'paused' AND paused_from = 'parked')
    """)

  // Its end is not that of an attempt, so it has no processing time.
  private static let finishParked = SQLStatement(
    """
    UPDATE queue_items SET status = ?2, paused_from = NULL, finished_at = ?3, claimed_at = NULL,
      error_code = ?4, error_message = ?5, result = ifnull(?6, result), updated_at = ?3
    WHERE id = ?1 AND (status = 'parked'
      OR status = 'paused' AND paused_from = 'parked' AND ?2 = 'failed')
    """)

  /// Parks the item of a lease: the item waits for an event outside the queue, and the attempt ends
  /// without being charged.
  ///
  /// Continue with ``unpark(_:dueAt:)``, ``completeParked(_:result:)`` or ``failParked(_:error:)``.
  ///
  /// - Returns: the item.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``; ``QueueError/cancelRequested(_:)`` for an
  ///   item with a cancellation request; ``QueueError/duplicate(item:of:)`` when another item holds
  ///   the unique key that it needs while it is parked.
  /// - Complexity: O(log n).
  @discardableResult
  public func park(_ lease: Lease) throws -> QueueItem {
    try access.write { transaction in
      let item = try QueueItem.fetchOne(
        transaction, Self.park, lease.item, lease.token, transaction.now)
      if let item { return item }
      _ = try Self.attempt(of: lease, transaction)
      throw QueueError.cancelRequested(lease.item)
    }
  }

  /// Returns a parked item to the queue; one that was paused becomes claimable when it is resumed.
  ///
  /// - Parameters:
  ///   - id: the item.
  ///   - dueAt: when it may be claimed; nil for immediately.
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/illegalMove(item:from:to:)`` when the
  ///   item is not parked, ``QueueError/duplicate(item:of:)``.
  /// - Complexity: O(log n).
  public func unpark(_ id: ID<QueueItem>, dueAt: Timestamp? = nil) throws {
    try access.write { transaction in
      let now = transaction.now
      if let dueAt { try QueueError.requireTime(dueAt, "dueAt", now: now) }
      let changed = try transaction.execute(Self.unpark, id, dueAt ?? now, now)
      if changed == 0 { throw try Self.refusal(of: id, to: .pending, transaction) }
    }
  }

  /// Fails a parked item permanently.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/illegalMove(item:from:to:)`` when the
  ///   item is not parked.
  /// - Complexity: O(log n).
  public func failParked(_ id: ID<QueueItem>, error: ItemFailure) throws {
    try access.write { transaction in
      let stored = error.stored
      try Self.finishParked(
        id, as: .failed, code: stored.code, message: stored.message, result: nil, transaction)
    }
  }

  /// Completes a parked item whose work was done outside the queue.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/illegalMove(item:from:to:)`` when the
  ///   item is not parked, ``QueueError/invalid(field:reason:)`` for a result that is too large.
  /// - Complexity: O(log n).
  public func completeParked(_ id: ID<QueueItem>, result: JSONText? = nil) throws {
    if let result { try QueueError.requireDocument(result, "result") }
    try access.write { transaction in
      try Self.finishParked(
        id, as: .completed, code: nil, message: nil, result: result, transaction)
    }
  }

  private static func finishParked(
    _ id: ID<QueueItem>, as status: QueueItem.Status, code: String?, message: String?,
    result: JSONText?, _ transaction: borrowing WriteTransaction
  ) throws {
    let changed = try transaction.execute(
      finishParked, id, status, transaction.now, code, message, result)
    if changed == 0 { throw try refusal(of: id, to: status, transaction) }
  }
}
