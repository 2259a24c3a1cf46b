/// Pays for queue items: credits are held while an item is unfinished, spent when it completes, and
/// released when it fails for good, is cancelled or is deleted.
///
/// What an item has cost is told from its holds, so a run that is repeated after a rescue bills nothing
/// twice.
enum QueueItemCredits {
  /// The columns that decide what an item costs whom.
  struct Item: TableRow {
    static let tableName = QueueItem.tableName

    let id: ID<QueueItem>
    let status: QueueItem.Status
    let account: Account?
    let cost: Int

    var customer: ID<Customer>? { account?.entity.map { ID(retyping: $0) } }

    /// Where the credits belong by the item's status; nil when it costs nothing.
    var target: CreditHold.State? {
      guard cost > 0, customer != nil else { return nil }
      switch status {
      case .completed: return .spent
      case .failed, .cancelled: return .released
      default: return .reserved
      }
    }
  }

  static let settle = Trigger.after(
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
      let hold = try (change.old ?? change.new).flatMap { try find($0.id, transaction) }
      switch change {
      case .delete:
        guard let hold, hold.state == .reserved else { return }
        try transaction.credits.release(hold.id, reason: transaction.reason ?? "item deleted")
      case .insert(let new), .update(_, let new): try settle(new, hold, transaction)
      }
    })

  private static func settle(
    _ item: Item, _ hold: CreditHold?, _ transaction: borrowing WriteTransaction
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

  /// The credits that a queue item holds or has cost; nil for one that costs nothing.
  ///
  /// Known also when the item was purged. An item that failed and is tried again gets a new hold.
  ///
  /// - Complexity: two index probes.
  public func hold(forItem item: ID<QueueItem>) throws -> CreditHold? {
    try access.readOnce { transaction in try QueueItemCredits.find(item, transaction) }
  }

  /// What was posted for one queue item, oldest first, at most 1,000 entries.
  ///
  /// - Complexity: an index probe for each hold of the item, and its entries.
  public func entries(for item: ID<QueueItem>) throws -> [CreditEntry] {
    try access.readOnce { transaction in
      try CreditEntry.fetchAll(transaction, Self.entriesOfItem, item)
    }
  }
}
