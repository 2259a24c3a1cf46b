/// The terms of a customer that determine their credits.
public struct CreditTerms: Sendable, Hashable {
  /// The name of the tier, for usage records; nil for none.
  public var tier: String?
  /// The credits of each billing period.
  ///
  /// A customer's custom limit overrides them.
  public var limit: Int
  /// Whether the customer receives credits and may spend them.
  ///
  /// Terms that take it away suspend the credits of the period; terms that give it back in the same
  /// period restore them.
  public var isEntitled: Bool
  /// The instant from which billing months are counted.
  public var billingAnchor: Timestamp?
  /// The current billing period; nil before the first.
  public var period: BillingPeriod?

  /// The length of the billing periods.
  public var cycle: TierPeriod = .anniversaryMonths
  /// The wanted day of the month of billing periods; nil for that of the anchor.
  public var billingDay: Int?
  /// When time alone changes the terms; nil if it does not.
  public var dueAt: Timestamp?
  /// When the credits are refilled; nil if time alone does not refill them.
  public var refillsAt: Timestamp?
  /// Whether a new billing period leaves what is owed for use beyond the balance.
  public var keepsOverage = false

  /// Creates terms.
  public init(
    tier: String? = nil, limit: Int, isEntitled: Bool = true, billingAnchor: Timestamp? = nil,
    period: BillingPeriod? = nil
  ) {
    self.tier = tier
    self.limit = limit
    self.isEntitled = isEntitled
    self.billingAnchor = billingAnchor
    self.period = period
  }
}

extension Credits {
  private static let putTerms = SQLStatement(
    """
    INSERT INTO credit_balances (customer_id, tier, credit_limit, is_entitled, billing_anchor_at,
      period_start_at, period_end_at, created_at, updated_at, billing_period, billing_day, due_at,
      refills_at, keeps_overage)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12, ?13)
    ON CONFLICT (customer_id) DO UPDATE SET tier = ?2,
      credit_limit = iif(has_custom_limit, credit_limit, ?3), is_entitled = ?4,
      billing_anchor_at = ?5, period_start_at = ?6, period_end_at = ?7, updated_at = ?8,
      billing_period = ?9, billing_day = ?10, due_at = ?11, refills_at = ?12,
      keeps_overage = ?13
    """)
  private static let putLimit = SQLStatement(
    """
    UPDATE credit_balances SET credit_limit = ?2, has_custom_limit = ?3, updated_at = ?4
    WHERE customer_id = ?1
    """)

  /// Sets the credit terms of a customer, and opens the balance if there is none.
  ///
  /// For an entitled customer, a new billing period refills the credits to the limit, and a new
  /// limit changes the credits of the current period by the difference. The remaining credits of a
  /// customer who is no longer entitled are suspended, as are reserved ones when they are released;
  /// they are restored if the customer is entitled again in the same period.
  ///
  /// - Throws: ``UsageError/unknownCustomer(_:)``, ``UsageError/invalidCredits(kind:credits:)``.
  /// - Complexity: a constant number of index lookups.
  package func setTerms(_ terms: CreditTerms, of customer: ID<Customer>) throws {
    guard terms.limit >= 0 else {
      throw UsageError.invalidCredits(kind: .grant, credits: terms.limit)
    }
    try access.write { transaction in
      if let start = terms.period?.start {
        // What time has changed until then belongs to the period before.
        _ = try transaction.balance(of: customer, atEndOfPeriod: start)
      }
      do {
        try transaction.execute(
          Self.putTerms, customer, terms.tier, terms.limit, terms.isEntitled, terms.billingAnchor,
          terms.period?.start, terms.period?.end, transaction.now, terms.cycle, terms.billingDay,
          terms.dueAt, terms.refillsAt, terms.keepsOverage)
      } catch let error as SQLiteError where .constraintForeignKey ~= error.code {
        throw UsageError.unknownCustomer(customer)
      }
    }
  }

  /// Sets the credit limit of a customer; the credits of the current period change by the
  /// difference.
  ///
  /// - Parameters:
  ///   - limit: the credits of each billing period.
  ///   - customer: the customer.
  ///   - isCustom: whether the limit is the customer's own and is kept when the terms change.
  /// - Throws: ``UsageError/noSubscription(_:)``.
  package func setLimit(_ limit: Int, of customer: ID<Customer>, isCustom: Bool) throws {
    try access.write { transaction in
      let changed = try transaction.execute(
        Self.putLimit, customer, limit, isCustom, transaction.now)
      if changed == 0 { throw UsageError.noSubscription(customer) }
    }
  }
}

/// Applies a change of terms to the credits, for every statement.
enum CreditTermRules {
  static let triggers = [opened, changed, BillingPeriodRules.keep]

  /// The columns of a balance that determine its credits.
  struct Row: TableRow {
    static let tableName = "credit_balances"

    let customer: ID<Customer>
    let limit: Int
    let clawback: Int
    let suspended: Int
    let isEntitled: Bool
    let periodStart: Timestamp?
  }

  private static let setPending = SQLStatement(
    "UPDATE credit_balances SET clawback = ?, suspended = ? WHERE customer_id = ?")

  private static let putSuspended = SQLStatement(
    """
    UPDATE credit_balances SET clawback = iif(?2, 0, clawback),
      suspended = iif(?2 OR (?4 AND suspended = 0), 0, max(0, suspended + ?3))
    WHERE customer_id = ?1
    """)

