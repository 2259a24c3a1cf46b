/// Keeps a queue item consistent with the action that it waits for, for every statement.
enum WaitingForPersonRules {
  static let triggers = [actionEnds, actionLeaves, itemEnds]

  /// Resumes or ends the item when its action ends.
  ///
  /// An item that no longer waits is not changed, which prevents this rule and the next from
  /// triggering each other endlessly.
  static let actionEnds = Trigger.after(
    "workflows.action_ends", .insertOrUpdate(of: "status").where(.holds("queue_item_id")),
    on: EndingAction.self,
    when: { change in
      guard let new = change.new, new.item != nil else { return false }
      return new.status.isFinished && change.old?.status != new.status
    },
    perform: { change, transaction in
      guard let row = change.new, let item = row.item,
        try WaitingItem.find(item, transaction)?.isWaiting == true
      else { return }
      switch row.status {
      case .completed: try transaction.queue.unpark(item)
      case .failed:
        try transaction.queue.failParked(
          item,
          error: ItemFailure(
            code: "action_failed", message: row.errorMessage ?? "the action it waited for failed"))
      default:
        try transaction.queue.cancel(item, reason: "the action it waited for was cancelled")
      }
    })

  private static let openAction = SQLStatement(
    "SELECT 1 FROM pending_actions WHERE queue_item_id = ? AND finished_at IS NULL LIMIT 1")

  /// Cancels the item whose open action was deleted or linked to something else.
  ///
  /// Evaluated at the end of the transaction, because a REPLACE of either row briefly separates
  /// them, and another action may replace the first.
  static let actionLeaves = Trigger.atCommit(
    "workflows.action_leaves",
    .insertDeleteOrUpdate(of: "queue_item_id").where(.holds("queue_item_id")),
    on: EndingAction.self,
    collect: { change, emit in
      guard let old = change.old, !old.status.isFinished, let item = old.item,
        change.new?.item != item
      else { return }
      emit(item, true)
    },
    combine: { _, _ in },
    perform: { (item: ID<QueueItem>, _: Bool, transaction) in
      guard try WaitingItem.find(item, transaction)?.isWaiting == true,
        try transaction.fetchOne(openAction, item, decode: { _ in true }) == nil
      else { return }
      try transaction.queue.cancel(item, reason: "the action it waited for was removed")
    })

  static let cancelOpen = SQLStatement(
    """
    UPDATE pending_actions SET status = 'cancelled', finished_at = ?2,
      actual_duration_microseconds = max(0, ?2 - started_at), updated_at = ?2
    WHERE queue_item_id = ?1 AND finished_at IS NULL
    """)

  static let hasOpenActions = RuleSwitch(
    tables: ["pending_actions"],
    """
    SELECT EXISTS (SELECT 1 FROM pending_actions
      WHERE queue_item_id IS NOT NULL AND finished_at IS NULL)
    """)

  /// Cancels the open action of an item that was cancelled or failed.
  static let itemEnds = Trigger.after(
    "workflows.item_ends",
    .update(of: "status").where(
      .isOn(hasOpenActions), .becomes("status", ["cancelled", "failed"])),
    on: WaitingItem.self
  ) { change, transaction in
    guard let item = change.new else { return }
    try transaction.execute(cancelOpen, item.id, transaction.now)
  }
}

/// The columns of an action that determine its item's status.
struct EndingAction: TableRow {
  static let tableName = PendingAction.tableName
  let status: ActionStatus
  let item: ID<QueueItem>?
  let errorMessage: String?

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    status = try column("status")
    item = try column("queue_item_id")
    errorMessage = try column("error_message")
  }
}

/// The columns that show whether an item waits for a person.
struct WaitingItem: TableRow {
  static let tableName = QueueItem.tableName
  let id: ID<QueueItem>
  let status: QueueItem.Status
  let pausedFrom: QueueItem.Status?

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    id = try column("id")
    status = try column("status")
    pausedFrom = try column("paused_from")
  }

  var isWaiting: Bool {
    status == .parked || (status == .paused && pausedFrom == .parked)
  }

  private static let byID = select("WHERE id = ?")

  static func find(
    _ id: ID<QueueItem>, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> WaitingItem? {
    try fetchOne(transaction, byID, id)
  }
}

extension ConsistencyCheck where Self == QueryCheck {
  /// Checks that no parked item waits for an action that has ended.
  static var waitingItems: QueryCheck {
    QueryCheck(
      "workflows.waiting_items",
      """
      SELECT 'queue_items', i.id,
        'it is ' || i.status || ' and waits for a person, but its action has ended'
      FROM queue_items i
      WHERE (i.status = 'parked' OR i.status = 'paused' AND i.paused_from = 'parked')
        AND EXISTS (SELECT 1 FROM pending_actions a
          WHERE a.queue_item_id = i.id AND a.created_at >= i.claimed_at)
        AND NOT EXISTS (SELECT 1 FROM pending_actions a
          WHERE a.queue_item_id = i.id AND a.finished_at IS NULL)
      LIMIT ?
      """)
  }
}
