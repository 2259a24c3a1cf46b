/// What a customer has subscribed to: a tier, its billing period and its trial.
///
/// Changed by methods of ``Subscriptions`` only. The credits that it gives are in ``CreditBalance``.
public struct Subscription: Sendable, Hashable, Codable {
  /// How many days a trial takes unless said otherwise.
  public static let standardTrialDays = 14

  /// The subscription's id.
  public let id: ID<Subscription>
  /// Whose it is; a customer has at most one.
  public let customerID: ID<Customer>
  /// What the customer pays for.
  public package(set) var tier: SubscriptionTier
  /// The version of the tier that was agreed on; see ``Tiers/find(of:)``.
  public package(set) var tierVersion: Int
  /// Where the subscription stands.
  public package(set) var status: SubscriptionStatus
  /// The payment provider's names for it.
  public package(set) var provider: Provider
  /// Where the whole months of billing are counted from.
  public package(set) var billingAnchorAt: Timestamp?
  /// The current billing period; nil before the first.
  public package(set) var period: BillingPeriod?
  /// The trial; nil when there was none.
  public package(set) var trial: Trial?
  /// Whether the subscription ends with the current period.
  public package(set) var cancelAtPeriodEnd: Bool
  /// When it ended; nil while it goes on.
  public package(set) var cancelledAt: Timestamp?
  /// The tier that a later period begins with.
  public package(set) var pendingTier: PendingTier?
  /// The provider's time of the newest event applied.
  public package(set) var providerUpdatedAt: Timestamp?
  /// A JSON object of the program's own.
  public package(set) var metadata: JSONText
  /// When the subscription was opened.
  public let createdAt: Timestamp
  /// When the row was last changed.
  public package(set) var updatedAt: Timestamp
}

extension Subscription {
  /// The payment provider's names for a subscription.
  public struct Provider: Sendable, Hashable, Codable {
    /// The provider, such as `stripe`.
    public package(set) var name: String
    /// Its id of the customer.
    public package(set) var customerID: String?
    /// Its id of the subscription.
    public package(set) var subscriptionID: String?
  }

  /// A trial.
  public struct Trial: Sendable, Hashable, Codable {
    /// When it began.
    public package(set) var startsAt: Timestamp
    /// When it ends or ended.
    public package(set) var endsAt: Timestamp
    /// When it became a paid subscription; nil while it has not.
    public package(set) var convertedAt: Timestamp?
  }

  /// A tier that a later period begins with.
  public struct PendingTier: Sendable, Hashable, Codable {
    /// The tier.
    public package(set) var tier: SubscriptionTier
    /// From when on.
    public package(set) var at: Timestamp
  }
}
