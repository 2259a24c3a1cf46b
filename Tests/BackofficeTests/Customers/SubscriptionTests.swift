import Backoffice
import Testing

@Suite("Subscriptions")
struct SubscriptionTests {
  let fixture: CustomersFixture
  var subscriptions: Subscriptions { fixture.subscriptions }

  init() throws { fixture = try CustomersFixture() }

  func spend(_ credits: Int, of customer: ID<Customer>) throws {
    try fixture.store.write { transaction in
      try transaction.postCredits(.reserve, customer: customer, credits: credits)
      try transaction.postCredits(.spend, customer: customer, credits: credits)
    }
  }

  func reserve(_ credits: Int, of customer: ID<Customer>) throws {
    try fixture.store.write { transaction in
      try transaction.postCredits(.reserve, customer: customer, credits: credits)
    }
  }

  @Test("Months from the 31st do not drift")
  func months() throws {
    let zone = Zone.utc
    let anchor = CustomersFixture.start
    let borders = try ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
      .map { try #require(Timestamp("\($0)T10:00:00Z")) }
    for (start, end) in zip(borders, borders.dropFirst()) {
      for instant in [start, start + .days(9), end - .seconds(1)] {
        let period = BillingPeriod.containing(instant, anchor: anchor, zone: zone)
        #expect(period == BillingPeriod(start: start, end: end))
      }
    }
    #expect(
      BillingPeriod.containing(anchor - .days(5), anchor: anchor, zone: zone).start == anchor)
    let berlin = try #require(Zone("Europe/Berlin"))
    let local = BillingPeriod.containing(anchor + .days(80), anchor: anchor, zone: berlin)
    #expect(local.contains(anchor + .days(80)))
  }

  @Test("A change of tier adds the difference, or takes back credits neither reserved nor spent")
  func tierChange() throws {
    let id = try fixture.ada().id
    try spend(97, of: id)
    let pro = try subscriptions.changeTier(of: id, to: .pro)
    #expect(try fixture.store.credits.balance(of: pro.customerID).limit == 500)
    #expect(try fixture.store.credits.balance(of: pro.customerID).remaining == 403)
    try reserve(300, of: id)
    let basic = try subscriptions.changeTier(of: id, to: .basic)
    #expect(try fixture.store.credits.balance(of: basic.customerID).limit == 100)
    #expect(try fixture.store.credits.balance(of: basic.customerID).remaining == 0)
    let enterprise = try subscriptions.changeTier(of: id, to: .enterprise)
    #expect(try fixture.store.credits.balance(of: enterprise.customerID).remaining == 2000 - 397)
    #expect(try fixture.findings() == [])
  }

  @Test("A change of tier by raw SQL updates limit and credits")
  func rawTierChange() throws {
    let id = try fixture.ada().id
    _ = try fixture.store.write { transaction in
      try transaction.execute(sql: "UPDATE subscriptions SET tier = 'enterprise'")
    }
    let subscription = try #require(try subscriptions.find(of: id))
    #expect(try fixture.store.credits.balance(of: subscription.customerID).limit == 2000)
    #expect(try fixture.store.credits.balance(of: subscription.customerID).remaining == 2000)
    #expect(try fixture.findings() == [])
  }

