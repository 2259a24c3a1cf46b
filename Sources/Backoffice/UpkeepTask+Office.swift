extension UpkeepTask {
  /// The upkeep tasks of the office.
  static let office = [
    trials, billingPeriods, creditsDue, actionOffers, actionSkills, escalations, planExpiry,
    planInverses,
    submissionExpiry,
    customerRetention,
  ]

  private static let page = PageLimit.standard

  /// Ends trials whose time is over.
  public static let trials = UpkeepTask(
    "office.trials", every: .minutes(1), summary: "ends trials whose time is over"
  ) { transaction, page in
    page.note(try transaction.subscriptions.endDueTrials(limit: Self.page), limit: Self.page)
  }

  /// Ends billing periods that are over, and refills credits.
  public static let billingPeriods = UpkeepTask(
    "office.billing_periods", every: .minutes(1),
    summary: "begins the next billing period of subscriptions whose period has ended"
  ) { transaction, page in
    page.note(
      try transaction.subscriptions.resetDuePeriods(limit: Self.page).total, limit: Self.page)
  }

  /// Posts expired holds and grants of credits, refills, and grants that have become effective.
  public static let creditsDue = UpkeepTask(
    "office.credits_due", every: .minutes(1),
    summary: "posts the credits that have expired, were refilled or have become effective"
  ) { transaction, page in
    page.note(try transaction.credits.postDue(limit: Self.page), limit: Self.page)
  }

  /// Ends offers that have expired.
  public static let actionOffers = UpkeepTask(
    "office.action_offers", every: .seconds(10), summary: "ends expired offers of actions"
  ) { transaction, page in
    let sweep = try transaction.actions.expireOffers(limit: Self.page)
    page.note(sweep.expired.count, limit: Self.page)
    page.refusals = sweep.refused.values.sorted()
    page.nextAt = try transaction.actions.nextOfferExpiresAt()
  }

  /// Relaxes required skills that have been unavailable for long enough.
  public static let actionSkills = UpkeepTask(
    "office.action_skills", every: .minutes(1),
    summary: "relaxes required skills that have been unavailable for long enough"
  ) { transaction, page in
    page.count += try transaction.actions.relaxSkills(limit: PageLimit.maximum).count
  }

  /// Escalates actions whose deadline has passed.
  public static let escalations = UpkeepTask(
    "office.escalations", every: .minutes(1), summary: "escalates actions whose deadline has passed"
  ) { transaction, page in
    page.note(try transaction.actions.escalateOverdue(limit: Self.page).count, limit: Self.page)
  }

  /// Rejects plans that were not decided in time.
  public static let planExpiry = UpkeepTask(
    "office.plan_expiry", every: .minutes(1),
    summary: "rejects plans that expired without a decision"
  ) { transaction, page in
    page.note(try transaction.plans.rejectExpired(limit: Self.page).count, limit: Self.page)
  }

  /// Clears the inverses of changes that can no longer be rolled back.
  public static let planInverses = UpkeepTask(
    "office.plan_inverses", every: .days(1),
    summary: "clears the inverses of changes that can no longer be rolled back"
  ) { transaction, page in
    page.note(try transaction.plans.clearExpiredInverses(limit: Self.page), limit: Self.page)
  }

  /// Expires submissions and listings whose time is over.
  public static let submissionExpiry = UpkeepTask(
    "office.submission_expiry", every: .minutes(10),
    summary: "expires submissions and listings whose time is over"
  ) { transaction, page in
    page.note(try transaction.submissions.expireDue(limit: Self.page).count, limit: Self.page)
  }

  /// Anonymises customers that were deleted longer than ``Customers/standardRetention`` ago.
  public static let customerRetention = UpkeepTask(
    "office.customer_retention", every: .days(1),
    summary: "anonymises customers that were deleted seven years ago"
  ) { transaction, page in
    page.note(try transaction.customers.anonymiseExpired(limit: Self.page), limit: Self.page)
  }
}
