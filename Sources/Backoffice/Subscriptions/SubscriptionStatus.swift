/// The status of a subscription.
public enum SubscriptionStatus: String, TextEnum {
  /// The trial runs until ``Subscription/Trial/endsAt``.
  case trialing
  /// The subscription is paid.
  case active
  /// The last payment failed; the customer keeps the service for now.
  case pastDue = "past_due"
  /// The subscription is paused: it does not renew, and the customer uses nothing.
  case paused
  /// The subscription has ended.
  case cancelled
  /// The trial ended without a payment, or payment failed permanently.
  case unpaid
  /// The first payment is outstanding.
  case incomplete
  /// The first payment was never made.
  case incompleteExpired = "incomplete_expired"

  /// The statuses that may follow each status.
  ///
  /// Events of a provider may arrive in any order, so that a status may be skipped.
  static let transitions: [SubscriptionStatus: Set<SubscriptionStatus>] = [
    .trialing: [.active, .pastDue, .paused, .unpaid, .cancelled],
    .active: [.pastDue, .paused, .unpaid, .cancelled],
    .pastDue: [.active, .paused, .unpaid, .cancelled],
    .paused: [.active, .pastDue, .unpaid, .cancelled],
    .unpaid: [.active, .pastDue, .paused, .cancelled],
    .cancelled: [.active, .pastDue, .paused, .unpaid],
    .incomplete: [.trialing, .active, .pastDue, .paused, .unpaid, .incompleteExpired, .cancelled],
    .incompleteExpired: [.active],
  ]

  /// Whether a subscription may move from this status to another.
  public func canMove(to status: SubscriptionStatus) -> Bool {
    Self.transitions[self, default: []].contains(status)
  }

  /// Whether the customer may use credits: on trial, paid or past due.
  public var isEntitled: Bool {
    switch self {
    case .trialing, .active, .pastDue: true
    case .paused, .cancelled, .unpaid, .incomplete, .incompleteExpired: false
    }
  }

  /// Whether the next billing period begins automatically when the current one ends.
  var renews: Bool { self == .trialing || self == .active }
}
