extension WorkQueue {
  /// The error code of an item whose lease expired.
  public static let leaseExpired = "lease_expired"
  /// The error code of an attempt that took longer than its run limit.
  public static let runLimitReached = "run_limit"
  /// The error code of an item that did not finish by its deadline.
  public static let deadlinePassed = "deadline"

  static let findExpired = RunningAttempt.select(
    """
    WHERE status = 'running' AND (lease_expires_at, pk) > (?3, ?4) AND lease_expires_at <= ?1
    ORDER BY lease_expires_at, pk LIMIT ?2
    """)

  static let findOverdue = SQLStatement(
    """
    SELECT id, deadline_at, pk FROM queue_items
    WHERE (deadline_at, pk) > (?3, ?4) AND deadline_at <= ?1 AND deadline_at IS NOT NULL
      AND finished_at IS NULL
    ORDER BY deadline_at, pk LIMIT ?2
    """)

  private static let expire = SQLStatement(
    """
    UPDATE queue_items SET status = 'failed', paused_from = NULL, lease_token = NULL,
      lease_expires_at = NULL, claimed_at = iif(status = 'running', claimed_at, NULL),
      finished_at = ?2, error_code = ?3, error_message = 'the deadline of the item has passed',
      updated_at = ?2
    WHERE id = ?1 AND finished_at IS NULL
    """)

  /// Rescues items whose lease has expired; upkeep calls it every five seconds.
  ///
  /// The attempt stays charged. An item is retried after its delay until its attempts or its
  /// consecutive rescues are used up; an attempt that exceeded its run limit counts as a failure,
  /// not as a rescue. An item with a cancellation request is cancelled. An item whose
  /// ``LeaseExpiryPolicy`` excludes a retry fails or is parked. Each item is changed in its own
  /// savepoint: if a rule refuses the change, the item is reported and the others are not affected.
  ///
  /// - Parameter limit: the maximum number of items to rescue; 100 by default, 1,000 at most.
  ///   Refused items do not count.
  /// - Returns: a report; call again while ``RescueReport/count`` equals the limit.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be written.
  /// - Complexity: O(log n) for each expired lease; other items are not read.
  @discardableResult
  public func rescueExpired(limit: Int = 100) throws -> RescueReport {
    let limit = PageLimit.clamped(limit)
    return try access.write { transaction in
      var report = RescueReport()
      report.corrected = try ClockCorrection.run(limit, transaction)
      var last = (lease: Timestamp(microseconds: .min), key: Int64.min)
      while report.count < limit {
        let page = try transaction.fetchAll(
          Self.findExpired, transaction.now, limit, last.lease, last.key
        ) { row in try RunningAttempt(row) }
        var places: [ID<Lease>: WritableKeyPath<RescueReport, [ID<QueueItem>]>] = [:]
        let (rescued, refused) = try transaction.each(of: page) { attempt, transaction in
          places[attempt.lease.token] = try Self.rescue(attempt, transaction)
          return true
        }
        for lease in rescued.map(\.lease) {
          if let place = places[lease.token] { report[keyPath: place].append(lease.item) }
        }
        for (attempt, message) in refused { report.refused[attempt.lease.item] = message }
        // Refused items are still expired: the next page begins behind them.
        guard page.count == limit, let end = page.last else { break }
        last = (end.leaseExpiresAt, end.key)
      }
      return report
    }
  }

  /// Rescues an item, and returns its place in the report.
  private static func rescue(
    _ attempt: RunningAttempt, _ transaction: borrowing WriteTransaction
  ) throws -> WritableKeyPath<RescueReport, [ID<QueueItem>]> {
    let policy = try ItemPolicy.find(attempt.policyKey, transaction)
    let isLate = attempt.isOverRunLimit(policy, at: transaction.now)
    let error =
      isLate
      ? ItemFailure(
        code: runLimitReached, message: "the attempt took longer than its run limit")
      : ItemFailure(
        code: leaseExpired, message: "the worker did not extend its lease until it expired")
    if policy.leaseExpiry == .ask, !attempt.isCancelRequested {
      let rescues = attempt.rescues + 1
      if try attempt.isSuperseded(in: .parked, transaction) {
        try supersede(attempt, error, rescues: rescues, transaction)
        return \.cancelled
      }
      try end(attempt, as: .parked, error: error, rescues: rescues, transaction)
      return \.asked
    }
    let outcome = try end(
      attempt, policy, with: error, retry: policy.leaseExpiry == .fail ? .never : .automatically,
      rescues: isLate ? 0 : attempt.rescues + 1, transaction)
    switch outcome {
    case .retrying: return \.retrying
    case .failed: return \.failed
    case .cancelled: return \.cancelled
    }
  }

  /// Fails unfinished items whose deadline has passed, in any status; upkeep calls it every five
  /// seconds.
  ///
  /// A worker that still runs such an item loses its lease. Each item is changed in its own
  /// savepoint: if a rule refuses the change, the item is reported and the others are not affected.
  ///
  /// - Parameter limit: the maximum number of items to fail; 100 by default, 1,000 at most. Refused
  ///   items do not count.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be written.
  /// - Complexity: O(log n) for each of them; other items are not read.
  @discardableResult
  public func expireOverdue(limit: Int = 100) throws -> ExpiryReport {
    let limit = PageLimit.clamped(limit)
    return try access.write { transaction in
      var report = ExpiryReport()
      var last = (deadline: Int64.min, key: Int64.min)
      while report.failed.count < limit {
        let page = try transaction.fetchAll(
          Self.findOverdue, transaction.now, limit, last.deadline, last.key
        ) { row in
          (
            id: try row.value(at: 0, as: ID<QueueItem>.self),
            deadline: try row.value(at: 1, as: Int64.self),
            key: try row.value(at: 2, as: Int64.self)
          )
        }
        let (failed, refused) = try transaction.each(of: page) { item, transaction in
          try transaction.execute(Self.expire, item.id, transaction.now, Self.deadlinePassed) > 0
        }
        report.failed += failed.map(\.id)
        for (item, message) in refused { report.refused[item.id] = message }
        guard page.count == limit, let end = page.last else { break }
        last = (end.deadline, end.key)
      }
      return report
    }
  }
}
