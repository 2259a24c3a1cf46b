public import BackofficeStorage

extension Subscription: TableRow {
  /// The table of subscriptions.
  public static let tableName = "subscriptions"

  /// Every column but the internal key and what a lowered limit has yet to take back.
  public static let columns = [
    "id", "customer_id", "tier", "status", "provider", "provider_customer_id",
    "provider_subscription_id", "credit_limit", "has_custom_limit", "credits_granted",
    "credits_reserved", "credits_spent", "billing_anchor_at", "period_start_at",
    "period_end_at", "trial_starts_at", "trial_ends_at", "trial_converted_at",
    "cancel_at_period_end", "cancelled_at", "pending_tier", "pending_tier_at",
    "provider_updated_at", "metadata", "created_at", "updated_at",
  ]

  /// Decodes a row of ``columns``.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    customerID = try column.next()
    tier = try column.next()
    status = try column.next()
    provider = try Provider(
      name: column.next(), customerID: column.next(), subscriptionID: column.next())
    creditLimit = try column.next()
    hasCustomLimit = try column.next()
    credits = try CreditBalance(
      granted: column.next(), reserved: column.next(), spent: column.next())
    billingAnchorAt = try column.next()
    let start: Timestamp? = try column.next()
    let end: Timestamp? = try column.next()
    if let start, let end { period = BillingPeriod(unchecked: start, end) }
    let trialStart: Timestamp? = try column.next()
    let trialEnd: Timestamp? = try column.next()
    let convertedAt: Timestamp? = try column.next()
    if let trialStart, let trialEnd {
      trial = Trial(startsAt: trialStart, endsAt: trialEnd, convertedAt: convertedAt)
    }
    cancelAtPeriodEnd = try column.next()
    cancelledAt = try column.next()
    let pending: SubscriptionTier? = try column.next()
    let pendingAt: Timestamp? = try column.next()
    if let pending, let pendingAt { pendingTier = PendingTier(tier: pending, at: pendingAt) }
    providerUpdatedAt = try column.next()
    metadata = try column.next()
    createdAt = try column.next()
    updatedAt = try column.next()
  }
}

extension WriteTransaction {
  private static let insertSubscription = SQLStatement(
    """
    INSERT INTO subscriptions (id, customer_id, tier, status, credit_limit, billing_anchor_at,
      period_start_at, period_end_at, trial_starts_at, trial_ends_at, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)
    """)

  /// Inserts a subscription without credits.
  func insertSubscription(
    _ id: ID<Subscription>, of customer: ID<Customer>, tier: SubscriptionTier,
    status: SubscriptionStatus, period: BillingPeriod?, trial: Subscription.Trial?
  ) throws {
    try execute(
      Self.insertSubscription, id, customer, tier, status, tier.monthlyCredits, period?.start,
      period?.start, period?.end, trial?.startsAt, trial?.endsAt, now)
  }

  // The credits are missing on purpose: they follow the ledger. A new period owes nothing.
  private static let saveSubscription = SQLStatement(
    """
    UPDATE subscriptions SET credits_owed = iif(period_start_at IS ?, credits_owed, 0),
      tier = ?, status = ?, provider = ?, provider_customer_id = ?,
      provider_subscription_id = ?, credit_limit = ?, has_custom_limit = ?,
      billing_anchor_at = ?, period_start_at = ?, period_end_at = ?, trial_starts_at = ?,
      trial_ends_at = ?, trial_converted_at = ?, cancel_at_period_end = ?, cancelled_at = ?,
      pending_tier = ?, pending_tier_at = ?, provider_updated_at = ?, metadata = ?,
      updated_at = ?
    WHERE id = ?
    """)

  /// Writes everything of a subscription but its credits.
  func save(_ changed: Subscription) throws {
    do {
      try execute(
        Self.saveSubscription, changed.period?.start, changed.tier, changed.status,
        changed.provider.name,
        changed.provider.customerID, changed.provider.subscriptionID, changed.creditLimit,
        changed.hasCustomLimit, changed.billingAnchorAt, changed.period?.start,
        changed.period?.end, changed.trial?.startsAt, changed.trial?.endsAt,
        changed.trial?.convertedAt, changed.cancelAtPeriodEnd, changed.cancelledAt,
        changed.pendingTier?.tier, changed.pendingTier?.at, changed.providerUpdatedAt,
        changed.metadata, now, changed.id)
    } catch let error as SQLiteError {
      guard ResultCode.constraintUnique ~= error.code else { throw error }
      throw SubscriptionError.providerIDTaken(changed.customerID)
    }
  }
}
