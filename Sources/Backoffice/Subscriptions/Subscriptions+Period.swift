extension Subscriptions {
  /// Ends the billing period of a subscription and begins the next one.
  ///
  /// Credits are refilled to the limit: unused credits expire, spent credits no longer count, and
  /// reserved credits stay reserved in addition to the limit. A pending tier takes effect. A
  /// subscription with a scheduled cancellation is cancelled. A trial that is over ends unpaid.
  /// Each period that has ended since the last call is accounted for.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - early: whether to begin a new period now, which becomes the new billing anchor, even if
  ///     the current one is not over.
  ///   - reason: the reason to record in the history.
  /// - Throws: ``SubscriptionError`` with `notFound`, `wrongStatus`, `periodNotOver`;
  ///   ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: proportional to the number of periods that have ended.
  @discardableResult
  public func resetPeriod(
    of customer: ID<Customer>, early: Bool = false, reason: String? = nil
  ) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      try subscription.require([.trialing, .active, .pastDue])
      if let end = subscription.period?.end, end <= transaction.now {
        guard try !transaction.bringUpToDate(&subscription) else { return }
        try transaction.beginNextPeriods(of: &subscription)
      } else if early || subscription.period == nil {
        // A period that starts when the one that it cuts short did would not be a new period.
        let start = max(
          transaction.now, subscription.period.map { $0.start + .microseconds(1) } ?? .distantPast)
        try transaction.openSeries(of: &subscription, at: start)
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
    /// The number of subscriptions whose grace period for a failed payment ended.
    public var unpaid = 0

    /// The number of subscriptions processed.
    public var total: Int { renewed + cancelled + trialsEnded + unpaid }

    package init() {}
  }

  /// Applies ``resetPeriod(of:early:reason:)`` to every trialing or active subscription whose
  /// period is over, oldest first.
  ///
  /// Subscriptions that are past due wait for the payment until their grace period ends
  /// (``TierTerms/graceDays``), or end with a scheduled cancellation.
  /// Entitlement does not wait for this call: what reserves credits or counts against a limit
  /// brings the customer's subscription up to date first.
  ///
  /// - Parameter limit: the maximum number of subscriptions; 100 by default.
  /// - Returns: what was done; the total is below `limit` if none is left.
  /// - Throws: `StorageError` with `closed`, `readOnlyStore`, `busy`, `writerBusy`; `SQLiteError`.
  /// - Complexity: proportional to the number of periods that have ended.
  @discardableResult
  public func resetDuePeriods(limit: Int = PageLimit.standard) throws -> PeriodRun {
    try access.write(reason: "period over") { transaction in
      var run = PeriodRun()
      let limit = PageLimit.clamped(limit)
      var due = try Subscription.fetchAll(transaction, Self.periodsOver, transaction.now, limit)
      if due.count < limit {
        due += try Subscription.fetchAll(
          transaction, Self.endingsOver, transaction.now, limit - due.count)
      }
      if due.count < limit {
        due += try Subscription.fetchAll(
          transaction, Self.graceOver, transaction.now, limit - due.count)
      }
      for var subscription in due {
        let wasPastDue = subscription.status == .pastDue
        try transaction.bringUpToDate(&subscription)
        switch subscription.status {
        case .cancelled: run.cancelled += 1
        case .unpaid where wasPastDue: run.unpaid += 1
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
  static let endingsOver = Subscription.select(
    """
    INDEXED BY subscriptions_ending
    WHERE (status = 'past_due' OR status = 'paused') AND cancel_at_period_end = 1
      AND period_end_at <= ?
    ORDER BY period_end_at LIMIT ?
    """)
  static let graceOver = Subscription.select(
    """
    INDEXED BY subscriptions_grace
    WHERE status = 'past_due' AND grace_ends_at <= ? ORDER BY grace_ends_at LIMIT ?
    """)
}

extension WriteTransaction {
  /// Begins a billing period at an instant within the current one.
  func resetEarly(_ subscription: inout Subscription, at instant: Timestamp) throws {
    func refuse(_ problem: String) -> SubscriptionError {
      .invalidReset(subscription.customerID, at: instant, problem: problem)
    }
    try subscription.require([.trialing, .active, .pastDue])
    guard instant <= now else { throw refuse("it is in the future") }
    try bringUpToDate(&subscription)
    if let start = subscription.period?.start, instant <= start {
      throw refuse("the current period began at \(start); reset after it")
    }
    try openSeries(of: &subscription, at: instant)
  }

  /// The number of periods after which a subscription that slept skips to the current one.
  private static let mostPeriods = 1000

  /// Brings a customer's subscription up to the current time.
  ///
  /// - Returns: when time alone changes it next; nil if it does not.
  @discardableResult
  package func bringSubscriptionUpToDate(of customer: ID<Customer>) throws -> Timestamp? {
    guard
      var subscription = try Subscription.fetchOne(self, Subscriptions.byCustomer, customer)
    else { return nil }
    try bringUpToDate(&subscription)
    return subscription.changesAt
  }

  /// Brings a subscription up to the current time: ends a trial or a subscription whose time is
  /// over, and begins the billing periods that have started.
  ///
  /// - Returns: whether anything changed.
  @discardableResult
  func bringUpToDate(_ subscription: inout Subscription) throws -> Bool {
    guard let due = subscription.changesAt, due <= now else { return false }
    if subscription.status == .trialing, let trial = subscription.trial,
      trial.endsAt <= due
    {
      if subscription.cancelAtPeriodEnd {
        try cancelSubscription(&subscription, at: trial.endsAt)
      } else {
        try endTrial(of: &subscription)
      }
    } else if subscription.cancelAtPeriodEnd, let end = subscription.period?.end, end <= due {
      try cancelSubscription(&subscription, at: due)
    } else if subscription.status == .pastDue {
      try act(on: subscription, [(.status, SubscriptionStatus.unpaid.rawValue)])
      subscription.status = .unpaid
      try save(subscription)
    } else {
      try beginNextPeriods(
        of: &subscription,
        until: subscription.trial.flatMap { trial in
          subscription.status == .trialing ? trial.endsAt : nil
        } ?? now)
      try bringUpToDate(&subscription)
    }
    return true
  }

  /// Begins the billing periods that follow the current one, up to the one that contains an
  /// instant, each with the tier and credits that it has.
  func beginNextPeriods(
    of subscription: inout Subscription, until instant: Timestamp? = nil
  ) throws {
    let instant = min(instant ?? now, now)
    for number in 0... {
      guard let end = subscription.period?.end, end <= instant else { return }
      let cycle = try nextTerms(of: subscription).period
      let anchor = subscription.billingAnchorAt ?? end
      var period = cycle.nextPeriod(
        from: end, anchor: anchor, day: subscription.billingDay, zone: zone)
      if number == Self.mostPeriods {
        let borders = cycle.borders(anchor: anchor, day: subscription.billingDay, zone: zone)
        let start = max(borders.border(borders.number(at: instant)), end)
        period = cycle.nextPeriod(
          from: start, anchor: anchor, day: subscription.billingDay, zone: zone)
      }
      try begin(period, of: &subscription, anchor: cycle.isCalendar ? period.start : anchor)
    }
  }

  /// Begins a billing period at an instant, from which the following ones are counted.
  func openSeries(
    of subscription: inout Subscription, at start: Timestamp, day: Int? = nil
  ) throws {
    let cycle = try nextTerms(of: subscription).period
    subscription.billingDay = day
    try begin(
      cycle.firstPeriod(from: start, day: day, zone: zone), of: &subscription, anchor: start)
  }

  /// The terms of the next billing period of a subscription.
  func nextTerms(of subscription: Subscription) throws -> TierTerms {
    if let pending = subscription.pendingTier { return try requireTier(pending.tier).terms }
    let version = try versionAtRenewal(of: subscription.tier, from: subscription.tierVersion)
    return try terms(of: subscription.tier, version: version)
  }

  /// Begins a given billing period, with which a pending tier takes effect.
  func begin(
    _ period: BillingPeriod, of subscription: inout Subscription, anchor: Timestamp
  ) throws {
    if let pending = subscription.pendingTier {
      subscription.tier = pending.tier
      subscription.tierVersion = try requireTier(pending.tier).version
      subscription.pendingTier = nil
      try act(on: subscription, [(.tier, pending.tier.rawValue)])
    } else {
      subscription.tierVersion = try versionAtRenewal(
        of: subscription.tier, from: subscription.tierVersion)
    }
    subscription.billingAnchorAt = anchor
    subscription.period = period
    try save(subscription)
  }
}

extension Subscription {
  /// When the next billing period begins by time alone; nil if it does not.
  package var renewsAt: Timestamp? {
    guard let end = period?.end, !cancelAtPeriodEnd else { return nil }
    switch status {
    case .trialing: return trial.flatMap { $0.endsAt > end ? end : nil }
    case .active: return end
    case .pastDue, .paused, .cancelled, .unpaid, .incomplete, .incompleteExpired: return nil
    }
  }

  /// The status at an instant, if nothing but time changes it.
  package func status(at instant: Timestamp) -> SubscriptionStatus {
    guard let changesAt, changesAt <= instant else { return status }
    if cancelAtPeriodEnd, let end = period?.end, end <= changesAt { return .cancelled }
    if status == .pastDue { return .unpaid }
    if status == .trialing, let trial, trial.endsAt <= instant { return .unpaid }
    return status
  }

  /// When time alone changes the subscription next; nil if it does not.
  package var changesAt: Timestamp? {
    guard let end = period?.end else {
      return status == .trialing ? trial?.endsAt : status == .pastDue ? graceEndsAt : nil
    }
    switch status {
    case .trialing: return min(end, trial?.endsAt ?? end)
    case .active: return end
    case .pastDue: return [cancelAtPeriodEnd ? end : nil, graceEndsAt].compactMap(\.self).min()
    case .paused: return cancelAtPeriodEnd ? end : nil
    case .cancelled, .unpaid, .incomplete, .incompleteExpired: return nil
    }
  }
}
