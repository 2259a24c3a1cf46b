public import BackofficeStorage

extension WorkQueue {
  static let extend = SQLStatement(
    """
    UPDATE queue_items SET
      lease_expires_at = min(max(lease_expires_at, ?4),
        ifnull(claimed_at + run_limit_seconds * 1000000, max(lease_expires_at, ?4))),
      updated_at = ?3
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    RETURNING lease_expires_at, cancel_requested_at IS NOT NULL, deadline_at
    """)

  private static let report = SQLStatement(
    """
    UPDATE queue_items SET progress = ?4, current_step = ifnull(?5, current_step), updated_at = ?3
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    RETURNING lease_expires_at, cancel_requested_at IS NOT NULL, deadline_at
    """)

  static let finish = SQLStatement(
    """
    UPDATE queue_items SET status = 'completed', lease_token = NULL, lease_expires_at = NULL,
      finished_at = ?3, processing_microseconds = max(0, ?3 - claimed_at), progress = 100,
      rescues = 0, result = ifnull(?4, result), error_code = NULL, error_message = NULL,
      updated_at = ?3
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    """)

  /// Extends a lease from now on, and tells the worker what it should know.
  ///
  /// A lease that has run out is extended all the same unless the item was rescued. It is never
  /// shortened, and never extended beyond the attempt's run limit.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/invalid(field:reason:)``.
  @discardableResult
  public func heartbeat(
    _ lease: Lease, extendBy duration: Duration = .seconds(30)
  ) throws -> LeaseState {
    guard duration.microseconds > 0 else {
      throw QueueError.invalid(field: "extendBy", reason: "it must be longer than nothing")
    }
    return try access.write { transaction in
      let state = try transaction.fetchOne(
        Self.extend, lease.item, lease.token, transaction.now, transaction.now + duration
      ) { try LeaseState($0) }
      guard let state else { throw try Self.loss(of: lease, transaction) }
      return state
    }
  }

  /// Notes how far the attempt has come; the lease stays as long as it was.
  ///
  /// - Parameters:
  ///   - lease: the lease.
  ///   - percent: 0 to 100.
  ///   - step: what the worker is doing; nil leaves what it said before.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/invalid(field:reason:)``.
  @discardableResult
  public func progress(_ lease: Lease, percent: Int, step: String? = nil) throws -> LeaseState {
    guard (0...100).contains(percent) else {
      throw QueueError.invalid(field: "percent", reason: "it lies in 0 to 100")
    }
    return try access.write { transaction in
      let state = try transaction.fetchOne(
        Self.report, lease.item, lease.token, transaction.now, percent, step
      ) { try LeaseState($0) }
      guard let state else { throw try Self.loss(of: lease, transaction) }
      return state
    }
  }

  /// Acknowledges an attempt that did its work.
  ///
  /// Accepted as long as nobody else has taken the item over, also after the lease has run out
  /// and after somebody asked it to stop: the work is done.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``; then nothing has changed.
  /// - Complexity: O(log n).
  public func complete(_ lease: Lease, result: JSONText? = nil) throws {
    try access.write { transaction in try Self.complete(lease, result: result, transaction) }
  }

  /// Acknowledges several attempts: all of them, or none when one lease is lost.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)`` for the first one that is lost.
  public func complete(_ leases: [Lease]) throws {
    try access.write { transaction in
      for lease in leases { try Self.complete(lease, result: nil, transaction) }
    }
  }

  private static func complete(
    _ lease: Lease, result: JSONText?, _ transaction: borrowing WriteTransaction
  ) throws {
    let changed = try transaction.execute(
      finish, lease.item, lease.token, transaction.now, result)
    if changed == 0 { throw try loss(of: lease, transaction) }
  }

  private static let look = SQLStatement(
    "SELECT status, lease_token FROM queue_items WHERE id = ?")

  /// Says why a lease does not hold.
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
}

extension LeaseState {
  fileprivate init(_ row: borrowing Row) throws {
    expiresAt = try row.value(at: 0)
    isCancelRequested = try row.value(at: 1)
    deadlineAt = try row.value(at: 2)
  }
}
