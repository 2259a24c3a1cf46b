/// Enqueues the callbacks of a batch in the commit that brings about what they wait for.
enum BatchCallbackRules {
  static let isUsed = RuleSwitch(
    tables: ["batch_callbacks"], "SELECT EXISTS (SELECT 1 FROM batch_callbacks)")

  /// Enqueues each callback of a batch once, when its event occurs.
  static let fire = Trigger.after(
    "batches.callbacks",
    .update(of: "status", "failed_items", "pending_items", "running_items", "waiting_items")
      .where(.isOn(isUsed)),
    on: Situation.self,
    when: { change in
      guard let old = change.old, let new = change.new else { return false }
      return old.hasEnded != new.hasEnded || (old.failed == 0 && new.failed > 0)
    },
    perform: { change, transaction in
      guard let old = change.old, let new = change.new else { return }
      if old.failed == 0, new.failed > 0 { try call(.failure, of: new, transaction) }
      if old.hasEnded, !new.hasEnded {
        try transaction.execute(cancelWaiting, new.id, transaction.now)
        try transaction.execute(rearm, new.id)
      }
      guard new.hasEnded, !old.hasEnded else { return }
      if new.hasSucceeded { try call(.success, of: new, transaction) }
      try call(.finish, of: new, transaction)
    })

  // The call that sets the time enqueues the item; a second one finds it set.
  static let take = SQLStatement(
    """
    UPDATE batch_callbacks SET fired_at = ?3
    WHERE batch_id = ?1 AND event = ?2 AND fired_at IS NULL
    RETURNING pk, queue, kind, payload, priority, max_attempts
    """)

  static let note = SQLStatement("UPDATE batch_callbacks SET queue_item_id = ?2 WHERE pk = ?1")

  // What the earlier end has enqueued and no worker has begun is replaced by that of the next end.
  static let cancelWaiting = SQLStatement(
    """
    UPDATE queue_items SET status = 'cancelled', paused_from = NULL, finished_at = ?2,
      error_code = 'batch_resumed', updated_at = ?2
    WHERE id IN (SELECT queue_item_id FROM batch_callbacks
        WHERE batch_id = ?1 AND queue_item_id IS NOT NULL)
      AND status \(QueueItem.Status.waitingSQL)
    """)

  /// A finished batch that continues enqueues its callbacks again when it finishes again.
  static let rearm = SQLStatement(
    """
    UPDATE batch_callbacks SET fired_at = NULL, queue_item_id = NULL
    WHERE batch_id = ? AND fired_at IS NOT NULL
    """)

  private static func call(
    _ event: BatchCallback.Event, of batch: Situation, _ transaction: borrowing WriteTransaction
  ) throws {
    let found = try transaction.fetchOne(take, batch.id, event, transaction.now) { row in
      var item = NewQueueItem(
        kind: try row.value(at: 2), payload: try row.value(at: 3, as: JSONText.self))
      item.queue = try row.value(at: 1)
      item.priority = try row.value(at: 4)
      item.maxAttempts = try row.value(at: 5)
      return (key: try row.value(at: 0, as: Int64.self), item: item)
    }
    guard var found else { return }
    found.item.account = batch.account
    found.item.metadata = try JSONText(
      #"{"batch_id":"\#(batch.id)","event":"\#(event.rawValue)"}"#)
    let item = try WorkQueue.enqueueOwn(found.item, transaction)
    try transaction.execute(note, found.key, item.id)
  }

  /// What the callbacks of a batch follow from.
  struct Situation: TableRow {
    static let tableName = "batches"
    let id: ID<Batch>
    let account: Account?
    let status: Batch.Status
    let pending: Int
    let running: Int
    let waiting: Int
    let failed: Int
    let cancelled: Int

    /// Whether it is finished, and none of its items runs.
    var hasEnded: Bool { status.isFinished && pending == 0 && running == 0 && waiting == 0 }
    var hasSucceeded: Bool { status == .completed && failed == 0 && cancelled == 0 }
  }
}

extension BatchCallbackRules.Situation {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), account: column("account"), status: column("status"),
      pending: column("pending_items"), running: column("running_items"),
      waiting: column("waiting_items"), failed: column("failed_items"),
      cancelled: column("cancelled_items"))
  }
}
