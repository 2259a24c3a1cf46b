extension Subscriptions {
  /// Opens a subscription for a customer who has none.
  ///
  /// The first billing period begins now, with the credits of the tier.
  ///
  /// - Parameters:
  ///   - customer: the customer; live.
  ///   - tier: what it pays for.
  ///   - trialDays: how many days the trial takes, up to 365; at 0 the subscription is active.
  ///   - reason: why, for history.
  /// - Throws: ``SubscriptionError`` with `exists`, `invalidTrialLength`, `unknownTier`, `retiredTier`;
  ///   ``CustomerError`` with
  ///   `notFound`, `deleted`, `anonymised`.
  /// - Complexity: does not grow with the table.
  @discardableResult
  public func open(
    for customer: ID<Customer>, tier: SubscriptionTier = .basic,
    trialDays: Int = Subscription.standardTrialDays, reason: String? = nil
  ) throws -> Subscription {
    try access.write(reason: reason) { transaction in
      _ = try transaction.liveCustomer(customer)
      try transaction.openSubscription(for: customer, tier: tier, trialDays: trialDays)
      return try transaction.subscription(of: customer)
    }
  }

  /// Opens a subscription that waits for its first payment: no period and no credits yet.
  ///
  /// - Throws: ``SubscriptionError`` with `exists`, `unknownTier`, `retiredTier`; ``CustomerError`` with `notFound`, `deleted`,
  ///   `anonymised`.
  /// - Complexity: does not grow with the table.
  @discardableResult
  public func openIncomplete(
    for customer: ID<Customer>, tier: SubscriptionTier = .basic, reason: String? = nil
  ) throws -> Subscription {
    try access.write(reason: reason) { transaction in
      _ = try transaction.liveCustomer(customer)
      try transaction.requireNoSubscription(of: customer)
      try transaction.insertSubscription(
        transaction.makeID(), of: customer, tier: transaction.requireOfferedTier(tier),
        status: .incomplete, period: nil,
        trial: nil)
      return try transaction.subscription(of: customer)
    }
  }

  /// Notes the payment provider's ids of a customer and a subscription; nil keeps the known one.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, `providerIDTaken`.
  /// - Complexity: does not grow with the table.
  @discardableResult
  public func link(
    _ customer: ID<Customer>, providerCustomerID: String? = nil,
    providerSubscriptionID: String? = nil, provider: String = "stripe"
  ) throws -> Subscription {
    try change(of: customer, reason: nil) { subscription, transaction in
      subscription.provider.name = provider
      if let providerCustomerID { subscription.provider.customerID = providerCustomerID }
      if let providerSubscriptionID {
        subscription.provider.subscriptionID = providerSubscriptionID
      }
      try transaction.save(subscription)
    }
  }
}

extension WriteTransaction {
  /// Opens a subscription.
  func openSubscription(
    for customer: ID<Customer>, tier: SubscriptionTier, trialDays: Int
  ) throws {
    guard (0...365).contains(trialDays) else {
      throw SubscriptionError.invalidTrialLength(days: trialDays)
    }
    try requireNoSubscription(of: customer)
    let tier = try requireOfferedTier(tier)
    let period = tier.terms.period.firstPeriod(from: now, zone: zone)
    let trial =
      trialDays == 0
      ? nil : Subscription.Trial(startsAt: now, endsAt: now + .days(trialDays), convertedAt: nil)
    try insertSubscription(
      makeID(), of: customer, tier: tier, status: trial == nil ? .active : .trialing,
      period: period, trial: trial)
  }

  fileprivate func requireNoSubscription(of customer: ID<Customer>) throws {
    let existing = try Subscription.fetchOne(self, Subscriptions.byCustomer, customer)
    if existing != nil { throw SubscriptionError.exists(customer) }
  }
}
