import BackofficeStorage

extension WorkQueue {
  /// The error code of an attempt whose work another item with its unique key has taken over.
  public static let superseded = "superseded"

  /// Acknowledges an attempt that failed.
  ///
  /// The item is tried again after a delay that grows as its ``QueueItem/BackOff`` says, from now or
  /// from when it was due, whichever is later; or it fails for good when its attempts are used up.
  /// An item that was asked to stop is cancelled, and so is one whose unique key another item holds
  /// by now. Code, message and what the attempt had found out stay on record with the attempt.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``; then nothing has changed.
  @discardableResult
  public func fail(
    _ lease: Lease, error: ItemFailure, retry: RetryPolicy = .automatically
  ) throws -> FailureOutcome {
    try access.write { transaction in
      let attempt = try Self.attempt(of: lease, transaction)
      return try Self.end(attempt, with: error, retry: retry, rescues: 0, transaction)
    }
  }

  /// Acknowledges a wish to stop: the item is cancelled.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``.
  public func cancelled(_ lease: Lease, reason: String? = nil) throws {
    try access.write { transaction in
      let attempt = try Self.attempt(of: lease, transaction)
      try Self.settle(
        attempt, to: .cancelled, error: reason.map { ItemFailure(message: $0) }, transaction)
    }
  }
}

/// What the end of an attempt depends on.
struct RunningAttempt {
  static let columns = """
    id, lease_token, attempts, max_attempts, retry_delay_seconds, rescues, max_rescues,
      cancel_requested_at IS NOT NULL,
      ifnull(claimed_at + run_limit_seconds * 1000000, 9223372036854775807), due_at, lost_lease,
      customer_id IS NOT NULL, backoff, backoff_factor_percent, backoff_cap_seconds,
      backoff_jitter_percent, CASE WHEN unique_states & 6 = 4 THEN unique_key END, kind
    """

  let lease: Lease
  let charged: Int
  let maximum: Int
  let retryDelaySeconds: Int
  let rescues: Int
  let maximumRescues: Int
  let isCancelRequested: Bool
  let runLimitMicroseconds: Int64
  let dueAt: Timestamp
  let lostLease: QueueItem.LostLease
  let hasCustomer: Bool
  let backOff: QueueItem.BackOff
  /// The unique key that it holds when it waits, but not while it runs.
  let returningKey: String?
  let kind: String

  init(_ row: borrowing Row) throws {
    var column = row.reader()
    lease = Lease(item: try column.next(), token: try column.next())
    charged = try column.next()
    maximum = try column.next()
    retryDelaySeconds = try column.next()
    rescues = try column.next()
    maximumRescues = try column.next()
    isCancelRequested = try column.next()
    runLimitMicroseconds = try column.next()
    dueAt = try column.next()
    lostLease = try column.next()
    hasCustomer = try column.next()
    backOff = try QueueItem.BackOff(&column)
    returningKey = try column.next()
    kind = try column.next()
  }
}

extension WorkQueue {
  private static let findAttempt = SQLStatement(
    """
    SELECT \(RunningAttempt.columns) FROM queue_items
    WHERE id = ? AND status = 'running' AND lease_token = ?
    """)

  static let settle = SQLStatement(
    """
    UPDATE queue_items SET status = ?3, lease_token = NULL, lease_expires_at = NULL,
      due_at = ifnull(?5, due_at),
      finished_at = CASE WHEN ?3 IN ('retrying', 'waiting_for_action') THEN NULL ELSE ?4 END,
      processing_microseconds = CASE WHEN ?3 = 'failed' THEN max(0, ?4 - claimed_at) END,
      error_code = ?6, error_message = ?7,
      error_history = CASE WHEN ?7 IS NULL THEN error_history ELSE json_insert(
        CASE WHEN json_array_length(error_history) >= 20
          THEN json_remove(error_history, '$[0]') ELSE error_history END,
        '$[#]',
        json_object('attempt', claim_count, 'at', ?4, 'code', ?6, 'message', ?7)) END,
      rescues = ?8, updated_at = ?4
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    """)

  // Rare: it is no part of the rule that closes each attempt.
  static let keepResult = SQLStatement(
    """
    UPDATE queue_attempts SET result = ?3
    WHERE item_pk = (SELECT pk FROM queue_items WHERE id = ?1)
      AND number = (SELECT claim_count FROM queue_items WHERE id = ?1) AND lease_token = ?2
    """)

  /// The attempt that a lease stands for.
  static func attempt(
    of lease: Lease, _ transaction: borrowing WriteTransaction
  ) throws -> RunningAttempt {
    let found = try transaction.fetchOne(findAttempt, lease.item, lease.token) { row in
      try RunningAttempt(row)
    }
    guard let found else { throw try loss(of: lease, transaction) }
    return found
  }

  /// Ends an attempt that did not do its work, by the rules for what follows.
  static func end(
    _ attempt: RunningAttempt, with error: ItemFailure, retry: RetryPolicy, rescues: Int,
    _ transaction: borrowing WriteTransaction
  ) throws -> FailureOutcome {
    if attempt.isCancelRequested {
      try settle(attempt, to: .cancelled, error: error, rescues: rescues, transaction)
      return .cancelled
    }
    guard retry != .never, attempt.charged < attempt.maximum, rescues <= attempt.maximumRescues
    else {
      try settle(attempt, to: .failed, error: error, rescues: rescues, transaction)
      return .failed
    }
    if try isSuperseded(attempt, transaction) {
      try settle(
        attempt, to: .cancelled, error: ItemFailure(code: superseded, message: error.message),
        rescues: rescues, transaction)
      return .cancelled
    }
    let dueAt =
      max(transaction.now, attempt.dueAt) + delay(before: attempt, retry: retry, transaction)
    try settle(
      attempt, to: .retrying, dueAt: dueAt, error: error, rescues: rescues, transaction)
    return .retrying(at: dueAt)
  }

  /// Whether another item took the unique key while this one ran.
  static func isSuperseded(
    _ attempt: RunningAttempt, _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    guard let key = attempt.returningKey else { return false }
    return try holder(kind: attempt.kind, uniqueKey: key, transaction) != nil
  }

  private static func delay(
    before attempt: RunningAttempt, retry: RetryPolicy,
    _ transaction: borrowing WriteTransaction
  ) -> Duration {
    if case .after(let wish) = retry { return min(max(.zero, wish), QueueError.horizon) }
    return attempt.backOff.delay(
      baseSeconds: attempt.retryDelaySeconds, retries: attempt.charged - 1,
      chance: transaction.random.unit())
  }

  static func settle(
    _ attempt: RunningAttempt, to status: QueueItem.Status, dueAt: Timestamp? = nil,
    error: ItemFailure?, rescues: Int = 0, _ transaction: borrowing WriteTransaction
  ) throws {
    let changed = try transaction.execute(
      settle, attempt.lease.item, attempt.lease.token, status, transaction.now, dueAt,
      error?.code, error?.message, rescues)
    if changed == 0 { throw try loss(of: attempt.lease, transaction) }
    if let result = error?.result, result.text.utf8.count <= largestDocument {
      try transaction.execute(keepResult, attempt.lease.item, attempt.lease.token, result)
    }
  }
}
