extension Batch {
  /// Until when a batch accepts items.
  public enum Intake: Sendable, Hashable {
    /// Until it has finished: with its last item, or when it is sealed. The usual one.
    case untilFinished
    /// Until it is sealed: before that it is not finished, even when all its items are. For items
    /// that come while others are done already.
    case untilSealed
  }
}

extension Batches {
  static let setSealed = SQLStatement(
    """
    UPDATE batches SET sealed_at = ifnull(sealed_at, ?2), updated_at = ?2
    WHERE id = ?1 AND status <> 'cancelled'
    """)

  /// Seals a batch: it accepts no more items, and is finished as soon as those it has are.
  ///
  /// One without items is completed at once, and calls back. A batch that is sealed already stays
  /// so.
  ///
  /// - Throws: ``QueueError/noSuchBatch(_:)``, ``QueueError/batchCancelled(_:)``.
  public func seal(_ id: ID<Batch>) throws {
    try access.write { transaction in
      guard try transaction.execute(Self.setSealed, id, transaction.now) == 0 else { return }
      guard try transaction.batches.find(id) != nil else { throw QueueError.noSuchBatch(id) }
      throw QueueError.batchCancelled(id)
    }
  }

  /// Creates a batch with all its items, sealed, in one transaction: all of it, or nothing.
  ///
  /// Without items it is completed at once, and calls back.
  ///
  /// - Returns: the batch as it is after that, and a result per item, in the order given.
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

/// When a batch is expected to be done, from what it has done so far.
public struct BatchEstimate: Sendable, Hashable {
  /// Items that have not finished.
  public let remaining: Int
  /// How many items it finishes in a second, since it was started.
  public let itemsPerSecond: Double
  /// How long the rest takes at that rate.
  public let remainingTime: Duration
  /// When it is done at that rate.
  public let completionAt: Timestamp
}

extension Batch {
  /// When the batch is expected to be done at the rate at which it finished items so far; or nil
  /// before the first has finished, while it is paused, and when it has finished itself.
  ///
  /// - Parameter now: the time.
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