  @Test("A custom limit survives updates, changes of tier and resets")
  func customLimit() throws {
    let id = try fixture.ada().id
    #expect(
      try fixture.store.credits.balance(
        of: subscriptions.setCustomCreditLimit(of: id, to: 250).customerID
      ).remaining == 250)
    try fixture.customers.update(id) { $0.fullName = "Countess" }
    let pro = try subscriptions.changeTier(of: id, to: .pro)
    #expect(
      try fixture.store.credits.balance(of: pro.customerID).limit == 250
        && fixture.store.credits.balance(of: pro.customerID).remaining == 250)
    try spend(200, of: id)
    #expect(
      try fixture.store.credits.balance(
        of: subscriptions.resetPeriod(of: id, early: true).customerID
      ).remaining == 50 + 200)
    let back = try subscriptions.setCustomCreditLimit(of: id, to: nil)
    #expect(
      try fixture.store.credits.balance(of: back.customerID).limit == 500
        && fixture.store.credits.balance(of: back.customerID).remaining == 500)
    #expect(throws: SubscriptionError.invalidCreditLimit(-1)) {
      try subscriptions.setCustomCreditLimit(of: id, to: -1)
    }
    #expect(
      try fixture.store.credits.balance(
        of: subscriptions.setCustomCreditLimit(of: id, to: 0).customerID
      ).remaining == 0)
  }

  @Test("A reset refills, clears spent credits, keeps reserved ones, and follows the anchor")
  func reset() throws {
    let id = try fixture.ada().id
    try subscriptions.convertTrial(of: id)
    try spend(97, of: id)
    try reserve(2, of: id)
    #expect(
      throws: SubscriptionError.periodNotOver(
        id, until: Timestamp("2026-02-28T10:00:00Z") ?? .distantPast)
    ) { try subscriptions.resetPeriod(of: id) }
    fixture.clock.set(to: Timestamp("2026-03-31T11:00:00Z") ?? .distantPast)
    let reset = try subscriptions.resetPeriod(of: id)
    #expect(reset.period?.start == Timestamp("2026-03-31T10:00:00Z"))
    #expect(reset.period?.end == Timestamp("2026-04-30T10:00:00Z"))
    #expect(try fixture.store.credits.balance(of: reset.customerID).remaining == 100)
    #expect(try fixture.store.credits.balance(of: reset.customerID).reserved == 2)
    #expect(try fixture.store.credits.balance(of: reset.customerID).spent == 0)
    #expect(try fixture.findings() == [])
  }

  @Test("A pending tier takes effect with the next period")
  func pendingTier() throws {
    let id = try fixture.ada().id
    try subscriptions.convertTrial(of: id)
    let pending = try subscriptions.changeTier(of: id, to: .pro, effect: .atPeriodEnd)
    #expect(pending.tier == .basic)
    #expect(pending.pendingTier?.at == pending.period?.end)
    #expect(try fixture.store.credits.balance(of: pending.customerID).remaining == 100)
    fixture.clock.advance(by: .days(40))
    #expect(try subscriptions.resetDuePeriods().renewed == 1)
    let next = try #require(try subscriptions.find(of: id))
    #expect(next.tier == .pro)
    #expect(next.pendingTier == nil)
    #expect(try fixture.store.credits.balance(of: next.customerID).remaining == 500)
    #expect(try fixture.findings() == [])
  }

  @Test("Due periods are reset in bounded calls: renewed, cancelled or ended as trials")
  func duePeriods() throws {
    let ids = try (0..<5).map { try fixture.ada("c\($0)").id }
    for id in ids.dropFirst() { try subscriptions.convertTrial(of: id) }
    try subscriptions.cancelAtPeriodEnd(of: ids[1])
    try subscriptions.cancelNow(of: ids[2])
    fixture.clock.advance(by: .days(30))
    let first = try subscriptions.resetDuePeriods(limit: 3)
    let second = try subscriptions.resetDuePeriods(limit: 3)
    #expect(first.total == 3 && second.total == 1)
    #expect(first.renewed + second.renewed == 2)
    #expect(first.cancelled + second.cancelled == 1)
    #expect(first.trialsEnded + second.trialsEnded == 1)
    let cancelled = try #require(try subscriptions.find(of: ids[1]))
    #expect(cancelled.status == .cancelled)
    #expect(cancelled.cancelledAt == cancelled.period?.end)
    #expect(try fixture.store.credits.balance(of: cancelled.customerID).remaining == 0)
    #expect(try fixture.findings() == [])
  }

  @Test("A trial ends unpaid without credits, and can still be converted")
  func trial() throws {
    let id = try fixture.ada().id
    fixture.clock.advance(by: .days(13))
    let soon = try subscriptions.trialsEnding(before: fixture.clock.now + .days(2))
    #expect(soon.elements.count == 1)
    #expect(try subscriptions.endDueTrials() == 0)
    fixture.clock.advance(by: .days(1))
    #expect(try subscriptions.endDueTrials() == 1)
    let ended = try #require(try subscriptions.find(of: id))
    #expect(ended.status == .unpaid)
    #expect(try fixture.store.credits.balance(of: ended.customerID).remaining == 0)
    let paid = try subscriptions.convertTrial(of: id, to: .pro)
    #expect(paid.status == .active)
    #expect(paid.trial?.convertedAt == fixture.clock.now)
    #expect(try fixture.store.credits.balance(of: paid.customerID).remaining == 500)
    #expect(paid.period?.start == fixture.clock.now)
    #expect(throws: SubscriptionError.self) { try subscriptions.convertTrial(of: id) }
    #expect(throws: SubscriptionError.trialUsed(id)) { try subscriptions.startTrial(of: id) }
    #expect(throws: SubscriptionError.exists(id)) { try subscriptions.open(for: id) }
    #expect(try fixture.findings() == [])
  }

  @Test("A cancellation takes effect immediately or at the period's end, and can be reversed")
  func cancelling() throws {
    let id = try fixture.ada(tier: nil).id
    #expect(throws: SubscriptionError.notFound(id)) { try subscriptions.cancelNow(of: id) }
    let waiting = try subscriptions.openIncomplete(for: id)
    #expect(
      try waiting.period == nil
        && fixture.store.credits.balance(of: waiting.customerID).granted == 0)
    #expect(
      try fixture.store.credits.balance(of: subscriptions.startTrial(of: id, days: 30).customerID)
        .remaining == 100)
    #expect(try subscriptions.cancelAtPeriodEnd(of: id).cancelAtPeriodEnd)
    #expect(try subscriptions.reactivate(of: id).cancelAtPeriodEnd == false)
    try reserve(10, of: id)
    let ended = try subscriptions.cancelNow(of: id)
    #expect(ended.status == .cancelled)
    #expect(
      try fixture.store.credits.balance(of: ended.customerID).remaining == 0
        && fixture.store.credits.balance(of: ended.customerID).reserved == 10)
    #expect(throws: SubscriptionError.self) { try subscriptions.cancelNow(of: id) }
    fixture.clock.advance(by: .days(1))
    let back = try subscriptions.reactivate(of: id)
    #expect(
      try back.status == .active
        && fixture.store.credits.balance(of: back.customerID).remaining == 100)
    #expect(back.cancelledAt == nil)
    #expect(throws: SubscriptionError.self) {
      try fixture.store.write { transaction in
        try transaction.execute(
          sql: "UPDATE subscriptions SET status = 'trialing', trial_ends_at = trial_ends_at")
      }
    }
    #expect(try fixture.findings() == [])
  }
}
