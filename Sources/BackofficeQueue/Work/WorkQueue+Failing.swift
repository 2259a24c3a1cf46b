extension WorkQueue {
  /// The error code of an attempt whose work another item with its unique key has taken over.
  public static let superseded = "superseded"

  /// Acknowledges a failed attempt.
  ///
  /// The item is retried after the delay of its ``BackOff``, counted from now or from its due time,
  /// whichever is later; it fails permanently when its attempts are used up. An item with a
  /// cancellation request is cancelled, and so is one whose unique key another item now holds. The
  /// code, the message and the result are recorded with the attempt.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``; nothing changes then.
  @discardableResult
  public func fail(
    _ lease: Lease, error: ItemFailure, retry: RetryPolicy = .automatically
  ) throws -> FailureOutcome {
    try retry.validate()
    return try access.write { transaction in
      let attempt = try Self.attempt(of: lease, transaction)
      let policy = try ItemPolicy.find(attempt.policyKey, transaction)
      return try Self.end(
        attempt, policy, with: error, retry: retry, rescues: 0, transaction)
    }
  }

  /// Acknowledges a cancellation request and cancels the item.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``.
  public func cancelled(_ lease: Lease, reason: String? = nil) throws {
    try access.write { transaction in
      let attempt = try Self.attempt(of: lease, transaction)
      try Self.end(
        attempt, as: .cancelled, error: reason.map { ItemFailure(message: $0) }, transaction)
    }
  }

  static let endAttempt = SQLStatement(
    """
    UPDATE queue_items SET status = ?3, lease_token = NULL, lease_expires_at = NULL,
      due_at = ifnull(?5, due_at),
      finished_at = iif(?3 IN (\(QueueItem.Status.list(where: \.isFinished))), ?4, NULL),
      error_code = ?6, error_message = ?7, rescues = ?8, updated_at = ?4
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    """)

  private static let keepResult = SQLStatement(
    """
    UPDATE queue_attempts SET result = ?3
    WHERE item_pk = (SELECT pk FROM queue_items WHERE id = ?1) AND lease_token = ?2
    """)

  /// Ends an attempt that did not complete its item, by the rules for what follows.
  static func end(
    _ attempt: RunningAttempt, _ policy: ItemPolicy, with error: ItemFailure, retry: RetryPolicy,
    rescues: Int, _ transaction: borrowing WriteTransaction
  ) throws -> FailureOutcome {
    if attempt.isCancelRequested {
      try end(attempt, as: .cancelled, error: error, rescues: rescues, transaction)
      return .cancelled
    }
    guard retry != .never, attempt.charged < policy.maxAttempts, rescues <= policy.maxRescues
    else {
      try end(attempt, as: .failed, error: error, rescues: rescues, transaction)
      return .failed
    }
    if try attempt.isSuperseded(in: .retrying, transaction) {
      try supersede(attempt, error, rescues: rescues, transaction)
      return .cancelled
    }
    let dueAt =
      max(transaction.now, attempt.dueAt)
      + delay(after: attempt, policy, retry: retry, transaction)
    try end(attempt, as: .retrying, dueAt: dueAt, error: error, rescues: rescues, transaction)
    return .retrying(at: dueAt)
  }

  /// Cancels an item whose work another one has taken over.
  static func supersede(
    _ attempt: RunningAttempt, _ error: ItemFailure?, rescues: Int = 0,
    _ transaction: borrowing WriteTransaction
  ) throws {
    let message = error?.message ?? "another item has the unique key by now"
    try end(
      attempt, as: .cancelled, error: ItemFailure(code: superseded, message: message),
      rescues: rescues, transaction)
  }

  /// Ends an attempt with a status.
  static func end(
    _ attempt: RunningAttempt, as status: QueueItem.Status, dueAt: Timestamp? = nil,
    error: ItemFailure?, rescues: Int = 0, _ transaction: borrowing WriteTransaction
  ) throws {
    let stored = error?.stored
    let changed = try transaction.execute(
      endAttempt, attempt.lease.item, attempt.lease.token, status, transaction.now, dueAt,
      stored?.code, stored?.message, rescues)
    if changed == 0 { throw try loss(of: attempt.lease, transaction) }
    if let result = error?.result, result.text.utf8.count <= largestDocument {
      try transaction.execute(keepResult, attempt.lease.item, attempt.lease.token, result)
    }
  }

  private static func delay(
    after attempt: RunningAttempt, _ policy: ItemPolicy, retry: RetryPolicy,
    _ transaction: borrowing WriteTransaction
  ) -> Duration {
    if case .after(let asked) = retry { return asked }
    return policy.backOff.delay(
      baseSeconds: policy.retryDelaySeconds, retries: attempt.charged - 1,
      chance: transaction.random.unit())
  }

  private static let replacePayload = SQLStatement(
    """
    UPDATE queue_items SET payload = ?3, updated_at = ?4
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    """)

  /// Acknowledges an attempt that did part of its work, so that only the rest is retried.
  ///
  /// Use it for a payload of several elements of which some failed. The new payload and the end of
  /// the attempt are one transaction; an item that fails permanently keeps the new payload for a
  /// manual retry. The caller keeps its own record of the part that was done.
  ///
  /// - Parameters:
  ///   - lease: the lease.
  ///   - error: why the rest failed.
  ///   - payload: the payload of the next attempt; it is sealed like any other.
  ///   - retry: what follows.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/invalid(field:reason:)`` for a
  ///   payload that is too large, and the errors of the cipher. Nothing changes then.
  /// - Complexity: O(log n).
  @discardableResult
  public func fail(
    _ lease: Lease, error: ItemFailure, remaining payload: JSONText,
    retry: RetryPolicy = .automatically
  ) throws -> FailureOutcome {
    try QueueError.requireDocument(payload, "remaining")
    try retry.validate()
    return try access.write { transaction in
      let stored = try PayloadSealing.seal(payload, of: lease.item, transaction)
      let changed = try transaction.execute(
        Self.replacePayload, lease.item, lease.token, stored, transaction.now)
      if changed == 0 { throw try Self.loss(of: lease, transaction) }
      return try transaction.queue.fail(lease, error: error, retry: retry)
    }
  }
}
