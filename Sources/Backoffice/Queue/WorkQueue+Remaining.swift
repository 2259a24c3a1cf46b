public import BackofficeStorage

extension WorkQueue {
  private static let replacePayload = SQLStatement(
    """
    UPDATE queue_items SET payload = ?3, payload_key = ?4, updated_at = ?5
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    """)

  /// Acknowledges an attempt that did a part of its work: only what remains is tried again.
  ///
  /// For a payload of several elements of which some failed. The new payload and the end of the
  /// attempt are one transaction; an item that fails for good keeps what remains, for whoever tries
  /// it again by hand. What the attempt has done is in the caller's own records.
  ///
  /// - Parameters:
  ///   - lease: the lease.
  ///   - error: why the rest was not done.
  ///   - payload: the payload of the next attempt; sealed as any other.
  ///   - retry: what is to follow.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, and what a cipher throws; then nothing has
  ///   changed.
  /// - Complexity: O(log n).
  @discardableResult
  public func fail(
    _ lease: Lease, error: ItemFailure, remaining payload: JSONText,
    retry: RetryPolicy = .automatically
  ) throws -> FailureOutcome {
    try access.write { transaction in
      let (payload, key) = try PayloadSealing.seal(payload, of: lease.item, transaction)
      let changed = try transaction.execute(
        Self.replacePayload, lease.item, lease.token, payload, key, transaction.now)
      if changed == 0 { throw try Self.loss(of: lease, transaction) }
      return try transaction.queue.fail(lease, error: error, retry: retry)
    }
  }
}
