extension WriteTransaction {
  private static let insertEntry = SQLStatement(
    """
    INSERT INTO credit_entries (idempotency_key, refill_at, customer_id, kind, credits, granted_after,
      reserved_after, spent_after, period_start_at, hold_id, reason, actor_kind, actor_id, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """)
  private static let entryOfKey = SQLStatement(
    "SELECT customer_id, kind, credits FROM credit_entries WHERE idempotency_key = ?")
  private static let refillOfPeriod = SQLStatement(
    "SELECT 1 FROM credit_entries WHERE customer_id = ? AND refill_at = ?")

  /// The credits of a customer as seen by this transaction, or nil if no balance has been opened.
  package func creditBalance(of customer: ID<Customer>) throws -> CreditBalance? {
    try CreditBalance.find(customer, in: self)
  }

  /// Posts an entry to the credit ledger on behalf of the principal of this transaction.
  ///
  /// The balance changes immediately. Zero credits without a key post nothing. A key that has
  /// already been posted with the same customer, kind and credits posts nothing either.
  ///
  /// - Parameters:
  ///   - kind: the kind of entry.
  ///   - credits: the number of credits; negative only for `adjust`.
  ///   - hold: the hold that the entry belongs to.
  ///   - key: an idempotency key.
  ///   - reason: the reason to record; nil for the reason of the transaction.
  /// - Returns: the balance after the entry, or nil if nothing was posted.
  /// - Throws: ``UsageError/invalidCredits(kind:credits:)``,
  ///   ``UsageError/noSubscription(_:)``,
  ///   ``UsageError/creditsExhausted(customer:needed:remaining:resetsAt:)``,
  ///   ``UsageError/creditsNotReserved(customer:credits:reserved:)``,
  ///   ``UsageError/keyConflict(key:)``.
  @discardableResult
  package func postCredits(
    _ kind: CreditEntryKind, customer: ID<Customer>, credits: Int,
    hold: ID<CreditHold>? = nil, key: String? = nil, reason: String? = nil
  ) throws -> CreditBalance? {
    try post(
      kind, customer: customer, credits: credits, hold: hold, key: key, reason: reason,
      refill: nil)
  }

  /// Begins a billing period for the credits of a customer.
  ///
  /// Reserved credits stay reserved. Unused credits expire, spent credits are settled and `grant`
  /// new credits are granted, all of which remain. A second call with the same `periodStart`
  /// changes nothing.
  ///
  /// - Parameters:
  ///   - grant: the credits of the new period.
  ///   - periodStart: the start of the period, which the grant belongs to.
  ///   - reason: the reason to record; nil for the reason of the transaction.
  /// - Returns: whether the period is new.
  /// - Throws: ``UsageError/noSubscription(_:)``, ``UsageError/invalidCredits(kind:credits:)``.
  @discardableResult
  package func postPeriodReset(
    customer: ID<Customer>, grant: Int, periodStart: Timestamp, reason: String? = nil
  ) throws -> Bool {
    guard grant >= 0 else { throw UsageError.invalidCredits(kind: .grant, credits: grant) }
    let isDone = try fetchOne(Self.refillOfPeriod, customer, periodStart) { _ in true }
    guard isDone == nil else { return false }
    guard let balance = try currentBalance(of: customer) else {
      throw UsageError.noSubscription(customer)
    }
    let reason = reason ?? self.reason ?? "billing period"
    try postCredits(.expire, customer: customer, credits: balance.remaining, reason: reason)
    try postCredits(.settle, customer: customer, credits: balance.spent, reason: reason)
    _ = try post(
      .grant, customer: customer, credits: grant, hold: nil, key: nil, reason: reason,
      refill: periodStart)
    return true
  }

  /// A limit far below the point where a sum could overflow.
  private static let mostCredits: UInt = 1_000_000_000_000

  private func post(
    _ kind: CreditEntryKind, customer: ID<Customer>, credits: Int, hold: ID<CreditHold>?,
    key: String?, reason: String?, refill: Timestamp?
  ) throws -> CreditBalance? {
    guard kind == .adjust || credits >= 0, credits.magnitude <= Self.mostCredits else {
      throw UsageError.invalidCredits(kind: kind, credits: credits)
    }
    if let key, key.isEmpty { throw UsageError.emptyKey(kind: kind) }
    if let key, try isPosted(kind, customer: customer, credits: credits, key: key) { return nil }
    guard credits != 0 || key != nil || refill != nil else { return nil }
    guard let before = try currentBalance(of: customer, isReserving: kind == .reserve) else {
      guard kind == .reserve else { throw UsageError.noSubscription(customer) }
      throw UsageError.creditsExhausted(
        customer: customer, needed: credits, remaining: 0, resetsAt: nil)
    }
    guard kind != .reserve || before.isEntitled else {
      throw UsageError.notEntitled(customer)
    }
    guard let after = before.after(kind, credits) else {
      throw UsageError.invalidCredits(kind: kind, credits: credits)
    }
    try Self.check(
      kind, customer: customer, credits: credits, before: before, after: after,
      refillsAt: before.refillsAt)
    try execute(
      Self.insertEntry, key, refill, customer, kind, credits, after.granted, after.reserved,
      after.spent,
      refill ?? before.periodStart, hold, reason ?? self.reason, principal.kind,
      principal.id, now)
    return after
  }

  /// The balance after everything that time has changed; every posting begins here.
  ///
  /// - Parameter isReserving: whether the terms are brought up to the current time first.
  func currentBalance(
    of customer: ID<Customer>, isReserving: Bool = false
  ) throws -> CreditBalance? {
    var balance = try creditBalance(of: customer)
    if isReserving, let dueAt = balance?.dueAt, dueAt <= now {
      try applyDueTerms(of: customer)
      balance = try creditBalance(of: customer)
    }
    guard let first = balance?.holdExpiresAt, first <= now else { return balance }
    try CreditHoldExpiry.bringUpToNow(customer, self)
    return try creditBalance(of: customer)
  }

  private func isPosted(
    _ kind: CreditEntryKind, customer: ID<Customer>, credits: Int, key: String
  ) throws -> Bool {
    let isSame = try fetchOne(Self.entryOfKey, key) { row in
      let owner: ID<Customer> = try row.value(at: 0)
      let posted: CreditEntryKind = try row.value(at: 1)
      let number: Int = try row.value(at: 2)
      return owner == customer && posted == kind && number == credits
    }
    guard let isSame else { return false }
    guard isSame else { throw UsageError.keyConflict(key: key) }
    return true
  }

  private static func check(
    _ kind: CreditEntryKind, customer: ID<Customer>, credits: Int, before: CreditBalance,
    after: CreditBalance, refillsAt: Timestamp?
  ) throws(UsageError) {
    guard after.reserved >= 0 else {
      throw .creditsNotReserved(
        customer: customer, credits: credits, reserved: before.reserved)
    }
    guard after.remaining >= 0 else {
      let needed = kind == .adjust ? 0.subtracting(credits) : credits
      throw .creditsExhausted(
        customer: customer, needed: needed, remaining: before.remaining,
        resetsAt: refillsAt)
    }
    guard after.granted >= 0, after.spent >= 0 else {
      throw .invalidCredits(kind: kind, credits: credits)
    }
  }
}
