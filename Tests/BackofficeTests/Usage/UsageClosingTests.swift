import Backoffice
import BackofficeTesting
import Testing

@Suite("Closed billing periods")
struct UsageClosingTests {
  @Test("A closed period is frozen; what comes late is an adjustment in the open one")
  func late() throws {
    let office = try UsageFixture(at: "2026-03-10T12:00:00Z")
    let customer = try office.subscriber(
      anchor: "2026-01-31T10:00:00Z", from: "2026-02-28T10:00:00Z", to: "2026-03-31T10:00:00Z")
    let february = try office.time("2026-02-10T00:00:00Z")
    func record(_ key: String, _ quantity: Int, at: Timestamp?) throws {
      try office.store.usage.record(
        UsageEvent(
          key: key, customerID: customer, meter: "calls", quantity: quantity,
          amount: Money(minorUnits: Int64(quantity) * 10, currency: .usd), at: at))
    }
    try record("a", 5, at: february)
    try record("b", 7, at: nil)
    // Late, into a period that is not closed.
    try record("c", 2, at: february)
    let closed = try office.store.usage.closePeriod(containing: february, of: customer)
    #expect(closed.map(\.quantity) == [7])
    try record("d", 3, at: february)
    try record("e", -1, at: february)
    #expect(
      try office.store.usage.closePeriod(containing: february, of: customer).map(\.quantity) == [7])
    let periods = try office.store.usage.records(of: customer, per: .billingPeriod)
    #expect(periods.map(\.quantity) == [9, 7])
    let start = try office.time("2026-02-28T10:00:00Z")
    let lines = try office.store.usage.adjustments(of: customer, inPeriodFrom: start)
    #expect(lines.map(\.quantity) == [2])
    #expect(lines.map(\.amount) == [Money(minorUnits: 20, currency: .usd)])
    #expect(lines.first?.periodStart == closed.first?.period.start)
    // A limit of the open period applies to what counts in it.
    let answer = try office.store.usage.consume(
      UsageEvent(key: "f", customerID: customer, meter: "calls", quantity: 2, at: february),
      limit: 10, per: .billingPeriod)
    #expect(answer == .refused(answer.state) && answer.state.period.start == start)
    #expect(try office.store.check() == [])
    #expect(try office.store.rebuild() == [:])
  }

  @Test("Only a period that has ended is closed, and SQL cannot add to a closed one")
  func refusals() throws {
    let office = try UsageFixture(at: "2026-03-10T12:00:00Z")
    let customer = try office.subscriber(
      anchor: "2026-01-31T10:00:00Z", from: "2026-02-28T10:00:00Z", to: "2026-03-31T10:00:00Z")
    for at in ["2026-03-01T00:00:00Z", "2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z"] {
      let at = try office.time(at)
      #expect(throws: UsageError.periodNotEnded(customer: customer, at: at)) {
        try office.store.usage.closePeriod(containing: at, of: customer)
      }
    }
    let start = try office.time("2026-01-31T10:00:00Z")
    try office.store.usage.closePeriod(containing: start, of: customer)
    #expect(throws: UsageError.periodClosed(customer: customer, start: start)) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: """
            INSERT INTO usage_events (idempotency_key, customer_id, meter, at, recorded_at,
              local_day, period_start_at, period_end_at)
            VALUES ('x', ?1, 'calls', ?2, ?2, '2026-01-31', ?2, ?2 + 1000)
            """, customer, start)
      }
    }
    #expect(try office.count("usage_events") == 0)
  }
}

@Suite("Entitlements")
struct EntitlementTests {
  let test: TestStore
  let customer: ID<Customer>
  let basic: Tier

  init() throws {
    test = try TestStore()
    var terms = TierTerms(credits: 10, limits: ["fixes": 5, "sites": 3], features: ["reports"])
    try test.store.tiers.declare(NewTier("small", rank: 100, terms: terms))
    terms.limits = ["fixes": 50, "sites": 10]
    terms.credits = 100
    terms.features = ["reports", "api"]
    try test.store.tiers.declare(NewTier("large", rank: 200, terms: terms))
    customer = try test.store.customers.create(
      NewCustomer(fullName: "Ada", email: "ada@example.com", tier: "small")
    ).id
    basic = try #require(try test.store.tiers.find(of: customer))
  }

  var entitlements: Entitlements { test.store.entitlements }

  func use(_ key: String, _ meter: Meter, _ quantity: Int) throws -> Consumption {
    try test.store.usage.consumeWithinTier(
      UsageEvent(key: key, customerID: customer, meter: meter, quantity: quantity))
  }

  @Test("A feature is in the tier, or in the lowest tier that has it")
  func features() throws {
    #expect(try entitlements.check(customer, feature: "reports").isAllowed)
    let api = try entitlements.check(customer, feature: "api")
    #expect(api.refusal == .featureNotIncluded(tier: "small"))
    #expect(api.remedies == [.upgrade(to: "large")])
    #expect(try entitlements.check(customer, feature: "wings").remedies == [])
  }

  @Test("A counter names its limit, when it restarts, and the tier that would allow more")
  func counter() throws {
    #expect(try entitlements.check(customer, meter: "fixes", quantity: 5).remaining == 5)
    _ = try use("a", "fixes", 4)
    let state = try test.store.usage.state(of: "fixes", for: customer, per: .billingPeriod)
    let refused = try entitlements.check(customer, meter: "fixes", quantity: 2)
    #expect(refused.refusal == .limit(5, used: 4, resetsAt: state.resetsAt))
    #expect(refused.remedies == [.wait(until: state.resetsAt), .upgrade(to: "large")])
    #expect(refused.remaining == 1)
    #expect(try entitlements.check(customer, meter: "fixes").isAllowed)
    #expect(
      try entitlements.check(customer, meter: "fixes", quantity: 60).remedies == [])
    #expect(try entitlements.check(customer, meter: "unlimited", quantity: 60).isAllowed)
    for quantity in [0, -1, .max] {
      #expect(throws: UsageError.invalidEvent(key: "", .quantityOutOfRange)) {
        try entitlements.check(customer, meter: "fixes", quantity: quantity)
      }
    }
  }

  @Test("14.4 what time alone has changed counts, although no job has run")
  func time() throws {
    test.clock.advance(by: .days(24))
    let over = Entitlement.Refusal.status(.unpaid)
    let inRead = try test.store.read { try $0.entitlements.check(customer, feature: "reports") }
    #expect(inRead.refusal == over)
    #expect(try entitlements.check(customer, feature: "reports").refusal == over)
    #expect(try entitlements.check(customer, meter: "fixes").refusal == over)
    #expect(try entitlements.check(customer, credits: 1).refusal == over)
    try test.store.subscriptions.convertTrial(of: customer)
    let hold = try test.store.credits.hold(10, of: customer)
    try test.store.credits.capture(hold.id)
    #expect(!(try entitlements.check(customer, credits: 1).isAllowed))
    let end = try #require(try test.store.subscriptions.find(of: customer)?.period?.end)
    test.clock.set(to: end + .days(1))
    #expect(try entitlements.check(customer, credits: 10).isAllowed)
    #expect(try test.store.check() == [])
  }

  @Test("A gauge is a level that no period resets")
  func gauge() throws {
    try test.store.subscriptions.convertTrial(of: customer)
    try test.store.usage.setGauge(true, of: "sites")
    guard case .consumed = try use("a", "sites", 3) else {
      Issue.record("3 of 3")
      return
    }
    guard case .refused(let state) = try use("b", "sites", 1) else {
      Issue.record("4 of 3")
      return
    }
    #expect(state.used == 3)
    test.clock.advance(by: .days(40))
    let refused = try entitlements.check(customer, meter: "sites")
    #expect(refused.refusal == .limit(3, used: 3, resetsAt: nil))
    #expect(refused.remedies == [.free(1), .upgrade(to: "large")])
    try test.store.usage.record(
      UsageEvent(key: "c", customerID: customer, meter: "sites", quantity: -1))
    #expect(try entitlements.check(customer, meter: "sites").isAllowed)
    #expect(try test.store.usage.level(of: "sites", for: customer) == 2)
    guard case .refused = try use("b", "sites", 1) else {
      Issue.record("the first answer is given again")
      return
    }
    guard case .consumed(let now, _) = try use("d", "sites", 1) else {
      Issue.record("3 of 3")
      return
    }
    #expect(now.used == 3)
    #expect(try test.store.check() == [])
  }

  @Test("Credits, and a subscription that gives no access")
  func credits() throws {
    let balance = try test.store.credits.balance(of: customer)
    let refused = try entitlements.check(customer, credits: 11)
    #expect(refused.refusal == .credits(remaining: 10, resetsAt: balance.resetsAt))
    #expect(refused.remedies == [.buyCredits(1), .upgrade(to: "large")])
    try test.store.credits.hold(8, of: customer)
    #expect(
      try entitlements.check(customer, credits: 3).remedies.first
        == balance.resetsAt.map { .wait(until: $0) })
    // Asked inside the transaction that acts on it.
    let allowed = try test.store.write { transaction in
      let isAllowed = try transaction.entitlements.check(customer, credits: 2).isAllowed
      if isAllowed { try transaction.credits.hold(2, of: customer) }
      return try [isAllowed, transaction.entitlements.check(customer, credits: 1).isAllowed]
    }
    #expect(allowed == [true, false])
    try test.store.subscriptions.cancelNow(of: customer)
    let ended = try entitlements.check(customer, feature: "reports")
    #expect(ended.refusal == .status(.cancelled) && ended.remedies == [.subscribe])
    let stranger = ID<Customer>(high: 1, low: 1)
    #expect(try entitlements.check(stranger, credits: 1).refusal == .noSubscription)
  }
}
