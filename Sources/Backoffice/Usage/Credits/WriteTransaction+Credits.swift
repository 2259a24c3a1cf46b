extension WriteTransaction {
  private static let insertEntry = SQLStatement(
    """
    INSERT INTO credit_entries (idempotency_key, refill_at, customer_id, kind, credits, granted_after,
      reserved_after, spent_after, period_start_at, hold_id, reason, actor_kind, actor_id, at,
      overage_after, grant_id, refill_end_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """)
  private static let entryOfKey = SQLStatement(
    "SELECT customer_id, kind, credits FROM credit_entries WHERE idempotency_key = ?")
  private static let refillBefore = SQLStatement(
    "SELECT max(refill_at) FROM credit_entries WHERE customer_id = ?1 AND refill_at < ?2")
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
    try post(kind, customer: customer, credits: credits, hold: hold, key: key, reason: reason)
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
    guard grant >= 0, grant.magnitude <= Self.mostCredits else {
      throw UsageError.invalidCredits(kind: .grant, credits: grant)
    }
    let isDone = try fetchOne(Self.refillOfPeriod, customer, periodStart) { _ in true }
    guard isDone == nil else { return false }
    guard let balance = try balance(of: customer, atEndOfPeriod: periodStart) else {
      throw UsageError.noSubscription(customer)
    }
    let reason = reason ?? self.reason ?? "billing period"
    var ending = try CreditBook(of: customer, balance, and: .spent, in: self)
    ending.reset(at: now, keepsOverage: balance.keepsOverage)
    // What ends belongs to the period before.
    var before = balance
    before.periodStart =
      try fetchOne(Self.refillBefore, customer, periodStart) { row in
        try row.value(at: 0, as: Timestamp?.self)
      } ?? nil
    let ended = try save(ending, of: customer, after: before, reason: reason)
    let refill = CreditBook.Posting(
      kind: .grant, credits: grant, grant: nil, hold: nil, at: now, reason: reason)
    let refilled = try append(
      refill, to: customer, ended, reason: reason, refill: periodStart)
    if let next = refilled.changesAt, refilled.isTimed, next <= min(periodStart, now) {
      try advanceGrants(of: customer, to: min(periodStart, now))
    } else {
      try payOverage(of: customer, refilled)
    }
    return true
  }

  private static let usedSince = SQLStatement(
    """
    SELECT 1 FROM credit_entries WHERE customer_id = ?1 AND at > ?2
      AND (kind = 'reserve' OR kind = 'use') LIMIT 1
    """)

  /// Counts use since the start of a period that was recorded late in that period.
  func recountUses(of customer: ID<Customer>, since start: Timestamp) throws {
    let isUsed = try fetchOne(Self.usedSince, customer, start) { _ in true }
    guard isUsed != nil, let balance = try creditBalance(of: customer) else { return }
    let fresh = try CreditReplay(of: customer, balance, in: self).run(adding: nil)
    var book = try CreditBook(of: customer, balance, in: self)
    var differences: [ID<CreditGrant>?: Int] = [:]
    for lot in fresh.lots { differences[lot.id] = lot.free }
    for lot in book.lots { differences[lot.id, default: 0].add(0.subtracting(lot.free)) }
    book.correct(
      differences, overage: fresh.overage.subtracting(book.overage), at: now,
      reason: "period recorded late")
    try save(book, of: customer, after: balance)
  }

  /// The balance of a customer when a billing period ends.
  ///
  /// At one instant, grants and holds end before the period does, and refills come after it.
  func balance(
    of customer: ID<Customer>, atEndOfPeriod end: Timestamp
  ) throws -> CreditBalance? {
    let balance = try currentBalance(of: customer, asOf: end - .microseconds(1))
    guard let balance, balance.isTimed, let next = balance.changesAt, next <= min(end, now)
    else { return balance }
    return try endGrants(of: customer, at: min(end, now), balance)
  }

  /// Pays what a customer owes with the credits that there are now.
  func payOverage(of customer: ID<Customer>, _ balance: CreditBalance) throws {
    guard balance.overage > 0 else { return }
    var book = try CreditBook(of: customer, balance, in: self)
    book.payOverage(at: now)
    try save(book, of: customer, after: balance)
  }

  /// A limit far below the point where a sum could overflow.
  static let mostCredits: UInt = 1_000_000_000_000

  private func post(
    _ kind: CreditEntryKind, customer: ID<Customer>, credits: Int, hold: ID<CreditHold>?,
    key: String?, reason: String?
  ) throws -> CreditBalance? {
    guard kind == .adjust || credits >= 0, credits.magnitude <= Self.mostCredits else {
      throw UsageError.invalidCredits(kind: kind, credits: credits)
    }
    if let key, key.isEmpty { throw UsageError.emptyKey(kind: kind) }
    if let key, try isPosted(kind, customer: customer, credits: credits, key: key) { return nil }
    guard credits != 0 || key != nil else { return nil }
    let before = try balance(of: customer, for: kind, credits)
    if kind == .adjust, credits < 0, before.hasGrants {
      return try deduct(0.subtracting(credits), from: customer, before, key: key, reason: reason)
    }
    let posting = CreditBook.Posting(
      kind: kind, credits: credits, grant: nil, hold: hold, at: now, reason: reason)
    let after = try append(posting, to: customer, before, reason: nil, key: key)
    if after.overage > 0, kind.delta(of: credits).free > 0 { try payOverage(of: customer, after) }
    return after
  }

  /// Deducts credits in the order of use.
  ///
  /// A key stands with its whole number at the plan's credits, from which the part of the grants is
  /// then moved to them.
  private func deduct(
    _ credits: Int, from customer: ID<Customer>, _ before: CreditBalance, key: String?,
    reason: String?
  ) throws -> CreditBalance {
    var book = try CreditBook(of: customer, before, in: self)
    let parts = book.take(credits, as: .adjust, at: now, reason: reason)
    guard let key else { return try save(book, of: customer, after: before) }
    func entry(_ credits: Int, of grant: ID<CreditGrant>?) -> CreditBook.Posting {
      CreditBook.Posting(
        kind: .adjust, credits: credits, grant: grant, hold: nil, at: now, reason: reason)
    }
    var balance = try append(
      entry(-credits, of: nil), to: customer, before, reason: nil, key: key)
    for part in parts where part.grant != nil {
      balance = try append(entry(part.credits, of: nil), to: customer, balance, reason: nil)
      balance = try append(entry(-part.credits, of: part.grant), to: customer, balance, reason: nil)
    }
    return balance
  }

  /// The balance of a customer at this time, if it allows an entry.
  func balance(
    of customer: ID<Customer>, for kind: CreditEntryKind, _ credits: Int
  ) throws -> CreditBalance {
    guard let before = try currentBalance(of: customer, isReserving: kind == .reserve) else {
      guard kind == .reserve else { throw UsageError.noSubscription(customer) }
      throw UsageError.creditsExhausted(
        customer: customer, needed: credits, remaining: 0, resetsAt: nil)
    }
    guard kind != .reserve || before.isEntitled else { throw UsageError.notEntitled(customer) }
    guard credits.magnitude <= Self.mostCredits, let after = before.after(kind, credits) else {
      throw UsageError.invalidCredits(kind: kind, credits: credits)
    }
    try Self.check(
      kind, customer: customer, credits: credits, before: before, after: after,
      refillsAt: before.refillsAt)
    return before
  }

  /// Writes an entry to the ledger.
  ///
  /// - Parameters:
  ///   - before: the balance, with everything that time has changed.
  ///   - refill: the start of the billing period whose credits are granted.
  /// - Returns: the balance after it.
  func append(
    _ posting: CreditBook.Posting, to customer: ID<Customer>, _ before: CreditBalance,
    reason: String?, key: String? = nil, refill: Timestamp? = nil
  ) throws -> CreditBalance {
    guard
      let after = before.after(posting.kind, posting.credits, isGrant: posting.grant != nil)
    else { throw UsageError.invalidCredits(kind: posting.kind, credits: posting.credits) }
    try execute(
      Self.insertEntry, key, refill, customer, posting.kind, posting.credits, after.granted,
      after.reserved, after.spent, refill ?? before.periodStart, posting.hold,
      posting.reason ?? reason ?? self.reason, principal.kind, principal.id, posting.at,
      after.overage, posting.grant, refill == nil ? nil : before.resetsAt)
    return after
  }

  /// The balance after everything that time has changed; every posting begins here.
  ///
  /// - Parameters:
  ///   - isReserving: whether the terms are brought up to the current time first.
  ///   - instant: the instant that grants are brought up to; nil for the current time.
  func currentBalance(
    of customer: ID<Customer>, isReserving: Bool = false, asOf instant: Timestamp? = nil
  ) throws -> CreditBalance? {
    guard var balance = try creditBalance(of: customer) else { return nil }
    if isReserving, let dueAt = balance.dueAt, dueAt <= now {
      try applyDueTerms(of: customer)
      balance = try creditBalance(of: customer) ?? balance
    }
    guard let next = balance.changesAt, next <= now else { return balance }
    if balance.isTimed {
      // Not beyond a period's end that the terms have not reached.
      let limit = min(instant ?? now, balance.refillsAt ?? now)
      try advanceGrants(of: customer, to: min(limit, now))
    } else {
      try CreditHoldExpiry.bringUp(customer, to: now, self)
    }
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
    // What is not reserved for a hold by grant draws on the plan's credits alone.
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
