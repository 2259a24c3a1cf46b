import Backoffice
import Testing

/// The faults of billing that public reports describe, replayed.
@Suite("Faults of billing")
struct BillingFaultTests {
  let fixture: CustomersFixture  // begins on 31 January 2026, 10:00
  var subscriptions: Subscriptions { fixture.subscriptions }
  var store: BackofficeStore { fixture.store }
  static let start = CustomersFixture.start

  init() throws { fixture = try CustomersFixture() }

  private func at(_ text: String) throws -> Timestamp { try #require(Timestamp("2026-\(text)Z")) }

  private func remaining(_ id: ID<Customer>) throws -> Int {
    try store.credits.balance(of: id).remaining
  }

  private func spend(_ credits: Int, of id: ID<Customer>) throws {
    try store.credits.spend(store.credits.hold(credits, of: id).id)
  }

  private func apply(
    _ id: String, _ kind: ProviderEvent.Kind, at: Timestamp, status: SubscriptionStatus? = nil,
    period: BillingPeriod? = nil, tier: SubscriptionTier? = nil, customer: ID<Customer>? = nil
  ) throws -> ProviderEvent.Outcome {
    var event = ProviderEvent(
      id: id, kind: kind, occurredAt: at, subscriptionID: "sub_1", customer: customer)
    event.status = status
    event.period = period
    event.tier = tier
    return try subscriptions.applyProviderEvent(event)
  }

  /// A paying customer of the tier pro, with a period from 1 February.
  private func payer() throws -> (id: ID<Customer>, period: BillingPeriod) {
    let id = try fixture.ada(tier: nil).id
    try subscriptions.openIncomplete(for: id, tier: .pro)
    fixture.clock.set(to: try at("02-01T10:00:03"))
    let period = try #require(
      BillingPeriod(start: at("02-01T10:00:03"), end: at("03-01T10:00:03")))
    _ = try apply("evt_0", .activated, at: fixture.clock.now, period: period, customer: id)
    #expect(try remaining(id) == 500)
    return (id, period)
  }

  @Test("14.1 A late payment or update leaves a cancelled subscription cancelled")
  func terminal() throws {
    let (id, period) = try payer()
    fixture.clock.set(to: try at("03-20T00:00:00"))
    try subscriptions.resetDuePeriods()
    let cancelled = try subscriptions.cancelNow(of: id)
    fixture.clock.set(to: try at("03-22T00:00:00"))
    _ = try apply("evt_1", .paymentSucceeded, at: fixture.clock.now, period: period)
    _ = try apply("evt_2", .updated, at: try at("03-20T00:00:00"), status: .active)
    _ = try apply("evt_3", .updated, at: try at("03-19T00:00:00"), status: .active)
    _ = try apply("evt_4", .renewed, at: fixture.clock.now, period: period)
    let found = try #require(try subscriptions.find(of: id))
    #expect(found.status == .cancelled && found.period == cancelled.period)
    #expect(try remaining(id) == 0)
    _ = try apply("evt_5", .activated, at: fixture.clock.now + .seconds(1))
    #expect(try subscriptions.find(of: id)?.status == .active)
    #expect(try fixture.findings() == [])
  }

  @Test("14.2 An update that arrives before the first payment does not hide it")
  func watermarks() throws {
    let id = try fixture.ada(tier: nil).id
    try subscriptions.openIncomplete(for: id, tier: .pro)
    fixture.clock.advance(by: .minutes(1))
    let period = try #require(BillingPeriod(start: Self.start, end: Self.start + .days(28)))
    _ = try apply(
      "evt_2", .updated, at: Self.start + .seconds(2), status: .incomplete, customer: id)
    _ = try apply("evt_1", .paymentSucceeded, at: Self.start + .seconds(3), period: period)
    #expect(try subscriptions.find(of: id)?.status == .active)
    #expect(try remaining(id) == 500)
    let next = try #require(BillingPeriod(start: period.end, end: period.end + .days(31)))
    fixture.clock.set(to: next.start + .minutes(1))
    _ = try apply("evt_4", .paymentSucceeded, at: next.start + .seconds(9))
    _ = try apply("evt_3", .updated, at: next.start + .seconds(1), status: .active, period: next)
    #expect(try subscriptions.find(of: id)?.period?.start == next.start)
    #expect(try fixture.findings() == [])
  }

  @Test(
    "14.3 A payment for the same period gives back what unpaid suspended", arguments: [true, false])
  func restored(isUnpaid: Bool) throws {
    let (id, period) = try payer()
    try spend(120, of: id)
    fixture.clock.advance(by: .minutes(1))
    if isUnpaid {
      _ = try apply("evt_1", .updated, at: fixture.clock.now, status: .unpaid)
    } else {
      _ = try apply("evt_1", .cancelled, at: fixture.clock.now)
    }
    #expect(try remaining(id) == 0)
    #expect(throws: UsageError.notEntitled(id)) { try store.credits.hold(1, of: id) }
    fixture.clock.advance(by: .minutes(1))
    _ = try apply(
      "evt_2", isUnpaid ? .paymentSucceeded : .activated, at: fixture.clock.now, period: period)
    #expect(try remaining(id) == 380)
    _ = try apply("evt_3", .renewed, at: fixture.clock.now, period: period)
    #expect(try remaining(id) == 380)
    #expect(try fixture.findings() == [])
  }

