extension Subscriptions {
  /// When a change of tier takes effect.
  public enum Effect: String, Sendable, Hashable, CaseIterable {
    /// Immediately.
    ///
    /// The credits of the current period change by the difference between the limits.
    case now
    /// When the next billing period begins.
    case atPeriodEnd
  }

  /// Changes the tier of a subscription.
  ///
  /// The credit limit changes with the tier unless the customer has a custom limit. With
  /// ``Effect/now``, a higher limit grants the difference. A lower limit takes back the difference
  /// as far as it is not reserved or spent; the rest is owed and is deducted from a later increase
  /// in the same period. A pending change takes effect with the next billing period, also with one
  /// that begins early. The call replaces a pending change. Changing to the current tier applies
  /// its newest version immediately.
  ///
  /// Within a period that has been charged, a change with ``Effect/now`` credits the unused days of
  /// the old tier and charges the remaining days of the new one, in the same transaction; the day of
  /// the change belongs to the new tier. See ``Proration`` and ``SubscriptionCharge``.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, `unknownTier`, `retiredTier`, `noPrice`;
  ///   ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func changeTier(
    of customer: ID<Customer>, to tier: SubscriptionTier, effect: Effect = .now,
    reason: String? = nil
  ) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      subscription.pendingTier = nil
      let newest = try transaction.requireTier(tier, insteadOf: subscription.tier)
      try transaction.requirePrice(of: newest, in: transaction.chargeCurrency(of: subscription))
      if effect == .atPeriodEnd, tier != subscription.tier, subscription.status.isEntitled,
        let end = subscription.period?.end
      {
        subscription.pendingTier = Subscription.PendingTier(tier: tier, at: end)
      } else {
        subscription.tier = tier
        try transaction.act(on: subscription, [(.tier, tier.rawValue)])
        if effect == .now { subscription.tierVersion = newest.version }
      }
      try transaction.save(subscription)
    }
  }
}
