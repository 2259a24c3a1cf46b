/// An event of the payment provider about a subscription.
///
/// Create it from the provider's webhook. The subscription is found by any of the ids that are set.
public struct ProviderEvent: Sendable, Hashable {
  /// The provider's id of the event, which makes it idempotent.
  public var id: String
  /// The provider.
  public var provider: String
  /// The kind of event.
  public var kind: Kind
  /// When the event occurred by the provider's clock.
  ///
  /// Events may arrive in any order: of each kind of fact, the latest by this time counts.
  public var occurredAt: Timestamp
  /// The provider's id of the subscription, if the event names it.
  public var subscriptionID: String?
  /// The provider's id of the customer, if the event names it.
  public var customerID: String?
  /// The store's id of the customer, if the event carries it.
  ///
  /// It links the provider's ids on first use.
  public var customer: ID<Customer>?
  /// The current tier of the subscription; nil if the event does not state it.
  public var tier: SubscriptionTier?
  /// The current status of the subscription, for an `updated` event; nil if the event does not
  /// state it.
  public var status: SubscriptionStatus?
  /// The paid billing period; nil to derive it from the billing anchor.
  ///
  /// A start within half a period of a border of the subscription's own periods means that border.
  public var period: BillingPeriod?
  /// Whether the subscription ends with its period; nil if the event does not state it.
  public var cancelAtPeriodEnd: Bool?
  /// The event as received.
  public var payload: JSONText = .emptyObject

  /// A kind of event.
  public enum Kind: String, TextEnum {
    /// The subscription was paid for the first time, or again after it had ended.
    case activated
    /// The next period began and is paid.
    case renewed
    /// A payment succeeded.
    case paymentSucceeded = "payment_succeeded"
    /// A payment failed.
    case paymentFailed = "payment_failed"
    /// The tier, the status or the scheduled cancellation changed.
    case updated
    /// The subscription ended.
    case cancelled
  }

  /// The outcome of applying an event.
  public enum Outcome: Sendable, Hashable {
    /// The event was applied; the value is the resulting subscription.
    case applied(Subscription)
    /// Every fact that the event states is older than one that is known; nothing changed.
    case outdated
    /// The event names a subscription of the provider other than the linked one; nothing changed.
    ///
    /// To follow the other one, call
    /// ``Subscriptions/link(_:providerCustomerID:providerSubscriptionID:provider:)``.
    case otherSubscription
    /// The subscription rejected the event.
    ///
    /// It is stored and retried when it is delivered again.
    case failed(SubscriptionError)
  }

  /// Creates an event.
  ///
  /// - Parameters:
  ///   - id: the provider's id of the event.
  ///   - kind: the kind of event.
  ///   - occurredAt: when the event occurred by the provider's clock.
  ///   - subscriptionID: the provider's id of the subscription.
  ///   - customerID: the provider's id of the customer.
  ///   - customer: the store's id of the customer.
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
