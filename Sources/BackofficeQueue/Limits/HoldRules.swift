/// Updates why an item is held when the item, its batch or its limits change.
enum HoldRules {
  static let triggers = [items, batches, limits, controls]

  /// The columns of an item that decide its hold and its order among held items.
  struct Item: TableRow {
    static let tableName = "queue_items"
    let key: Int64
    let status: QueueItem.Status
    let heldBy: QueueItem.Hold?
    let rank: Int64?
    let queue: String
    let kind: String
    let batch: ID<Batch>?
    let limitKey: String?
    let account: Account?
    let priority: Int
    let dueAt: Timestamp
    let deadlineAt: Timestamp?

    /// Whether the item uses a place at its gates, or would with the next claim.
    func mayRun(at now: Timestamp) -> Bool {
      switch status {
      case .running: true
      case .pending, .retrying: (heldBy == nil || heldBy == .turn) && dueAt <= now
      default: false
      }
    }

    /// Whether it has the same gates and is ordered no later than before.
    func stands(as old: Item) -> Bool {
      kind == old.kind && queue == old.queue && batch == old.batch && limitKey == old.limitKey
        && priority <= old.priority && dueAt <= old.dueAt
    }

    /// Whether no column changed that a hold depends on.
    func isSame(as old: Item) -> Bool {
      status == old.status && stands(as: old) && priority == old.priority && dueAt == old.dueAt
        && account == old.account && deadlineAt == old.deadlineAt
    }
  }

  private static let clear = SQLStatement(
    "UPDATE queue_items SET held_by = NULL, rank_at = NULL, updated_at = ?2 WHERE pk = ?1")

  /// The columns that decide whether an item has the same gates.
  private static let gateColumns = ["batch_id", "limit_key", "kind", "queue"]

  /// Whether a change can free a place or end a hold, which plain items do not have.
  private static let concerned = ChangeCondition.any([
    .holds("held_by"), .holds("batch_id"), .holds("limit_key"), .isOn(QueueLimit.ofKinds),
  ])

  /// Reconsiders a held item that changed, and releases the next one if a place became free.
  static let items = Trigger.afterUpdate(
    "queue_items.holds",
    .update(
      of: "status", "held_by", "rank_at", "queue", "kind", "batch_id", "limit_key", "account",
      "priority", "due_at", "deadline_at"
    )
    .where(
      concerned,
      // An item that is not held keeps its places when it starts.
      .any([
        .holds("held_by"), .not(.becomes("status", [QueueItem.Status.running.rawValue])),
        .changes(gateColumns),
      ])), from: Item.self, to: Item.self
  ) { old, new, transaction in
    if let hold = new.heldBy, isOver(hold, old: old, new: new) {
      try transaction.execute(clear, new.key, transaction.now)
    }
    try go(on: old, new, transaction)
  }

  /// The same for a deleted item.
  static let deleted = Trigger.after(
    "queue_items.holds_deleted", .delete.where(concerned), on: Item.self
  ) { change, transaction in
    guard let old = change.old else { return }
    try go(on: old, nil, transaction)
  }

  /// Whether an item must be released: it does not wait, or the reason for its hold no longer applies.
  private static func isOver(_ hold: QueueItem.Hold, old: Item, new: Item) -> Bool {
    if hold == .dependency { return new.status.isFinished }
    return !new.status.isClaimable || (old.heldBy == hold && !new.isSame(as: old))
  }

  private static func go(
    on old: Item, _ new: Item?, _ transaction: borrowing WriteTransaction
  ) throws {
    if let rank = old.rank, old.heldBy == .turn,
      new?.heldBy != .turn || new.map({ $0.isSame(as: old) }) == false
    {
      try FairShare.leave(
        old.queue, old.priority, old.account, rank: rank, isServed: new?.status == .running,
        transaction)
    }
    let now = transaction.now
    guard old.mayRun(at: now) else { return }
    if let new, new.mayRun(at: now), new.stands(as: old),
      new.status == .running || old.status != .running
    {
      return
    }
    // A gate that has just held an item has no place.
    let hold = new?.heldBy
    try GateOpening.fill(
      kind: hold == .kind ? nil : old.kind, batch: hold == .batch ? nil : old.batch,
      key: hold == .key ? nil : old.limitKey, transaction)
  }

  struct Terms: TableRow {
    static let tableName = "batches"
    let id: ID<Batch>
    let status: Batch.Status
    let places: Int

    var isShut: Bool { status == .paused || status == .cancelled }
  }

  /// Releases items when their batch is resumed or its concurrency raised.
  static let batches = Trigger.after(
    "batches.places", .update(of: "status", "max_concurrent_items"), on: Terms.self,
    when: { change in
      guard let old = change.old, let new = change.new, !new.isShut else { return false }
      return old.isShut || new.places > old.places
    },
    perform: { change, transaction in
      guard let new = change.new else { return }
      try GateOpening.fill(.batch(new.id), .max, transaction)
    })

  struct Limit: TableRow {
    static let tableName = "queue_limits"
    let scope: QueueLimit.Scope
    let name: String
  }

  private static let letGroupGo = SQLStatement(
    """
    UPDATE queue_items SET held_by = NULL, updated_at = ?3
    WHERE held_by = 'key' AND limit_key >= ?1 AND limit_key < ?2
    """)

  /// Releases items when a limit was changed or removed; items that it still does not admit are held
  /// again.
  static let limits = Trigger.after(
    "queue_limits.places",
    .insertDeleteOrUpdate(
      of: "scope", "name", "is_paused", "max_running", "rate_count", "rate_seconds"),
    on: Limit.self
  ) { change, transaction in
    for limit in [change.old, change.new].compactMap(\.self) {
      switch limit.scope {
      case .kind: try GateOpening.fill(.kind(limit.name), .max, transaction)
      case .key where limit.name.hasSuffix("/*"):
        let start = String(limit.name.dropLast())
        // `0` follows `/` in byte order.
        try transaction.execute(
          letGroupGo, start, String(start.dropLast()) + "0", transaction.now)
      case .key: try GateOpening.fill(.key(limit.name), .max, transaction)
      }
    }
  }

  struct Control: TableRow {
    static let tableName = "queue_controls"
    let queue: String
    let isFair: Bool
  }

  /// Releases the items that wait for a turn when a queue is no longer fair.
  static let controls = Trigger.after(
    "queue_controls.turns", .insertDeleteOrUpdate(of: "queue", "is_fair"), on: Control.self,
    when: { $0.old?.isFair == true && ($0.new?.isFair != true || $0.new?.queue != $0.old?.queue) },
    perform: { change, transaction in
      guard let old = change.old else { return }
      try transaction.execute(FairShare.disband, old.queue, transaction.now)
    })
}

extension HoldRules.Item {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      key: column("pk"), status: column("status"), heldBy: column("held_by"),
      rank: column("rank_at"), queue: column("queue"), kind: column("kind"),
      batch: column("batch_id"), limitKey: column("limit_key"),
      account: column("account"), priority: column("priority"),
      dueAt: column("due_at"), deadlineAt: column("deadline_at"))
  }
}

extension HoldRules.Terms {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), status: column("status"),
      places: column("max_concurrent_items"))
  }
}

extension HoldRules.Limit {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(scope: column("scope"), name: column("name"))
  }
}

extension HoldRules.Control {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(queue: column("queue"), isFair: column("is_fair"))
  }
}
