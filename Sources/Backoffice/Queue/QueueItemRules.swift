import BackofficeStorage

/// The rules that hold for an item whatever statement changed it.
enum QueueItemRules {
  /// Follows an item from status to status.
  ///
  /// One rule, since each rule decodes the row anew: refuses a move that the life of an item does
  /// not know; fills in waiting and processing time and progress where a statement left them out;
  /// opens an attempt when an item begins to run, and closes it when it ends, with what became of
  /// it read from the row.
  static let life = Trigger.afterUpdate(
    "queue_items.life", .update(of: "status"), from: Before.self, to: Item.self
  ) { old, new, transaction in
    guard old.status.canMove(to: new.status) else {
      throw QueueError.illegalMove(item: new.id, from: old.status, to: new.status)
    }
    try mend(new, after: old.status, transaction)
    if new.status == .running {
      try open(new, after: old.claims, transaction)
    } else if old.status == .running {
      try close(new, before: old, transaction)
    }
  }

  /// The same for an item that comes with a life behind it.
  static let lifeInserted = Trigger.after(
    "queue_items.life_inserted",
    .insert.where(.becomes("status", ["running", "completed", "failed"])), on: Item.self
  ) { change, transaction in
    guard let new = change.new else { return }
    try mend(new, after: nil, transaction)
    if new.status == .running { try open(new, after: 0, transaction) }
  }

  static let updatedAt = Trigger.updatedAt(on: Stamp.self)

  private static let mendTimes = SQLStatement(
    """
    UPDATE queue_items SET
      queue_wait_microseconds = ifnull(?2, queue_wait_microseconds),
      processing_microseconds = ifnull(?3, processing_microseconds),
      progress = CASE WHEN ?4 THEN 100 ELSE progress END, updated_at = ?5
    WHERE id = ?1
    """)

  private static let countClaim = SQLStatement(
    """
    UPDATE queue_items SET claim_count = ?2, attempts = attempts + 1, updated_at = ?3
    WHERE pk = ?1
    """)

  private static let insertAttempt = SQLStatement(
    """
    INSERT INTO queue_attempts (item_pk, number, worker, processing_node, lease_token, claimed_at)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (item_pk, number) DO NOTHING
    """)

  // A program without these rules has set the item's number of claims back.
  private static let numberOn = SQLStatement(
    """
    UPDATE queue_items SET updated_at = ?2,
      claim_count = (SELECT max(number) + 1 FROM queue_attempts WHERE item_pk = ?1)
    WHERE pk = ?1
    RETURNING claim_count
    """)

  private static let closeAttempt = SQLStatement(
    """
    UPDATE queue_attempts SET finished_at = ?3, outcome = ?4, is_charged = ?5, error_code = ?6,
      error_message = ?7
    WHERE item_pk = ?1 AND number = ?2 AND outcome IS NULL
    """)

  private static func mend(
    _ new: Item, after old: QueueItem.Status?, _ transaction: borrowing WriteTransaction
  ) throws {
    let wait = new.missingWait
    let processing = new.missingProcessing(after: old)
    let isDone = new.status == .completed && new.progress < 100
    guard wait != nil || processing != nil || isDone else { return }
    try transaction.execute(mendTimes, new.id, wait, processing, isDone, transaction.now)
  }

  private static func open(
    _ new: Item, after claims: Int, _ transaction: borrowing WriteTransaction
  ) throws {
    var number = new.claims
    // A statement that did not count the claim itself; two attempts cannot share a number.
    if number <= claims {
      number = claims + 1
      try transaction.execute(countClaim, new.key, number, transaction.now)
    }
    let added = try transaction.execute(
      insertAttempt, new.key, number, new.worker, new.node, new.token, new.claimedAt)
    if added > 0 { return }
    let free = try transaction.fetchOne(numberOn, new.key, transaction.now) { row in
      try row.value(at: 0, as: Int.self)
    }
    guard let free else { return }
    try transaction.execute(
      insertAttempt, new.key, free, new.worker, new.node, new.token, new.claimedAt)
  }

