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

  // Deleting a batch lets its items go; as finished items of no batch they are purged in turn. The
  // callbacks of a batch are work that may still read it.
  static let purgeBatches = SQLStatement(
    """
    DELETE FROM batches WHERE pk IN (
      SELECT pk FROM batches
      WHERE finished_at < ?1 AND finished_at IS NOT NULL AND running_items = 0
        AND NOT EXISTS (
          SELECT 1 FROM batch_callbacks c JOIN queue_items i ON i.id = c.queue_item_id
          WHERE c.batch_id = batches.id AND i.finished_at IS NULL)
      ORDER BY finished_at, pk LIMIT ?2)
    """)

  /// Removes old finished items; upkeep calls it every hour with ``retention()``.
  ///
  /// Items of a batch are kept while the batch exists, so that its counters stay correct; a
  /// finished batch is removed when it is old enough and its callbacks have finished. An item that
  /// another item waits for is kept. A call does a bounded part of the work in one transaction; the
  /// next call continues. The file does not shrink: SQLite reuses freed pages, and `VACUUM`
  /// releases them.
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
      for item in page where item.finishedAt < now - policy.age(of: item.status) {
        report.items += try transaction.execute(Self.purgeItem, item.key)
      }
      if page.count == limit, let last = page.last {
        report.next = PageCursor(value: last.finishedAt.microseconds, key: last.key)
      } else {
        report.batches = try transaction.execute(
          Self.purgeBatches, now - policy.batches, max(1, limit / 100))
        report.slots = try QueueMeasures.compact(max(1, limit / 100), transaction)
      }
      return report
    }
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
