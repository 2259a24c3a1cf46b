extension WriteTransaction {
  private static let insertEntry = SQLStatement(
    """
    INSERT INTO credit_entries (idempotency_key, customer_id, kind, credits, granted_after,
      reserved_after, spent_after, period_start_at, hold_id, reason, actor_kind, actor_id, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """)
  private static let entryOfKey = SQLStatement(
    "SELECT customer_id, kind, credits FROM credit_entries WHERE idempotency_key = ?")

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
  /// - Throws: ``UsageError/invalidCredits(kind:credits:)``,
  ///   ``UsageError/noSubscription(_:)``,
  ///   ``UsageError/creditsExhausted(customer:needed:remaining:resetsAt:)``,
  ///   ``UsageError/creditsNotReserved(customer:credits:reserved:)``,
  ///   ``UsageError/keyConflict(key:)``.
  package func postCredits(
    _ kind: CreditEntryKind, customer: ID<Customer>, credits: Int,
    hold: ID<CreditHold>? = nil, key: String? = nil, reason: String? = nil
  ) throws {
    try post(
      kind, customer: customer, credits: credits, hold: hold, key: key, reason: reason,
      periodStart: nil)
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
  /// - Throws: ``UsageError/noSubscription(_:)``, ``UsageError/invalidCredits(kind:credits:)``.
  package func postPeriodReset(
    customer: ID<Customer>, grant: Int, periodStart: Timestamp
  ) throws {
    guard grant >= 0 else { throw UsageError.invalidCredits(kind: .grant, credits: grant) }
    let key = "period:\(customer):\(periodStart.microseconds)"
    let isDone = try fetchOne(Self.entryOfKey, key) { _ in true }
    guard isDone == nil else { return }
    guard let balance = try creditBalance(of: customer) else {
      throw UsageError.noSubscription(customer)
    }
    let reason = reason ?? "billing period"
    try postCredits(.expire, customer: customer, credits: balance.remaining, reason: reason)
    try postCredits(.settle, customer: customer, credits: balance.spent, reason: reason)
    try post(
      .grant, customer: customer, credits: grant, hold: nil, key: key, reason: reason,
      periodStart: periodStart)
  }

  /// A limit far below the point where a sum could overflow.
  private static let mostCredits: UInt = 1_000_000_000_000

  private func post(
    _ kind: CreditEntryKind, customer: ID<Customer>, credits: Int, hold: ID<CreditHold>?,
    key: String?, reason: String?, periodStart: Timestamp?
  ) throws {
    guard kind == .adjust || credits >= 0, credits.magnitude <= Self.mostCredits else {
      throw UsageError.invalidCredits(kind: kind, credits: credits)
    }
    if let key, try isPosted(kind, customer: customer, credits: credits, key: key) { return }
    guard credits != 0 || key != nil else { return }
    guard let before = try creditBalance(of: customer) else {
      guard kind == .reserve else { throw UsageError.noSubscription(customer) }
      throw UsageError.creditsExhausted(
        customer: customer, needed: credits, remaining: 0, resetsAt: nil)
    }
    guard let after = before.after(kind, credits) else {
      throw UsageError.invalidCredits(kind: kind, credits: credits)
    }
    try Self.check(kind, customer: customer, credits: credits, before: before, after: after)
    try execute(
      Self.insertEntry, key, customer, kind, credits, after.granted, after.reserved, after.spent,
      periodStart ?? before.periodStart, hold, reason ?? self.reason, principal.kind,
      principal.id, now)
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
    after: CreditBalance
  ) throws(UsageError) {
    guard after.reserved >= 0 else {
      throw .creditsNotReserved(
        customer: customer, credits: credits, reserved: before.reserved)
    }
    guard after.remaining >= 0 else {
      let needed = kind == .adjust ? 0.subtracting(credits) : credits
      throw .creditsExhausted(
        customer: customer, needed: needed, remaining: before.remaining,
        resetsAt: before.resetsAt)
    }
    guard after.granted >= 0, after.spent >= 0 else {
      throw .invalidCredits(kind: kind, credits: credits)
    }
  }
}
