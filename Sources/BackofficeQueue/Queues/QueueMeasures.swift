/// Counts of finished items and of their times, in time slots that outlive the items.
///
/// Upkeep adds the items that finished since its last run, so that finishing an item costs nothing
/// extra. Slots of five minutes become hours after two days and days after sixty, and are
/// removed after two years.
enum QueueMeasures {
  /// The measures.
  enum Measure: String, TextEnum {
    case wait, processing
  }

  /// The measured part of a finished item.
  struct Finished: TableRow {
    static let tableName = "queue_items"
    let queue: String
    let kind: String
    let status: QueueItem.Status
    let finishedAt: Timestamp
    let claimedAt: Timestamp?
    let wait: Int64?

    var processing: Int64? {
      guard status != .cancelled, let claimedAt else { return nil }
      return max(0, (finishedAt - claimedAt).microseconds)
    }
  }

  /// The sum that a finished item is added to.
  private struct Slot: Hashable {
    let queue: String
    let kind: String
    let at: Int64
    let measure: Measure
    let outcome: QueueItem.Status
    let bucket: Int
  }

  /// Five minutes, in microseconds.
  static let slotLength: Int64 = 300_000_000

  static func slot(_ instant: Timestamp, _ length: Int64 = slotLength) -> Timestamp {
    let rest = instant.microseconds % length
    return Timestamp(
      microseconds: instant.microseconds - (rest < 0 ? rest + length : rest))
  }

  // MARK: Adding what has finished

  private static let measuredUntil = StoreSetting("queue.measured_until", default: Int64.min)

  static let finished = Finished.select(
    """
    INDEXED BY queue_items_ended
    WHERE finished_at IS NOT NULL AND finished_at >= ?1 AND finished_at < ?2
    ORDER BY finished_at LIMIT ?3
    """)

  private static let add = SQLStatement(
    """
    INSERT INTO queue_measures VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (queue, slot_at, kind, measure, outcome, bucket) DO UPDATE SET
      items = items + excluded.items,
      microseconds_sum = microseconds_sum + excluded.microseconds_sum
    """)

  /// The time until which finished items have been added.
  static func mark(_ transaction: borrowing some Transaction & ~Copyable) throws -> Timestamp {
    Timestamp(microseconds: try measuredUntil.value(in: transaction))
  }

  /// Adds items that finished before this transaction began.
  ///
  /// A page never ends between items that finished at the same time, so that none is added twice.
  ///
  /// - Returns: the number of added items; fewer than `limit` when none is left.
  static func run(_ limit: Int, _ transaction: borrowing WriteTransaction) throws -> Int {
    let start = try mark(transaction)
    var page = try Finished.fetchAll(transaction, finished, start, transaction.now, limit + 1)
    var end = transaction.now
    if page.count > limit, let last = page.last {
      let whole = page.prefix { $0.finishedAt < last.finishedAt }
      if whole.isEmpty {
        // More items than a page finished at the same time: all are added.
        end = last.finishedAt + .microseconds(1)
        page = try Finished.fetchAll(transaction, finished, last.finishedAt, end, -1)
      } else {
        end = last.finishedAt
        page = Array(whole)
      }
    }
    var sums: [Slot: (items: Int, sum: Int64)] = [:]
    for item in page {
      for (measure, time) in [(Measure.wait, item.wait), (.processing, item.processing)] {
        let slot = Slot(
          queue: item.queue, kind: item.kind, at: slot(item.finishedAt).microseconds,
          measure: measure, outcome: item.status,
          bucket: time.map(LatencyHistogram.bucket) ?? -1)
        sums[slot, default: (0, 0)].items += 1
        sums[slot]?.sum &+= time ?? 0
      }
    }
    for (slot, sum) in sums {
      try transaction.execute(
        add, slot.queue, slot.at, slot.kind, slot.measure, slot.outcome, slot.bucket, sum.items,
        sum.sum)
    }
    if end > start {
      try transaction.settings.set(measuredUntil, to: end.microseconds)
    }
    return page.count
  }

  // MARK: Retention

  private static let hour: Int64 = 3_600_000_000
  private static let day: Int64 = 86_400_000_000

  static let oldSlot = SQLStatement(
    """
    SELECT slot_at FROM queue_measures
    WHERE queue = ?1 AND slot_at >= ?2 AND slot_at < ?3 AND slot_at % ?4 <> 0
    ORDER BY slot_at LIMIT 1
    """)

  private static let merge = SQLStatement(
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

  static let nextQueue = SQLStatement(
    "SELECT queue FROM queue_measures WHERE queue > ? ORDER BY queue LIMIT 1")

  /// Merges old slots into longer ones, and removes those older than two years.
  ///
  /// - Returns: the number of slots that were merged or removed; at most `limit` for each queue and step.
  static func compact(_ limit: Int, _ transaction: borrowing WriteTransaction) throws -> Int {
    let now = transaction.now
    var count = 0
    var last = ""
    while let queue: String = try transaction.fetchOne(
      nextQueue, last, decode: { try $0.value(at: 0) })
    {
      last = queue
      let days = now - .days(60)
      count += try merge(queue, to: day, from: .distantPast, until: days, limit, transaction)
      count += try merge(queue, to: hour, from: days, until: now - .days(2), limit, transaction)
      count += try transaction.execute(clear, queue, Timestamp.distantPast, now - .days(730))
    }
    return count
  }

  private static func merge(
    _ queue: String, to length: Int64, from start: Timestamp, until end: Timestamp, _ limit: Int,
    _ transaction: borrowing WriteTransaction
  ) throws -> Int {
    var count = 0
    var from = start
    while count < limit,
      let found: Timestamp = try transaction.fetchOne(
        oldSlot, queue, from, end, length, decode: { try $0.value(at: 0) })
    {
      let first = slot(found, length)
      let next = first + .microseconds(length)
      try transaction.execute(merge, queue, first, next)
      try transaction.execute(clear, queue, first, next)
      from = next
      count += 1
    }
    return count
  }
}

extension QueueMeasures.Finished {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      queue: column("queue"), kind: column("kind"), status: column("status"),
      finishedAt: column("finished_at"), claimedAt: column("claimed_at"),
      wait: column("wait_microseconds"))
  }
}
