/// Who holds which unique key: a row for each item that has one, with the statuses in which it does.
///
/// Rules keep the rows in step with the items, for every statement. A key that another item
/// holds is a typed refusal of the move; an item that finishes gives way instead, since its work is
/// over either way.
enum UniqueKeys {
  static let triggers = [inserted, moved, passedOn, renamed, deleted]

  struct Item: TableRow {
    static let tableName = "queue_items"
    let key: Int64
    let id: ID<QueueItem>
    let kind: String
    let uniqueKey: String?
    let status: QueueItem.Status
    let heldBy: QueueItem.Hold?
    let dueAt: Timestamp

    /// Whether a claim may take the item, and with it the key.
    func mayRun(at now: Timestamp) -> Bool {
      status.isClaimable && (heldBy == nil || heldBy == .turn) && dueAt <= now
    }
  }

  /// The row of an item.
  struct Row: TableRow {
    static let tableName = "queue_unique_keys"
    let states: UniqueStates
    let expiresAt: Timestamp?
    let isHeld: Bool

    func isLapsed(at now: Timestamp) -> Bool { expiresAt.map { $0 <= now } ?? false }

    private static let find = select("WHERE item_pk = ?")

    static func find(_ item: Int64, _ transaction: borrowing WriteTransaction) throws -> Row? {
      try fetchOne(transaction, find, item)
    }
  }

  /// An inserted item holds its key by the default rule; an enqueue may set another rule.
  static let inserted = Trigger.after(
    "queue_items.unique_inserted", .insert.where(.holds("unique_key")), on: Item.self
  ) { change, transaction in
    guard let new = change.new else { return }
    try insert(new, states: .unfinished, expiresAt: nil, transaction)
  }

  /// Acquires or releases the unique key of an item whose status changes.
  static let moved = Trigger.afterUpdate(
    "queue_items.unique_moved", .update(of: "status").where(.holds("unique_key")), to: Item.self
  ) { item, transaction in
    guard let row = try Row.find(item.key, transaction) else { return }
    let wants = row.states.contains(UniqueStates(item.status))
    if wants == row.isHeld { return }
    guard wants else { return try release(item, transaction) }
    if row.isLapsed(at: transaction.now) {
      // It runs without the key, which another one may take.
      return try passOn(item.kind, item.uniqueKey, transaction)
    }
    if let holder = try holder(item.kind, item.uniqueKey, transaction) {
      guard item.status.isFinished else {
        throw QueueError.duplicate(item: item.id, of: holder.id)
      }
      return
    }
    try transaction.execute(setHeld, item.key, true)
  }

  /// Passes a key on that an item was to take with its claim, when the item can no longer be claimed.
  static let passedOn = Trigger.afterUpdate(
    "queue_items.unique_passed",
    .update(of: "status", "held_by", "due_at").where(
      .holds("unique_key"), .was("status", QueueItem.Status.claimable),
      .not(.becomes("status", [QueueItem.Status.running.rawValue]))),
    from: Item.self, to: Item.self
  ) { old, new, transaction in
    guard old.mayRun(at: transaction.now), !new.mayRun(at: transaction.now),
      new.heldBy != .unique
    else { return }
    try passOn(old.kind, old.uniqueKey, transaction)
  }

  /// When the key or kind of an item changes, the item releases the old key and needs the new one.
  static let renamed = Trigger.after(
    "queue_items.unique_renamed", .update(of: "unique_key", "kind"), on: Item.self
  ) { change, transaction in
    guard let old = change.old, let new = change.new else { return }
    if old.uniqueKey == new.uniqueKey, old.kind == new.kind || new.uniqueKey == nil { return }
    let row = try Row.find(new.key, transaction)
    try transaction.execute(deleteRow, new.key)
    try passOn(old.kind, old.uniqueKey, transaction)
    if new.heldBy == .unique { try transaction.execute(letGo, new.key, transaction.now) }
    try insert(
      new, states: row?.states ?? .unfinished, expiresAt: row?.expiresAt, transaction)
  }

  /// Passes the unique key of a deleted item to the next one.
  static let deleted = Trigger.after(
    "queue_items.unique_deleted", .delete.where(.holds("unique_key")), on: Item.self
  ) { change, transaction in
    guard let old = change.old else { return }
    try letNextGo(old.kind, old.uniqueKey, transaction)
  }

  // MARK: Rows

  private static let insertRow = SQLStatement(
    """
    INSERT INTO queue_unique_keys (item_pk, kind, unique_key, states, expires_at, is_held)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    """)

  private static let deleteRow = SQLStatement("DELETE FROM queue_unique_keys WHERE item_pk = ?")

  private static let setHeld = SQLStatement(
    "UPDATE queue_unique_keys SET is_held = ?2 WHERE item_pk = ?1")

  private static let writeRule = SQLStatement(
    """
    UPDATE queue_unique_keys SET states = ?2, expires_at = ?3, is_held = ?4
    WHERE item_pk = (SELECT pk FROM queue_items WHERE id = ?1)
    """)

