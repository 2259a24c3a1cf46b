extension Subscriptions {
  /// How far ahead of the store's clock an event may be dated.
  static let mostAhead = Duration.seconds(300)

  /// Applies an event of the payment provider once, regardless of the order of delivery.
  ///
  /// The store keeps the latest fact of each kind (status, end, revival, payment, tier, scheduled
  /// cancellation) by ``ProviderEvent/occurredAt``, and derives the subscription from them. The acts
  /// of the program, such as ``cancelNow(of:reason:)``, are facts of their time. A subscription that
  /// has ended is taken up again only by a later `activated` event or by ``reactivate(of:reason:)``.
  ///
  /// The first answer is stored and given again when the event is delivered again. An event that is
  /// rejected, or whose subscription is unknown, is stored as failed and retried when it is
  /// delivered again.
  ///
  /// - Throws: ``SubscriptionError/eventConflict(event:)`` if an event with the same id stated
  ///   something else; `SQLiteError`, `StorageError`; a rejected event is an outcome and does not
  ///   throw.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func applyProviderEvent(_ event: ProviderEvent) throws -> ProviderEvent.Outcome {
    try access.write(reason: "\(event.provider): \(event.kind.rawValue)") { transaction in
      if let answer = try transaction.firstAnswer(to: event) { return answer }
      let subscription = try transaction.subscription(named: event)
      let outcome = try transaction.outcome(of: event, for: subscription)
      try transaction.record(event, of: subscription?.id, outcome)
      return outcome
    }
  }
}

extension ProviderEvent {
  /// The facts that the event states.
  var facts: [SubscriptionFact] {
    func fact(_ kind: SubscriptionFact.Kind, _ value: String) -> SubscriptionFact {
      SubscriptionFact(kind: kind, value: value, source: id, at: occurredAt)
    }
    var facts: [SubscriptionFact] = []
    switch kind {
    case .activated:
      facts = [
        .status(.active, at: occurredAt, source: id), fact(.revival, ""),
        fact(.payment, SubscriptionFact.succeeded),
      ]
      if cancelAtPeriodEnd == nil { facts.append(fact(.cancellation, "0")) }
    case .renewed:
      facts = [
        .status(.active, at: occurredAt, source: id), fact(.payment, SubscriptionFact.succeeded),
      ]
    case .paymentSucceeded: facts = [fact(.payment, SubscriptionFact.succeeded)]
    case .paymentFailed: facts = [fact(.payment, SubscriptionFact.failed)]
    case .updated: facts = status.map { [.status($0, at: occurredAt, source: id)] } ?? []
    case .cancelled: facts = [.status(.cancelled, at: occurredAt, source: id)]
    }
    if facts.contains(where: { $0.kind == .terminal }) { facts.append(fact(.cancellation, "0")) }
    if let tier { facts.append(fact(.tier, tier.rawValue)) }
    if let cancelAtPeriodEnd, !facts.contains(where: { $0.kind == .cancellation }) {
      facts.append(fact(.cancellation, cancelAtPeriodEnd ? "1" : "0"))
    }
    return facts
  }

  /// Whether the event states a period of service, which it does not if the payment failed.
  fileprivate var begunPeriod: BillingPeriod? {
    kind == .paymentFailed || kind == .cancelled ? nil : period
  }
}

extension WriteTransaction {
  fileprivate func outcome(
    of event: ProviderEvent, for subscription: Subscription?
  ) throws -> ProviderEvent.Outcome {
    guard event.occurredAt <= now + Subscriptions.mostAhead else {
      return .failed(.eventAhead(event: event.id, at: event.occurredAt))
    }
    guard let subscription else { return .failed(.unknownSubscription(event: event.id)) }
    if let linked = subscription.provider.subscriptionID, let named = event.subscriptionID,
      linked != named
    {
      return .otherSubscription
    }
    do {
      if event.kind != .cancelled { try requirePresent(subscription.customerID) }
      let isNews = try savepoint { inner in
        var changed = subscription
        return try inner.apply(event, to: &changed)
      }
      guard isNews else { return .outdated }
    } catch let error as SubscriptionError {
      // A status that does not follow from the present one counts once the other events are here.
      if case .illegalMove = error {
        for fact in event.facts { try put(fact, of: subscription.id) }
      }
      return .failed(error)
    }
    return .applied(try self.subscription(of: subscription.customerID))
  }

