/// Charges for queue items: credits are reserved while an item is unfinished, spent when it
/// completes, and released when it fails permanently, is cancelled or is deleted.
///
/// The cost of an item is determined from its holds, so an item that is run again after a rescue is
/// charged once.
enum QueueItemCredits {
  /// The columns that determine the cost of an item and its customer.
  struct Item: TableRow {
    static let tableName = QueueItem.tableName

    let id: ID<QueueItem>
    let status: QueueItem.Status
    let account: Account?
    let cost: Int

    var customer: ID<Customer>? { account?.entity.map { ID(retyping: $0) } }

    /// The state of the credits for the item's status; nil without a cost.
    var target: CreditHold.State? {
      guard cost > 0, customer != nil else { return nil }
      switch status {
      case .completed: return .spent
      case .failed, .cancelled: return .released
      default: return .reserved
      }
    }
  }

  /// Holds the credits of an item with a cost, spends them when it completes, and releases them otherwise.
  static let move = Trigger.after(
    "queue_items.credits",
    .insertDeleteOrUpdate(of: "status", "cost", "account").where(.holds("cost"), .holds("account")),
    on: Item.self,
    when: { change in
      guard let old = change.old, let new = change.new else {
        return (change.old ?? change.new)?.target != nil
      }
      return old.target != new.target || old.cost != new.cost || old.account != new.account
    },
    perform: { change, transaction in
      if let new = change.new, try spend(for: new, transaction) { return }
      let hold = try (change.old ?? change.new).flatMap { try find($0.id, transaction) }
      switch change {
      case .delete:
        guard let hold, hold.state == .reserved else { return }
        try transaction.credits.release(hold.id, reason: transaction.reason ?? "item deleted")
      case .insert(let new), .update(_, let new): try adjust(hold, to: new, transaction)
      }
    })

  static let spendHeld = SQLStatement(
    """
    UPDATE credit_holds SET state = 'spent', ended_at = ?4
    WHERE id = (SELECT hold_id FROM queue_item_credits WHERE item_id = ?1 ORDER BY pk DESC LIMIT 1)
      AND state = 'reserved' AND customer_id = ?2 AND credits = ?3
    """)

  /// Spends what is held for an item that completed; false where that is not all there is to do.
  ///
  /// One statement for the usual end of an item that costs something.
  private static func spend(
    for item: Item, _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    guard item.target == .spent, let customer = item.customer else { return false }
    return try transaction.execute(spendHeld, item.id, customer, item.cost, transaction.now) > 0
  }

  private static func adjust(
    _ hold: CreditHold?, to item: Item, _ transaction: borrowing WriteTransaction
  ) throws {
    if let hold, hold.state != .released, hold.customerID != item.customer {
      throw WorkflowError.customerFixed(queueItem: item.id)
    }
    if let hold, hold.state == .spent {
      guard item.cost == hold.credits else {
        throw WorkflowError.creditsSpent(queueItem: item.id, spent: hold.credits)
      }
      return
    }
    let reserved = hold.flatMap { $0.state == .reserved ? $0 : nil }
    guard let target = item.target, target != .released, let customer = item.customer else {
      if let reserved { try transaction.credits.release(reserved.id) }
      return
    }
    var inForce = reserved
    if let reserved, reserved.credits != item.cost {
      inForce = try transaction.credits.change(reserved.id, to: item.cost)
    }
    let paid = try inForce ?? open(item, customer, transaction)
    if target == .spent { try transaction.credits.spend(paid.id) }
  }

  private static let link = SQLStatement(
    "INSERT INTO queue_item_credits (item_id, hold_id) VALUES (?, ?)")

  private static func open(
    _ item: Item, _ customer: ID<Customer>, _ transaction: borrowing WriteTransaction
  ) throws -> CreditHold {
    let hold = try transaction.credits.hold(item.cost, of: customer)
    try transaction.execute(link, item.id, hold.id)
    return hold
  }

  static let ofItem = SQLStatement(
    """
    SELECT \(CreditHold.selection(of: "h")) FROM queue_item_credits l
    JOIN credit_holds h ON h.id = l.hold_id WHERE l.item_id = ? ORDER BY l.pk DESC LIMIT 1
    """)

  /// The newest hold of an item.
  static func find(
    _ item: ID<QueueItem>, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> CreditHold? {
    try CreditHold.fetchOne(transaction, ofItem, item)
  }
}

extension QueueItemCredits.Item {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), status: column("status"), account: column("account"),
      cost: column("cost"))
  }
}

extension Credits {
  private static let entriesOfItem = SQLStatement(
    """
    SELECT \(CreditEntry.selection(of: "e")) FROM queue_item_credits l
    JOIN credit_entries e ON e.hold_id = l.hold_id
    WHERE l.item_id = ? ORDER BY e.pk LIMIT 1000
    """)

  /// The credits that a queue item holds or has spent; nil without a cost.
  ///
  /// Holds are kept when the item is purged. A failed item that is retried gets a new hold.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: two index lookups.
  public func hold(forItem item: ID<QueueItem>) throws -> CreditHold? {
    try access.readOnce { transaction in try QueueItemCredits.find(item, transaction) }
  }

  /// The ledger entries of a queue item, oldest first, at most 1,000.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup for each hold of the item, and its entries.
  public func entries(for item: ID<QueueItem>) throws -> [CreditEntry] {
    try access.readOnce { transaction in
      try CreditEntry.fetchAll(transaction, Self.entriesOfItem, item)
    }
  }
}