  static let findHolder = SQLStatement(
    """
    SELECT u.item_pk, i.id, u.expires_at, i.status
    FROM queue_unique_keys u JOIN queue_items i ON i.pk = u.item_pk
    WHERE u.kind = ?1 AND u.unique_key = ?2 AND u.is_held = 1
    """)

  private static func insert(
    _ item: Item, states: UniqueStates, expiresAt: Timestamp?,
    _ transaction: borrowing WriteTransaction
  ) throws {
    guard let key = item.uniqueKey else { return }
    var wants = states.contains(UniqueStates(item.status))
    if wants, let holder = try holder(item.kind, key, transaction) {
      guard item.status.isFinished else {
        throw QueueError.keyTaken(kind: item.kind, by: holder.id)
      }
      wants = false
    }
    try transaction.execute(insertRow, item.key, item.kind, key, states, expiresAt, wants)
  }

  /// Sets a rule other than the default one for an item that was just enqueued.
  static func state(
    _ states: UniqueStates, until expiresAt: Timestamp?, of item: ID<QueueItem>,
    _ transaction: borrowing WriteTransaction
  ) throws {
    if states == .unfinished, expiresAt == nil { return }
    try transaction.execute(
      writeRule, item, states, expiresAt, states.contains(UniqueStates(.pending)))
  }

  /// An item that holds a unique key.
  struct Holder {
    let key: Int64
    let id: ID<QueueItem>
    let expiresAt: Timestamp?
    let status: QueueItem.Status

    /// Whether a new item may replace it.
    var canBeReplaced: Bool { !status.isFinished && status != .running && status != .parked }
  }

  /// The item that holds a unique key now; one whose window is over loses it.
  static func holder(
    _ kind: String, _ uniqueKey: String?, _ transaction: borrowing WriteTransaction
  ) throws -> Holder? {
    guard let uniqueKey else { return nil }
    let found = try transaction.fetchOne(findHolder, kind, uniqueKey) { row in
      Holder(
        key: try row.value(at: 0), id: try row.value(at: 1), expiresAt: try row.value(at: 2),
        status: try row.value(at: 3))
    }
    guard let found, let expiresAt = found.expiresAt, expiresAt <= transaction.now else {
      return found
    }
    try transaction.execute(setHeld, found.key, false)
    try letNextGo(kind, uniqueKey, transaction)
    return nil
  }

  static let lapsed = SQLStatement(
    """
    SELECT kind, unique_key FROM queue_unique_keys
    WHERE is_held = 1 AND expires_at <= ?1 AND expires_at IS NOT NULL
    ORDER BY expires_at LIMIT ?2
    """)

  /// Releases the keys whose window is over, and returns how many there were.
  static func releaseLapsed(
    _ limit: Int, _ transaction: borrowing WriteTransaction
  ) throws -> Int {
    let keys = try transaction.fetchAll(lapsed, transaction.now, limit) { row in
      (kind: try row.value(at: 0, as: String.self), key: try row.value(at: 1, as: String.self))
    }
    for lapsed in keys { _ = try holder(lapsed.kind, lapsed.key, transaction) }
    return keys.count
  }

  // MARK: Items that wait for the key

  private static let letGo = SQLStatement(
    "UPDATE queue_items SET held_by = NULL, updated_at = ?2 WHERE pk = ?1")

  private static let next = SQLStatement(
    """
    UPDATE queue_items SET held_by = NULL, updated_at = ?3 WHERE pk = (
      SELECT pk FROM queue_items
      WHERE kind = ?1 AND unique_key = ?2 AND held_by = 'unique'
      ORDER BY priority, due_at, pk LIMIT 1)
    """)

  private static func release(
    _ item: Item, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(setHeld, item.key, false)
    try letNextGo(item.kind, item.uniqueKey, transaction)
  }

  private static func letNextGo(
    _ kind: String, _ uniqueKey: String?, _ transaction: borrowing WriteTransaction
  ) throws {
    guard let uniqueKey else { return }
    try transaction.execute(next, kind, uniqueKey, transaction.now)
  }

  /// Lets the next item go if no item holds the key.
  private static func passOn(
    _ kind: String, _ uniqueKey: String?, _ transaction: borrowing WriteTransaction
  ) throws {
    guard try holder(kind, uniqueKey, transaction) == nil else { return }
    try letNextGo(kind, uniqueKey, transaction)
  }

  /// Whether another item holds the key that this one needs in a status it does not hold it in now.
  static func isTaken(
    from item: Int64, of kind: String, _ uniqueKey: String?, in status: QueueItem.Status,
    _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    guard let uniqueKey, let row = try Row.find(item, transaction), !row.isHeld,
      row.states.contains(UniqueStates(status)), !row.isLapsed(at: transaction.now)
    else { return false }
    return try holder(kind, uniqueKey, transaction) != nil
  }
}

extension UniqueKeys.Item {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      key: column("pk"), id: column("id"), kind: column("kind"),
      uniqueKey: column("unique_key"), status: column("status"), heldBy: column("held_by"),
      dueAt: column("due_at"))
  }
}

extension UniqueKeys.Row {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      states: column("states"), expiresAt: column("expires_at"),
      isHeld: column("is_held"))
  }
}
