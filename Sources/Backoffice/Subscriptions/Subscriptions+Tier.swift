extension Subscriptions {
  /// When a change of tier takes effect.
  public enum Effect: String, Sendable, Hashable, CaseIterable {
    /// At once: the credits of the current period change by the difference.
    case now
    /// When the next period begins.
    case atPeriodEnd
  }

  /// Changes the tier of a subscription.
  ///
  /// The credit limit follows, unless it is the customer's own. At once, a higher limit grants the
  /// difference, a lower one takes it back as far as it is not reserved or spent; the rest is owed,
  /// and a later raise of the same period grants that much less. Any pending change is replaced. To the
  /// tier that it has, it gives the newest version of it at once.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, `unknownTier`, `retiredTier`; ``CustomerError`` for
  ///   the customer.
  /// - Complexity: does not grow with the table.
  @discardableResult
  public func changeTier(
    of customer: ID<Customer>, to tier: SubscriptionTier, effect: Effect = .now,
    reason: String? = nil
  ) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      subscription.pendingTier = nil
      let newest = try transaction.requireTier(tier, insteadOf: subscription.tier)
      if effect == .atPeriodEnd, tier != subscription.tier, subscription.status.isEntitled,
        let end = subscription.period?.end
      {
        subscription.pendingTier = Subscription.PendingTier(tier: tier, at: end)
      } else {
        subscription.tier = tier
        if effect == .now { subscription.tierVersion = newest.version }
      }
      try transaction.save(subscription)
    }
  }
}
