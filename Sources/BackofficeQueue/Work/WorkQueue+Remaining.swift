extension WorkQueue {
  private static let replacePayload = SQLStatement(
    """
    UPDATE queue_items SET payload = ?3, updated_at = ?4
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    """)

  /// Acknowledges an attempt that did a part of its work: only what remains is tried again.
  ///
  /// For a payload of several elements of which some failed. The new payload and the end of the
  /// attempt are one transaction; an item that fails for good keeps what remains, for a retry by hand.
  /// What the attempt has done is in the caller's own records.
  ///
  /// - Parameters:
  ///   - lease: the lease.
  ///   - error: why the rest was not done.
  ///   - payload: the payload of the next attempt; sealed as any other.
  ///   - retry: what follows.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/invalid(field:reason:)`` for a
  ///   payload that is too large, and what a cipher throws; then nothing has changed.
  /// - Complexity: O(log n).
  @discardableResult
  public func fail(
    _ lease: Lease, error: ItemFailure, remaining payload: JSONText,
    retry: RetryPolicy = .automatically
  ) throws -> FailureOutcome {
    try QueueError.requireDocument(payload, "remaining")
    return try access.write { transaction in
      let stored = try PayloadSealing.seal(payload, of: lease.item, transaction)
      let changed = try transaction.execute(
        Self.replacePayload, lease.item, lease.token, stored, transaction.now)
      if changed == 0 { throw try Self.loss(of: lease, transaction) }
      return try transaction.queue.fail(lease, error: error, retry: retry)
    }
  }
}
