import BackofficeStorage

/// The rule that pays for queue items: credits are reserved while an item is unfinished, spent when
/// it completes, and released when it fails for good, is cancelled or is deleted.
///
/// What an item has cost is read from its ledger entries and not from `credit_state`, so a run
/// that is repeated after a rescue, or a state written by hand, bills nothing twice.
enum QueueItemCredits {
  /// The columns that decide what an item costs whom.
  struct Item: TableRow {
    static let tableName = "queue_items"
    static let columns = ["id", "status", "customer_id", "credits", "credit_state"]

    let id: ID<QueueItem>
    let status: QueueItem.Status
    let customer: ID<Customer>?
    let credits: Int
    let state: QueueItem.CreditState

    init(_ row: borrowing Row) throws {
      var column = row.reader()
      id = try column.next()
      status = try column.next()
      customer = try column.next()
      credits = try column.next()
      state = try column.next()
    }

    /// Where the credits belong by the item's status.
    var target: QueueItem.CreditState {
      guard credits > 0, customer != nil else { return .none }
      switch status {
      case .completed: return .spent
      case .failed, .cancelled: return .released
      default: return .reserved
      }
    }
  }

  /// What the ledger says about an item.
  struct Posted {
    var reserved: Int
    var spent: Int
    var entries: Int
  }

  static let trigger = Trigger.after(
    "queue_items.credits",
    .insertDeleteOrUpdate(of: "status", "credits", "customer_id").where(.holds("credits")),
    on: Item.self,
    when: { change in
      guard let old = change.old, let new = change.new else {
        return (change.old ?? change.new).map { $0.target != .none } ?? false
      }
      return old.target != new.target || old.credits != new.credits
        || old.customer != new.customer
    },
    perform: { change, transaction in
      switch change {
      case .delete(let old): try release(old, in: transaction)
      case .insert(let new): try settle(new, from: nil, in: transaction)
      case .update(let old, let new): try settle(new, from: old, in: transaction)
      }
    })

  static let ofItem = SQLStatement(
    """
    SELECT coalesce(sum(\(CreditEntryKind.sqlReserved)), 0),
      coalesce(sum(\(CreditEntryKind.sqlSpent)), 0), count(*)
    FROM credit_entries e WHERE e.queue_item_id = ?
    """)
  private static let write = SQLStatement("UPDATE queue_items SET credit_state = ?2 WHERE id = ?1")

  private static func posted(
    for item: Item, in transaction: borrowing WriteTransaction
  ) throws -> Posted {
    try transaction.fetchOne(ofItem, item.id) { row in
      try Posted(
        reserved: row.value(at: 0), spent: row.value(at: 1), entries: row.value(at: 2))
    } ?? Posted(reserved: 0, spent: 0, entries: 0)
  }

  private static func release(_ old: Item, in transaction: borrowing WriteTransaction) throws {
    guard let customer = old.customer else { return }
    let posted = try posted(for: old, in: transaction)
    try transaction.postCredits(
      .release, customer: customer, credits: posted.reserved, queueItem: ID(retyping: old.id),
      reason: transaction.reason ?? "item deleted")
  }

  private static func settle(
    _ new: Item, from old: Item?, in transaction: borrowing WriteTransaction
  ) throws {
    let posted = try posted(for: new, in: transaction)
    if let old, old.customer != new.customer, posted.reserved > 0 || posted.spent > 0 {
      throw UsageError.customerFixed(queueItem: new.id)
    }
    let state = try post(new, posted: posted, in: transaction)
    guard state != new.state else { return }
    try transaction.execute(write, new.id, state)
  }

  /// Posts what is missing between the ledger and the item's target.
  private static func post(
    _ item: Item, posted: Posted, in transaction: borrowing WriteTransaction
  ) throws -> QueueItem.CreditState {
    guard let customer = item.customer else { return .none }
    func entry(_ kind: CreditEntryKind, _ credits: Int) throws {
      try transaction.postCredits(
        kind, customer: customer, credits: credits, queueItem: ID(retyping: item.id))
    }
    if posted.spent > 0 {
      guard item.credits == posted.spent else {
        throw UsageError.creditsSpent(queueItem: item.id, spent: posted.spent)
      }
      try entry(.release, posted.reserved)
      return .spent
    }
    switch item.target {
    case .none:
      try entry(.release, posted.reserved)
      return .none
    case .released:
      try entry(.release, posted.reserved)
      return posted.entries > 0 ? .released : .none
    case .reserved, .spent:
      let missing = item.credits - posted.reserved
      try entry(missing > 0 ? .reserve : .release, abs(missing))
      guard item.target == .spent else { return .reserved }
      try entry(.spend, item.credits)
      return .spent
    }
  }
}
