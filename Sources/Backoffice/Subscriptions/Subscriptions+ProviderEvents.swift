extension Subscriptions {
  /// Applies an event of the payment provider once, regardless of the order of delivery.
  ///
  /// The event is stored with its outcome. If the subscription rejects the event or is unknown, the
  /// event is stored as failed and is retried when it is delivered again.
  ///
  /// - Throws: `SQLiteError`, `StorageError`; a rejected event is an outcome and does not throw.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func applyProviderEvent(_ event: ProviderEvent) throws -> ProviderEvent.Outcome {
    try access.write(reason: "\(event.provider): \(event.kind.rawValue)") { transaction in
      if try transaction.isSettled(event) { return .duplicate }
      guard let subscription = try transaction.subscription(named: event) else {
        let error = SubscriptionError.unknownSubscription(event: event.id)
        try transaction.record(event, of: nil, outcome: .failed, error: error)
        return .failed(error)
      }
      if let newest = subscription.providerUpdatedAt, event.occurredAt < newest {
        try transaction.record(event, of: subscription.id, outcome: .ignored)
        return .outdated
      }
      do {
        try transaction.savepoint { inner in
          var changed = subscription
          try inner.apply(event, to: &changed)
        }
      } catch let error as SubscriptionError {
        try transaction.record(event, of: subscription.id, outcome: .failed, error: error)
        return .failed(error)
      }
      try transaction.record(event, of: subscription.id, outcome: .applied)
      return .applied(try transaction.subscription(of: subscription.customerID))
    }
  }
}

/// The stored outcome of an event.
private enum RecordedOutcome: String, TextEnum {
  case received, applied, ignored, failed
}

extension WriteTransaction {
  private static let outcome = SQLStatement(
    "SELECT outcome FROM subscription_events WHERE provider = ? AND provider_event_id = ?")
  private static let put = SQLStatement(
    """
    INSERT INTO subscription_events (provider, provider_event_id, subscription_id, kind, outcome,
      payload, error_message, occurred_at, received_at, applied_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (provider, provider_event_id) DO UPDATE SET
      subscription_id = excluded.subscription_id, kind = excluded.kind,
      outcome = excluded.outcome, payload = excluded.payload,
      error_message = excluded.error_message, occurred_at = excluded.occurred_at,
      applied_at = excluded.applied_at
    """)

  /// Whether an event needs no further processing.
  fileprivate func isSettled(_ event: ProviderEvent) throws -> Bool {
    let found: RecordedOutcome? = try fetchOne(Self.outcome, event.provider, event.id) { row in
      try row.value(at: 0)
    }
    return found == .applied || found == .ignored
  }

  fileprivate func record(
    _ event: ProviderEvent, of subscription: ID<Subscription>?, outcome: RecordedOutcome,
    error: SubscriptionError? = nil
  ) throws {
    try execute(
      Self.put, event.provider, event.id, subscription, event.kind, outcome, event.payload,
      error?.description, event.occurredAt, now, outcome == .applied ? now : nil)
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

  fileprivate func apply(_ event: ProviderEvent, to subscription: inout Subscription) throws {
    subscription.provider.name = event.provider
    if let id = event.subscriptionID { subscription.provider.subscriptionID = id }
    if let id = event.customerID { subscription.provider.customerID = id }
    subscription.providerUpdatedAt = event.occurredAt
    if let tier = event.tier {
      // The provider repeats the tier in every event; only a different tier is a change.
      if tier != subscription.tier {
        subscription.tierVersion =
          try requireTier(tier, insteadOf: subscription.tier).version
      }
      subscription.tier = tier
      subscription.pendingTier = nil
    }
    if let plan = event.cancelAtPeriodEnd { subscription.cancelAtPeriodEnd = plan }
    switch event.kind {
    case .activated, .renewed, .paymentSucceeded:
      try applyPayment(event, to: &subscription)
    case .paymentFailed:
      if subscription.status == .trialing || subscription.status == .active {
        subscription.status = .pastDue
      }
      try save(subscription)
    case .updated:
      try applyStatus(event, to: &subscription)
    case .cancelled:
      guard subscription.status != .cancelled else { return try save(subscription) }
      try cancelSubscription(&subscription, at: min(event.occurredAt, now))
    }
  }

  /// Applies a payment, which activates the subscription and may begin a new billing period.
  private func applyPayment(
    _ event: ProviderEvent, to subscription: inout Subscription
  ) throws {
    let wasActive = subscription.status == .active || subscription.status == .pastDue
    let plan = event.cancelAtPeriodEnd ?? (wasActive && subscription.cancelAtPeriodEnd)
    if subscription.status != .active {
      let from = subscription.status
      guard from.canMove(to: .active) else {
        throw SubscriptionError.illegalMove(subscription.customerID, from: from, to: .active)
      }
      subscription.activate(at: now)
    }
    subscription.cancelAtPeriodEnd = plan
    if let period = event.period {
      // One payment may arrive as several events; only the first begins the period.
      let isNew = subscription.period.map { period.start > $0.start } ?? true
      guard isNew || !wasActive else { return try save(subscription) }
      try beginPeriod(
        period, of: &subscription,
        anchor: wasActive
          ? subscription.billingAnchorAt ?? period.start : period.start)
    } else if !wasActive {
      try beginPeriod(of: &subscription, anchor: now)
    } else if let end = subscription.period?.end, end <= now {
      try beginPeriod(of: &subscription, anchor: nil)
    } else {
      try save(subscription)
    }
  }

  private func applyStatus(
    _ event: ProviderEvent, to subscription: inout Subscription
  ) throws {
    guard let status = event.status, status != subscription.status else {
      return try save(subscription)
    }
    switch status {
    case .active:
      try applyPayment(event, to: &subscription)
    case .cancelled:
      try cancelSubscription(&subscription, at: min(event.occurredAt, now))
    case .unpaid, .incompleteExpired, .trialing, .pastDue, .incomplete:
      subscription.status = status
      try save(subscription)
    }
  }
}
