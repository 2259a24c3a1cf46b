/// Owns the numbers of waiting items of queues with a limit (``QueueSettings/maxWaiting``).
///
/// Items of other queues are not counted, so that they have no extra cost.
struct WaitingCounts: DerivedValue {
  let name = "queue_waiting.items"

  var triggers: [Trigger] { [Self.keep, Self.begin] }

  struct Item: TableRow {
    static let tableName = "queue_items"
    let queue: String
    let status: QueueItem.Status

    var waits: Bool { status.isClaimable }
  }

  /// Counts an item that is added, removed or moved.
  static let keep = Trigger.after(
    "queue_items.waiting",
    .insertDeleteOrUpdate(of: "status", "queue").where(.holds("is_counted")), on: Item.self
  ) { change, transaction in
    if let old = change.old, old.waits { try add(-1, to: old.queue, transaction) }
    if let new = change.new, new.waits { try add(1, to: new.queue, transaction) }
  }

  struct Limit: TableRow {
    static let tableName = "queue_controls"
    let queue: String
    let maxWaiting: Int?
  }

  /// Begins to count when a queue gets a limit, and ends when it has none.
  static let begin = Trigger.after(
    "queue_controls.waiting", .insertDeleteOrUpdate(of: "queue", "max_waiting"), on: Limit.self
  ) { change, transaction in
    let (old, new) = (change.old, change.new)
    if let old, old.maxWaiting != nil, new?.queue != old.queue || new?.maxWaiting == nil {
      try transaction.execute(forget, old.queue)
    }
    if let new, new.maxWaiting != nil, old?.queue != new.queue || old?.maxWaiting == nil {
      try transaction.execute(count, new.queue)
      try transaction.execute(mark, new.queue, transaction.now)
    }
  }

  private static let change = SQLStatement(
    "UPDATE queue_waiting SET items = max(0, items + ?2) WHERE queue = ?1")

  private static let forget = SQLStatement("DELETE FROM queue_waiting WHERE queue = ?")

  static let count = SQLStatement(
    """
    INSERT INTO queue_waiting (queue, items)
    SELECT ?1, (SELECT count(*) FROM queue_items INDEXED BY queue_items_claim
        WHERE queue = ?1 AND status \(QueueItem.Status.claimableSQL) AND held_by IS NULL)
      + (SELECT count(*) FROM queue_items INDEXED BY queue_items_held
        WHERE queue = ?1 AND held_by IS NOT NULL AND status \(QueueItem.Status.claimableSQL))
    ON CONFLICT (queue) DO UPDATE SET items = excluded.items
    """)

  // Only the mark changes, which the rule that counts does not observe. Unfinished items are in one of four
  // indexes; the finished ones are not looked at.
  private static let mark = SQLStatement(
    """
    UPDATE queue_items SET is_counted = 1, updated_at = ?2 WHERE is_counted = 0 AND pk IN (
      SELECT pk FROM queue_items INDEXED BY queue_items_claim
        WHERE queue = ?1 AND status \(QueueItem.Status.claimableSQL) AND held_by IS NULL
      UNION ALL SELECT pk FROM queue_items INDEXED BY queue_items_held
        WHERE queue = ?1 AND held_by IS NOT NULL
      UNION ALL SELECT pk FROM queue_items INDEXED BY queue_items_aside
        WHERE queue = ?1 AND status \(QueueItem.Status.asideSQL)
      UNION ALL SELECT pk FROM queue_items INDEXED BY queue_items_lease
        WHERE status = 'running' AND lease_expires_at > 0 AND queue = ?1)
    """)

  private static let waiting = SQLStatement("SELECT items FROM queue_waiting WHERE queue = ?")

  private static func add(
    _ difference: Int, to queue: String, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(change, queue, difference)
  }

  /// How many items wait in a queue with a limit.
  static func waiting(
    in queue: String, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Int {
    try transaction.fetchOne(waiting, queue) { row in try row.value(at: 0) } ?? 0
  }

  /// Refuses an item when the queue has reached its limit.
  ///
  /// - Throws: ``QueueError/queueFull(_:limit:)``.
  static func requirePlace(
    in queue: String, limit: Int, _ transaction: borrowing WriteTransaction
  ) throws {
    guard try waiting(in: queue, transaction) < limit else {
      throw QueueError.queueFull(queue, limit: limit)
    }
  }
}

extension WaitingCounts {
  private static let counted = """
    SELECT c.queue AS queue,
      (SELECT count(*) FROM queue_items i
        WHERE i.queue = c.queue AND i.status \(QueueItem.Status.claimableSQL)) AS items
    FROM queue_controls c WHERE c.max_waiting IS NOT NULL
    """

  private static let different = SQLStatement(
    """
    SELECT c.queue, c.items, w.items FROM (\(counted)) c
    LEFT JOIN queue_waiting w ON w.queue = c.queue
    WHERE w.items IS NOT c.items
      OR EXISTS (SELECT 1 FROM queue_items i WHERE i.queue = c.queue AND i.is_counted = 0
        AND i.status \(QueueItem.Status.claimableSQL))
    ORDER BY c.queue LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.different, limit) { row in
      let found = try row.value(at: 2, as: Int?.self)
      return Finding(
        check: name, entity: "queue_waiting \(try row.value(at: 0, as: String.self))",
        problem: "expected \(try row.value(at: 1, as: Int.self)) waiting items, found "
          + (found?.description ?? "none"))
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let wrong = try transaction.fetchAll(Self.different, -1) { row in
      try row.value(at: 0, as: String.self)
    }
    for queue in wrong {
      try transaction.execute(Self.count, queue)
      try transaction.execute(Self.mark, queue, transaction.now)
    }
    return wrong.count
  }
}

extension WaitingCounts.Item {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(queue: column("queue"), status: column("status"))
  }
}

extension WaitingCounts.Limit {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(queue: column("queue"), maxWaiting: column("max_waiting"))
  }
}
