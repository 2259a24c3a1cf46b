/// The rules for items, enforced for every statement.
///
/// Each has a condition that is decided before the row is decoded: on the way of a plain item, from its
/// enqueue to its completion, none of them runs.
enum QueueItemRules {
  static let triggers = [illegalMove, uncountedClaim, attemptEnds, keptAttemptEnds, updatedAt]

  /// Refuses a move that the life of an item does not know.
  static let illegalMove = Trigger.after(
    "queue_items.illegal_move",
    .update(of: "status").where(.moves("status", outside: QueueItem.Status.transitions)),
    on: Move.self
  ) { change, _ in
    guard let old = change.old, let new = change.new else { return }
    throw QueueError.illegalMove(item: new.id, from: old.status, to: new.status)
  }

  struct Move: TableRow {
    static let tableName = "queue_items"
    let id: ID<QueueItem>
    let status: QueueItem.Status
  }

  /// Counts a claim that its statement has not counted: two attempts cannot share a number.
  static let uncountedClaim = Trigger.after(
    "queue_items.uncounted_claim",
    .insertOrUpdate(of: "status").where(
      .becomes("status", [QueueItem.Status.running.rawValue]), .not(.changes(["claims"]))),
    on: Move.self
  ) { change, transaction in
    guard let new = change.new else { return }
    try transaction.execute(countClaim, new.id, transaction.now)
  }

  private static let countClaim = SQLStatement(
    """
    UPDATE queue_items SET claims = claims + 1, attempts = attempts + 1, updated_at = ?2
    WHERE id = ?1
    """)

  /// Writes the row of an attempt that did not complete its item and was charged or called off.
  static let attemptEnds = Trigger.afterUpdate(
    "queue_items.attempt_ends",
    .update(of: "status").where(
      .was("status", [QueueItem.Status.running.rawValue]),
      .not(.becomes("status", [QueueItem.Status.completed.rawValue]))),
    from: Attempt.Before.self, to: Attempt.self
  ) { old, new, transaction in
    let outcome = new.outcome(after: old)
    guard outcome.isKept, let key = old.attempt else { return }
    try write(new, outcome, key, isCharged: new.charged >= old.charged, transaction)
  }

  /// Writes the row of every other attempt where the policy of the item keeps them all.
  static let keptAttemptEnds = Trigger.afterUpdate(
    "queue_items.kept_attempt_ends",
    .update(of: "status").where(
      .holds("policy_pk"), .was("status", [QueueItem.Status.running.rawValue])),
    from: Attempt.Before.self, to: Attempt.self
  ) { old, new, transaction in
    let outcome = new.outcome(after: old)
    guard !outcome.isKept, let key = old.attempt,
      try ItemPolicy.find(new.policyKey, transaction).keepsAllAttempts
    else { return }
    try write(new, outcome, key, isCharged: new.charged >= old.charged, transaction)
  }

  static let updatedAt = Trigger.updatedAt(of: QueueItem.self)

  private static let insertAttempt = SQLStatement(
    """
    INSERT INTO queue_attempts (item_pk, number, worker, lease_token, claimed_at, finished_at,
      outcome, is_charged, error_code, error_message)
    VALUES (?1, (SELECT max(?2, ifnull(max(number) + 1, 1)) FROM queue_attempts WHERE item_pk = ?1),
      ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
    """)

  private static func write(
    _ new: Attempt, _ outcome: QueueAttempt.Outcome, _ key: Attempt.Before.Key, isCharged: Bool,
    _ transaction: borrowing WriteTransaction
  ) throws {
    let hasError = outcome == .failed || outcome == .rescued || outcome == .cancelled
    try transaction.execute(insertAttempt) { values throws(SQLiteError) in
      try values.bind(new.key)
      try values.bind(new.claims)
      try values.bind(key.worker)
      try values.bind(key.token)
      try values.bind(key.claimedAt)
      try values.bind(new.updatedAt)
      try values.bind(outcome)
      try values.bind(isCharged)
      try values.bind(hasError ? new.errorCode : nil)
      try values.bind(hasError ? new.errorMessage : nil)
    }
  }
}

extension QueueItemRules.Move {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(id: column("id"), status: column("status"))
  }
}
