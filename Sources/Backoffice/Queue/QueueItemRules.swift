import BackofficeStorage

/// The rules that hold for an item whatever statement changed it.
enum QueueItemRules {
  /// What follows when an item begins to run: refuses a move that the life of an item does not
  /// know, fills in how long it waited where the statement left that out, and opens an attempt.
  static let begins = Trigger.afterUpdate(
    "queue_items.begins", .update(of: "status").where(.becomes("status", [running])),
    from: Start.Before.self, to: Start.self
  ) { old, new, transaction in
    try refuse(new.id, from: old.status, to: .running)
    try mend(new, transaction)
    try open(new, after: old.claims, transaction)
  }

  /// The same for every other move: processing time and progress, and the end of the attempt, with
  /// what became of it read from the row.
  static let moves = Trigger.afterUpdate(
    "queue_items.moves", .update(of: "status").where(.becomes("status", others)),
    from: Before.self, to: Item.self
  ) { old, new, transaction in
    try refuse(new.id, from: old.status, to: new.status)
    try mend(new, after: old.status, transaction)
    if old.status == .running { try close(new, before: old, transaction) }
  }

  /// The same for an item that comes with a life behind it.
  static let inserted = Trigger.after(
    "queue_items.inserted", .insert.where(.becomes("status", ["completed", "failed"])),
    on: Item.self
  ) { change, transaction in
    if let new = change.new { try mend(new, after: nil, transaction) }
  }

  /// The same for an item that comes running.
  static let insertedRunning = Trigger.after(
    "queue_items.inserted_running", .insert.where(.becomes("status", [running])), on: Start.self
  ) { change, transaction in
    guard let new = change.new else { return }
    try mend(new, transaction)
    try open(new, after: 0, transaction)
  }

  private static let running = QueueItem.Status.running.rawValue
  private static let others = QueueItem.Status.allCases.map(\.rawValue).filter { $0 != running }

  private static func refuse(
    _ item: ID<QueueItem>, from old: QueueItem.Status, to new: QueueItem.Status
  ) throws(QueueError) {
    guard old.canMove(to: new) else { throw .illegalMove(item: item, from: old, to: new) }
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

  private static func mend(_ new: Start, _ transaction: borrowing WriteTransaction) throws {
    guard let wait = new.missingWait else { return }
    try transaction.execute(mendTimes, new.id, wait, Int64?.none, false, transaction.now)
  }

  private static func mend(
    _ new: Item, after old: QueueItem.Status?, _ transaction: borrowing WriteTransaction
  ) throws {
    let processing = new.missingProcessing(after: old)
    let isDone = new.status == .completed && new.progress < 100
    guard processing != nil || isDone else { return }
    try transaction.execute(
      mendTimes, new.id, Int64?.none, processing, isDone, transaction.now)
  }

  private static func open(
    _ new: Start, after claims: Int, _ transaction: borrowing WriteTransaction
  ) throws {
    var number = new.claims
    // A statement that did not count the claim itself; two attempts cannot share a number.
    if number <= claims {
      number = claims + 1
      try transaction.execute(countClaim, new.key, number, transaction.now)
    }
    if try insertAttempt(number, of: new, transaction) { return }
    let free = try transaction.fetchOne(numberOn, new.key, transaction.now) { row in
      try row.value(at: 0, as: Int.self)
    }
    guard let free else { return }
    _ = try insertAttempt(free, of: new, transaction)
  }

  private static func insertAttempt(
    _ number: Int, of new: Start, _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    try transaction.execute(insertAttempt) { values throws(SQLiteError) in
      try values.bind(new.key)
      try values.bind(number)
      try values.bind(new.worker)
      try values.bind(new.node)
      try values.bind(new.token)
      try values.bind(new.claimedAt)
    } > 0
  }

  private static func close(
    _ new: Item, before old: Before, _ transaction: borrowing WriteTransaction
  ) throws {
    let outcome = new.outcome(after: old)
    let hasError = outcome == .failed || outcome == .rescued || outcome == .cancelled
    let now = transaction.now
    try transaction.execute(closeAttempt) { values throws(SQLiteError) in
      try values.bind(new.key)
      try values.bind(new.claims)
      try values.bind(now)
      try values.bind(outcome)
      try values.bind(new.charged >= old.charged)
      try values.bind(hasError ? new.errorCode : nil)
      try values.bind(hasError ? new.errorMessage : nil)
    }
  }
}