  @Test(
    "14.4 A trial that is over and a cancellation that is due spend nothing before a job has run")
  func entitlement() throws {
    let trial = try fixture.ada().id
    let leaving = try fixture.ada("bob").id
    try subscriptions.convertTrial(of: leaving)
    let held = try store.credits.hold(10, of: leaving)
    try subscriptions.cancelAtPeriodEnd(of: leaving)
    fixture.clock.advance(by: .days(46))
    for id in [trial, leaving] {
      #expect(throws: UsageError.notEntitled(id)) { try store.credits.hold(1, of: id) }
      #expect(throws: UsageError.noSubscription(id)) {
        try store.usage.consumeWithinTier(UsageEvent(key: "\(id)", customerID: id, meter: "fixes"))
      }
    }
    try store.credits.release(held.id)
    #expect(throws: UsageError.notEntitled(leaving)) { try store.credits.hold(1, of: leaving) }
    var item = NewQueueItem(kind: "submit")
    item.customerID = leaving
    item.credits = 1
    #expect(throws: UsageError.notEntitled(leaving)) { try store.queue.enqueue(item) }
    try subscriptions.resetDuePeriods()
    try subscriptions.endDueTrials()
    #expect(try subscriptions.find(of: trial)?.status == .unpaid)
    #expect(try subscriptions.find(of: leaving)?.status == .cancelled)
    #expect(try fixture.findings() == [])
  }

  @Test("14.4 A customer who used everything up is refilled by the first use of the new period")
  func refill() throws {
    let id = try fixture.ada().id
    try subscriptions.convertTrial(of: id)
    try spend(100, of: id)
    let end = try #require(try subscriptions.find(of: id)?.period?.end)
    #expect(
      throws: UsageError.creditsExhausted(
        customer: id, needed: 1, remaining: 0, resetsAt: end)
    ) { try store.credits.hold(1, of: id) }
    fixture.clock.set(to: end + .days(1))
    try store.credits.hold(1, of: id)
    #expect(try remaining(id) == 99)
    try subscriptions.cancelAtPeriodEnd(of: id)
    #expect(
      throws: UsageError.creditsExhausted(
        customer: id, needed: 100, remaining: 99, resetsAt: nil)
    ) { try store.credits.hold(100, of: id) }
    #expect(try fixture.findings() == [])
  }

  @Test("14.4 A run each month and one run after a year end alike")
  func oneRunOrMany() throws {
    let often = try fixture.ada("often").id
    let seldom = try fixture.ada("seldom").id
    for id in [often, seldom] {
      try subscriptions.convertTrial(of: id)
      try subscriptions.changeTier(of: id, to: .pro, effect: .atPeriodEnd)
    }
    for _ in 0..<12 {
      fixture.clock.advance(by: .days(30))
      try store.write { transaction in
        try transaction.bringSubscriptionUpToDate(of: often)
      }
    }
    try store.write { transaction in try transaction.bringSubscriptionUpToDate(of: seldom) }
    let one = try #require(try subscriptions.find(of: often))
    let other = try #require(try subscriptions.find(of: seldom))
    #expect(one.period == other.period && one.tier == other.tier && one.tier == .pro)
    #expect(try remaining(often) == remaining(seldom))
    #expect(try fixture.findings() == [])
  }

  @Test("14.5 A pending downgrade takes effect with the provider's period or an early one")
  func pendingDowngrade() throws {
    let (id, period) = try payer()
    try subscriptions.changeTier(of: id, to: .basic, effect: .atPeriodEnd)
    fixture.clock.set(to: period.end - .seconds(3))
    let next = try #require(
      BillingPeriod(start: period.end - .seconds(3), end: try at("04-01T10:00:00")))
    _ = try apply("evt_1", .renewed, at: fixture.clock.now, period: next, tier: .pro)
    #expect(try subscriptions.find(of: id)?.tier == .basic)
    #expect(try remaining(id) == 100)
    try subscriptions.changeTier(of: id, to: .pro, effect: .atPeriodEnd)
    fixture.clock.advance(by: .days(3))
    let early = try subscriptions.resetPeriod(of: id, early: true)
    #expect(early.tier == .pro && early.pendingTier == nil)
    #expect(try fixture.findings() == [])
  }

  @Test(
    "14.5 Starts of one border are one period", arguments: ["10:00:00", "10:00:05", "14:00:00"])
  func identity(time: String) throws {
    let id = try fixture.ada(tier: nil).id
    try subscriptions.openIncomplete(for: id, tier: .pro)
    fixture.clock.set(to: try #require(Timestamp("2026-03-01T10:00:03Z")))
    let first = try #require(
      BillingPeriod(start: fixture.clock.now, end: try at("04-01T10:00:03")))
    _ = try apply("evt_1", .activated, at: fixture.clock.now, period: first, customer: id)
    fixture.clock.set(to: try at("04-01T15:00:00"))
    try store.credits.hold(20, of: id)
    let next = try #require(
      BillingPeriod(start: try at("04-01T\(time)"), end: try at("05-01T\(time)")))
    _ = try apply("evt_2", .renewed, at: fixture.clock.now, period: next)
    #expect(try remaining(id) == 480)
    #expect(try subscriptions.find(of: id)?.period?.start == first.end)
    #expect(try fixture.findings() == [])
  }

  @Test("14.6 Deleting a customer cancels the subscription, and nothing renews it")
  func deleted() throws {
    let (id, period) = try payer()
    try store.customers.softDelete(id)
    #expect(try subscriptions.find(of: id)?.status == .cancelled)
    #expect(throws: UsageError.notEntitled(id)) { try store.credits.hold(1, of: id) }
    fixture.clock.set(to: period.end + .days(1))
    try subscriptions.resetDuePeriods()
    #expect(
      try apply("evt_1", .activated, at: fixture.clock.now)
        == .failed(.customerDeleted(id)))
    #expect(try remaining(id) == 0)
    _ = try store.write { transaction in
      try transaction.execute(sql: "UPDATE subscriptions SET status = 'unpaid'")
    }
    #expect(try subscriptions.cancelNow(of: id).status == .cancelled)
    try store.customers.restore(id)
    #expect(try subscriptions.reactivate(of: id).status == .active)
    #expect(try fixture.findings() == [])
  }

  @Test("14.7 Usage of the past falls into the period that held then, and periods do not overlap")
  func pastPeriods() throws {
    let id = try fixture.ada().id
    try subscriptions.convertTrial(of: id)
    let first = try #require(try subscriptions.find(of: id)?.period)
    fixture.clock.advance(by: .days(15))
    let reset = fixture.clock.now
    try subscriptions.resetPeriod(of: id, early: true)
    try store.usage.record(
      UsageEvent(key: "late", customerID: id, meter: "fixes", at: first.start + .days(10)))
    try store.usage.record(UsageEvent(key: "now", customerID: id, meter: "fixes"))
    let state = try store.usage.state(
      of: "fixes", for: id, per: .billingPeriod, at: first.start + .days(10))
    #expect(state.used == 1 && state.period.start == first.start && state.period.end == reset)
    #expect(try store.usage.state(of: "fixes", for: id, per: .billingPeriod).used == 1)
    #expect(try fixture.findings() == [])
  }

  @Test("14.13 A trial with a scheduled cancellation is cancelled when it is over")
  func trialWithCancellation() throws {
    let id = try fixture.ada().id
    try subscriptions.cancelAtPeriodEnd(of: id)
    fixture.clock.advance(by: .days(15))
    try subscriptions.endDueTrials()
    let ended = try #require(try subscriptions.find(of: id))
    #expect(ended.status == .cancelled && !ended.cancelAtPeriodEnd)
    #expect(ended.cancelledAt == ended.trial?.endsAt)
    #expect(try fixture.findings() == [])
  }

  @Test("14.13 An event of the far future is refused and does not hide later ones")
  func farFuture() throws {
    let (id, _) = try payer()
    let future = try #require(Timestamp("2062-01-01T00:00:00Z"))
    #expect(
      try apply("evt_1", .cancelled, at: future)
        == .failed(.eventAhead(event: "evt_1", at: future)))
    _ = try apply("evt_2", .paymentFailed, at: fixture.clock.now + .seconds(299))
    #expect(try subscriptions.find(of: id)?.status == .pastDue)
  }

  @Test("14.13 An id with other content is an error, and the first answer is given again")
  func conflict() throws {
    let (id, _) = try payer()
    let at = fixture.clock.now
    let first = try apply("evt_1", .paymentFailed, at: at)
    try subscriptions.cancelNow(of: id)
    #expect(try apply("evt_1", .paymentFailed, at: at) == first)
    #expect(throws: SubscriptionError.eventConflict(event: "evt_1")) {
      try apply("evt_1", .paymentSucceeded, at: at)
    }
  }

  @Test(
    "14.13 An event of another subscription of the provider is ignored, also with the customer's id"
  )
  func otherSubscription() throws {
    let (id, _) = try payer()
    let event = ProviderEvent(
      id: "evt_1", kind: .cancelled, occurredAt: fixture.clock.now, subscriptionID: "sub_2",
      customer: id)
    #expect(try subscriptions.applyProviderEvent(event) == .otherSubscription)
    #expect(try subscriptions.applyProviderEvent(event) == .otherSubscription)
    #expect(try subscriptions.find(of: id)?.status == .active)
  }

  @Test("14.13 A new customer has no subscription unless a tier is named")
  func noSubscription() throws {
    let id = try store.customers.create(NewCustomer(fullName: "Ada", email: "a@example.com")).id
    #expect(try subscriptions.find(of: id) == nil)
  }
}
