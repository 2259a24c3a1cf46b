/// Writes what a subscription costs, for every statement that begins a period or changes the tier.
enum ChargeRules {
  private struct Row: TableRow {
    static let tableName = Subscription.tableName
    let id: ID<Subscription>
    let status: SubscriptionStatus
    let periodStart: Timestamp?

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      id = try column("id")
      status = try column("status")
      periodStart = try column("period_start_at")
      _ = try column("tier") as SubscriptionTier
      _ = try column("tier_version") as Int
    }
  }

  private static let byID = Subscription.select("WHERE id = ?")
  static let last = SubscriptionCharge.select(
    """
    WHERE customer_id = ?1 AND period_start_at = ?2 AND kind <> 'unused' ORDER BY pk DESC LIMIT 1
    """)
  private static let insert = SQLStatement(
    """
    INSERT INTO subscription_charges (customer_id, kind, tier, tier_version, amount_minor, currency,
      days, out_of, period_start_at, period_end_at, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """)

  /// Charges each billing period of a paid subscription, and prorates a change of tier within one.
  static let charge = Trigger.after(
    "subscriptions.charges",
    .insertOrUpdate(of: "status", "tier", "tier_version", "period_start_at"), on: Row.self
  ) { change, transaction in
    guard let row = change.new, row.status == .active || row.status == .pastDue,
      row.periodStart != nil,
      // The row as it is now, because other rules may have set the version.
      let subscription = try Subscription.fetchOne(transaction, byID, row.id),
      let period = subscription.period
    else { return }
    let price = try Price(of: subscription, in: transaction)
    let before = try SubscriptionCharge.fetchOne(
      transaction, last, subscription.customerID, period.start)
    guard let before else {
      let days = price.days(of: period, in: transaction.zone)
      return try write(
        .period, subscription.tier, subscription.tierVersion, price.amount,
        ProratedPart(days: days, outOf: days), subscription, period, transaction)
    }
    guard
      before.tier != subscription.tier || before.tierVersion != subscription.tierVersion
    else { return }
    try prorate(before, to: price, of: subscription, in: period, transaction)
  }

  /// Gives back the unused days of the old tier, and charges the remaining days of the new one.
  private static func prorate(
    _ before: SubscriptionCharge, to price: Price, of subscription: Subscription,
    in period: BillingPeriod, _ transaction: borrowing WriteTransaction
  ) throws {
    let zone = transaction.zone
    let (start, end) = (zone.date(of: period.start), zone.date(of: period.end))
    let today = min(max(zone.date(of: transaction.now), start), end)
    let remaining = end.daysSince1970 - today.daysSince1970
    let old = try Price(
      of: before.tier, version: before.tierVersion, currency: before.amount?.currency,
      in: transaction)
    let whole = max(old.days(of: period, in: zone), remaining)
    let unused = ProratedPart(days: remaining, outOf: whole)
    if before.amount != nil, let amount = old.amount {
      let credit = amount.split(by: [whole - remaining, remaining])[1]
      try write(
        .unused, before.tier, before.tierVersion,
        Money(minorUnits: 0 &- credit.minorUnits, currency: credit.currency), unused, subscription,
        period, transaction)
    }
    let all = max(price.days(of: period, in: zone), remaining)
    try write(
      .remaining, subscription.tier, subscription.tierVersion,
      price.amount.map { $0.split(by: [all - remaining, remaining])[1] },
      ProratedPart(days: remaining, outOf: all), subscription, period, transaction)
  }

  private static func write(
    _ kind: SubscriptionCharge.Kind, _ tier: SubscriptionTier, _ version: Int, _ amount: Money?,
    _ part: ProratedPart, _ subscription: Subscription, _ period: BillingPeriod,
    _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(
      insert, subscription.customerID, kind, tier, version, amount?.minorUnits, amount?.currency,
      part.days, part.outOf, period.start, period.end, transaction.now)
  }

  /// The price of a billing period of a tier.
  struct Price {
    let amount: Money?
    let cycle: TierPeriod

    init(of subscription: Subscription, in transaction: borrowing WriteTransaction) throws {
      try self.init(
        of: subscription.tier, version: subscription.tierVersion,
        currency: transaction.chargeCurrency(of: subscription), in: transaction)
    }

    init(
      of tier: SubscriptionTier, version: Int, currency: Currency?,
      in transaction: borrowing WriteTransaction
    ) throws {
      let terms = try transaction.terms(of: tier, version: version)
      amount = terms.price(in: currency)
      cycle = terms.period
    }

    /// The local days of the tier's own period that begins with a billing period.
    func days(of period: BillingPeriod, in zone: Zone) -> Int {
      let own = cycle.isCalendar ? period : cycle.firstPeriod(from: period.start, zone: zone)
      let days = zone.date(of: own.end).daysSince1970 - zone.date(of: own.start).daysSince1970
      let actual =
        zone.date(of: period.end).daysSince1970 - zone.date(of: period.start).daysSince1970
      // A wanted day of the month makes periods that are not counted from their start.
      return max(abs(days - actual) <= 3 ? actual : days, 1)
    }
  }
}

extension TierTerms {
  /// The price of one billing period.
  ///
  /// - Parameter currency: the currency; nil for that of the first price.
  /// - Returns: nil if there is no price for the length of the period in the currency.
  public func price(in currency: Currency? = nil) -> Money? {
    let interval: TierPrice.Interval =
      switch period.step {
      case .days(7): "week"
      case .days: "fortnight"
      case .months(1): .month
      case .months(3): "quarter"
      case .months: .year
      }
    return prices.first { price in
      price.interval == interval && (currency == nil || price.amount.currency == currency)
    }?.amount
  }
}

extension WriteTransaction {
  private static let lastCurrency = SQLStatement(
    """
    SELECT currency FROM subscription_charges WHERE customer_id = ?1 AND currency IS NOT NULL
    ORDER BY period_start_at DESC, pk DESC LIMIT 1
    """)

  /// The currency of a subscription's charges: its own, or that of the last charge.
  func chargeCurrency(of subscription: Subscription) throws -> Currency? {
    if let own = subscription.currency { return own }
    return try fetchOne(Self.lastCurrency, subscription.customerID) { row in
      try row.value(at: 0, as: Currency.self)
    }
  }

  /// - Throws: ``SubscriptionError/noPrice(_:_:)`` if a tier has prices, and none in a currency.
  func requirePrice(of tier: Tier, in currency: Currency?) throws {
    guard let currency, tier.terms.price() != nil, tier.terms.price(in: currency) == nil else {
      return
    }
    throw SubscriptionError.noPrice(tier.name, currency)
  }
}

extension ConsistencyCheck where Self == QueryCheck {
  /// Checks that every current period of a paid subscription is charged.
  static var subscriptionCharges: QueryCheck {
    QueryCheck(
      "subscriptions.charges",
      """
      SELECT 'subscriptions', id, 'its billing period has no charge'
      FROM subscriptions s
      WHERE (s.status = 'active' OR s.status = 'past_due') AND s.period_start_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM subscription_charges c
          WHERE c.customer_id = s.customer_id AND c.period_start_at = s.period_start_at)
      LIMIT ?
      """)
  }
}
