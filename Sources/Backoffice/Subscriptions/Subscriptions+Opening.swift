extension Subscriptions {
  /// Opens a subscription for a customer without one.
  ///
  /// The first billing period begins now with the credits of the tier.
  ///
  /// - Parameters:
  ///   - customer: a live customer.
  ///   - tier: the tier to subscribe to.
  ///   - trialDays: the length of the trial in days, 0 to 365; with 0 the subscription starts
  ///     active.
  ///   - billingDay: the wanted day of the month of billing periods, 1 to 31; nil for today.
  ///   - currency: the currency of its charges; nil for that of the tier's first price.
  ///   - reason: the reason to record in the history.
  /// - Throws: ``SubscriptionError`` with `exists`, `invalidTrialLength`, `invalidBillingDay`,
  ///   `unknownTier`, `retiredTier`, `noPrice`; ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func open(
    for customer: ID<Customer>, tier: SubscriptionTier = .basic,
    trialDays: Int = Subscription.standardTrialDays, billingDay: Int? = nil,
    currency: Currency? = nil, reason: String? = nil
  ) throws -> Subscription {
    try access.write(reason: reason) { transaction in
      _ = try transaction.liveCustomer(customer)
      try transaction.openSubscription(
        for: customer, tier: tier, trialDays: trialDays, billingDay: billingDay,
        currency: currency)
      return try transaction.subscription(of: customer)
    }
  }

  /// Opens a subscription that waits for its first payment, without a billing period or credits.
  ///
  /// - Throws: ``SubscriptionError`` with `exists`, `unknownTier`, `retiredTier`; ``CustomerError``
  ///   with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
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

  /// Stores the payment provider's ids of a customer and a subscription; nil keeps the stored id.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, `providerIDTaken`.
  /// - Complexity: independent of the size of the table.
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
    for customer: ID<Customer>, tier: SubscriptionTier, trialDays: Int, billingDay: Int? = nil,
    currency: Currency? = nil
  ) throws {
    guard (0...365).contains(trialDays) else {
      throw SubscriptionError.invalidTrialLength(days: trialDays)
    }
    if let billingDay, !(1...31).contains(billingDay) {
      throw SubscriptionError.invalidBillingDay(billingDay)
    }
    try requireNoSubscription(of: customer)
    let tier = try requireOfferedTier(tier)
    try requirePrice(of: tier, in: currency)
    let period = tier.terms.period.firstPeriod(from: now, day: billingDay, zone: zone)
    let trial =
      trialDays == 0
      ? nil : Subscription.Trial(startsAt: now, endsAt: now + .days(trialDays), convertedAt: nil)
    try insertSubscription(
      makeID(), of: customer, tier: tier, status: trial == nil ? .active : .trialing,
      period: period, trial: trial, billingDay: billingDay, currency: currency)
  }

  fileprivate func requireNoSubscription(of customer: ID<Customer>) throws {
    let existing = try Subscription.fetchOne(self, Subscriptions.byCustomer, customer)
    if existing != nil { throw SubscriptionError.exists(customer) }
  }
}
