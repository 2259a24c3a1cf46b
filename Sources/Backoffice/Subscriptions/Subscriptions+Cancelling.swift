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
      try transaction.save(subscription)
    }
  }

  /// Cancels a subscription immediately.
  ///
  /// The remaining credits expire. Credits reserved by running work stay reserved until the work
  /// ends.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, or `wrongStatus` if the subscription has
  ///   already ended; ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func cancelNow(
    of customer: ID<Customer>, reason: String? = nil
  ) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      try subscription.require([.trialing, .active, .pastDue, .unpaid, .incomplete])
      try transaction.cancelSubscription(&subscription, at: transaction.now)
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
        try transaction.save(subscription)
      } else {
        try subscription.require([.cancelled, .unpaid])
        subscription.activate(at: transaction.now)
        try transaction.beginPeriod(of: &subscription, anchor: transaction.now)
      }
    }
  }
}

extension WriteTransaction {
  /// Ends a subscription.
  func cancelSubscription(_ subscription: inout Subscription, at: Timestamp) throws {
    subscription.status = .cancelled
    subscription.cancelledAt = at
    subscription.cancelAtPeriodEnd = false
    subscription.pendingTier = nil
    try save(subscription)
  }

  private static let forgetPayloads = SQLStatement(
    """
    UPDATE subscription_events SET payload = '{}', error_message = NULL
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
