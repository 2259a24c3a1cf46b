import Backoffice
import Testing

@Suite("Calendar-month tiers and tier limits")
struct CalendarTierTests {
  let fixture: CustomersFixture  // begins on 31 January 2026, 10:00
  var store: BackofficeStore { fixture.store }

  init() throws {
    fixture = try CustomersFixture()
    try fixture.store.tiers.install(.seology, retiringOthers: true)
  }

  private func period(_ id: ID<Customer>) throws -> [String] {
    let period = try #require(try fixture.subscriptions.find(of: id)?.period)
    return ["\(period.start)", "\(period.end)"]
  }

  @Test("One call installs the SEOLOGY catalogue and retires all other tiers")
  func installed() throws {
    #expect(try store.tiers.list().map(\.name) == ["starter", "growth", "scale"])
    let scale = try #require(try store.tiers.find("scale"))
    #expect(scale.limit(of: "fixes") == nil && scale.limit(of: "sites") == nil)
    #expect(scale.terms.features == ["api", "priority_support", "own_domain"])
    let growth = try #require(try store.tiers.next(above: "starter"))
    #expect(growth.limit(of: "fixes") == 5000 && growth.limit(of: "sites") == 10)
    #expect(
      growth.terms.prices == [
        TierPrice(Money(minorUnits: 9900, currency: .usd), per: .month),
        TierPrice(Money(minorUnits: 99000, currency: .usd), per: .year),
      ])
    #expect(throws: SubscriptionError.retiredTier(.basic, offered: TierCatalogue.seology.names)) {
      try fixture.ada()
    }
  }

  @Test("The first period ends with the calendar month, and the next ones are whole months")
  func months() throws {
    var new = NewCustomer(fullName: "Ada", email: "ada@example.com", tier: "starter")
    new.trialDays = 0
    let id = try store.customers.create(new).id
    #expect(try period(id) == ["2026-01-31T10:00:00Z", "2026-02-01T00:00:00Z"])
    for (start, end) in [("02-01", "03-01"), ("03-01", "04-01"), ("04-01", "05-01")] {
      fixture.clock.set(to: try #require(Timestamp("2026-\(start)T06:00:00Z")))
      try fixture.subscriptions.resetDuePeriods()
      #expect(try period(id) == ["2026-\(start)T00:00:00Z", "2026-\(end)T00:00:00Z"])
    }
    #expect(try fixture.findings() == [])
  }

  @Test("A change to calendar months ends the current period first and never overlaps it")
  func changed() throws {
    try store.tiers.declare(NewTier("yearly", rank: 9, terms: TierTerms(credits: 10)))
    var new = NewCustomer(fullName: "Ada", email: "ada@example.com", tier: "yearly")
    new.trialDays = 0
    fixture.clock.set(to: try #require(Timestamp("2026-02-10T00:00:00Z")))
    let id = try store.customers.create(new).id
    try fixture.subscriptions.changeTier(of: id, to: "growth", effect: .atPeriodEnd)
    fixture.clock.set(to: try #require(Timestamp("2026-03-12T00:00:00Z")))
    try fixture.subscriptions.resetDuePeriods()
    #expect(try fixture.subscriptions.find(of: id)?.tier == "growth")
    #expect(try period(id) == ["2026-03-10T00:00:00Z", "2026-04-01T00:00:00Z"])
    try fixture.subscriptions.resetPeriod(of: id, early: true)
    #expect(try period(id) == ["2026-03-12T00:00:00Z", "2026-04-01T00:00:00Z"])
    #expect(try fixture.findings() == [])
  }

  @Test("Usage counts against the tier's limit, which follows the tier")
  func limits() throws {
    let id = try store.customers.create(
      NewCustomer(fullName: "Ada", email: "ada@example.com", tier: "starter")
    ).id
    func use(_ key: String, _ quantity: Int) throws -> Consumption {
      try store.usage.consumeWithinTier(
        UsageEvent(key: key, customerID: id, meter: "fixes", quantity: quantity))
    }
    #expect(try use("a", 500).state.remaining == 0)
    guard case .refused(let state) = try use("b", 1) else {
      Issue.record("more than the tier allows")
      return
    }
    #expect(state.limit == 500)
    try fixture.subscriptions.changeTier(of: id, to: "growth")
    #expect(try use("b again", 1).state.limit == 5000)
    try fixture.subscriptions.changeTier(of: id, to: "scale")
    guard case .consumed(let free, crossed: []) = try use("c", 9000) else {
      Issue.record("the tier has no limit")
      return
    }
    #expect(free.limit == nil && free.used == 9501)
    try fixture.subscriptions.cancelNow(of: id)
    #expect(throws: UsageError.noSubscription(id)) { try use("d", 1) }
    #expect(try fixture.findings() == [])
  }
}
