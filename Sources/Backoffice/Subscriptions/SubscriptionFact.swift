/// A fact about a subscription, stated by the payment provider or by an act of the program.
struct SubscriptionFact: Sendable {
  /// The kinds of facts; the latest of each kind is kept.
  enum Kind: String, TextEnum {
    /// A status in which the subscription exists.
    case status
    /// The end of the subscription.
    case terminal
    /// The subscription was taken up again, which alone leads out of a terminal status.
    case revival
    /// Whether the last payment succeeded.
    case payment
    /// The tier.
    case tier
    /// Whether the subscription ends with its period.
    case cancellation
  }

  let kind: Kind
  let value: String
  /// The provider's id of the event; empty for an act of the program.
  let source: String
  let at: Timestamp

  static let succeeded = "succeeded"
  static let failed = "failed"

  /// The fact of a status, which for a final one is that the subscription ended.
  static func status(
    _ status: SubscriptionStatus, at: Timestamp, source: String = ""
  ) -> SubscriptionFact {
    SubscriptionFact(
      kind: status.isTerminal ? .terminal : .status, value: status.rawValue, source: source, at: at)
  }
}

/// The latest fact of each kind about a subscription.
///
/// Keeping the latest is a join: the same facts give the same result in any order and any number.
struct SubscriptionFacts: Sendable {
  private(set) var latest: [SubscriptionFact.Kind: SubscriptionFact] = [:]

  mutating func add(_ fact: SubscriptionFact) {
    if let known = latest[fact.kind], (known.at, known.source) > (fact.at, fact.source) { return }
    latest[fact.kind] = fact
  }

  /// A time for an act of the program, which follows everything that is known.
  func timeOfAct(_ now: Timestamp) -> Timestamp {
    latest.values.reduce(now) { max($0, $1.at + .microseconds(1)) }
  }

  /// The status that follows from the facts; nil if none states it.
  ///
  /// A terminal status is left only by a revival that is strictly later. Otherwise the latest
  /// payment, if it is not older than the status, raises or lowers the status.
  var status: SubscriptionStatus? {
    if let terminal = latest[.terminal], !isRevived(after: terminal) {
      return SubscriptionStatus(rawValue: terminal.value)
    }
    guard let stated = latest[.status], let status = SubscriptionStatus(rawValue: stated.value)
    else { return nil }
    guard let payment = latest[.payment], payment.at >= stated.at else { return status }
    let isPaid = payment.value == SubscriptionFact.succeeded
    switch status {
    case .incomplete, .pastDue, .unpaid: return isPaid ? .active : status
    // A provider reports the payment of zero that opens its own trial; a local trial is paid for.
    case .trialing: return isPaid && stated.source.isEmpty ? .active : status
    case .active: return isPaid ? status : .pastDue
    case .paused, .cancelled, .incompleteExpired: return status
    }
  }

  private func isRevived(after terminal: SubscriptionFact) -> Bool {
    latest[.revival].map { $0.at > terminal.at } ?? false
  }
}

extension SubscriptionStatus {
  /// Whether only a revival leads out of the status.
  var isTerminal: Bool { self == .cancelled || self == .incompleteExpired }
}

extension WriteTransaction {
  static let factsOfSubscription = SQLStatement(
    "SELECT kind, value, source, at FROM subscription_facts WHERE subscription_id = ?")
  private static let putFact = SQLStatement(
    """
    INSERT INTO subscription_facts (subscription_id, kind, value, source, at)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (subscription_id, kind) DO UPDATE SET
      value = excluded.value, source = excluded.source, at = excluded.at
    WHERE (excluded.at, excluded.source) >= (at, source)
    """)

  /// The facts about a subscription.
  ///
  /// The row itself states those of a subscription that was not opened by this library.
  func facts(of subscription: Subscription) throws -> SubscriptionFacts {
    var facts = SubscriptionFacts()
    try forEach(Self.factsOfSubscription, subscription.id) { row in
      facts.add(
        try SubscriptionFact(
          kind: row.value(at: 0), value: row.value(at: 1), source: row.value(at: 2),
          at: row.value(at: 3)))
      return true
    }
    if facts.latest[.status] == nil, facts.latest[.terminal] == nil {
      facts.add(
        .status(subscription.status, at: subscription.cancelledAt ?? subscription.createdAt))
    }
    return facts
  }

  /// Keeps a fact unless a later one of its kind is known.
  ///
  /// - Returns: whether the fact is now the latest.
  @discardableResult
  func put(_ fact: SubscriptionFact, of subscription: ID<Subscription>) throws -> Bool {
    try execute(Self.putFact, subscription, fact.kind, fact.value, fact.source, fact.at) > 0
  }

  /// Keeps acts of the program as the latest facts about a subscription.
  func act(
    on subscription: Subscription, _ values: [(kind: SubscriptionFact.Kind, value: String)]
  ) throws {
    let facts = try facts(of: subscription)
    // The row states its status if no fact does, and goes on doing so for the other kinds.
    if let stated = facts.latest[.status] { try put(stated, of: subscription.id) }
    let at = facts.timeOfAct(now)
    for (kind, value) in values {
      try put(
        SubscriptionFact(kind: kind, value: value, source: "", at: at), of: subscription.id)
    }
  }

  /// Keeps as facts that the program set the status of a subscription.
  func act(on subscription: Subscription, status: SubscriptionStatus) throws {
    var values: [(kind: SubscriptionFact.Kind, value: String)] = []
    if status.isTerminal {
      values.append((.terminal, status.rawValue))
    } else {
      values.append((.status, status.rawValue))
      if status == .active { values.append((.revival, status.rawValue)) }
    }
    values.append((.cancellation, "0"))
    try act(on: subscription, values)
  }
}
