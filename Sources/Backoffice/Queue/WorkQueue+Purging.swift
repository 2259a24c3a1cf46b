public import BackofficeStorage

/// What a purge removed.
public struct PurgeReport: Sendable, Hashable {
  /// Items, with their attempts.
  public var items = 0
  /// Batches; their items follow with the next call.
  public var batches = 0

  /// Everything together; call again until it is nothing.
  public var count: Int { items + batches }
}

extension WorkQueue {
  static let purgeItems = SQLStatement(
    """
    DELETE FROM queue_items WHERE pk IN (
      SELECT pk FROM queue_items
      WHERE finished_at < ?1 AND finished_at IS NOT NULL AND batch_id IS NULL
      ORDER BY finished_at, pk LIMIT ?2)
    """)

  // Deleting a batch lets its items go; as finished items of no batch they are purged in turn.
  static let purgeBatches = SQLStatement(
    """
    DELETE FROM batches WHERE pk IN (
      SELECT pk FROM batches
      WHERE finished_at < ?1 AND finished_at IS NOT NULL AND running_items = 0
      ORDER BY finished_at, pk LIMIT ?2)
    """)

  /// Removes items that finished long ago; history and usage keep what must be kept.
  ///
  /// Items of a batch stay as long as the batch does, so that its counters keep telling the truth;
  /// a finished batch is removed when it is old enough itself.
  ///
  /// - Parameters:
  ///   - age: how long ago an item must have finished; seven days by default.
  ///   - limit: the most items of one call, and a hundredth as many batches; 1,000 by default and
  ///     at most.
  /// - Complexity: O(k log n) for k removed items.
  @discardableResult
  public func purgeFinished(
    olderThan age: Duration = .days(7), limit: Int = PageLimit.maximum
  ) throws -> PurgeReport {
    let limit = PageLimit.clamped(limit)
    return try access.write(reason: "retention") { transaction in
      let cutoff = transaction.now - age
      var report = PurgeReport()
      report.items = try transaction.execute(Self.purgeItems, cutoff, limit)
      if report.items < limit {
        report.batches = try transaction.execute(Self.purgeBatches, cutoff, max(1, limit / 100))
      }
      return report
    }
  }
}
