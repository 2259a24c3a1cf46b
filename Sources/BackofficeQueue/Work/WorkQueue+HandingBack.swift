extension WorkQueue {
  // Not for an item that was asked to stop, nor for one that may have lost its unique key.
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

  /// Puts an item off: it is claimed again after a time, and the attempt is not charged.
  ///
  /// For work whose moment has not come, such as a site that is down for maintenance. An item that
  /// was asked to stop, or whose unique key another item holds by now, is cancelled.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/invalid(field:reason:)``.
  @discardableResult
  public func snooze(_ lease: Lease, for duration: Duration) throws -> HandBackOutcome {
    try QueueError.require(
      duration.microseconds >= 0 && duration <= QueueError.horizon, "duration",
      "must be zero to ten years")
    return try access.write { transaction in
      try Self.handBack(lease, dueAt: transaction.now + duration, transaction)
    }
  }

  /// Hands an item back untouched, as at shutdown: it may be claimed at once, and the attempt is
  /// not charged.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``.
  @discardableResult
  public func release(_ lease: Lease) throws -> HandBackOutcome {
    try access.write { transaction in try Self.handBack(lease, dueAt: nil, transaction) }
  }

  /// Hands several items back untouched: all of them, or none when one lease is lost.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)`` for the first one that is lost.
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
}
