extension Subscriptions {
  /// Sets a custom credit limit, which is kept when the tier changes; nil restores the tier's
  /// limit.
  ///
  /// The credits of the current period change by the difference, as with a change of tier.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, `invalidCreditLimit`; ``CustomerError`` with
  ///   `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func setCustomCreditLimit(
    of customer: ID<Customer>, to limit: Int?, reason: String? = nil
  ) throws -> Subscription {
    if let limit, limit < 0 { throw SubscriptionError.invalidCreditLimit(limit) }
    return try change(of: customer, reason: reason) { subscription, transaction in
      let terms = try transaction.terms(of: subscription.tier, version: subscription.tierVersion)
      try transaction.credits.setLimit(
        limit ?? terms.credits, of: customer, isCustom: limit != nil)
    }
  }
}

/// Keeps a customer's credit terms equal to those of the subscription.
struct SubscriptionTerms: DerivedValue {
  let name = "credit_balances.subscription_terms"

  /// The columns of a subscription that determine credits.
  struct Row: TableRow {
    static let tableName = Subscription.tableName

    let customer: ID<Customer>
    let choice: TierChoice
    let status: SubscriptionStatus
    let anchor: Timestamp?
    let periodEnd: Timestamp?

    func terms(
      after old: Row?, in transaction: borrowing WriteTransaction
    ) throws -> CreditTerms {
      CreditTerms(
        tier: choice.tier.rawValue,
        limit: try choice.terms(after: old?.choice, in: transaction).credits,
        isEntitled: status.isEntitled, billingAnchor: anchor,
        period: choice.periodStart.flatMap { start in
          periodEnd.flatMap { BillingPeriod(start: start, end: $0) }
        })
    }
  }

  var triggers: [Trigger] {
    [
      .after(
        name,
        .insertOrUpdate(
          of: "customer_id", "tier", "tier_version", "status", "billing_anchor_at",
          "period_start_at",
          "period_end_at"),
        on: Row.self
      ) { change, transaction in
        guard let new = change.new else { return }
        let terms = try new.terms(after: change.old, in: transaction)
        if let old = change.old, try old.terms(after: old, in: transaction) == terms,
          old.customer == new.customer
        {
          return
        }
        try transaction.credits.setTerms(terms, of: new.customer)
      }
    ]
  }

  private static let differing = SQLStatement(
    """
    SELECT \(Row.selection(of: "s")) FROM subscriptions s
    LEFT JOIN tier_versions v ON v.tier = s.tier AND v.version = s.tier_version
    LEFT JOIN credit_balances b ON b.customer_id = s.customer_id
    WHERE b.pk IS NULL OR b.tier IS NOT s.tier OR b.is_entitled <> (s.status IN (\(SubscriptionStatus.list(where: \.isEntitled))))
      OR b.billing_anchor_at IS NOT s.billing_anchor_at
      OR b.period_start_at IS NOT s.period_start_at OR b.period_end_at IS NOT s.period_end_at
      OR (b.has_custom_limit = 0 AND b.credit_limit <> v.credits)
    ORDER BY s.pk LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.differing, limit) { row in
      Finding(
        check: name, entity: "credit_balances of customer \(try Row(row).customer)",
        problem: "tier, limit or billing period are not those of the subscription")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let rows = try Row.fetchAll(transaction, Self.differing, -1)
    for row in rows {
      let terms = try row.terms(after: row, in: transaction)
      try transaction.credits.setTerms(terms, of: row.customer)
    }
    return rows.count
  }
}

extension SubscriptionTerms.Row {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      customer: column("customer_id"), choice: TierChoice(&column), status: column("status"),
      anchor: column("billing_anchor_at"), periodEnd: column("period_end_at"))
  }
}