  /// A new balance starts with the credits of its first period.
  private static let opened = Trigger.after(
    "credit_balances.first_period", .insert.where(.holds("is_entitled")), on: Row.self
  ) { change, transaction in
    guard let new = change.new, let start = new.periodStart, new.limit > 0 else { return }
    try transaction.postPeriodReset(
      customer: new.customer, grant: new.limit, periodStart: start, reason: "first period")
  }

  /// Grants the difference when the limit changes, and the credits of a new period.
  private static let changed = Trigger.after(
    "credit_balances.terms", .update(of: "credit_limit", "is_entitled", "period_start_at"),
    on: Row.self
  ) { change, transaction in
    guard let old = change.old, let new = change.new else { return }
    let isNewPeriod = new.periodStart != old.periodStart
    guard new.isEntitled, let start = new.periodStart else {
      return try suspend(old, new, isNewPeriod: isNewPeriod, transaction)
    }
    if isNewPeriod || !old.isEntitled {
      // A new period claims nothing and brings its own credits, not those of the old limit.
      if try transaction.postPeriodReset(
        customer: new.customer, grant: new.limit, periodStart: start)
      {
        // Credits of this period that a program had granted before its first refill.
        try restore(isNewPeriod ? 0 : new.suspended, of: new, transaction)
        try put(clawback: 0, suspended: 0, of: new, transaction)
      } else if !old.isEntitled {
        try restore(
          max(0, new.suspended.adding(new.limit.subtracting(old.limit))), of: new, transaction)
        try put(clawback: new.clawback, suspended: 0, of: new, transaction)
      }
    } else if new.limit != old.limit {
      try follow(new, by: new.limit.subtracting(old.limit), transaction)
    }
  }

  private static func restore(
    _ credits: Int, of row: Row, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.postCredits(
      .grant, customer: row.customer, credits: credits, reason: "entitled again")
  }

  private static func put(
    clawback: Int, suspended: Int, of row: Row, _ transaction: borrowing WriteTransaction
  ) throws {
    guard clawback != row.clawback || suspended != row.suspended else { return }
    try transaction.execute(setPending, clawback, suspended, row.customer)
  }

  /// Expires the credits that are not reserved, and records those of the current period as suspended.
  private static func suspend(
    _ old: Row, _ new: Row, isNewPeriod: Bool, _ transaction: borrowing WriteTransaction
  ) throws {
    let remaining =
      try transaction.currentBalance(of: new.customer, asOf: transaction.now)?.planRemaining ?? 0
    try transaction.postCredits(
      .expire, customer: new.customer, credits: remaining,
      reason: transaction.reason ?? "no longer entitled")
    let kept = new.limit.subtracting(old.limit).adding(old.isEntitled ? remaining : 0)
    try transaction.execute(putSuspended, new.customer, isNewPeriod, kept, !old.isEntitled)
  }

  /// Changes the credits of the current period by the change of the limit.
  private static func follow(
    _ row: Row, by difference: Int, _ transaction: borrowing WriteTransaction
  ) throws {
    guard let balance = try transaction.currentBalance(of: row.customer, asOf: transaction.now)
    else { return }
    var clawback = balance.clawback
    if difference > 0 {
      // The clawback is deducted first; otherwise lowering and raising the limit would create
      // credits.
      let paid = min(difference, clawback)
      clawback -= paid
      try transaction.postCredits(
        .grant, customer: row.customer, credits: difference - paid, reason: "limit raised")
    } else {
      let taken = 0.subtracting(difference)
      let returned = min(taken, balance.planRemaining)
      clawback.add(taken.subtracting(returned))
      try transaction.postCredits(
        .adjust, customer: row.customer, credits: -returned, reason: "limit lowered")
    }
    guard clawback != balance.clawback else { return }
    try transaction.execute(setPending, clawback, row.suspended, row.customer)
  }
}

extension CreditTermRules {
  private static let claim = SQLStatement(
    "UPDATE credit_balances SET clawback = clawback - ?2 WHERE customer_id = ?1")
  private static let keep = SQLStatement(
    "UPDATE credit_balances SET suspended = suspended + ?2 WHERE customer_id = ?1")

  /// Settles what a hold has given back: credits of a past period, credits that a lowered limit
  /// claims, and credits of a customer who is not entitled do not become spendable.
  ///
  /// - Returns: the balance after it.
  static func settle(
    _ credits: Int, of hold: CreditHold, _ balance: CreditBalance,
    _ transaction: borrowing WriteTransaction
  ) throws -> CreditBalance {
    func take(_ number: Int, _ reason: String, from balance: CreditBalance) throws -> CreditBalance
    {
      let posting = CreditBook.Posting(
        kind: .expire, credits: number, grant: nil, hold: hold.id, at: transaction.now,
        reason: reason)
      return try transaction.append(posting, to: hold.customerID, balance, reason: nil)
    }
    if let period = hold.periodStart, let current = balance.periodStart, period != current {
      return try take(credits, "released after its period", from: balance)
    }
    var balance = balance
    let claimed = min(credits, balance.clawback)
    if claimed > 0 {
      balance = try take(claimed, "claimed by a lowered limit", from: balance)
      try transaction.execute(claim, hold.customerID, claimed)
    }
    if !balance.isEntitled, balance.periodStart != nil, credits > claimed {
      balance = try take(credits - claimed, "not entitled", from: balance)
      try transaction.execute(keep, hold.customerID, credits - claimed)
    }
    return balance
  }
}

extension CreditTermRules.Row {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      customer: column("customer_id"), limit: column("credit_limit"),
      clawback: column("clawback"), suspended: column("suspended"),
      isEntitled: column("is_entitled"),
      periodStart: column("period_start_at"))
  }
}
