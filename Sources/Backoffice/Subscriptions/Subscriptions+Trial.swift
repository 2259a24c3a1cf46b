extension Subscriptions {
  /// Starts the trial of a subscription that is waiting for its first payment.
  ///
  /// The first billing period begins now with the credits of the tier.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, `wrongStatus`, `trialUsed`,
  ///   `invalidTrialLength`; ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func startTrial(
    of customer: ID<Customer>, days: Int = Subscription.standardTrialDays, reason: String? = nil
  ) throws -> Subscription {
    guard (1...365).contains(days) else {
      throw SubscriptionError.invalidTrialLength(days: days)
    }
    return try change(of: customer, reason: reason) { subscription, transaction in
      guard subscription.trial == nil else { throw SubscriptionError.trialUsed(customer) }
      try subscription.require([.incomplete])
      let now = transaction.now
      subscription.status = .trialing
      subscription.trial = Subscription.Trial(
        startsAt: now, endsAt: now + .days(days), convertedAt: nil)
      try transaction.act(on: subscription, status: .trialing)
      try transaction.openSeries(of: &subscription, at: now)
    }
  }

  /// Ends a trial without payment.
  ///
  /// The subscription becomes unpaid and the remaining credits expire. Credits reserved by running
  /// work stay reserved until the work ends.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, `wrongStatus`; ``CustomerError`` with
  ///   `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func endTrial(
    of customer: ID<Customer>, reason: String? = nil
  ) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      try subscription.require([.trialing])
      try transaction.act(on: subscription, status: .unpaid)
      try transaction.endTrial(of: &subscription)
    }
  }

  /// Converts a trial to a paid subscription, even if the trial has ended unpaid.
  ///
  /// Billing begins now: the first billing period starts with the full credits of the tier.
  ///
  /// - Throws: ``SubscriptionError`` with `notFound`, `wrongStatus`, `unknownTier`, `retiredTier`;
  ///   ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func convertTrial(
    of customer: ID<Customer>, to tier: SubscriptionTier? = nil, reason: String? = nil
  ) throws -> Subscription {
    try change(of: customer, reason: reason) { subscription, transaction in
      guard subscription.trial != nil, subscription.trial?.convertedAt == nil else {
        throw SubscriptionError.wrongStatus(
          customer, found: subscription.status, expected: [.trialing])
      }
      try subscription.require([.trialing, .unpaid])
      if let tier {
        subscription.tierVersion =
          try transaction.requireTier(tier, insteadOf: subscription.tier).version
        subscription.tier = tier
        try transaction.act(on: subscription, [(.tier, tier.rawValue)])
      }
      try transaction.activateByHand(&subscription)
    }
  }

  /// Ends the trials whose time is over, oldest first.
  ///
  /// A trial with a scheduled cancellation is cancelled; any other becomes unpaid.
  ///
  /// - Parameter limit: the maximum number of trials; 100 by default.
  /// - Returns: the number of trials ended; fewer than `limit` if none is left.
  /// - Throws: `StorageError` with `closed`, `readOnlyStore`, `busy`, `writerBusy`; `SQLiteError`.
  /// - Complexity: proportional to the number of trials ended.
  @discardableResult
  public func endDueTrials(limit: Int = PageLimit.standard) throws -> Int {
    try access.write(reason: "trial over") { transaction in
      let due = try Subscription.fetchAll(
        transaction, Self.trialsOver, transaction.now, PageLimit.clamped(limit))
      for var subscription in due { try transaction.bringUpToDate(&subscription) }
      return due.count
    }
  }

  // The index is named because without statistics the planner prefers the status index and sorts.
  static let trialsOver = Subscription.select(
    """
    INDEXED BY subscriptions_trial_end
    WHERE status = 'trialing' AND trial_ends_at <= ? ORDER BY trial_ends_at LIMIT ?
    """)
}

extension WriteTransaction {
  /// Ends a trial without payment.
  func endTrial(of subscription: inout Subscription) throws {
    try subscription.require([.trialing])
    subscription.status = .unpaid
    if let trial = subscription.trial {
      subscription.trial?.endsAt = max(trial.startsAt, min(trial.endsAt, now))
    }
    try save(subscription)
  }
}

extension Subscription {
  /// Throws if the subscription is not in one of the statuses.
  func require(_ statuses: [SubscriptionStatus]) throws {
    guard statuses.contains(status) else {
      throw SubscriptionError.wrongStatus(customerID, found: status, expected: statuses)
    }
  }

  /// Makes the subscription active.
  mutating func activate(at now: Timestamp) {
    if let trial, trial.convertedAt == nil {
      self.trial?.convertedAt = now
      self.trial?.endsAt = max(trial.startsAt, min(trial.endsAt, now))
    }
    status = .active
    cancelledAt = nil
    cancelAtPeriodEnd = false
  }
}
