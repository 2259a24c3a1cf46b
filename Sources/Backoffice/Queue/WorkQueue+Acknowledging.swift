import BackofficeStorage

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
    UPDATE queue_items SET progress = ?4, current_step = ifnull(?5, current_step),
      current_message = CASE WHEN ?5 IS NULL THEN ifnull(?6, current_message) ELSE ?6 END,
      updated_at = ?3
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    RETURNING lease_expires_at, cancel_requested_at IS NOT NULL, deadline_at
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
    try Self.checkExtension(duration)
    return try access.write { transaction in
      try Self.heartbeat(lease, extendBy: duration, transaction)
    }
  }

  /// Extends several leases: all of them, or none when one is lost.
  ///
  /// - Returns: what each worker should know, in the order given.
  /// - Throws: as ``heartbeat(_:extendBy:)-(Lease,_)``, for the first one that is lost.
  @discardableResult
  public func heartbeat(
    _ leases: [Lease], extendBy duration: Duration = .seconds(30)
  ) throws -> [LeaseState] {
    try Self.checkExtension(duration)
    return try access.write { transaction in
      var states: [LeaseState] = []
      states.reserveCapacity(leases.count)
      for lease in leases {
        states.append(try Self.heartbeat(lease, extendBy: duration, transaction))
      }
      return states
    }
  }

  private static func checkExtension(_ duration: Duration) throws(QueueError) {
    try QueueError.require(
      duration.microseconds > 0 && duration <= longestLease, "extendBy",
      "it lasts longer than nothing, and no longer than a year")
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

  /// Notes how far the attempt has come; the lease stays as long as it was.
  ///
  /// - Parameters:
  ///   - lease: the lease.
  ///   - percent: 0 to 100.
  ///   - step: what the worker is doing; nil leaves what it said before.
  ///   - message: what it says about that; a new step without one takes the old one away.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/invalid(field:reason:)``.
  @discardableResult
  public func progress(
    _ lease: Lease, percent: Int, step: String? = nil, message: String? = nil
  ) throws -> LeaseState {
    guard (0...100).contains(percent) else {
      throw QueueError.invalid(field: "percent", reason: "it lies in 0 to 100")
    }
    return try access.write { transaction in
      let state = try transaction.fetchOne(
        Self.report, lease.item, lease.token, transaction.now, percent, step, message
      ) { try LeaseState($0) }
      guard let state else { throw try Self.loss(of: lease, transaction) }
      return state
    }
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
