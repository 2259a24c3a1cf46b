extension CustomerMerging {
  static let moveItems = SQLStatement("UPDATE queue_items SET account = ?2 WHERE account = ?1")
  static let moveItemSubjects = SQLStatement(
    """
    UPDATE queue_items SET subject_id = ?2
    WHERE subject_kind = 'customer' AND subject_id = ?1
    """)
  static let moveBatches = SQLStatement("UPDATE batches SET account = ?2 WHERE account = ?1")
  static let moveSchedules = SQLStatement(
    "UPDATE queue_schedules SET account = ?2 WHERE account = ?1")
  static let moveSubmissions = SQLStatement(
    """
    UPDATE submissions SET customer_id = ?2
    WHERE customer_id = ?1 AND (closed_at IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM submissions o
      WHERE o.customer_id = ?2 AND o.directory_id = submissions.directory_id
        AND o.closed_at IS NULL))
    """)
  private static let keptSubmissions = SQLStatement(
    "SELECT count(*) FROM submissions WHERE customer_id = ?")
  static let moveActions = SQLStatement(
    "UPDATE pending_actions SET customer_id = ?2 WHERE customer_id = ?1")
  static let moveSubjects = SQLStatement(
    """
    UPDATE pending_actions SET subject_id = ?2
    WHERE subject_id = ?1 AND subject_kind = 'customer'
    """)
  static let movePlans = SQLStatement("UPDATE plans SET customer_id = ?2 WHERE customer_id = ?1")

  /// Moves what people and workers do for the duplicate.
  ///
  /// The credits of its queue items belong to the survivor already.
  static func moveWork(
    _ merge: inout CustomerMerge, _ transaction: borrowing WriteTransaction
  ) throws {
    let (duplicate, survivor) = (merge.duplicate, merge.survivor)
    func move(
      _ statement: SQLStatement, _ transaction: borrowing WriteTransaction
    ) throws -> Int {
      try transaction.execute(statement, duplicate, survivor)
    }
    merge.queueItems = try move(moveItems, transaction)
    _ = try move(moveItemSubjects, transaction)
    merge.batches = try move(moveBatches, transaction)
    merge.schedules = try move(moveSchedules, transaction)
    merge.submissions = try move(moveSubmissions, transaction)
    merge.keptSubmissions =
      try transaction.fetchOne(keptSubmissions, duplicate) { row in try row.value(at: 0) } ?? 0
    merge.actions = try move(moveActions, transaction)
    _ = try move(moveSubjects, transaction)
    merge.plans = try move(movePlans, transaction)
  }

  private static let statuses = SQLStatement(
    "SELECT customer_id, status FROM subscriptions WHERE customer_id = ?1 OR customer_id = ?2")

  /// Whether each of both has a subscription.
  private static func subscriptions(
    _ duplicate: ID<Customer>, _ survivor: ID<Customer>,
    _ transaction: borrowing WriteTransaction
  ) throws -> (duplicate: SubscriptionStatus?, survivor: SubscriptionStatus?) {
    var found: (duplicate: SubscriptionStatus?, survivor: SubscriptionStatus?) = (nil, nil)
    try transaction.forEach(statuses, duplicate, survivor) { row in
      let status: SubscriptionStatus = try row.value(at: 1)
      if try row.value(at: 0) == duplicate {
        found.duplicate = status
      } else {
        found.survivor = status
      }
      return true
    }
    return found
  }

  /// Refuses two subscriptions of which that of the duplicate may still renew.
  static func requireOneSubscription(
    _ duplicate: ID<Customer>, _ survivor: ID<Customer>,
    _ transaction: borrowing WriteTransaction
  ) throws {
    let found = try subscriptions(duplicate, survivor, transaction)
    guard found.survivor != nil, let status = found.duplicate else { return }
    guard status == .cancelled || status == .incompleteExpired else {
      throw CustomerError.bothSubscribed(duplicate: duplicate, survivor: survivor)
    }
  }

  /// Whether the subscription of the duplicate moves: the survivor has none.
  static func movesSubscription(
    _ merge: CustomerMerge, _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    let found = try subscriptions(merge.duplicate, merge.survivor, transaction)
    return found.duplicate != nil && found.survivor == nil
  }

  private static let moveSubscription = SQLStatement(
    "UPDATE subscriptions SET customer_id = ?2, updated_at = ?3 WHERE customer_id = ?1")

  /// Moves the subscription, whose terms the credits of the survivor have already.
  static func moveSubscription(
    _ merge: inout CustomerMerge, _ transaction: borrowing WriteTransaction
  ) throws {
    guard try movesSubscription(merge, transaction) else { return }
    try transaction.execute(
      moveSubscription, merge.duplicate, merge.survivor, transaction.now)
    merge.hasMovedSubscription = true
  }
}
