extension Subscription: TableRow {
  /// The table of subscriptions.
  public static let tableName = "subscriptions"

  /// Reads all columns except the internal key.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), customerID: column("customer_id"), tier: column("tier"),
      tierVersion: column("tier_version"), status: column("status"),
      provider: Provider(
        name: column("provider"), customerID: column("provider_customer_id"),
        subscriptionID: column("provider_subscription_id")),
      billingAnchorAt: column("billing_anchor_at"), billingDay: column("billing_day"),
      period: BillingPeriod(column("period_start_at"), column("period_end_at")),
      trial: Trial(
        column("trial_starts_at"), column("trial_ends_at"),
        convertedAt: column("trial_converted_at")),
      cancelAtPeriodEnd: column("cancel_at_period_end"), cancelledAt: column("cancelled_at"),
      graceEndsAt: column("grace_ends_at"),
      pendingTier: PendingTier(column("pending_tier"), at: column("pending_tier_at")),
      currency: column("currency"), providerUpdatedAt: column("provider_updated_at"),
      metadata: column("metadata"),
      createdAt: column("created_at"), updatedAt: column("updated_at"))
  }

  /// Decodes a row that begins with the declared columns.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws { try self.init(reading: row) }
}

// Optional parts, which are nil if their columns are NULL.

extension BillingPeriod {
  fileprivate init?(_ start: Timestamp?, _ end: Timestamp?) {
    guard let start, let end else { return nil }
    self.init(unchecked: start, end)
  }
}

extension Subscription.Trial {
  fileprivate init?(_ start: Timestamp?, _ end: Timestamp?, convertedAt: Timestamp?) {
    guard let start, let end else { return nil }
    self.init(startsAt: start, endsAt: end, convertedAt: convertedAt)
  }
}

extension Subscription.PendingTier {
  fileprivate init?(_ tier: SubscriptionTier?, at: Timestamp?) {
    guard let tier, let at else { return nil }
    self.init(tier: tier, at: at)
  }
}

extension WriteTransaction {
  private static let insertSubscription = SQLStatement(
    """
    INSERT INTO subscriptions (id, customer_id, tier, tier_version, status, billing_anchor_at,
      period_start_at, period_end_at, trial_starts_at, trial_ends_at, created_at, updated_at,
      billing_day, currency)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, ?13)
    """)

  /// Inserts a subscription, whose status is the first fact about it.
  func insertSubscription(
    _ id: ID<Subscription>, of customer: ID<Customer>, tier: Tier,
    status: SubscriptionStatus, period: BillingPeriod?, trial: Subscription.Trial?,
    billingDay: Int? = nil, currency: Currency? = nil
  ) throws {
    try execute(
      Self.insertSubscription, id, customer, tier.name, tier.version, status, period?.start,
      period?.start,
      period?.end, trial?.startsAt, trial?.endsAt, now, billingDay, currency)
    try put(.status(status, at: now), of: id)
  }

  private static let saveSubscription = SQLStatement(
    """
    UPDATE subscriptions SET tier = ?, tier_version = ?, status = ?, provider = ?, provider_customer_id = ?,
      provider_subscription_id = ?, billing_anchor_at = ?, billing_day = ?, period_start_at = ?, period_end_at = ?,
      trial_starts_at = ?, trial_ends_at = ?, trial_converted_at = ?, cancel_at_period_end = ?, cancelled_at = ?,
      pending_tier = ?, pending_tier_at = ?, currency = ?, provider_updated_at = ?, metadata = ?,
      updated_at = ?
    WHERE id = ?
    """)

  /// Writes all columns of a subscription.
  func save(_ changed: Subscription) throws {
    do {
      try execute(
        Self.saveSubscription, changed.tier, changed.tierVersion, changed.status,
        changed.provider.name, changed.provider.customerID, changed.provider.subscriptionID,
        changed.billingAnchorAt, changed.billingDay, changed.period?.start,
        changed.period?.end, changed.trial?.startsAt, changed.trial?.endsAt,
        changed.trial?.convertedAt, changed.cancelAtPeriodEnd, changed.cancelledAt,
        changed.pendingTier?.tier, changed.pendingTier?.at, changed.currency,
        changed.providerUpdatedAt,
        changed.metadata, now, changed.id)
    } catch let error as SQLiteError {
      guard ResultCode.constraintUnique ~= error.code else { throw error }
      throw SubscriptionError.providerIDTaken(changed.customerID)
    }
  }
}
