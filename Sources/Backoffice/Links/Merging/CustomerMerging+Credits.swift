extension CustomerMerging {
  static let moveEntries = SQLStatement(
    """
    UPDATE credit_entries SET customer_id = ?2,
      -- a refill counts once for a customer and period
      refill_at = CASE WHEN EXISTS (SELECT 1 FROM credit_entries o
        WHERE o.customer_id = ?2 AND o.refill_at = credit_entries.refill_at)
        THEN NULL ELSE refill_at END,
      refill_end_at = CASE WHEN EXISTS (SELECT 1 FROM credit_entries o
        WHERE o.customer_id = ?2 AND o.refill_at = credit_entries.refill_at)
        THEN NULL ELSE refill_end_at END
    WHERE customer_id = ?1
    """)
  /// The balances after the entries of both, in the order in which they were posted.
  static let addUp = SQLStatement(
    """
    UPDATE credit_entries SET granted_after = n.granted, reserved_after = n.reserved,
      spent_after = n.spent, overage_after = n.overage
    FROM (
      SELECT e.pk, sum(\(CreditEntryKind.sqlGranted)) OVER entries AS granted,
        sum(\(CreditEntryKind.sqlReserved)) OVER entries AS reserved,
        sum(\(CreditEntryKind.sqlSpent)) OVER entries AS spent,
        sum(\(CreditEntryKind.sqlOverage)) OVER entries AS overage
      FROM credit_entries e WHERE e.customer_id = ?1 WINDOW entries AS (ORDER BY e.pk)
    ) n WHERE n.pk = credit_entries.pk
    """)
  static let moveHolds = SQLStatement(
    "UPDATE credit_holds SET customer_id = ?2 WHERE customer_id = ?1")
  static let moveGrants = SQLStatement(
    "UPDATE credit_grants SET customer_id = ?2 WHERE customer_id = ?1")
  static let moveUses = SQLStatement(
    "UPDATE credit_uses SET customer_id = ?2 WHERE customer_id = ?1")
  static let moveCharges = SQLStatement(
    "UPDATE OR IGNORE subscription_charges SET customer_id = ?2 WHERE customer_id = ?1")
  private static let hasBalance = SQLStatement(
    "SELECT 1 FROM credit_balances WHERE customer_id = ?")
  private static let addBalance = SQLStatement(
    """
    UPDATE credit_balances SET granted = credit_balances.granted + o.granted,
      reserved = credit_balances.reserved + o.reserved, spent = credit_balances.spent + o.spent,
      overage = credit_balances.overage + o.overage,
      clawback = credit_balances.clawback + o.clawback,
      suspended = credit_balances.suspended + o.suspended,
      has_grants = max(credit_balances.has_grants, o.has_grants),
      grants_free = credit_balances.grants_free + o.grants_free,
      grants_due_at = coalesce(min(credit_balances.grants_due_at, o.grants_due_at),
        credit_balances.grants_due_at, o.grants_due_at),
      hold_expires_at = coalesce(min(credit_balances.hold_expires_at, o.hold_expires_at),
        credit_balances.hold_expires_at, o.hold_expires_at),
      updated_at = ?3
    FROM (SELECT * FROM credit_balances WHERE customer_id = ?2) o
    WHERE credit_balances.customer_id = ?1
    """)
  private static let emptyBalance = SQLStatement(
    """
    UPDATE credit_balances SET granted = 0, reserved = 0, spent = 0, overage = 0, clawback = 0,
      suspended = 0, has_grants = 0, grants_free = 0, grants_due_at = NULL, hold_expires_at = NULL, updated_at = ?2
    WHERE customer_id = ?1
    """)
  private static let dropBalance = SQLStatement(
    """
    DELETE FROM credit_balances
    WHERE customer_id = ?1 AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.customer_id = ?1)
    """)
  private static let removeBalance = SQLStatement(
    "DELETE FROM credit_balances WHERE customer_id = ?")
  private static let moveBalance = SQLStatement(
    "UPDATE credit_balances SET customer_id = ?2, updated_at = ?3 WHERE customer_id = ?1")
  private static let movePeriods = SQLStatement(
    """
    UPDATE billing_periods SET customer_id = ?2
    WHERE customer_id = ?1 AND NOT EXISTS (SELECT 1 FROM billing_periods WHERE customer_id = ?2)
    """)

  /// Moves the ledger, the holds and the balance.
  ///
  /// The terms are those of the subscription that the
  /// survivor will have.
  static func moveCredits(
    _ merge: inout CustomerMerge, _ transaction: borrowing WriteTransaction
  ) throws {
    let (duplicate, survivor, now) = (merge.duplicate, merge.survivor, transaction.now)
    // Holds that have expired are posted first, for their own customers.
    for customer in [duplicate, survivor] { _ = try transaction.currentBalance(of: customer) }
    merge.creditEntries = try transaction.execute(moveEntries, duplicate, survivor)
    if merge.creditEntries > 0 { try transaction.execute(addUp, survivor) }
    for statement in [moveHolds, moveGrants, moveUses, moveCharges] {
      try transaction.execute(statement, duplicate, survivor)
    }
    let moves = try movesSubscription(merge, transaction)
    let has = try (
      duplicate: transaction.fetchOne(hasBalance, duplicate) { _ in true } ?? false,
      survivor: transaction.fetchOne(hasBalance, survivor) { _ in true } ?? false
    )
    switch has {
    case (false, _): break
    case (true, false):
      try transaction.execute(moveBalance, duplicate, survivor, now)
    case (true, true) where moves:
      try transaction.execute(addBalance, duplicate, survivor, now)
      try transaction.execute(removeBalance, survivor)
      try transaction.execute(moveBalance, duplicate, survivor, now)
    case (true, true):
      try transaction.execute(addBalance, survivor, duplicate, now)
      try transaction.execute(emptyBalance, duplicate, now)
      try transaction.execute(dropBalance, duplicate)
    }
    if moves { try transaction.execute(movePeriods, duplicate, survivor) }
    // What one owes, the credits of the other pay.
    if let balance = try transaction.creditBalance(of: survivor) {
      try transaction.payOverage(of: survivor, balance)
    }
  }
}
