import BackofficeStorage

/// Owns how many items of a queue, kind and priority are in which status, and notes what was
/// finished when and how long it took.
///
/// Running items count as pending, so that a claim changes nothing here. What was finished is a
/// record of events, which outlives the items: it cannot be made again from them.
///
/// A count never stands in the way of an item: where it would fall below zero, since a program
/// without these rules has put items in, it stays at zero, and the check says so.
struct QueueCounts: DerivedValue {
  let name = "queue_counts.items"

  var triggers: [Trigger] { [Self.keep] }

  static let keep = Trigger.atCommit(
    "queue_counts.items",
    .insertDeleteOrUpdate(
      of: "queue", "kind", "priority", "status", "finished_at", "queue_wait_microseconds",
      "processing_microseconds"
    )
    // A claim changes nothing here.
    .where(
      .not(
        .all([
          .was("status", ["pending", "running"]), .becomes("status", ["pending", "running"]),
          .not(.holds("finished_at")), .not(.changes(["queue", "kind", "priority"])),
        ]))), on: Item.self
  ) { change, emit in
    collect(change, emit)
  } combine: { sum, delta in
    sum &+= delta
  } perform: { (key: Key, delta: SIMD8<Int>, transaction) in
    guard delta != .zero else { return }
    switch key {
    case .count(let queue, let kind, let priority):
      let changed = try transaction.execute(
        add, queue, kind, priority, delta[0], delta[1], delta[2], delta[3], delta[4], delta[5],
        delta[6])
      if changed > 0 { return }
      try transaction.execute(
        begin, queue, kind, priority, delta[0], delta[1], delta[2], delta[3], delta[4], delta[5],
        delta[6])
    case .measure(let measure):
      try transaction.execute(
        note, measure.queue, measure.slot, measure.kind, measure.measure, measure.outcome,
        measure.bucket, delta[0], delta[1])
    }
  }

  /// What one sum is kept for.
  enum Key: Hashable, Sendable {
    case count(queue: String, kind: String, priority: Int)
    case measure(Measure)
  }

  static let add = SQLStatement(
    """
    UPDATE queue_counts SET pending = max(0, pending + ?4), retrying = max(0, retrying + ?5),
      paused = max(0, paused + ?6), waiting_for_action = max(0, waiting_for_action + ?7),
      completed = max(0, completed + ?8), failed = max(0, failed + ?9),
      cancelled = max(0, cancelled + ?10)
    WHERE queue = ?1 AND kind = ?2 AND priority = ?3
    """)

  private static let begin = SQLStatement(
    """
    INSERT INTO queue_counts VALUES (?1, ?2, ?3, max(0, ?4), max(0, ?5), max(0, ?6), max(0, ?7),
      max(0, ?8), max(0, ?9), max(0, ?10))
    """)

  static let note = SQLStatement(
    """
    INSERT INTO queue_measures VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (queue, slot_at, kind, measure, outcome, bucket) DO UPDATE SET
      items = items + excluded.items, microseconds_sum = microseconds_sum + excluded.microseconds_sum
    """)

  private static func collect(
    _ change: RowChange<Item>, _ emit: (Key, SIMD8<Int>) -> Void
  ) {
    switch change {
    case .insert(let new):
      emit(new.key, new.counts(1))
      if new.finishedAt != nil { new.measure(1, emit) }
    case .delete(let old):
      emit(old.key, old.counts(-1))
    case .update(let old, let new):
      if old.priority != new.priority || old.queue != new.queue || old.kind != new.kind {
        emit(old.key, old.counts(-1))
        emit(new.key, new.counts(1))
      } else if old.place != new.place {
        emit(new.key, old.counts(-1) &+ new.counts(1))
      }
      guard new.finishedAt != nil else { return }
      if old.finishedAt != nil {
        // A correction of what was noted.
        guard !old.isMeasuredLike(new) else { return }
        old.measure(-1, emit)
      }
      new.measure(1, emit)
    }
  }

  /// What statistics need of an item.
  struct Item: TableRow {
    static let tableName = "queue_items"
    static let columns = [
      "queue", "kind", "priority", "status", "finished_at", "queue_wait_microseconds",
      "processing_microseconds",
    ]
    let queue: String
    let kind: String
    let priority: Int
    let status: QueueItem.Status
    let finishedAt: Timestamp?
    let wait: Int64?
    let processing: Int64?

    var key: Key { .count(queue: queue, kind: kind, priority: priority) }

