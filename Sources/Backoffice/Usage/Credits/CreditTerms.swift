/// What a customer has agreed to, as far as it decides on their credits.
public struct CreditTerms: Sendable, Hashable {
  /// The name of the tier, for records of usage; nil for none.
  public var tier: String?
  /// The credits of each billing period, unless the customer has a limit of their own.
  public var limit: Int
  /// Whether the customer gets and keeps credits.
  public var isEntitled: Bool
  /// Where the whole months of billing are counted from.
  public var billingAnchor: Timestamp?
  /// The current billing period; nil before the first.
  public var period: BillingPeriod?

  /// Describes terms.
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
      period_start_at, period_end_at, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)
    ON CONFLICT (customer_id) DO UPDATE SET tier = ?2,
      credit_limit = iif(has_custom_limit, credit_limit, ?3), is_entitled = ?4,
      billing_anchor_at = ?5, period_start_at = ?6, period_end_at = ?7, updated_at = ?8
    """)
  private static let putLimit = SQLStatement(
    """
    UPDATE credit_balances SET credit_limit = ?2, has_custom_limit = ?3, updated_at = ?4
    WHERE customer_id = ?1
    """)

  /// Sets the terms of a customer's credits, and opens the balance of one who has none.
  ///
  /// For entitled customers a new billing period refills the credits to the limit, and another limit
  /// changes those of the running period by the difference. A customer who is no longer entitled loses the
  /// credits that remain; what is held stays so.
  ///
  /// - Throws: ``UsageError/unknownCustomer(_:)``, ``UsageError/invalidCredits(kind:credits:)``.
  /// - Complexity: a few index probes.
  package func setTerms(_ terms: CreditTerms, of customer: ID<Customer>) throws {
    guard terms.limit >= 0 else {
      throw UsageError.invalidCredits(kind: .grant, credits: terms.limit)
    }
    try access.write { transaction in
      do {
        try transaction.execute(
          Self.putTerms, customer, terms.tier, terms.limit, terms.isEntitled, terms.billingAnchor,
          terms.period?.start, terms.period?.end, transaction.now)
      } catch let error as SQLiteError where .constraintForeignKey ~= error.code {
        throw UsageError.unknownCustomer(customer)
      }
    }
  }

  /// Sets the limit of a customer's credits; the credits of the running period change by the difference.
  ///
  /// - Parameters:
  ///   - limit: the credits of each billing period.
  ///   - customer: whose.
  ///   - isCustom: whether it is the customer's own and stays when the terms change.
  /// - Throws: ``UsageError/noSubscription(_:)``.
  package func setLimit(_ limit: Int, of customer: ID<Customer>, isCustom: Bool) throws {
    try access.write { transaction in
      let changed = try transaction.execute(
        Self.putLimit, customer, limit, isCustom, transaction.now)
      if changed == 0 { throw UsageError.noSubscription(customer) }
    }
  }
}

/// What a change of terms does to the credits, by any statement.
enum CreditTermRules {
  static let triggers = [opened, changed]

  /// The columns of a balance that its credits follow.
  struct Row: TableRow {
    static let tableName = "credit_balances"

    let customer: ID<Customer>
    let limit: Int
    let owed: Int
    let isEntitled: Bool
    let periodStart: Timestamp?
  }

  private static let setOwed = SQLStatement(
    "UPDATE credit_balances SET owed = ? WHERE customer_id = ?")

  /// A new balance begins with the credits of its first period.
  private static let opened = Trigger.after(
    "credit_balances.first_period", .insert.where(.holds("is_entitled")), on: Row.self
  ) { change, transaction in
    guard let new = change.new, new.periodStart != nil else { return }
    try transaction.postCredits(
      .grant, customer: new.customer, credits: new.limit, reason: "first period")
  }

  private static let changed = Trigger.after(
    "credit_balances.terms", .update(of: "credit_limit", "is_entitled", "period_start_at"),
    on: Row.self
  ) { change, transaction in
    guard let old = change.old, let new = change.new else { return }
    guard new.isEntitled, let start = new.periodStart else {
      return try expire(new.customer, transaction)
    }
    if start != old.periodStart || !old.isEntitled {
      // A new period owes nothing, and brings its own credits, not those of the old limit.
      if new.owed != 0 { try transaction.execute(setOwed, 0, new.customer) }
      try transaction.postPeriodReset(
        customer: new.customer, grant: new.limit, periodStart: start)
    } else if new.limit != old.limit {
      try follow(new, by: new.limit - old.limit, transaction)
    }
  }

  /// Takes back the credits that nothing holds.
  private static func expire(
    _ customer: ID<Customer>, _ transaction: borrowing WriteTransaction
  ) throws {
    let remaining = try transaction.creditBalance(of: customer)?.remaining ?? 0
    try transaction.postCredits(
      .expire, customer: customer, credits: remaining,
      reason: transaction.reason ?? "no longer entitled")
  }

  /// Changes the credits of the running period by a difference of the limit.
  private static func follow(
    _ row: Row, by difference: Int, _ transaction: borrowing WriteTransaction
  ) throws {
    var owed = row.owed
    if difference > 0 {
      // What is owed is paid first, or going down and up again would make credits out of nothing.
      let paid = min(difference, owed)
      owed -= paid
      try transaction.postCredits(
        .grant, customer: row.customer, credits: difference - paid, reason: "limit raised")
    } else {
      let remaining = try transaction.creditBalance(of: row.customer)?.remaining ?? 0
      let returned = min(-difference, remaining)
      owed += -difference - returned
      try transaction.postCredits(
        .adjust, customer: row.customer, credits: -returned, reason: "limit lowered")
    }
    if owed != row.owed { try transaction.execute(setOwed, owed, row.customer) }
  }
}

extension CreditTermRules.Row {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      customer: column("customer_id"), limit: column("credit_limit"),
      owed: column("owed"), isEntitled: column("is_entitled"),
      periodStart: column("period_start_at"))
  }
}
