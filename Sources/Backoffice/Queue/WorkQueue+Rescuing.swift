public import BackofficeStorage

/// What a sweep over expired leases did.
public struct RescueReport: Sendable, Hashable {
  /// Items that are tried again.
  public var retrying: [ID<QueueItem>] = []
  /// Items that failed for good: no attempts left, or too many rescues in a row.
  public var failed: [ID<QueueItem>] = []
  /// Items that had been asked to stop.
  public var cancelled: [ID<QueueItem>] = []
  /// Items about which a person is asked.
  public var asked: [ID<QueueItem>] = []

  /// How many items the sweep took from their workers.
  public var count: Int { retrying.count + failed.count + cancelled.count + asked.count }
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
  /// rescue. An item that was asked to stop is cancelled. One whose policy is not to try again
  /// (``QueueItem/LostLease``) fails, or waits for a person who is asked what became of it; without
  /// a customer there is nobody to ask for, and it fails.
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
        try Self.rescue(attempt, &report, transaction)
      }
      return report
    }
  }

  private static func rescue(
    _ attempt: RunningAttempt, _ report: inout RescueReport,
    _ transaction: borrowing WriteTransaction
  ) throws {
    let isLate = attempt.runLimitMicroseconds <= transaction.now.microseconds
    let error =
      isLate
      ? ItemFailure(
        code: runLimitReached, message: "the attempt took longer than its run limit")
      : ItemFailure(
        code: leaseExpired, message: "the worker gave no sign of life until its lease ran out")
    let item = attempt.lease.item
    let rescues = isLate ? 0 : attempt.rescues + 1
    if attempt.lostLease == .ask, attempt.hasCustomer, !attempt.isCancelRequested {
      try settle(
        attempt, to: .waitingForAction, error: error, rescues: attempt.rescues + 1, transaction)
      return report.asked.append(item)
    }
    let retry: RetryPolicy = attempt.lostLease == .retry ? .automatically : .never
    switch try end(attempt, with: error, retry: retry, rescues: rescues, transaction) {
    case .retrying: report.retrying.append(item)
    case .failed: report.failed.append(item)
    case .cancelled: report.cancelled.append(item)
    }
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