    /// The position of the status among the counts.
    var place: Int {
      switch status {
      case .pending, .running: 0
      case .retrying: 1
      case .paused: 2
      case .waitingForAction: 3
      case .completed: 4
      case .failed: 5
      case .cancelled: 6
      }
    }

    func counts(_ sign: Int) -> SIMD8<Int> {
      var counts = SIMD8<Int>.zero
      counts[place] = sign
      return counts
    }

    func isMeasuredLike(_ other: Item) -> Bool {
      queue == other.queue && kind == other.kind && status == other.status
        && finishedAt == other.finishedAt && wait == other.wait && processing == other.processing
    }

    func measure(_ sign: Int, _ emit: (Key, SIMD8<Int>) -> Void) {
      measure(.wait, wait, sign, emit)
      measure(.processing, processing, sign, emit)
    }

    private func measure(
      _ what: Measure.What, _ time: Int64?, _ sign: Int, _ emit: (Key, SIMD8<Int>) -> Void
    ) {
      let key = Measure(
        bucket: time.map(LatencyHistogram.bucket) ?? -1, measure: what, outcome: status,
        slot: Measure.slot(finishedAt ?? Timestamp(microseconds: 0)), queue: queue, kind: kind)
      var delta = SIMD8<Int>.zero
      delta[0] = sign
      delta[1] = sign * Int(time ?? 0)
      emit(.measure(key), delta)
    }
  }

  /// A row of what was finished.
  ///
  /// The times come first: they tell most rows apart before their words are compared.
  struct Measure: Hashable, Sendable {
    let bucket: Int
    let measure: What
    let outcome: QueueItem.Status
    let slot: Timestamp
    let queue: String
    let kind: String

    func hash(into hasher: inout Hasher) {
      // Of one transaction, what differs is mostly these.
      hasher.combine(bucket)
      hasher.combine(measure == .wait)
      hasher.combine(kind)
    }

    enum What: String, TextEnum {
      case wait, processing
    }

    /// Five minutes.
    static let slotLength: Int64 = 300_000_000

    static func slot(_ instant: Timestamp) -> Timestamp {
      let microseconds = instant.microseconds
      let rest = microseconds % slotLength
      return Timestamp(microseconds: microseconds - (rest < 0 ? rest + slotLength : rest))
    }
  }
}

extension QueueCounts.Item {
  // One call of the memberwise initialiser: set one by one, the properties are built aside and
  // copied.
  init(_ row: borrowing Row) throws {
    var column = row.reader()
    self.init(
      queue: try column.next(), kind: try column.next(), priority: try column.next(),
      status: try column.next(), finishedAt: try column.next(), wait: try column.next(),
      processing: try column.next())
  }
}

extension QueueCounts {
  private static let counted = """
    SELECT queue, kind, priority, sum(status IN ('pending', 'running')) AS pending,
      sum(status = 'retrying') AS retrying, sum(status = 'paused') AS paused,
      sum(status = 'waiting_for_action') AS waiting_for_action,
      sum(status = 'completed') AS completed, sum(status = 'failed') AS failed,
      sum(status = 'cancelled') AS cancelled
    FROM queue_items GROUP BY queue, kind, priority
    """

  private static let columns =
    "queue, kind, priority, pending, retrying, paused, waiting_for_action, completed, failed, cancelled"

  // Rows of which only zeros are left agree with none.
  private static let kept = """
    SELECT \(columns) FROM queue_counts
    WHERE pending + retrying + paused + waiting_for_action + completed + failed + cancelled <> 0
    """

  private static let different = SQLStatement(
    """
    SELECT DISTINCT queue, kind, priority FROM (
      SELECT * FROM (SELECT \(columns) FROM (\(counted)) EXCEPT \(kept))
      UNION ALL SELECT * FROM (\(kept) EXCEPT SELECT \(columns) FROM (\(counted))))
    ORDER BY queue, kind, priority LIMIT ?
    """)

  private static let clear = SQLStatement("DELETE FROM queue_counts")

  private static let fill = SQLStatement(
    "INSERT INTO queue_counts (\(columns)) SELECT \(columns) FROM (\(counted))")

  func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    try transaction.fetchAll(Self.different, limit) { row in
      let (queue, kind): (String, String) = (try row.value(at: 0), try row.value(at: 1))
      return Finding(
        check: name, entity: "queue_counts \(queue) \(kind) \(try row.value(at: 2, as: Int.self))",
        problem: "it does not count the items as they are")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let wrong = try transaction.fetchAll(Self.different, -1) { _ in true }.count
    guard wrong > 0 else { return 0 }
    try transaction.execute(Self.clear)
    try transaction.execute(Self.fill)
    return wrong
  }
}
