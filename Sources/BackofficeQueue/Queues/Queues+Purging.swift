extension Queues {
  // Covering: only what is removed is looked up in the table.
  static let oldItems = SQLStatement(
    """
    SELECT pk, finished_at, status FROM queue_items INDEXED BY queue_items_ended
    WHERE finished_at IS NOT NULL AND (finished_at, pk) > (?1, ?2) AND finished_at < ?3
      AND batch_id IS NULL
    ORDER BY finished_at, pk LIMIT ?4
    """)

  // An item that another one still waits for stays.
  static let purgeItem = SQLStatement("DELETE FROM queue_items WHERE pk = ? AND dependants = 0")

  private static let nameOfItem = SQLStatement("SELECT id FROM queue_items WHERE pk = ?")

  // The callbacks of a batch are work that may still read it.
  static let oldBatches = SQLStatement(
    """
    SELECT pk, id, finished_at FROM batches
    WHERE finished_at < ?1 AND finished_at IS NOT NULL AND running_items = 0
      AND (finished_at, pk) > (?2, ?3)
      AND NOT EXISTS (
        SELECT 1 FROM batch_callbacks c JOIN queue_items i ON i.id = c.queue_item_id
        WHERE c.batch_id = batches.id AND i.finished_at IS NULL)
    ORDER BY finished_at, pk LIMIT ?4
    """)

  // All its items were duplicates, or none was added; it would wait for one for ever.
  static let emptyBatches = SQLStatement(
    """
    SELECT pk, id, updated_at FROM batches INDEXED BY batches_empty
    WHERE total_items = 0 AND stays_open = 0 AND finished_at IS NULL AND updated_at < ?1
      AND (updated_at, pk) > (?2, ?3)
      AND NOT EXISTS (SELECT 1 FROM queue_items i WHERE i.batch_id = batches.id)
    ORDER BY updated_at, pk LIMIT ?4
    """)

  // Deleting a batch lets its items go; as finished items of no batch they are purged in turn.
  private static let purgeBatch = SQLStatement("DELETE FROM batches WHERE pk = ?")

  /// Removes old finished items; upkeep calls it every hour with ``retention()``.
  ///
  /// Items of a batch are kept while the batch exists, so that its counters stay correct; a
  /// finished batch is removed when it is old enough and its callbacks have finished. A batch
  /// without items, such as one whose items were all duplicates, is removed at the same age, unless
  /// it stays open until it is sealed. An item that another item waits for is kept. What a rule
  /// refuses to remove is reported, and the rest is removed. A call does a bounded part of the work
  /// in one transaction; the next call continues. The file does not shrink: SQLite reuses freed
  /// pages, and `BackofficeStorage/Database/compact(progress:)` returns them to the disk.
  ///
  /// - Parameters:
  ///   - policy: the retention policy.
  ///   - cursor: ``PurgeReport/next`` of the previous call; nil to start.
  ///   - limit: the maximum number of items to examine, and a hundredth of it for batches; 1,000 by
  ///     default and at most.
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  /// - Complexity: O(limit log n).
  @discardableResult
  public func purgeFinished(
    _ policy: RetentionPolicy, after cursor: PageCursor? = nil, limit: Int = PageLimit.maximum
  ) throws -> PurgeReport {
    try policy.validate()
    let limit = PageLimit.clamped(limit)
    return try access.write(reason: "retention") { transaction in
      let now = transaction.now
      var report = PurgeReport()
      // What goes must have been measured.
      while try QueueMeasures.run(limit, transaction) >= limit {}
      let ages = QueueItem.Status.allCases.filter(\.isFinished).map(policy.age)
      let page = try transaction.fetchAll(
        Self.oldItems, cursor?.value ?? .min, cursor?.key ?? .min, now - (ages.min() ?? .zero),
        limit
      ) { row in
        (
          key: try row.value(at: 0, as: Int64.self),
          finishedAt: try row.value(at: 1, as: Timestamp.self),
          status: try row.value(at: 2, as: QueueItem.Status.self)
        )
      }
      let old = page.filter { $0.finishedAt < now - policy.age(of: $0.status) }
      let (removed, refused) = try transaction.each(of: old) { item, transaction in
        try transaction.execute(Self.purgeItem, item.key) > 0
      }
      report.items = removed.count
      for (item, message) in refused {
        let id = try transaction.fetchOne(Self.nameOfItem, item.key) { row in
          try row.value(at: 0, as: ID<QueueItem>.self)
        }
        if let id { report.refused[id] = message }
      }
      if page.count == limit, let last = page.last {
        report.next = PageCursor(value: last.finishedAt.microseconds, key: last.key)
      } else {
        let limit = max(1, limit / 100)
        for batches in [Self.oldBatches, Self.emptyBatches] {
          try Self.purge(batches, before: now - policy.batches, limit, &report, transaction)
        }
        report.slots = try QueueMeasures.compact(limit, transaction)
      }
      return report
    }
  }

  private static func purge(
    _ batches: SQLStatement, before end: Timestamp, _ limit: Int, _ report: inout PurgeReport,
    _ transaction: borrowing WriteTransaction
  ) throws {
    var last = (time: Timestamp.distantPast, key: Int64.min)
    var count = 0
    while count < limit {
      let page = try transaction.fetchAll(batches, end, last.time, last.key, limit) { row in
        (
          key: try row.value(at: 0, as: Int64.self), id: try row.value(at: 1, as: ID<Batch>.self),
          time: try row.value(at: 2, as: Timestamp.self)
        )
      }
      let (removed, refused) = try transaction.each(of: page) { batch, transaction in
        try transaction.execute(Self.purgeBatch, batch.key) > 0
      }
      count += removed.count
      for (batch, message) in refused { report.refusedBatches[batch.id] = message }
      guard page.count == limit, let end = page.last else { break }
      // Refused batches are still there: the next page begins behind them.
      last = (end.time, end.key)
    }
    report.batches += count
  }

  /// Removes finished items of an age, in any finished status.
  ///
  /// - Parameters:
  ///   - age: how long ago an item must have finished; seven days by default, not negative.
  ///   - limit: as in ``purgeFinished(_:after:limit:)``.
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  @discardableResult
  public func purgeFinished(
    olderThan age: Duration = .days(7), limit: Int = PageLimit.maximum
  ) throws -> PurgeReport {
    try purgeFinished(RetentionPolicy(all: age), limit: limit)
  }

  /// The retention policy by which upkeep removes finished items, or nil if it removes none; the
  /// default policy if none was set.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read;
  ///   ``StorePackError/undecodableSetting(_:reason:)``.
  public func retention() throws -> RetentionPolicy? {
    try Settings(access: access).value(of: .retention)
  }

  /// Sets the retention policy; it is stored in the file and applies to all processes.
  ///
  /// - Parameter policy: the policy; nil to remove no items.
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  public func setRetention(_ policy: RetentionPolicy?) throws {
    try policy?.validate()
    try Settings(access: access).set(.retention, to: .some(policy))
  }
}

extension StoreSetting<RetentionPolicy?> {
  fileprivate static let retention = StoreSetting("queue.retention", default: RetentionPolicy())
}
