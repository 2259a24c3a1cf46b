extension Batch {
  /// Until when a batch accepts items.
  public enum Intake: Sendable, Hashable {
    /// Until it has finished with its last item, or is sealed; the default.
    case untilFinished
    /// Until it is sealed. Before that it does not finish, even if all its items have; use it for
    /// items that are added while others already run.
    case untilSealed
  }
}

extension Batches {
  static let setSealed = SQLStatement(
    """
    UPDATE batches SET sealed_at = ifnull(sealed_at, ?2), updated_at = ?2
    WHERE id = ?1 AND status <> 'cancelled'
    """)

  /// Seals a batch: it accepts no more items, and finishes when its items have finished.
  ///
  /// A batch without items completes immediately and enqueues its callbacks. Sealing a sealed batch
  /// changes nothing.
  ///
  /// - Throws: ``QueueError/noSuchBatch(_:)``, ``QueueError/batchCancelled(_:)``.
  public func seal(_ id: ID<Batch>) throws {
    try access.write { transaction in
      guard try transaction.execute(Self.setSealed, id, transaction.now) == 0 else { return }
      guard try transaction.batches.find(id) != nil else { throw QueueError.noSuchBatch(id) }
      throw QueueError.batchCancelled(id)
    }
  }

  /// Creates a batch with all its items, sealed, in one transaction.
  ///
  /// A batch without items completes immediately and enqueues its callbacks.
  ///
  /// - Returns: the ID of the batch, and a result per item, in the order given.
  /// - Throws: as ``create(_:)`` and ``WorkQueue/enqueue(_:)-(NewQueueItem)``.
  @discardableResult
  public func create(
    _ new: NewBatch, items: [NewQueueItem]
  ) throws -> (id: ID<Batch>, items: [EnqueueResult]) {
    try access.write { transaction in
      let id = try transaction.batches.create(new).id
      let results = try transaction.batches.enqueue(items, into: id)
      try transaction.batches.seal(id)
      return (id, results)
    }
  }
}

/// An estimate of when a batch finishes, from its progress so far.
public struct BatchEstimate: Sendable, Hashable {
  /// The number of unfinished items.
  public let remaining: Int
  /// The number of items that it finished per second since it started.
  public let itemsPerSecond: Double
  /// The remaining time at that rate.
  public let remainingTime: Duration
  /// When it finishes at that rate.
  public let completionAt: Timestamp
}

extension Batch {
  /// Estimates when the batch finishes, at its rate so far; nil before its first item has finished,
  /// while it is paused, and when it has finished.
  ///
  /// - Parameter now: the current time.
  public func estimate(at now: Timestamp) -> BatchEstimate? {
    guard status == .processing, counters.finished > 0, let startedAt else { return nil }
    let elapsed = max(1, (now - startedAt).microseconds)
    let rate = Double(counters.finished) / Double(elapsed)
    let rest = Double(counters.unfinished) / rate
    let remaining = Duration.microseconds(Int64(min(rest, 9e17).rounded(.up)))
    return BatchEstimate(
      remaining: counters.unfinished, itemsPerSecond: rate * 1_000_000,
      remainingTime: remaining, completionAt: now + remaining)
  }
}
