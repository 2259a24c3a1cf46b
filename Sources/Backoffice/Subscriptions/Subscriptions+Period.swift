extension Subscriptions {
  /// Ends the billing period of a subscription and begins the next one.
  ///
  /// Credits are refilled to the limit: what remained expires, what was spent counts as zero, what
  /// is reserved stays reserved on top. A pending tier takes effect. A subscription that is to be
  /// cancelled at the end of its period is; a trial that is over ends unpaid.
  ///
  /// - Parameters:
  ///   - customer: whose subscription.
  ///   - early: whether to begin a new period now, and count months from here, although the old
  ///     one is not over.
  ///   - reason: why, for history.
  /// - Throws: ``SubscriptionError`` with `notFound`, `wrongStatus`, `periodNotOver`;
  ///   ``CustomerError`` for the customer.
  /// - Complexity: does not grow with the table.
  @discardableResult
  public func resetPeriod(
    of customer: ID<Customer>, early: Bool = false, reason: String? = nil
  ) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      try subscription.require([.trialing, .active, .pastDue])
      if let end = subscription.period?.end, end <= transaction.now {
        _ = try transaction.endPeriod(of: &subscription)
      } else if early || subscription.period == nil {
        // Never the start of the period that it cuts short, which would be no other period.
        let start = max(
          transaction.now, subscription.period.map { $0.start + .microseconds(1) } ?? .distantPast)
        let period = try transaction.terms(of: subscription.tier, version: subscription.tierVersion)
          .period.firstPeriod(from: start, zone: transaction.zone)
        try transaction.beginPeriod(period, of: &subscription, anchor: start)
      } else {
        throw SubscriptionError.periodNotOver(
          customer, until: subscription.period?.end ?? transaction.now)
      }
    }
  }

  /// What ``resetDuePeriods(limit:)`` did.
  public struct PeriodRun: Sendable, Hashable, Codable {
    /// Subscriptions whose next period began.
    public var renewed = 0
    /// Subscriptions that ended with their period.
    public var cancelled = 0
    /// Trials that were over.
    public var trialsEnded = 0

    /// All subscriptions that were dealt with.
    public var total: Int { renewed + cancelled + trialsEnded }

    package init() {}
  }

  /// Does what ``resetPeriod(of:early:reason:)`` does for every trial or active subscription whose
  /// period is over, the oldest first.
  ///
  /// Subscriptions whose payment failed wait for the payment.
  ///
  /// - Parameter limit: the most subscriptions of one call: 100.
  /// - Returns: what was done; a total below `limit` means that none is left.
  /// - Complexity: grows with the subscriptions dealt with.
  @discardableResult
  public func resetDuePeriods(limit: Int = PageLimit.standard) throws -> PeriodRun {
    try access.write(reason: "period over") { transaction in
      var run = PeriodRun()
      let due = try Subscription.fetchAll(
        transaction, Self.periodsOver, transaction.now, PageLimit.clamped(limit))
      for var subscription in due {
        switch try transaction.endPeriod(of: &subscription) {
        case .cancelled: run.cancelled += 1
        case .unpaid: run.trialsEnded += 1
        default: run.renewed += 1
        }
      }
      return run
    }
  }

  // Named, since the planner without statistics prefers the equality on status and then sorts.
  static let periodsOver = Subscription.select(
    """
    INDEXED BY subscriptions_period_end
    WHERE status IN ('trialing', 'active') AND period_end_at <= ? ORDER BY period_end_at LIMIT ?
    """)
}

extension WriteTransaction {
  /// Ends a period that is over, and answers the status that follows.
  fileprivate func endPeriod(
    of subscription: inout Subscription
  ) throws -> SubscriptionStatus {
    let end = subscription.period?.end ?? now
    if subscription.cancelAtPeriodEnd {
      try cancelSubscription(&subscription, at: min(end, now))
    } else if subscription.status == .trialing, let trial = subscription.trial,
      trial.endsAt <= now
    {
      try endTrial(of: &subscription)
    } else {
      try beginPeriod(of: &subscription, anchor: nil)
    }
    return subscription.status
  }

  /// Begins the billing period that now lies in.
  ///
  /// - Parameter anchor: where months count from, for a new count; nil goes on with the old one.
  func beginPeriod(of subscription: inout Subscription, anchor: Timestamp?) throws {
    let months = try nextTerms(of: subscription).period
    if let anchor {
      let period = months.firstPeriod(from: anchor, zone: zone)
      return try beginPeriod(period, of: &subscription, anchor: anchor)
    }
    switch months {
    case .anniversaryMonths:
      let anchor = subscription.billingAnchorAt ?? subscription.period?.start ?? now
      try beginPeriod(
        .containing(now, anchor: anchor, zone: zone), of: &subscription, anchor: anchor)
    case .calendarMonths:
      let period = BillingPeriod.calendarMonth(of: now, zone: zone)
      // Never back into the period before, which may have ended in the middle of the month.
      let start = max(period.start, subscription.period.map { min($0.end, now) } ?? now)
      try beginPeriod(
        BillingPeriod(unchecked: start, period.end), of: &subscription, anchor: start)
    }
  }

  /// What the next billing period of a subscription gives.
  private func nextTerms(of subscription: Subscription) throws -> TierTerms {
    if let pending = subscription.pendingTier, pending.at <= now {
      return try requireTier(pending.tier).terms
    }
    let version = try versionAtRenewal(of: subscription.tier, from: subscription.tierVersion)
    return try terms(of: subscription.tier, version: version)
  }

  /// Begins a given billing period.
  func beginPeriod(
    _ period: BillingPeriod, of subscription: inout Subscription, anchor: Timestamp
  ) throws {
    if let pending = subscription.pendingTier, pending.at <= period.start {
      subscription.tier = pending.tier
      subscription.tierVersion = try requireTier(pending.tier).version
      subscription.pendingTier = nil
    }
    subscription.billingAnchorAt = anchor
    subscription.period = period
    try save(subscription)
  }
}
