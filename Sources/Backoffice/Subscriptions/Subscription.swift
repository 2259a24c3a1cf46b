/// The subscription of a customer: its tier, billing period and trial.
///
/// It changes only through the methods of ``Subscriptions``. The credits are in ``CreditBalance``.
public struct Subscription: Sendable, Hashable, Codable {
  /// The default length of a trial in days.
  public static let standardTrialDays = 14

  /// The subscription's id.
  public let id: ID<Subscription>
  /// The customer, who has at most one subscription.
  public let customerID: ID<Customer>
  /// The tier.
  public package(set) var tier: SubscriptionTier
  /// The version of the tier; see ``Tiers/find(of:)``.
  public package(set) var tierVersion: Int
  /// The status.
  public package(set) var status: SubscriptionStatus
  /// The identifiers at the payment provider.
  public package(set) var provider: Provider
  /// The instant from which billing months are counted.
  public package(set) var billingAnchorAt: Timestamp?
  /// The wanted day of the month of billing periods; nil for the day of ``billingAnchorAt``.
  ///
  /// A shorter month has the border on its last day.
  public package(set) var billingDay: Int?
  /// The current billing period; nil before the first.
  public package(set) var period: BillingPeriod?
  /// The trial; nil if there was none.
  public package(set) var trial: Trial?
  /// Whether the subscription ends with the current billing period.
  public package(set) var cancelAtPeriodEnd: Bool
  /// When the subscription ended; nil while it has not.
  public package(set) var cancelledAt: Timestamp?
  /// When a subscription that is past due becomes unpaid; nil if it waits for the payment.
  public package(set) var graceEndsAt: Timestamp?
  /// The change of tier that takes effect with a later billing period.
  public package(set) var pendingTier: PendingTier?
  /// The currency of its charges; nil for that of the tier's first price.
  public package(set) var currency: Currency?
  /// The provider's time of the newest applied event.
  ///
  /// It is information only: an older event may still state a fact that is not known.
  public package(set) var providerUpdatedAt: Timestamp?
  /// A JSON object for the program's own data.
  public package(set) var metadata: JSONText
  /// When the subscription was opened.
  public let createdAt: Timestamp
  /// When the row was last changed.
  public package(set) var updatedAt: Timestamp
}

extension Subscription {
  /// The identifiers of a subscription at the payment provider.
  public struct Provider: Sendable, Hashable, Codable {
    /// The provider, such as `stripe`.
    public package(set) var name: String
    /// The provider's id of the customer.
    public package(set) var customerID: String?
    /// The provider's id of the subscription.
    public package(set) var subscriptionID: String?
  }

  /// A trial.
  public struct Trial: Sendable, Hashable, Codable {
    /// When the trial began.
    public package(set) var startsAt: Timestamp
    /// When the trial ends or ended.
    public package(set) var endsAt: Timestamp
    /// When the trial was converted to a paid subscription; nil if it was not.
    public package(set) var convertedAt: Timestamp?
  }

  /// A change of tier that takes effect with a later billing period.
  public struct PendingTier: Sendable, Hashable, Codable {
    /// The tier.
    public package(set) var tier: SubscriptionTier
    /// When the change takes effect.
    public package(set) var at: Timestamp
  }
}
