import BackofficeStorage

/// Enqueues the callbacks of a batch in the commit that brings about what they wait for.
enum BatchCallbackRules {
  static let fire = Trigger.after(
    "batches.callbacks",
    .update(of: "status", "failed_items", "pending_items", "running_items", "waiting_items"),
    on: Situation.self,
    when: { change in
      guard let old = change.old, let new = change.new else { return false }
      return old.hasEnded != new.hasEnded || (old.failed == 0 && new.failed > 0)
    },
    perform: { change, transaction in
      guard let old = change.old, let new = change.new else { return }
      if old.failed == 0, new.failed > 0 { try call(.failure, of: new, transaction) }
      if old.hasEnded, !new.hasEnded { try transaction.execute(rearm, new.id) }
      guard new.hasEnded, !old.hasEnded else { return }
      if new.hasSucceeded { try call(.success, of: new, transaction) }
      try call(.finish, of: new, transaction)
    })

  // Whoever sets the time enqueues the item; a second one finds it set.
  static let take = SQLStatement(
    """
    UPDATE batch_callbacks SET fired_at = ?3
    WHERE batch_id = ?1 AND event = ?2 AND fired_at IS NULL
    RETURNING pk, queue, kind, payload, priority, max_attempts
    """)

  static let note = SQLStatement("UPDATE batch_callbacks SET queue_item_id = ?2 WHERE pk = ?1")

  /// A finished batch that goes on calls again when it finishes again.
  static let rearm = SQLStatement(
    """
    UPDATE batch_callbacks SET fired_at = NULL, queue_item_id = NULL
    WHERE batch_id = ? AND fired_at IS NOT NULL
    """)

  private static func call(
    _ event: BatchCallback.Event, of batch: Situation, _ transaction: borrowing WriteTransaction
  ) throws {
    let found = try transaction.fetchOne(take, batch.id, event, transaction.now) { row in
      var column = row.reader()
      let key: Int64 = try column.next()
      let queue: String = try column.next()
      var item = NewQueueItem(kind: try column.next(), payload: try column.next())
      item.queue = queue
      item.priority = try column.next()
      item.maxAttempts = try column.next()
      return (key: key, item: item)
    }
    guard var found else { return }
    found.item.customerID = batch.customer
    found.item.documents.metadata = try JSONText(
      #"{"batch_id":"\#(batch.id)","event":"\#(event.rawValue)"}"#)
    let item = try WorkQueue.enqueueOwn(found.item, transaction)
    try transaction.execute(note, found.key, item.id)
  }

  /// What the callbacks of a batch follow from.
  struct Situation: TableRow {
    static let tableName = "batches"
    static let columns = [
      "id", "customer_id", "status", "pending_items", "running_items", "waiting_items",
      "failed_items", "cancelled_items",
    ]
    let id: ID<Batch>
    let customer: ID<Customer>?
    let status: Batch.Status
    let unfinished: Int
    let failed: Int
    let cancelled: Int

    init(_ row: borrowing Row) throws {
      var column = row.reader()
      id = try column.next()
      customer = try column.next()
      status = try column.next()
      let pending: Int = try column.next()
      let running: Int = try column.next()
      unfinished = pending + running + (try column.next())
      failed = try column.next()
      cancelled = try column.next()
    }

    /// Whether it is over, and nothing of it runs any more.
    var hasEnded: Bool { status.isFinished && unfinished == 0 }
    var hasSucceeded: Bool { status == .completed && failed == 0 && cancelled == 0 }
  }
}
