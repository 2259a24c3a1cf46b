public import BackofficeStorage

/// How long finished items stay.
public struct RetentionPolicy: Sendable, Hashable {
  /// Completed items: seven days.
  public var completed: Duration = .days(7)
  /// Items that failed for good, which somebody may want to try again: thirty days.
  public var failed: Duration = .days(30)
  /// Cancelled items: seven days.
  public var cancelled: Duration = .days(7)
  /// Finished batches with all their items: seven days.
  public var batches: Duration = .days(7)

  /// Creates the usual policy.
  public init() {}

  /// One age for everything.
  public init(all age: Duration) {
    completed = age
    failed = age
    cancelled = age
    batches = age
  }
}

/// What a purge removed.
public struct PurgeReport: Sendable, Hashable {
  /// Items, with their attempts.
  public var items = 0
  /// Batches; their items follow with the next call.
  public var batches = 0
  /// Slots of statistics that were put together into longer ones, or removed after two years.
  public var slots = 0

  /// Everything together; call again until it is nothing.
  public var count: Int { items + batches + slots }
}

extension WorkQueue {
  // Whoever still waits for an item keeps it.
  static let purgeItems = SQLStatement(
    """
    DELETE FROM queue_items WHERE pk IN (
      SELECT pk FROM queue_items
      WHERE status = ?1 AND finished_at < ?2 AND finished_at IS NOT NULL AND batch_id IS NULL
        AND dependants = 0
      ORDER BY finished_at, pk LIMIT ?3)
    """)

  // Deleting a batch lets its items go; as finished items of no batch they are purged in turn. The
  // callbacks of a batch are work that still wants to read it.
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

  /// Removes items that finished long ago; history and usage keep what must be kept.
  ///
  /// Items of a batch stay as long as the batch does, so that its counters keep telling the truth;
  /// a finished batch is removed when it is old enough itself and its callbacks are done. An item
  /// that another still waits for stays. A call does a bounded part of the work; one that is cut off
  /// is gone on with by the next.
  ///
  /// - Parameters:
  ///   - policy: how long what stays.
  ///   - limit: the most items of one call, and a hundredth as many batches; 1,000 by default and
  ///     at most.
  /// - Complexity: O(k log n) for k removed items.
  @discardableResult
  public func purgeFinished(
    _ policy: RetentionPolicy, limit: Int = PageLimit.maximum
  ) throws -> PurgeReport {
    let limit = PageLimit.clamped(limit)
    return try access.write(reason: "retention") { transaction in
      let now = transaction.now
      var report = PurgeReport()
      let ages: [(QueueItem.Status, Duration)] = [
        (.completed, policy.completed), (.failed, policy.failed), (.cancelled, policy.cancelled),
      ]
      for (status, age) in ages where report.items < limit {
        report.items += try transaction.execute(
          Self.purgeItems, status, now - age, limit - report.items)
      }
      if report.items < limit {
        report.batches = try transaction.execute(
          Self.purgeBatches, now - policy.batches, max(1, limit / 100))
        report.slots = try MeasureRetention.run(max(1, limit / 100), transaction)
      }
      return report
    }
  }

  /// Removes items that finished before an age, whatever became of them.
  ///
  /// - Parameters:
  ///   - age: how long ago an item must have finished; seven days by default.
  ///   - limit: as in ``purgeFinished(_:limit:)``.
  @discardableResult
  public func purgeFinished(
    olderThan age: Duration = .days(7), limit: Int = PageLimit.maximum
  ) throws -> PurgeReport {
    try purgeFinished(RetentionPolicy(all: age), limit: limit)
  }
}

/// Puts the slots of old statistics together, to hours after two days and to days after sixty, and
/// removes them after two years.
enum MeasureRetention {
  private static let hour: Int64 = 3_600_000_000
  private static let day: Int64 = 86_400_000_000

  static let oldSlot = SQLStatement(
    """
    SELECT slot_at FROM queue_measures
    WHERE queue = ?1 AND slot_at >= ?2 AND slot_at < ?3 AND slot_at % ?4 <> 0
    ORDER BY slot_at LIMIT 1
    """)

  private static let fold = SQLStatement(
    """
    INSERT INTO queue_measures
    SELECT queue, ?2, kind, measure, outcome, bucket, sum(items), sum(microseconds_sum)
    FROM queue_measures WHERE queue = ?1 AND slot_at > ?2 AND slot_at < ?3
    GROUP BY queue, kind, measure, outcome, bucket
    ON CONFLICT (queue, slot_at, kind, measure, outcome, bucket) DO UPDATE SET
      items = items + excluded.items,
      microseconds_sum = microseconds_sum + excluded.microseconds_sum
    """)

  private static let clear = SQLStatement(
    "DELETE FROM queue_measures WHERE queue = ?1 AND slot_at > ?2 AND slot_at < ?3")

  /// - Returns: how many slots were put together or removed; at most `limit` for each queue and step.
  static func run(_ limit: Int, _ transaction: borrowing WriteTransaction) throws -> Int {
    let now = transaction.now
    var count = 0
    for queue in try transaction.queue.names(limit: PageLimit.maximum) {
      let days = now - .days(60)
      count += try fold(queue, to: day, from: .distantPast, until: days, limit, transaction)
      count += try fold(queue, to: hour, from: days, until: now - .days(2), limit, transaction)
      count += try transaction.execute(
        clear, queue, Timestamp.distantPast, now - .days(730))
    }
    return count
  }

  private static func fold(
    _ queue: String, to length: Int64, from start: Timestamp, until end: Timestamp, _ limit: Int,
    _ transaction: borrowing WriteTransaction
  ) throws -> Int {
    var count = 0
    var from = start
    while count < limit,
      let slot: Timestamp = try transaction.fetchOne(
        oldSlot, queue, from, end, length, decode: { try $0.value(at: 0) })
    {
      let begin = slot.microseconds - slot.microseconds % length
      let first = Timestamp(microseconds: begin)
      let next = Timestamp(microseconds: begin + length)
      try transaction.execute(fold, queue, first, next)
      try transaction.execute(clear, queue, first, next)
      from = next
      count += 1
    }
    return count
  }
}