  /// Throws if the customer of an event is deleted.
  fileprivate func requirePresent(_ id: ID<Customer>) throws {
    do {
      _ = try liveCustomer(id)
    } catch is CustomerError {
      throw SubscriptionError.customerDeleted(id)
    }
  }

  /// Applies an event; returns whether it stated anything new.
  fileprivate func apply(_ event: ProviderEvent, to subscription: inout Subscription) throws -> Bool
  {
    try bringUpToDate(&subscription)
    subscription = try self.subscription(of: subscription.customerID)
    let before = subscription
    try keepStatedFact(of: subscription)
    var news: Set<SubscriptionFact.Kind> = []
    for fact in event.facts where try put(fact, of: subscription.id) { news.insert(fact.kind) }
    let isLinked = subscription.provider.subscriptionID != nil
    subscription.provider.name = event.provider
    if let id = event.subscriptionID { subscription.provider.subscriptionID = id }
    if let id = event.customerID, !isLinked || subscription.provider.customerID == nil {
      subscription.provider.customerID = id
    }
    subscription.providerUpdatedAt = max(
      event.occurredAt, subscription.providerUpdatedAt ?? event.occurredAt)
    if let tier = event.tier, news.contains(.tier), tier != subscription.tier {
      // The provider repeats the tier in every event; only a different tier is a change.
      subscription.tierVersion = try requireTier(tier, insteadOf: subscription.tier).version
      subscription.tier = tier
      subscription.pendingTier = nil
    }
    let facts = try facts(of: subscription)
    let status = facts.status ?? subscription.status
    if status.isTerminal {
      try end(&subscription, as: status, facts: facts)
      if let terminal = facts.latest[.terminal], event.occurredAt <= terminal.at {
        try beginPeriod(statedBy: event, for: &subscription, before: before)
      }
    } else {
      if let plan = facts.latest[.cancellation] {
        subscription.cancelAtPeriodEnd = plan.value == "1"
      }
      try move(&subscription, to: status, by: event)
      try beginPeriod(statedBy: event, for: &subscription, before: before)
    }
    try bringUpToDate(&subscription)
    return !news.isEmpty || subscription.period != before.period
  }

  /// Keeps what only the row states, before facts of the provider are added.
  private func keepStatedFact(of subscription: Subscription) throws {
    for fact in try facts(of: subscription).latest.values { try put(fact, of: subscription.id) }
  }

  private func end(
    _ subscription: inout Subscription, as status: SubscriptionStatus, facts: SubscriptionFacts
  ) throws {
    guard subscription.status != status, subscription.status != .cancelled else {
      return try save(subscription)
    }
    guard status == .cancelled else {
      subscription.status = status
      return try save(subscription)
    }
    try endSubscription(&subscription, at: min(facts.latest[.terminal]?.at ?? now, now))
  }

  /// Brings the row to a status that is not final; the caller saves it.
  private func move(
    _ subscription: inout Subscription, to status: SubscriptionStatus, by event: ProviderEvent
  ) throws {
    let at = min(event.occurredAt, now)
    switch status {
    case .active:
      let plan = subscription.cancelAtPeriodEnd
      subscription.activate(at: at)
      subscription.cancelAtPeriodEnd = plan
    case .trialing:
      // A trial that is over stays unpaid until a payment.
      if let trial = subscription.trial, trial.endsAt <= now { return }
      if subscription.trial == nil {
        let end = event.period?.end ?? at + .days(Subscription.standardTrialDays)
        subscription.trial = Subscription.Trial(startsAt: min(at, end), endsAt: end)
      }
      subscription.status = status
    default:
      if status.isEntitled { subscription.cancelledAt = nil }
      subscription.status = status
    }
  }

