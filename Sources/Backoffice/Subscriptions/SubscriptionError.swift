/// What the subscriptions refuse.
public enum SubscriptionError: Error, Sendable, Hashable {
  /// The customer has no subscription.
  case notFound(ID<Customer>)
  /// The customer has a subscription already.
  case exists(ID<Customer>)
  /// A subscription cannot go from one status to the other.
  case illegalMove(ID<Customer>, from: SubscriptionStatus, to: SubscriptionStatus)
  /// The subscription is in a status that does not allow it.
  case wrongStatus(ID<Customer>, found: SubscriptionStatus, expected: [SubscriptionStatus])
  /// The customer had a trial before.
  case trialUsed(ID<Customer>)
  /// A trial of no or too many days.
  case invalidTrialLength(days: Int)
  /// The billing period is not over.
  case periodNotOver(ID<Customer>, until: Timestamp)
  /// A negative credit limit.
  case invalidCreditLimit(Int)
  /// Another customer has the id at the payment provider.
  case providerIDTaken(ID<Customer>)
  /// No subscription belongs to the ids that an event of the provider names.
  case unknownSubscription(event: String)
  /// The catalogue has no tier of that name; it has these.
  case unknownTier(SubscriptionTier, declared: [SubscriptionTier])
  /// The tier is no longer offered; these are.
  case retiredTier(SubscriptionTier, offered: [SubscriptionTier])
  /// The declaration of a tier is wrong.
  case invalidTier(SubscriptionTier, problem: String)
}

extension SubscriptionError: CustomStringConvertible {
  /// What failed, what was expected, and what to do, on one line.
  public var description: String {
    switch self {
    case .notFound(let id): "customer \(id) has no subscription; open one first"
    case .exists(let id): "customer \(id) has a subscription already; change that one"
    case .illegalMove(let id, let from, let to):
      "the subscription of customer \(id) cannot go from \(from.rawValue) to \(to.rawValue)"
    case .wrongStatus(let id, let found, let expected):
      "the subscription of customer \(id) is \(found.rawValue); this needs one that is "
        + expected.map(\.rawValue).joined(separator: " or ")
    case .trialUsed(let id): "customer \(id) had a trial before; activate the subscription instead"
    case .invalidTrialLength(let days): "a trial of \(days) days is not between 1 and 365 days"
    case .periodNotOver(let id, let until):
      "the billing period of customer \(id) lasts until \(until); wait, or reset it early"
    case .invalidCreditLimit(let limit): "a credit limit of \(limit) is negative"
    case .providerIDTaken(let id):
      "another customer than \(id) has this id at the payment provider; check which is right"
    case .unknownSubscription(let event):
      "event \(event) names no known subscription; link the customer and apply it again"
    case .unknownTier(let tier, let declared):
      "there is no tier \(tier); declared are \(declared.list); declare it with tiers.declare(_:) first"
    case .retiredTier(let tier, let offered):
      "the tier \(tier) is retired; offered are \(offered.list)"
    case .invalidTier(let tier, let problem): "the tier \(tier) cannot be declared: \(problem)"
    }
  }
}
