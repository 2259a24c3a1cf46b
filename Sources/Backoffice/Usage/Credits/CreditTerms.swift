/// The terms of a customer that determine their credits.
public struct CreditTerms: Sendable, Hashable {
  /// The name of the tier, for usage records; nil for none.
  public var tier: String?
  /// The credits of each billing period.
  ///
  /// A customer's custom limit overrides them.
  public var limit: Int
  /// Whether the customer receives and keeps credits.
  public var isEntitled: Bool
  /// The instant from which billing months are counted.
  public var billingAnchor: Timestamp?
  /// The current billing period; nil before the first.
  public var period: BillingPeriod?

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

  /// Sets the credit terms of a customer, and opens the balance if there is none.
  ///
  /// For an entitled customer, a new billing period refills the credits to the limit, and a new
  /// limit changes the credits of the current period by the difference. A customer who is no longer
  /// entitled loses the remaining credits; reserved credits stay reserved.
  ///
  /// - Throws: ``UsageError/unknownCustomer(_:)``, ``UsageError/invalidCredits(kind:credits:)``.
  /// - Complexity: a constant number of index lookups.
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
  static let triggers = [opened, changed]

  /// The columns of a balance that determine its credits.
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

  /// A new balance starts with the credits of its first period.
  private static let opened = Trigger.after(
    "credit_balances.first_period", .insert.where(.holds("is_entitled")), on: Row.self
  ) { change, transaction in
    guard let new = change.new, new.periodStart != nil else { return }
    try transaction.postCredits(
      .grant, customer: new.customer, credits: new.limit, reason: "first period")
  }

  /// Grants the difference when the limit changes, and the credits of a new period.
  private static let changed = Trigger.after(
    "credit_balances.terms", .update(of: "credit_limit", "is_entitled", "period_start_at"),
    on: Row.self
  ) { change, transaction in
    guard let old = change.old, let new = change.new else { return }
    guard new.isEntitled, let start = new.periodStart else {
      return try expire(new.customer, transaction)
    }
    if start != old.periodStart || !old.isEntitled {
      // A new period owes nothing and brings its own credits, not those of the old limit.
      if new.owed != 0 { try transaction.execute(setOwed, 0, new.customer) }
      try transaction.postPeriodReset(
        customer: new.customer, grant: new.limit, periodStart: start)
    } else if new.limit != old.limit {
      try follow(new, by: new.limit.subtracting(old.limit), transaction)
    }
  }

  /// Expires the credits that are not reserved.
  private static func expire(
    _ customer: ID<Customer>, _ transaction: borrowing WriteTransaction
  ) throws {
    let remaining = try transaction.creditBalance(of: customer)?.remaining ?? 0
    try transaction.postCredits(
      .expire, customer: customer, credits: remaining,
      reason: transaction.reason ?? "no longer entitled")
  }

  /// Changes the credits of the current period by the change of the limit.
  private static func follow(
    _ row: Row, by difference: Int, _ transaction: borrowing WriteTransaction
  ) throws {
    var owed = row.owed
    if difference > 0 {
      // The owed credits are deducted first; otherwise lowering and raising the limit would create
      // credits.
      let paid = min(difference, owed)
      owed -= paid
      try transaction.postCredits(
        .grant, customer: row.customer, credits: difference - paid, reason: "limit raised")
    } else {
      let remaining = try transaction.creditBalance(of: row.customer)?.remaining ?? 0
      let taken = 0.subtracting(difference)
      let returned = min(taken, remaining)
      owed.add(taken.subtracting(returned))
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
