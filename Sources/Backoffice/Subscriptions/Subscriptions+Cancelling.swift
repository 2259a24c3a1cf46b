extension Subscriptions {
  /// Cancels a subscription at the end of its current period.
  ///
  /// Until then it is unchanged.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, `wrongStatus`; ``CustomerError`` with
  ///   `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func cancelAtPeriodEnd(
    of customer: ID<Customer>, reason: String? = nil
  ) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      try subscription.require([.trialing, .active, .pastDue])
      subscription.cancelAtPeriodEnd = true
      try transaction.act(on: subscription, [(.cancellation, "1")])
      try transaction.save(subscription)
    }
  }

  /// Cancels a subscription immediately.
  ///
  /// The remaining credits expire. Credits reserved by running work stay reserved until the work
  /// ends. The subscription of a deleted customer can be cancelled too.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, or `wrongStatus` if the subscription has
  ///   already ended.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func cancelNow(
    of customer: ID<Customer>, reason: String? = nil
  ) throws -> Subscription {
    try access.write(reason: reason) { transaction in
      var subscription = try transaction.subscription(of: customer)
      try subscription.require([.trialing, .active, .pastDue, .paused, .unpaid, .incomplete])
      try transaction.cancelSubscription(&subscription, at: transaction.now)
      return try transaction.subscription(of: customer)
    }
  }

  /// Pauses a subscription.
  ///
  /// It does not renew and is not charged, and the customer uses nothing: the plan's credits are
  /// suspended. A cancellation at the end of the period stays in force. Call
  /// ``resume(of:reason:)`` to continue.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, `wrongStatus`; ``CustomerError`` with
  ///   `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func pause(of customer: ID<Customer>, reason: String? = nil) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      try transaction.bringUpToDate(&subscription)
      try subscription.require([.active, .pastDue])
      try transaction.act(on: subscription, [(.status, SubscriptionStatus.paused.rawValue)])
      subscription.status = .paused
      try transaction.save(subscription)
    }
  }

  /// Continues a paused subscription.
  ///
  /// Within the billing period in which it was paused, the period goes on to its end with the credits
  /// that were left. After it, a new billing period begins now, and billing periods are counted from
  /// it.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, `wrongStatus`; ``CustomerError`` with
  ///   `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func resume(of customer: ID<Customer>, reason: String? = nil) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      try transaction.bringUpToDate(&subscription)
      try subscription.require([.paused])
      try transaction.act(on: subscription, [(.status, SubscriptionStatus.active.rawValue)])
      subscription.status = .active
      if let end = subscription.period?.end, end > transaction.now {
        try transaction.save(subscription)
      } else {
        try transaction.openSeries(of: &subscription, at: transaction.now)
      }
    }
  }

  /// Reverses a cancellation.
  ///
  /// A cancellation at the end of the period is withdrawn. A subscription that has ended or is
  /// unpaid becomes active with a new billing period and full credits.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, or `wrongStatus` if there is no cancellation
  ///   to reverse; ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func reactivate(
    of customer: ID<Customer>, reason: String? = nil
  ) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      if subscription.status.isEntitled, subscription.cancelAtPeriodEnd {
        subscription.cancelAtPeriodEnd = false
        try transaction.act(on: subscription, [(.cancellation, "0")])
        try transaction.save(subscription)
      } else {
        try subscription.require([.cancelled, .unpaid])
        try transaction.activateByHand(&subscription)
      }
    }
  }
}

extension WriteTransaction {
  /// Ends a subscription by an act of the program or of time.
  func cancelSubscription(_ subscription: inout Subscription, at: Timestamp) throws {
    try act(on: subscription, status: .cancelled)
    try endSubscription(&subscription, at: at)
  }

  /// Makes a subscription active by an act of the program, with a period that begins now.
  func activateByHand(_ subscription: inout Subscription) throws {
    try act(on: subscription, status: .active)
    subscription.activate(at: now)
    try openSeries(of: &subscription, at: now)
  }

  /// Cancels the subscription of a customer who is deleted.
  package func cancelSubscription(ofDeleted customer: ID<Customer>) throws {
    guard
      var subscription = try Subscription.fetchOne(self, Subscriptions.byCustomer, customer),
      subscription.status.canMove(to: .cancelled)
    else { return }
    try cancelSubscription(&subscription, at: now)
  }

  /// Writes that a subscription has ended.
  func endSubscription(_ subscription: inout Subscription, at: Timestamp) throws {
    subscription.status = .cancelled
    subscription.cancelledAt = at
    subscription.cancelAtPeriodEnd = false
    subscription.pendingTier = nil
    try save(subscription)
  }

  private static let forgetPayloads = SQLStatement(
    """
    UPDATE subscription_events SET payload = '{}', content = '', answer = NULL,
      error_message = NULL
    WHERE subscription_id = ?
    """)

  /// Ends the subscription of a customer being anonymised and removes the provider's ids.
  func anonymiseSubscription(of customer: ID<Customer>) throws {
    guard
      var subscription = try Subscription.fetchOne(self, Subscriptions.byCustomer, customer)
    else { return }
    subscription.provider.customerID = nil
    subscription.provider.subscriptionID = nil
    subscription.metadata = .emptyObject
    if subscription.status.canMove(to: .cancelled) {
      try cancelSubscription(&subscription, at: now)
    } else {
      try save(subscription)
    }
    try execute(Self.forgetPayloads, subscription.id)
  }
}
