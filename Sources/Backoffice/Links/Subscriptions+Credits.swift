extension Subscriptions {
  /// Begins a new billing period at an instant within the current one, which becomes the new billing
  /// anchor.
  ///
  /// Credits are what they would be if the reset had been recorded in time: use since then counts in
  /// the new period. Holds and answers stand.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - instant: the start of the new period, after that of the current one and not in the future.
  ///   - reason: the reason to record in the history.
  /// - Throws: ``SubscriptionError`` with `notFound`, `wrongStatus`, `invalidReset`;
  ///   ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: proportional to everything that happened to the customer's credits.
  @discardableResult
  public func resetPeriod(
    of customer: ID<Customer>, at instant: Timestamp, reason: String? = nil
  ) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      try transaction.resetEarly(&subscription, at: instant)
      try transaction.recountUses(of: customer, since: instant)
    }
  }

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

  /// The terms that follow from a change of a subscription.
  private static func terms(
    of subscription: Subscription, after old: Subscription?,
    in transaction: borrowing WriteTransaction
  ) throws -> CreditTerms {
    let terms = try TierChoice(subscription).terms(
      after: old.map(TierChoice.init), in: transaction)
    var credit = CreditTerms(
      tier: subscription.tier.rawValue, limit: terms.credits,
      isEntitled: subscription.status.isEntitled, billingAnchor: subscription.billingAnchorAt,
      period: subscription.period)
    credit.cycle = terms.period
    credit.billingDay = subscription.billingDay
    credit.dueAt = subscription.changesAt
    credit.refillsAt = subscription.renewsAt
    credit.keepsOverage = terms.keepsOverage
    return credit
  }

  var triggers: [Trigger] {
    [
      .after(
        name,
        .insertOrUpdate(
          of: "customer_id", "tier", "tier_version", "status", "billing_anchor_at", "billing_day",
          "period_start_at", "period_end_at", "trial_ends_at", "cancel_at_period_end",
          "grace_ends_at"),
        on: Subscription.self
      ) { change, transaction in
        guard var new = change.new else { return }
        // The end of its grace period is set by another rule.
        if new.status == .pastDue { new = try transaction.subscription(of: new.customerID) }
        let terms = try Self.terms(of: new, after: change.old, in: transaction)
        if let old = change.old, try Self.terms(of: old, after: old, in: transaction) == terms,
          old.customerID == new.customerID
        {
          return
        }
        try transaction.credits.setTerms(terms, of: new.customerID)
      }, due,
    ]
  }

  private struct Due: TableRow {
    static let tableName = "credit_balances"
    let customer: ID<Customer>
    let dueAt: Timestamp?

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      customer = try column("customer_id")
      dueAt = try column("due_at")
    }
  }

  private static let setDue = SQLStatement(
    "UPDATE credit_balances SET due_at = ?2 WHERE customer_id = ?1")

  /// Brings the subscription up to date before credits or limits are asked for, so that entitlement
  /// does not depend on a job having run.
  private var due: Trigger {
    .after("credit_balances.due", .update(of: "due_at"), on: Due.self) { change, transaction in
      guard let new = change.new, new.dueAt == nil, let due = change.old?.dueAt,
        due <= transaction.now
      else { return }
      if let next = try transaction.bringSubscriptionUpToDate(of: new.customer) {
        try transaction.execute(Self.setDue, new.customer, next)
      }
    }
  }

  private static let differing = SQLStatement(
    """
    SELECT \(Subscription.selection(of: "s")) FROM subscriptions s
    LEFT JOIN tier_versions v ON v.tier = s.tier AND v.version = s.tier_version
    LEFT JOIN credit_balances b ON b.customer_id = s.customer_id
    WHERE b.pk IS NULL OR b.tier IS NOT s.tier OR b.is_entitled <> (s.status IN (\(SubscriptionStatus.list(where: \.isEntitled))))
      OR b.billing_anchor_at IS NOT s.billing_anchor_at
      OR b.period_start_at IS NOT s.period_start_at OR b.period_end_at IS NOT s.period_end_at
      OR b.billing_day IS NOT s.billing_day OR b.billing_period <> v.period
      OR b.keeps_overage <> v.keeps_overage
      OR b.due_at IS NOT CASE s.status
        WHEN 'trialing' THEN min(coalesce(s.period_end_at, s.trial_ends_at), s.trial_ends_at)
        WHEN 'active' THEN s.period_end_at
        WHEN 'past_due' THEN coalesce(min(s.grace_ends_at, iif(s.cancel_at_period_end, s.period_end_at, NULL)),
          s.grace_ends_at, iif(s.cancel_at_period_end, s.period_end_at, NULL))
        WHEN 'paused' THEN iif(s.cancel_at_period_end, s.period_end_at, NULL) END
      OR (b.has_custom_limit = 0 AND b.credit_limit <> v.credits)
    ORDER BY s.pk LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.differing, limit) { row in
      Finding(
        check: name, entity: "credit_balances of customer \(try Subscription(row).customerID)",
        problem: "tier, limit or billing period are not those of the subscription")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let rows = try Subscription.fetchAll(transaction, Self.differing, -1)
    for row in rows {
      let terms = try Self.terms(of: row, after: row, in: transaction)
      try transaction.credits.setTerms(terms, of: row.customerID)
    }
    return rows.count
  }
}
