/// An error that ``Subscriptions`` and ``Tiers`` throw.
public enum SubscriptionError: Error, Sendable, Hashable {
  /// The customer has no subscription.
  case notFound(ID<Customer>)
  /// The customer already has a subscription.
  case exists(ID<Customer>)
  /// The transition between the two statuses is not allowed.
  case illegalMove(ID<Customer>, from: SubscriptionStatus, to: SubscriptionStatus)
  /// The status of the subscription does not allow the operation.
  case wrongStatus(ID<Customer>, found: SubscriptionStatus, expected: [SubscriptionStatus])
  /// The customer has already had a trial.
  case trialUsed(ID<Customer>)
  /// The length of the trial is out of range.
  case invalidTrialLength(days: Int)
  /// The wanted day of the month is not 1 to 31.
  case invalidBillingDay(Int)
  /// The billing period has not ended.
  case periodNotOver(ID<Customer>, until: Timestamp)
  /// A billing period cannot begin at that time.
  case invalidReset(ID<Customer>, at: Timestamp, problem: String)
  /// The credit limit is negative.
  case invalidCreditLimit(Int)
  /// Another customer has this id at the payment provider.
  case providerIDTaken(ID<Customer>)
  /// No subscription has the ids that the provider's event names.
  case unknownSubscription(event: String)
  /// The provider's event is dated more than five minutes ahead of the store's clock.
  case eventAhead(event: String, at: Timestamp)
  /// An event with the same id but other content was received before.
  case eventConflict(event: String)
  /// The customer of the provider's event is deleted.
  case customerDeleted(ID<Customer>)
  /// The tier is not declared.
  ///
  /// The error lists the declared tiers.
  case unknownTier(SubscriptionTier, declared: [SubscriptionTier])
  /// The tier is retired.
  ///
  /// The error lists the offered tiers.
  case retiredTier(SubscriptionTier, offered: [SubscriptionTier])
  /// The tier has prices, and none in the currency of the subscription.
  case noPrice(SubscriptionTier, Currency)
  /// The declaration of the tier is invalid.
  case invalidTier(SubscriptionTier, problem: String)
}

extension SubscriptionError: CustomStringConvertible {
  /// A one-line message that says what failed, what was expected, and how to resolve it.
  public var description: String {
    switch self {
    case .notFound(let id): "customer \(id) has no subscription; open one first"
    case .exists(let id): "customer \(id) already has a subscription; change that one"
    case .illegalMove(let id, let from, let to):
      "the subscription of customer \(id) cannot go from \(from.rawValue) to \(to.rawValue)"
    case .wrongStatus(let id, let found, let expected):
      "the subscription of customer \(id) is \(found.rawValue); expected "
        + expected.map(\.rawValue).joined(separator: " or ")
    case .trialUsed(let id): "customer \(id) had a trial before; activate the subscription instead"
    case .invalidTrialLength(let days): "a trial of \(days) days is not between 1 and 365 days"
    case .periodNotOver(let id, let until):
      "the billing period of customer \(id) lasts until \(until); wait, or reset it early"
    case .invalidReset(let id, let at, let problem):
      "the billing period of customer \(id) cannot be reset at \(at): \(problem)"
    case .invalidCreditLimit(let limit): "a credit limit of \(limit) is negative"
    case .providerIDTaken(let id):
      "a customer other than \(id) has this id at the payment provider; check which one is correct"
    case .unknownSubscription(let event):
      "event \(event) does not refer to a known subscription; link the customer and apply the "
        + "event again"
    case .invalidBillingDay(let day): "the billing day \(day) is not between 1 and 31"
    case .eventAhead(let event, let at):
      "event \(event) is dated \(at), more than five minutes ahead; check both clocks and apply "
        + "the event again"
    case .eventConflict(let event):
      "event \(event) was received before with other content; an event's id must be unique"
    case .customerDeleted(let id):
      "customer \(id) is deleted; cancel the subscription at the provider, or restore the customer "
        + "and apply the event again"
    case .unknownTier(let tier, let declared):
      "there is no tier \(tier); declare it with tiers.declare(_:) first; declared tiers: "
        + "\(declared.list)"
    case .retiredTier(let tier, let offered):
      "the tier \(tier) is retired; offered tiers: \(offered.list)"
    case .noPrice(let tier, let currency):
      "tier \(tier) has no price in \(currency) for its billing period; declare one, or choose "
        + "another currency"
    case .invalidTier(let tier, let problem): "the tier \(tier) cannot be declared: \(problem)"
    }
  }
}
