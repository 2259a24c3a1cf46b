/// What a payment provider says about a subscription.
///
/// Describe it from the provider's webhook; the subscription is found by whichever id is known.
public struct ProviderEvent: Sendable, Hashable {
  /// The provider's id of the event: it is applied once.
  public var id: String
  /// The provider.
  public var provider: String
  /// What happened.
  public var kind: Kind
  /// When, by the provider's clock; an event older than one applied before is ignored.
  public var occurredAt: Timestamp
  /// The provider's id of the subscription, if the event names it.
  public var subscriptionID: String?
  /// The provider's id of the customer, if the event names it.
  public var customerID: String?
  /// The store's own id of the customer, if the event carries it; links the two the first time.
  public var customer: ID<Customer>?
  /// The tier that the subscription has now; nil for no news.
  public var tier: SubscriptionTier?
  /// The status that an `updated` subscription has now; nil for no news.
  public var status: SubscriptionStatus?
  /// The billing period that is paid; nil to count it from the anchor.
  public var period: BillingPeriod?
  /// Whether the subscription is to end with its period; nil for no news.
  public var cancelAtPeriodEnd: Bool?
  /// The event as it came.
  public var payload: JSONText = .emptyObject

  /// What a provider can say.
  public enum Kind: String, TextEnum {
    /// The subscription was paid for the first time, or again after it had ended.
    case activated
    /// The next period began and is paid.
    case renewed
    /// A payment came.
    case paymentSucceeded = "payment_succeeded"
    /// A payment did not come.
    case paymentFailed = "payment_failed"
    /// Tier, status or the plan to cancel changed.
    case updated
    /// The subscription ended.
    case cancelled
  }

  /// What became of an event.
  public enum Outcome: Sendable, Hashable {
    /// It changed the subscription to what is given.
    case applied(Subscription)
    /// It was applied or ignored before.
    case duplicate
    /// A newer event was applied before.
    case outdated
    /// The subscription refuses it; it is kept, and applied anew when it is delivered again.
    case failed(SubscriptionError)
  }

  /// Describes an event.
  ///
  /// - Parameters:
  ///   - id: the provider's id of the event.
  ///   - kind: what happened.
  ///   - occurredAt: when, by the provider's clock.
  ///   - subscriptionID: the provider's id of the subscription.
  ///   - customerID: the provider's id of the customer.
  ///   - customer: the store's own id of the customer.
  ///   - provider: the provider; `stripe` by default.
  public init(
    id: String, kind: Kind, occurredAt: Timestamp, subscriptionID: String? = nil,
    customerID: String? = nil, customer: ID<Customer>? = nil, provider: String = "stripe"
  ) {
    self.id = id
    self.kind = kind
    self.occurredAt = occurredAt
    self.subscriptionID = subscriptionID
    self.customerID = customerID
    self.customer = customer
    self.provider = provider
  }
}
