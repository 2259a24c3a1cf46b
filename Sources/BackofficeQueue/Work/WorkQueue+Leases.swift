extension WorkQueue {
  // A lease is never shortened, unless it was given by a clock that has been set back since.
  static let extend = SQLStatement(
    """
    UPDATE queue_items SET
      lease_expires_at = min(max(iif(updated_at > ?3, ?4, lease_expires_at), ?4),
        ifnull(claimed_at + 1000000 * nullif(
          (SELECT run_limit_seconds FROM queue_policies WHERE pk = policy_pk), 0),
        max(iif(updated_at > ?3, ?4, lease_expires_at), ?4))),
      updated_at = ?3
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    RETURNING lease_expires_at, cancel_requested_at IS NOT NULL, deadline_at
    """)

  /// Extends a lease, counted from now, and returns its state.
  ///
  /// An expired lease is extended too, unless the item was rescued. A lease is never shortened, and
  /// never extended beyond the run limit of the attempt.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/invalid(field:reason:)``.
  @discardableResult
  public func heartbeat(
    _ lease: Lease, extendBy duration: Duration = .seconds(30)
  ) throws -> LeaseState {
    try Self.requireLease(duration, "extendBy")
    return try access.write { transaction in
      try Self.heartbeat(lease, extendBy: duration, transaction)
    }
  }

  /// Extends several leases: all of them, or none if one is lost.
  ///
  /// - Returns: the state of each lease, in the order given.
  /// - Throws: as ``heartbeat(_:extendBy:)-(Lease,_)``, for the first lease that is lost.
  @discardableResult
  public func heartbeat(
    _ leases: [Lease], extendBy duration: Duration = .seconds(30)
  ) throws -> [LeaseState] {
    try Self.requireLease(duration, "extendBy")
    return try access.write { transaction in
      try leases.map { try Self.heartbeat($0, extendBy: duration, transaction) }
    }
  }

  static func requireLease(_ duration: Duration, _ field: String) throws(QueueError) {
    try QueueError.require(
      duration.microseconds > 0 && duration <= longestLease, field,
      "must be positive and at most a year")
  }

  private static func heartbeat(
    _ lease: Lease, extendBy duration: Duration, _ transaction: borrowing WriteTransaction
  ) throws -> LeaseState {
    let state = try transaction.fetchOne(
      extend, lease.item, lease.token, transaction.now, transaction.now + duration
    ) { try LeaseState($0) }
    guard let state else { throw try loss(of: lease, transaction) }
    return state
  }

  // Nothing of the item changes: its row, and all that follows from it, is left alone.
  private static let report = SQLStatement(
    """
    INSERT INTO queue_progress (item_pk, claim, percent, step, message, estimated_completion_at,
      reported_at)
    SELECT pk, claims, ?4, ?5, ?6, ?7, ?3 FROM queue_items
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    ON CONFLICT (item_pk) DO UPDATE SET percent = excluded.percent,
      step = iif(claim = excluded.claim, ifnull(excluded.step, step), excluded.step),
      message = iif(excluded.step IS NULL AND claim = excluded.claim,
        ifnull(excluded.message, message), excluded.message),
      estimated_completion_at = iif(claim = excluded.claim,
        ifnull(excluded.estimated_completion_at, estimated_completion_at),
        excluded.estimated_completion_at),
      claim = excluded.claim, reported_at = excluded.reported_at
    """)

  private static let leaseState = SQLStatement(
    """
    SELECT lease_expires_at, cancel_requested_at IS NOT NULL, deadline_at FROM queue_items
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    """)

  /// Records the progress of the attempt, without extending the lease.
  ///
  /// - Parameters:
  ///   - lease: the lease.
  ///   - percent: the percentage, from 0 to 100.
  ///   - step: the current step, 256 bytes of UTF-8 at most; nil keeps the previous one.
  ///   - message: a message about the step, cut to 8 KiB; a new step without a message clears it.
  ///   - estimatedCompletionAt: when the worker expects to finish; nil keeps the previous value.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/invalid(field:reason:)``.
  /// - Complexity: O(log n).
  @discardableResult
  public func progress(
    _ lease: Lease, percent: Int, step: String? = nil, message: String? = nil,
    estimatedCompletionAt: Timestamp? = nil
  ) throws -> LeaseState {
    try QueueError.require((0...100).contains(percent), "percent", "must be 0 to 100")
    if let step { try QueueError.requireName(step, "step") }
    return try access.write { transaction in
      if let estimatedCompletionAt {
        try QueueError.requireTime(
          estimatedCompletionAt, "estimatedCompletionAt", now: transaction.now)
      }
      let state = try transaction.fetchOne(Self.leaseState, lease.item, lease.token) {
        try LeaseState($0)
      }
      guard let state else { throw try Self.loss(of: lease, transaction) }
      try transaction.execute(
        Self.report, lease.item, lease.token, transaction.now, percent, step,
        message?.prefix(bytes: QueueError.longestMessage), estimatedCompletionAt)
      return state
    }
  }

  private static let look = SQLStatement("SELECT status FROM queue_items WHERE id = ?")

  /// Returns why a lease is not valid.
  static func loss(
    of lease: Lease, _ transaction: borrowing WriteTransaction
  ) throws -> QueueError {
    let found = try transaction.fetchOne(look, lease.item) { row in
      try row.value(at: 0, as: QueueItem.Status.self)
    }
    guard let status = found else { return .leaseLost(item: lease.item, reason: .itemDeleted) }
    return .leaseLost(
      item: lease.item, reason: status == .running ? .claimedAgain : .notRunning(status))
  }

  private static let findAttempt = RunningAttempt.select(
    "WHERE id = ? AND status = 'running' AND lease_token = ?")

  /// Checks that a lease is valid, for writes that depend on it.
  ///
  /// Inside a transaction, the lease stays valid until the transaction ends.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``.
  /// - Complexity: O(log n).
  public func require(_ lease: Lease) throws {
    try access.write { transaction in _ = try Self.attempt(of: lease, transaction) }
  }

  /// The attempt of a lease.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``.
  static func attempt(
    of lease: Lease, _ transaction: borrowing WriteTransaction
  ) throws -> RunningAttempt {
    let found = try RunningAttempt.fetchOne(transaction, findAttempt, lease.item, lease.token)
    guard let found else { throw try loss(of: lease, transaction) }
    return found
  }
}

extension LeaseState {
  fileprivate init(_ row: borrowing Row) throws {
    expiresAt = try row.value(at: 0)
    isCancelRequested = try row.value(at: 1)
    deadlineAt = try row.value(at: 2)
  }
}