  fileprivate func subscription(named event: ProviderEvent) throws -> Subscription? {
    if let id = event.subscriptionID,
      let found = try Subscription.fetchOne(self, Subscriptions.byProviderSubscription, id)
    {
      return found
    }
    if let id = event.customerID,
      let found = try Subscription.fetchOne(self, Subscriptions.byProviderCustomer, id)
    {
      return found
    }
    guard let customer = event.customer else { return nil }
    return try Subscription.fetchOne(self, Subscriptions.byCustomer, customer)
  }

  /// Begins the period that an event states, unless it is the current one or an earlier one.
  private func beginPeriod(
    statedBy event: ProviderEvent, for subscription: inout Subscription, before: Subscription
  ) throws {
    let converts =
      before.trial.map { $0.convertedAt == nil } ?? false
      && subscription.trial?.convertedAt != nil
    guard let current = subscription.period else {
      if let stated = event.begunPeriod {
        return try begin(stated, of: &subscription, anchor: stated.start)
      }
      guard subscription.status.isEntitled else { return try save(subscription) }
      return try openSeries(of: &subscription, at: min(event.occurredAt, now))
    }
    guard let stated = event.begunPeriod else {
      if converts, event.occurredAt > current.start {
        return try openSeries(of: &subscription, at: min(event.occurredAt, now))
      }
      try save(subscription)
      guard subscription.status == .active, current.end <= now else { return }
      guard before.status != .active, before.status != .pastDue else {
        return try beginNextPeriods(of: &subscription)
      }
      return try openSeries(of: &subscription, at: min(event.occurredAt, now))
    }
    if converts, stated.start > current.start {
      return try begin(stated, of: &subscription, anchor: stated.start)
    }
    try place(stated, after: current, of: &subscription, renews: before.status.renewsWhenPaid)
  }

  /// Places a stated period among the subscription's own, by the number of its nearest border.
  private func place(
    _ stated: BillingPeriod, after current: BillingPeriod, of subscription: inout Subscription,
    renews: Bool
  ) throws {
    if stated.start < current.end - current.half {
      // A first period that arrives late moves the anchor, from which later borders are counted.
      if let anchor = subscription.billingAnchorAt, stated.start < anchor,
        abs(stated.end - anchor) < stated.half, anchor == current.start
      {
        subscription.billingAnchorAt = stated.start
      }
      return try save(subscription)
    }
    try save(subscription)
    guard renews || abs(stated.start - current.end) < current.half else {
      return try begin(stated, of: &subscription, anchor: stated.start)
    }
    try beginNextPeriods(of: &subscription, upTo: stated)
  }

  /// Begins the periods up to the one whose start is the border nearest to that of a stated period.
  private func beginNextPeriods(
    of subscription: inout Subscription, upTo stated: BillingPeriod
  ) throws {
    while let current = subscription.period, stated.start >= current.end - current.half {
      let cycle = try nextTerms(of: subscription).period
      let anchor = subscription.billingAnchorAt ?? current.end
      var next = cycle.nextPeriod(
        from: current.end, anchor: anchor, day: subscription.billingDay, zone: zone)
      if abs(stated.start - next.start) < next.half, abs(stated.end - next.end) >= next.half,
        stated.end > next.start
      {
        next = BillingPeriod(unchecked: next.start, stated.end)
      }
      try begin(next, of: &subscription, anchor: cycle.isCalendar ? next.start : anchor)
    }
  }
}

extension SubscriptionStatus {
  /// Whether a payment continues the periods instead of beginning new ones.
  fileprivate var renewsWhenPaid: Bool { self == .active || self == .pastDue || self == .trialing }
}

private func abs(_ duration: Duration) -> Duration {
  duration < .zero ? .zero - duration : duration
}
