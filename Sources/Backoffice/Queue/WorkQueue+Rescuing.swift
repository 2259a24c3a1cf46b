public import BackofficeStorage

/// What a sweep over expired leases did.
public struct RescueReport: Sendable, Hashable {
  /// Items that are tried again.
  public var retrying: [ID<QueueItem>] = []
  /// Items that failed for good: no attempts left, or too many rescues in a row.
  public var failed: [ID<QueueItem>] = []
  /// Items that had been asked to stop.
  public var cancelled: [ID<QueueItem>] = []

  /// How many items the sweep took from their workers.
  public var count: Int { retrying.count + failed.count + cancelled.count }
}

extension WorkQueue {
  /// The error code of an item whose worker gave no sign of life.
  public static let leaseExpired = "lease_expired"
  /// The error code of an attempt that took longer than its run limit.
  public static let runLimitReached = "run_limit"
  /// The error code of an item that was not done by its deadline.
  public static let deadlinePassed = "deadline"

  static let findExpired = SQLStatement(
    """
    SELECT \(RunningAttempt.columns) FROM queue_items
    WHERE status = 'running' AND lease_expires_at <= ?1
    ORDER BY lease_expires_at, pk LIMIT ?2
    """)

  static let findOverdue = SQLStatement(
    """
    SELECT id FROM queue_items WHERE deadline_at <= ?1 AND finished_at IS NULL
    ORDER BY deadline_at, pk LIMIT ?2
    """)

  private static let expire = SQLStatement(
    """
    UPDATE queue_items SET status = 'failed', paused_from = NULL, lease_token = NULL,
      lease_expires_at = NULL, finished_at = ?2,
      processing_microseconds = CASE status WHEN 'running' THEN max(0, ?2 - claimed_at) END,
      error_code = ?3, error_message = 'the deadline of the item has passed', updated_at = ?2
    WHERE id = ?1 AND finished_at IS NULL
    """)

  /// Takes back items whose lease has run out; run it every few seconds.
  ///
  /// The attempt stays charged. An item is tried again after its delay, until its attempts or its
  /// rescues in a row are used up; an attempt that met its run limit counts as a failure, not as a
  /// rescue. An item that was asked to stop is cancelled.
  ///
  /// - Parameter limit: the most items of one sweep; 100 by default, 1,000 at most.
  /// - Returns: what became of them; call again while ``RescueReport/count`` is the limit.
  /// - Complexity: O(log n) for each expired lease; the others are not looked at.
  @discardableResult
  public func rescueExpired(limit: Int = 100) throws -> RescueReport {
    try access.write { transaction in
      let expired = try transaction.fetchAll(
        Self.findExpired, transaction.now, PageLimit.clamped(limit)
      ) { row in try RunningAttempt(row) }
      var report = RescueReport()
      for attempt in expired {
        let outcome = try Self.rescue(attempt, transaction)
        switch outcome {
        case .retrying: report.retrying.append(attempt.lease.item)
        case .failed: report.failed.append(attempt.lease.item)
        case .cancelled: report.cancelled.append(attempt.lease.item)
        }
      }
      return report
    }
  }

  private static func rescue(
    _ attempt: RunningAttempt, _ transaction: borrowing WriteTransaction
  ) throws -> FailureOutcome {
    guard attempt.runLimitMicroseconds > transaction.now.microseconds else {
      let error = ItemFailure(
        code: runLimitReached, message: "the attempt took longer than its run limit")
      return try end(attempt, with: error, retry: .automatically, rescues: 0, transaction)
    }
    let error = ItemFailure(
      code: leaseExpired, message: "the worker gave no sign of life until its lease ran out")
    return try end(
      attempt, with: error, retry: .automatically, rescues: attempt.rescues + 1, transaction)
  }

  /// Gives up unfinished items whose deadline has passed, whatever they are doing.
  ///
  /// A worker that still runs one finds its lease lost.
  ///
  /// - Parameter limit: the most items of one sweep; 100 by default, 1,000 at most.
  /// - Returns: the items that failed by it.
  /// - Complexity: O(log n) for each of them; the others are not looked at.
  @discardableResult
  public func expireOverdue(limit: Int = 100) throws -> [ID<QueueItem>] {
    try access.write { transaction in
      let overdue = try transaction.fetchAll(
        Self.findOverdue, transaction.now, PageLimit.clamped(limit)
      ) { row in try row.value(at: 0, as: ID<QueueItem>.self) }
      for id in overdue {
        try transaction.execute(Self.expire, id, transaction.now, Self.deadlinePassed)
      }
      return overdue
    }
  }
}
