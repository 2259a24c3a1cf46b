import Backoffice
import BackofficeTesting
import Testing

@Suite("Charges and statements")
struct StatementTests {
  let test: TestStore
  let ada: ID<Customer>

  var store: BackofficeStore { test.store }

  init() throws {
    test = try TestStore(startingAt: #require(Timestamp("2026-01-01T00:00:00Z")))
    ada = try test.store.customers.create(
      NewCustomer(fullName: "Ada", email: "ada@example.com")
    ).id
    try declare("small", 1_000, rank: 1)
    try declare("large", 2_000, rank: 2)
  }

  /// A tier with monthly prices in dollars and a tenth less in euros.
  private func declare(_ name: SubscriptionTier, _ cents: Int64, rank: Int) throws {
    try store.tiers.declare(
      NewTier(
        name, rank: rank,
        terms: TierTerms(
          credits: Int(cents) / 10,
          prices: [
            TierPrice(Money(minorUnits: cents, currency: .usd), per: .month),
            TierPrice(Money(minorUnits: cents * 9 / 10, currency: .eur), per: .month),
            TierPrice(Money(minorUnits: cents * 10, currency: .usd), per: .year),
          ])))
  }

  private func amounts(_ statement: BillingStatement) -> [String?] {
    statement.lines.map { $0.amount?.description }
  }

  @Test("A change of tier in a period is credited and charged by days, in one act")
  func proration() throws {
    try store.subscriptions.open(for: ada, tier: "small", trialDays: 0)
    test.clock.set(to: try #require(Timestamp("2026-01-16T09:00:00Z")))
    try store.subscriptions.changeTier(of: ada, to: "large")
    let statement = try store.billing.statement(of: ada)
    #expect(statement.lines.map(\.kind) == [.period, .unused, .remaining])
    #expect(amounts(statement) == ["10.00 USD", "-5.16 USD", "10.32 USD"])
    #expect(statement.totals.map(\.description) == ["15.16 USD"])
    #expect(statement.lines[2].part == statement.lines[1].part)
    #expect(statement.credits.granted == 200)
    // And back again on the same day: the whole of it is undone.
    try store.subscriptions.changeTier(of: ada, to: "small")
    #expect(try store.billing.statement(of: ada).totals.map(\.description) == ["10.00 USD"])
    // The next period has the price of the tier, and none of the changes.
    test.clock.set(to: try #require(Timestamp("2026-02-01T00:00:00Z")))
    try store.subscriptions.resetDuePeriods()
    #expect(try amounts(store.billing.statement(of: ada)) == ["10.00 USD"])
    #expect(try store.check() == [])
  }

  @Test("A trial costs nothing, a conversion begins a charged period, and a period is charged once")
  func trial() throws {
    try store.subscriptions.open(for: ada, tier: "small", trialDays: 14, currency: .eur)
    #expect(try store.billing.statement(of: ada).lines == [])
    test.clock.advance(by: .days(3))
    try store.subscriptions.convertTrial(of: ada)
    #expect(try amounts(store.billing.statement(of: ada)) == ["9.00 EUR"])
    try store.subscriptions.changeTier(of: ada, to: "large", effect: .atPeriodEnd)
    #expect(try amounts(store.billing.statement(of: ada)) == ["9.00 EUR"])
    test.clock.advance(by: .days(31))
    try store.subscriptions.resetDuePeriods()
    #expect(try amounts(store.billing.statement(of: ada)) == ["18.00 EUR"])
    let yen = try #require(Currency("JPY"))
    #expect(throws: SubscriptionError.noPrice("large", yen)) {
      try store.subscriptions.open(
        for: try store.customers.create(NewCustomer(fullName: "B", email: "b@example.com")).id,
        tier: "large", currency: yen)
    }
    #expect(try store.check() == [])
  }

  @Test("A tier without a price has a line without an amount, and an upgrade from it is prorated")
  func unpriced() throws {
    try store.subscriptions.open(for: ada, tier: "basic", trialDays: 0)
    #expect(try amounts(store.billing.statement(of: ada)) == [nil])
    test.clock.advance(by: .days(15))
    try store.subscriptions.changeTier(of: ada, to: "small")
    #expect(try amounts(store.billing.statement(of: ada)) == [nil, "5.16 USD"])
  }

  @Test("Usage, adjustments and credits are lines from kept sums, and the CSV is exact")
  func usage() throws {
    try store.subscriptions.open(for: ada, tier: "small", trialDays: 0)
    let first = try store.read { $0.now }
    let cents = Money(minorUnits: 7, currency: .usd)
    for number in 0..<3 {
      try store.usage.record(
        UsageEvent(key: "a\(number)", customerID: ada, meter: "=calls, all", amount: cents))
    }
    try store.credits.consume(30, of: ada)
    try store.credits.grant(5, to: ada)
    var statement = try store.billing.statement(of: ada)
    #expect(amounts(statement) == ["10.00 USD", "0.21 USD"])
    #expect(statement.credits.spent == 30 && statement.credits.granted == 105)
    #expect(
      statement.csv == """
        kind,tier,meter,quantity,limit,days,out_of,amount,currency\r
        period,small,,,,31,31,10.00,USD\r
        usage,,"'=calls, all",3,,,,0.21,USD\r

        """)
    #expect(try statement.json().decode(BillingStatement.self) == statement)

    test.clock.advance(by: .days(31))
    try store.subscriptions.resetDuePeriods()
    try store.usage.closePeriod(containing: first, of: ada)
    try store.usage.record(
      UsageEvent(key: "late", customerID: ada, meter: "=calls, all", amount: cents, at: first))
    statement = try store.billing.statement(of: ada)
    #expect(amounts(statement) == ["10.00 USD", "0.00 USD", "0.07 USD"])
    #expect(statement.lines[2].adjustsPeriodFrom == first)
    #expect(statement.totals.map(\.description) == ["10.07 USD"])
    let ended = try store.billing.statement(of: ada, containing: first)
    #expect(ended.isClosed)
    #expect(amounts(ended) == ["10.00 USD", "0.21 USD"])
    #expect(ended.credits.spent == 30 && ended.credits.expired == 70)
    #expect(throws: BillingError.noPeriod(ada, at: first - .days(1))) {
      try store.billing.statement(of: ada, containing: first - .days(1))
    }
    #expect(try store.check() == [])
  }

  @Test(
    "Random changes of tier: charges of a period add up to whole prices of the days of each tier")
  func randomChanges() throws {
    let random = RandomSource.seeded(5)
    for number in 0..<30 {
      let customer = try store.customers.create(
        NewCustomer(fullName: "C", email: "c\(number)@example.com")
      ).id
      try store.subscriptions.open(for: customer, tier: "small", trialDays: 0)
      let start = try store.read { $0.now }
      for _ in 0..<4 {
        test.clock.advance(by: .days(random.next(below: 7)))
        try store.subscriptions.changeTier(
          of: customer, to: random.next(below: 2) == 0 ? "small" : "large")
      }
      // The last day of each tier's stretch bounds what it may cost.
      let statement = try store.billing.statement(of: customer, containing: start)
      let total = try #require(statement.totals.first).minorUnits
      #expect(total >= 1_000 && total <= 2_000)
      let unused = statement.lines.filter { $0.kind == .unused }
      let remaining = statement.lines.filter { $0.kind == .remaining }
      #expect(unused.map(\.part) == remaining.map(\.part))
      test.clock.advance(by: .days(1))
    }
    #expect(try store.check() == [])
  }
}
