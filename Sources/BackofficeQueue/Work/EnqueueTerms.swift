/// The defaults of batches for their items, read once per call.
struct EnqueueTerms {
  struct BatchTerms {
    let account: Account?
    let priority: Int
    let scheduledAt: Timestamp?
    let retriesFailedItems: Bool
  }

  /// Whether the work follows from accepted work and therefore is not refused.
  let isOwn: Bool
  private var batches: [ID<Batch>: BatchTerms] = [:]

  init(isOwn: Bool = false) { self.isOwn = isOwn }

  private static let findBatch = SQLStatement(
    """
    SELECT status, account, priority, scheduled_at, retry_failed_items, sealed_at IS NOT NULL
    FROM batches WHERE id = ?
    """)

  mutating func batch(
    _ batch: ID<Batch>, _ transaction: borrowing WriteTransaction
  ) throws -> BatchTerms {
    if let terms = batches[batch] { return terms }
    let found = try transaction.fetchOne(Self.findBatch, batch) { row in
      (
        status: try row.value(at: 0, as: Batch.Status.self),
        isSealed: try row.value(at: 5, as: Bool.self),
        terms: BatchTerms(
          account: try row.value(at: 1), priority: try row.value(at: 2),
          scheduledAt: try row.value(at: 3), retriesFailedItems: try row.value(at: 4))
      )
    }
    guard let found else { throw QueueError.noSuchBatch(batch) }
    guard found.status != .cancelled else { throw QueueError.batchCancelled(batch) }
    guard !found.isSealed, !found.status.isFinished else {
      throw QueueError.batchClosed(batch, found.status)
    }
    batches[batch] = found.terms
    return found.terms
  }
}
