extension Subscriptions {
  /// Ends the billing period of a subscription and begins the next one.
  ///
  /// Credits are refilled to the limit: unused credits expire, spent credits no longer count, and
  /// reserved credits stay reserved in addition to the limit. A pending tier takes effect. A
  /// subscription with a scheduled cancellation is cancelled. A trial that is over ends unpaid.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - early: whether to begin a new period now, which becomes the new billing anchor, even if
  ///     the current one is not over.
  ///   - reason: the reason to record in the history.
  /// - Throws: ``SubscriptionError`` with `notFound`, `wrongStatus`, `periodNotOver`;
  ///   ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func resetPeriod(
    of customer: ID<Customer>, early: Bool = false, reason: String? = nil
  ) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      try subscription.require([.trialing, .active, .pastDue])
      if let end = subscription.period?.end, end <= transaction.now {
        _ = try transaction.endPeriod(of: &subscription)
      } else if early || subscription.period == nil {
        // A period that starts when the one that it cuts short did would not be a new period.
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

  /// The result of ``resetDuePeriods(limit:)``.
  public struct PeriodRun: Sendable, Hashable, Codable {
    /// The number of subscriptions whose next period began.
    public var renewed = 0
    /// The number of subscriptions that ended with their period.
    public var cancelled = 0
    /// The number of trials that ended.
    public var trialsEnded = 0

    /// The number of subscriptions processed.
    public var total: Int { renewed + cancelled + trialsEnded }

    package init() {}
  }

  /// Applies ``resetPeriod(of:early:reason:)`` to every trialing or active subscription whose
  /// period is over, oldest first.
  ///
  /// Subscriptions that are past due wait for the payment.
  ///
  /// - Parameter limit: the maximum number of subscriptions; 100 by default.
  /// - Returns: what was done; the total is below `limit` if none is left.
  /// - Throws: `StorageError` with `closed`, `readOnlyStore`, `busy`, `writerBusy`; `SQLiteError`.
  /// - Complexity: proportional to the number of subscriptions processed.
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

  // The index is named because without statistics the planner prefers the status index and sorts.
  static let periodsOver = Subscription.select(
    """
    INDEXED BY subscriptions_period_end
    WHERE status IN ('trialing', 'active') AND period_end_at <= ? ORDER BY period_end_at LIMIT ?
    """)
}

extension WriteTransaction {
  /// Ends a period that is over and returns the resulting status.
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

  /// Begins the billing period that contains the current time.
  ///
  /// - Parameter anchor: the new billing anchor; nil keeps the current one.
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
      // A new period never overlaps the previous one, which may have ended in the middle of a
      // month.
      let start = max(period.start, subscription.period.map { min($0.end, now) } ?? now)
      try beginPeriod(
        BillingPeriod(unchecked: start, period.end), of: &subscription, anchor: start)
    }
  }

  /// The terms of the next billing period of a subscription.
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
