import BackofficeStorage

/// The rule that counts completed work: an item of a customer that completes is one use of
/// ``Meter/submissions``, once for ever.
enum QueueItemUsage {
  /// The columns that say whose item completed when.
  struct Item: TableRow {
    static let tableName = "queue_items"
    static let columns = ["id", "status", "customer_id", "finished_at"]

    let id: ID<QueueItem>
    let status: QueueItem.Status
    let customer: ID<Customer>?
    let finishedAt: Timestamp?

    init(_ row: borrowing Row) throws {
      var column = row.reader()
      id = try column.next()
      status = try column.next()
      customer = try column.next()
      finishedAt = try column.next()
    }

    var isCompleted: Bool { status == .completed && customer != nil }
  }

  private static let known = SQLStatement("SELECT 1 FROM usage_events WHERE idempotency_key = ?")

  static let trigger = Trigger.after(
    "queue_items.usage",
    .insertOrUpdate(of: "status", "customer_id")
      .where(.holds("customer_id"), .becomes("status", ["completed"])),
    on: Item.self,
    when: { change in
      guard let new = change.new, new.isCompleted else { return false }
      return change.old?.isCompleted != true
    },
    perform: { change, transaction in
      guard let item = change.new, let customer = item.customer else { return }
      let key = "\(UsageEvent.reservedKeyPrefix)\(item.id)"
      let isKnown = try transaction.fetchOne(known, key) { _ in true }
      guard isKnown == nil else { return }
      _ = try transaction.insertUsage(
        UsageEvent(key: key, customerID: customer, meter: .submissions, at: item.finishedAt))
    })
}
