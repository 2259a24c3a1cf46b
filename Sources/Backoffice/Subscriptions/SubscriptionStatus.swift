/// Where a subscription stands.
public enum SubscriptionStatus: String, TextEnum {
  /// On trial, until ``Subscription/Trial/endsAt``.
  case trialing
  /// Paid.
  case active
  /// The last payment failed; the service goes on for the time being.
  case pastDue = "past_due"
  /// Ended.
  case cancelled
  /// The trial ended without a payment, or payments failed for good.
  case unpaid
  /// Waits for its first payment.
  case incomplete
  /// The first payment never came.
  case incompleteExpired = "incomplete_expired"

  /// The statuses that may follow each one.
  static let transitions: [SubscriptionStatus: Set<SubscriptionStatus>] = [
    .trialing: [.active, .pastDue, .unpaid, .cancelled],
    .active: [.pastDue, .unpaid, .cancelled],
    .pastDue: [.active, .unpaid, .cancelled],
    .unpaid: [.active, .pastDue, .cancelled],
    .cancelled: [.active],
    .incomplete: [.trialing, .active, .incompleteExpired, .cancelled],
    .incompleteExpired: [],
  ]

  /// Whether a subscription may go from this status to another.
  public func canMove(to status: SubscriptionStatus) -> Bool {
    Self.transitions[self, default: []].contains(status)
  }

  /// Whether the customer may use credits: on trial, paid, or in the days of grace.
  public var isEntitled: Bool {
    switch self {
    case .trialing, .active, .pastDue: true
    case .cancelled, .unpaid, .incomplete, .incompleteExpired: false
    }
  }

  /// Whether the end of a billing period begins the next one by itself.
  var renews: Bool { self == .trialing || self == .active }
}
