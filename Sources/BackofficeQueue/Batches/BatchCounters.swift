/// Keeps the counters of a batch, and the status that follows from them.
///
/// Changes of items add up to one change of their batch per transaction, so that the thousandth
/// item costs what the first did. Where a program without these rules has changed items, so that
/// the sum would fall below zero or the batch would end with items left, its items are counted
/// again: from then on the counters are right.
struct BatchCounters: DerivedValue {
  let name = "batches.counters"

  var triggers: [Trigger] { [Self.keep, Self.seal] }

  /// Finishes a sealed batch once its counters are up to date.
  static let seal = Trigger.atCommit(
    "batches.seal", .update(of: "sealed_at", "stays_open"), on: BatchRules.Move.self
  ) { change, emit in
    if let new = change.new { emit(new.id, true) }
  } combine: { _, _ in
  } perform: { (batch: ID<Batch>, _: Bool, transaction) in
    guard let situation = try BatchStatusRule.fetchOne(transaction, look, batch) else { return }
    let status = situation.status(afterFailures: 0, openings: 0)
    if status != situation.status { try move(batch, to: status, transaction) }
  }

  private static let look = BatchStatusRule.select("WHERE id = ?")

  static let keep = Trigger.atCommit(
    "batches.counters",
    .insertDeleteOrUpdate(of: "batch_id", "status", "claimed_at", "finished_at")
      .where(.holds("batch_id")),
    on: Item.self
  ) { change, emit in
    if let old = change.old, let batch = old.batch { emit(batch, -Delta(old)) }
    guard let new = change.new, let batch = new.batch else { return }
    var delta = Delta(new)
    let before = change.old?.batch == batch ? change.old?.status : nil
    delta.failures = new.status == .failed && before != .failed ? 1 : 0
    delta.openings = !new.status.isFinished && before?.isFinished != false ? 1 : 0
    emit(batch, delta)
  } combine: { delta, later in
    delta += later
  } perform: { batch, delta, transaction in
    guard !delta.isZero else { return }
    var found = try transaction.fetchOne(
      add, batch, delta.counters.total, delta.counters.pending, delta.counters.running,
      delta.counters.waiting, delta.counters.completed, delta.counters.failed,
      delta.counters.cancelled, delta.counters.processingMicrosecondsSum,
      delta.counters.processingCount, transaction.now
    ) { row in try BatchStatusRule(row) }
    // Wrong counters neither refuse the work of an item nor end a batch before its time.
    if try found.map({ try isMistaken($0, of: batch, transaction) }) ?? true {
      found = try recount(batch, transaction)
    }
    guard let situation = found else { return }
    let status = situation.status(afterFailures: delta.failures, openings: delta.openings)
    if status != situation.status { try move(batch, to: status, transaction) }
  }

  static let add = SQLStatement(
    """
    UPDATE batches SET total_items = total_items + ?2, pending_items = pending_items + ?3,
      running_items = running_items + ?4, waiting_items = waiting_items + ?5,
      completed_items = completed_items + ?6, failed_items = failed_items + ?7,
      cancelled_items = cancelled_items + ?8,
      processing_microseconds_sum = processing_microseconds_sum + ?9,
      processing_count = processing_count + ?10, updated_at = ?11
    WHERE id = ?1 AND min(total_items + ?2, pending_items + ?3, running_items + ?4,
      waiting_items + ?5, completed_items + ?6, failed_items + ?7, cancelled_items + ?8,
      processing_microseconds_sum + ?9, processing_count + ?10) >= 0
    RETURNING \(BatchStatusRule.selection)
    """)

  private static let setStatus = SQLStatement(
    """
    UPDATE batches SET status = ?2, started_at = ifnull(started_at, ?3),
      finished_at = iif(?2 IN ('completed', 'failed', 'cancelled'), ?3, NULL),
      updated_at = ?3
    WHERE id = ?1
    """)

  static func move(
    _ batch: ID<Batch>, to status: Batch.Status, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(setStatus, batch, status, transaction.now)
  }
}

extension BatchCounters {
  /// What a batch counts of an item.
  struct Item: TableRow {
    static let tableName = "queue_items"
    let batch: ID<Batch>?
    let status: QueueItem.Status
    let claimedAt: Timestamp?
    let finishedAt: Timestamp?

    /// As ``QueueItem/processingTime``, in microseconds.
    var processing: Int64? {
      guard status == .completed || status == .failed, let claimedAt, let finishedAt else {
        return nil
      }
      return max(0, (finishedAt - claimedAt).microseconds)
    }
  }

  /// What the changes of one transaction add to a batch.
  struct Delta: Sendable {
    var counters = Batch.Counters()
    /// The number of items that failed permanently.
    var failures = 0
    /// The number of items that were added or retried.
    var openings = 0

    init(_ item: Item) {
      counters.total = 1
      counters[item.status.traits.count] = 1
      counters.processingMicrosecondsSum = item.processing ?? 0
      counters.processingCount = item.processing == nil ? 0 : 1
    }

    var isZero: Bool { counters == Batch.Counters() && failures == 0 && openings == 0 }

    static prefix func - (delta: Delta) -> Delta {
      var result = delta
      result.counters = Batch.Counters() - delta.counters
      return result
    }

    static func += (left: inout Delta, right: Delta) {
      left.counters = left.counters + right.counters
      left.failures += right.failures
      left.openings += right.openings
    }
  }
}

extension BatchCounters.Item {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      batch: column("batch_id"), status: column("status"),
      claimedAt: column("claimed_at"), finishedAt: column("finished_at"))
  }
}

extension Batch.Counters {
  /// The counter of items that a batch counts alike.
  subscript(count: QueueItem.Status.Count) -> Int {
    get {
      switch count {
      case .pending: pending
      case .running: running
      case .waiting: waiting
      case .completed: completed
      case .failed: failed
      case .cancelled: cancelled
      }
    }
    set {
      switch count {
      case .pending: pending = newValue
      case .running: running = newValue
      case .waiting: waiting = newValue
      case .completed: completed = newValue
      case .failed: failed = newValue
      case .cancelled: cancelled = newValue
      }
    }
  }

  static func + (left: Self, right: Self) -> Self { left.adding(right, 1) }

  static func - (left: Self, right: Self) -> Self { left.adding(right, -1) }

  private func adding(_ other: Self, _ sign: Int) -> Self {
    var sum = self
    sum.total.add(other.total.multiplied(by: sign))
    for count in QueueItem.Status.Count.allCases {
      sum[count].add(other[count].multiplied(by: sign))
    }
    sum.processingMicrosecondsSum &+= Int64(sign) &* other.processingMicrosecondsSum
    sum.processingCount.add(other.processingCount.multiplied(by: sign))
    return sum
  }
}