  private static func close(
    _ new: Item, before old: Before, _ transaction: borrowing WriteTransaction
  ) throws {
    let outcome = new.outcome(after: old)
    let hasError = outcome == .failed || outcome == .rescued || outcome == .cancelled
    try transaction.execute(
      closeAttempt, new.key, new.claims, transaction.now, outcome, new.charged >= old.charged,
      hasError ? new.errorCode : nil, hasError ? new.errorMessage : nil)
  }
}

extension QueueItemRules {
  struct Stamp: StampedRow {
    static let tableName = "queue_items"
    let stampedID: ID<AnyEntity>
    let updatedAt: Timestamp

    init(id: ID<AnyEntity>, updatedAt: Timestamp) {
      stampedID = id
      self.updatedAt = updatedAt
    }
  }

  /// What the life of an item needs of its row before.
  struct Before: TableRow {
    static let tableName = "queue_items"
    static let columns = ["status", "claim_count", "attempts", "rescues", "snoozes"]
    let status: QueueItem.Status
    let claims: Int
    let charged: Int
    let rescues: Int
    let snoozes: Int
  }

  /// What it needs of the row now.
  struct Item: TableRow {
    static let tableName = "queue_items"
    static let columns = [
      "id", "pk", "status", "claim_count", "attempts", "rescues", "snoozes", "worker",
      "processing_node", "lease_token", "due_at", "created_at", "claimed_at", "finished_at",
      "progress", "queue_wait_microseconds", "processing_microseconds", "error_code",
      "error_message",
    ]
    let id: ID<QueueItem>
    let key: Int64
    let status: QueueItem.Status
    let claims: Int
    let charged: Int
    let rescues: Int
    let snoozes: Int
    let worker: String?
    let node: String?
    let token: ID<Lease>?
    let dueAt: Timestamp
    let createdAt: Timestamp
    let claimedAt: Timestamp?
    let finishedAt: Timestamp?
    let progress: Int
    let wait: Int64?
    let processing: Int64?
    let errorCode: String?
    let errorMessage: String?

    var missingWait: Int64? {
      guard status == .running, wait == nil, let claimedAt else { return nil }
      return max(0, (claimedAt - max(createdAt, dueAt)).microseconds)
    }

    func missingProcessing(after old: QueueItem.Status?) -> Int64? {
      guard status == .completed || status == .failed, processing == nil,
        old == nil || old == .running, let claimedAt, let finishedAt
      else { return nil }
      return max(0, (finishedAt - claimedAt).microseconds)
    }

    func outcome(after old: Before) -> QueueAttempt.Outcome {
      if rescues > old.rescues { return .rescued }
      switch status {
      case .completed: return .completed
      case .cancelled: return .cancelled
      case .waitingForAction: return .waiting
      case .pending: return snoozes > old.snoozes ? .snoozed : .released
      case .failed, .retrying: return .failed
      case .running, .paused: return .lost
      }
    }
  }
}

// In extensions, each by one call of the memberwise initialiser: where a throwing initialiser sets
// the properties one by one, Swift 6.3 builds the value aside and copies it.

extension QueueItemRules.Before {
  init(_ row: borrowing Row) throws {
    var column = row.reader()
    self.init(
      status: try column.next(), claims: try column.next(), charged: try column.next(),
      rescues: try column.next(), snoozes: try column.next())
  }
}

extension QueueItemRules.Item {
  init(_ row: borrowing Row) throws {
    var column = row.reader()
    self.init(
      id: try column.next(), key: try column.next(), status: try column.next(),
      claims: try column.next(), charged: try column.next(), rescues: try column.next(),
      snoozes: try column.next(), worker: try column.next(), node: try column.next(),
      token: try column.next(), dueAt: try column.next(), createdAt: try column.next(),
      claimedAt: try column.next(), finishedAt: try column.next(), progress: try column.next(),
      wait: try column.next(), processing: try column.next(), errorCode: try column.next(),
      errorMessage: try column.next())
  }
}
