import Backoffice
import Testing

@Suite("Usage")
struct UsageTests {
  @Test("An event counts once, regardless of how often and how late it is recorded")
  func idempotent() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    let event = UsageEvent(key: "a", customerID: customer, meter: "calls", quantity: 3)
    #expect(try office.store.usage.record(event) == .recorded)
    office.clock.advance(by: .seconds(400 * 86_400))
    #expect(try office.store.usage.record(event) == .duplicate)
    var other = event
    other.quantity = 4
    #expect(throws: UsageError.keyConflict(key: "a")) { try office.store.usage.record(other) }
    let records = try office.store.usage.records(of: customer, in: office.month("2026-03"))
    #expect(records.map(\.quantity) == [3])
    #expect(records.map(\.eventCount) == [1])
    #expect(try office.count("usage_events") == 1)
    #expect(try office.store.check() == [])
  }

  @Test("Equal purchases are two when their keys differ, and rows of value 0 count as events")
  func duplicatesAndZeros() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    let at = try office.time("2026-01-05T00:00:00Z")
    let events = [(2, 2_933), (2, 2_933), (1, 0)].enumerated().map { index, row in
      UsageEvent(
        key: "row \(index)", customerID: customer, meter: "purchases", quantity: row.0,
        amount: Money(minorUnits: Int64(row.1), currency: .usd), at: at)
    }
    let first = try office.store.usage.record(events)
    #expect(first.recorded == 3 && first.duplicates == 0 && first.refused == 0)
    let again = try office.store.usage.record(events, transactionSize: 2)
    #expect(again.recorded == 0 && again.duplicates == 3)
    let total = try office.store.usage.total(of: "purchases", in: office.month("2026-01"))
    #expect(total.customers == 1)
    #expect(total.events == 3)
    #expect(total.quantity == 5)
    #expect(total.amount(in: .usd) == Money(minorUnits: 5_866, currency: .usd))
    #expect(try office.store.check() == [])
  }

  @Test("A month begins in the store's time zone, and late events count in the month of their use")
  func monthInZone() throws {
    let zone = try #require(Zone("Asia/Tokyo"))
    let office = try UsageFixture(zone: zone)
    let customer = try office.customer()
    // 15:00 UTC is midnight in Tokyo.
    for (index, at) in ["2026-01-31T14:59:59.999999Z", "2026-01-31T15:00:00Z"].enumerated() {
      try office.store.usage.record(
        UsageEvent(
          key: "\(index)", customerID: customer, meter: "calls", quantity: index + 1,
          at: office.time(at)))
    }
    let january = try office.store.usage.records(of: customer, in: office.month("2026-01"))
    let february = try office.store.usage.records(of: customer, in: office.month("2026-02"))
    #expect(january.map(\.quantity) == [1])
    #expect(february.map(\.quantity) == [2])
    #expect(try january.first?.period.end == office.time("2026-01-31T15:00:00Z"))
    let day = try #require(CalendarDate("2026-02-01"))
    #expect(try office.store.usage.records(of: customer, on: day).map(\.quantity) == [2])
    #expect(try office.store.check() == [])
  }

  @Test("An event's local day determines its day and month")
  func localDay() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    let day = try #require(CalendarDate("2026-02-28"))
    let at = try office.time("2026-03-01T05:42:14Z")
    let event = UsageEvent(
      key: "commit", customerID: customer, meter: "commits", at: at, localDay: day)
    try office.store.usage.record(event)
    #expect(try office.store.usage.record(event) == .duplicate)
    #expect(try office.store.usage.total(of: "commits", in: office.month("2026-02")).events == 1)
    #expect(try office.store.usage.total(of: "commits", in: office.month("2026-03")).events == 0)
    var wrong = event
    wrong.key = "other"
    wrong.localDay = CalendarDate("2026-02-27")
    #expect(throws: UsageError.invalidEvent(key: "other", .localDayMismatch)) {
      try office.store.usage.record(wrong)
    }
  }

  @Test("Usage counts in the billing period of its time, derived from the anchor")
  func billingPeriods() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(
      anchor: "2025-12-31T10:00:00Z", from: "2026-02-28T10:00:00Z", to: "2026-03-31T10:00:00Z")
    let times = [
      "2026-02-28T10:00:00Z", "2026-02-28T09:59:59Z", "2026-01-31T10:00:00Z",
      "2025-12-31T10:00:00Z", "2025-12-31T09:59:59Z",
    ]
    for (index, at) in times.enumerated() {
      try office.store.usage.record(
        UsageEvent(key: "\(index)", customerID: customer, meter: "calls", at: office.time(at)))
    }
    let records = try office.store.usage.records(of: customer, per: .billingPeriod)
    #expect(
      try records.map(\.period.start) == [
        office.time("2026-02-28T10:00:00Z"), office.time("2026-01-31T10:00:00Z"),
        office.time("2025-12-31T10:00:00Z"),
      ])
    #expect(
      try records.map(\.period.end) == [
        office.time("2026-03-31T10:00:00Z"), office.time("2026-02-28T10:00:00Z"),
        office.time("2026-01-31T10:00:00Z"),
      ])
    #expect(records.map(\.eventCount) == [1, 2, 1])
    #expect(records.map(\.tier) == ["basic", "basic", "basic"])
    #expect(try office.store.check() == [])
  }

  @Test("A billing period keeps its local time over a change of the clocks")
  func billingPeriodAcrossClockChange() throws {
    let zone = try #require(Zone("Europe/Paris"))
    let office = try UsageFixture(zone: zone, at: "2026-04-20T12:00:00Z")
    let customer = try office.subscriber(
      anchor: "2026-01-29T09:00:00Z", from: "2026-01-29T09:00:00Z", to: "2026-02-28T09:00:00Z")
    for at in ["2026-03-29T07:59:59Z", "2026-03-29T08:00:00Z"] {
      try office.store.usage.record(
        UsageEvent(key: at, customerID: customer, meter: "calls", at: office.time(at)))
    }
    let records = try office.store.usage.records(of: customer, per: .billingPeriod)
    #expect(records.map(\.eventCount) == [1, 1])
    #expect(try records.first?.period.start == office.time("2026-03-29T08:00:00Z"))
    #expect(try records.last?.period.start == office.time("2026-02-28T09:00:00Z"))
  }

  @Test("A record adds up one currency; an event in another one is refused and changes nothing")
  func currencies() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    func event(_ key: String, _ currency: Currency) -> UsageEvent {
      UsageEvent(
        key: key, customerID: customer, meter: "sales",
        amount: Money(minorUnits: 5, currency: currency))
    }
    try office.store.usage.record(event("1", .eur))
    let error = UsageError.currencyMismatch(
      customer: customer, meter: "sales", expected: .eur, found: .usd)
    #expect(throws: error) { try office.store.usage.record(event("2", .usd)) }
    let report = try office.store.usage.record([
      event("3", .eur), event("4", .usd), event("5", .eur),
      UsageEvent(key: "", customerID: customer, meter: "sales"),
    ])
    #expect(report.recorded == 2)
    #expect(report.refused == 2)
    #expect(report.refusals.map(\.index) == [1, 3])
    #expect(report.refusals.map(\.error) == [error, .invalidEvent(key: "", .emptyKey)])
    #expect(try office.count("usage_events") == 3)
    #expect(error.description.contains("counted in EUR, not in USD"))
    #expect(try office.store.check() == [])
  }

  @Test("Invalid events are refused with the reason")
  func invalid() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    func refusal(_ change: (inout UsageEvent) -> Void) -> UsageError? {
      var event = UsageEvent(key: "k", customerID: customer, meter: "calls")
      change(&event)
      do {
        _ = try office.store.usage.record(event)
        return nil
      } catch {
        return error as? UsageError
      }
    }
    #expect(refusal { $0.meter = "" } == .invalidEvent(key: "k", .emptyMeter))
    #expect(refusal { $0.quantity = .min } == .invalidEvent(key: "k", .quantityOutOfRange))
    #expect(
      refusal { $0.key = "queue_item:1" } == .invalidEvent(key: "queue_item:1", .reservedKey))
    #expect(
      refusal { $0.at = office.clock.now + .seconds(301) }
        == .invalidEvent(key: "k", .inTheFuture))
    #expect(
      refusal { $0.amount = Money(minorUnits: .min, currency: .usd) }
        == .invalidEvent(key: "k", .amountOutOfRange))
    let unknown = ID<Customer>(high: 1, low: 2)
    #expect(refusal { $0.customerID = unknown } == .unknownCustomer(unknown))
    #expect(try office.count("usage_events") == 0)
    #expect(try office.count("usage_records") == 0)
  }

  @Test("A correction is an event with the opposite sign")
  func correction() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    for (key, quantity) in [("a", 5), ("b", -2)] {
      try office.store.usage.record(
        UsageEvent(key: key, customerID: customer, meter: "calls", quantity: quantity))
    }
    #expect(try office.store.usage.state(of: "calls", for: customer).used == 3)
    #expect(throws: SQLiteError.self) { try office.run("DELETE FROM usage_events") }
    #expect(throws: SQLiteError.self) { try office.run("UPDATE usage_events SET quantity = 1") }
  }

  @Test("Months are reported with their customers, newcomers and gaps")
  func months() throws {
    let office = try UsageFixture()
    let one = try office.customer()
    let two = try office.customer()
    for (customer, at, cents) in [
      (one, "2025-11-03T00:00:00Z", 100), (one, "2026-01-03T00:00:00Z", 200),
      (two, "2026-01-09T00:00:00Z", 300), (two, "2026-01-10T00:00:00Z", 50),
    ] {
      try office.store.usage.record(
        UsageEvent(
          key: "\(customer) \(at)", customerID: customer, meter: "sales",
          amount: Money(minorUnits: Int64(cents), currency: .usd), at: office.time(at)))
    }
    let months = try office.store.usage.months(
      of: "sales", from: office.month("2025-11"), through: office.month("2026-01"))
    #expect(months.map(\.month.description) == ["2025-11", "2025-12", "2026-01"])
    #expect(months.map(\.customers) == [1, 0, 2])
    #expect(months.map { $0.amount(in: .usd).minorUnits } == [100, 0, 550])
    #expect(try office.store.usage.newCustomers(of: "sales", in: office.month("2026-01")) == 1)
    #expect(try office.store.usage.activeCustomers(in: office.month("2026-01")) == 2)
    let day = try #require(CalendarDate("2026-01-09"))
    let days = try office.store.usage.days(of: "sales", from: day, through: day.adding(days: 1))
    #expect(days.map { $0.amount(in: .usd).minorUnits } == [300, 50])
    #expect(
      try office.store.usage.activeCustomers(of: "sales", from: .min, through: day) == 2)
    #expect(
      try office.store.usage.activeCustomers(
        of: "sales", from: day.adding(days: 1), through: .max) == 1)
    #expect(try office.store.usage.dormantCustomers(of: "sales", since: day) == 1)
    let page = try office.store.usage.events(of: two, meter: "sales", limit: 1)
    #expect(page.elements.map(\.amount?.minorUnits) == [50])
    let rest = try office.store.usage.events(of: two, meter: "sales", after: page.next)
    #expect(rest.elements.map(\.amount?.minorUnits) == [300])
    #expect(rest.next == nil)
  }

  @Test("Overwritten and deleted records are reported and rebuilt from the events")
  func rebuild() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber()
    for index in 0..<4 {
      try office.store.usage.record(
        UsageEvent(
          key: "\(index)", customerID: customer, meter: "calls", quantity: 2,
          amount: Money(minorUnits: 7, currency: .usd)))
    }
    let before = try office.store.usage.records(of: customer, per: .billingPeriod)
    try office.run("UPDATE usage_records SET quantity_sum = 9 WHERE period_kind = 'month'")
    try office.run("DELETE FROM usage_records WHERE period_kind <> 'month'")
    let findings = try office.store.check()
    #expect(findings.count == 3)
    #expect(
      findings.contains {
        $0.problem
          == "should be 4 events, quantity 8, amount 28 USD, found 4 events, quantity 9, "
          + "amount 28 USD"
      })
    #expect(try office.store.rebuild() == ["usage_records.sums": 3])
    #expect(try office.store.check() == [])
    #expect(try office.store.usage.records(of: customer, per: .billingPeriod) == before)
  }

  @Test(
    "A completed item of a customer counts as one submission; an item without a customer does not count"
  )
  func completedItems() throws {
    let office = try UsageFixture()
    try office.store.usage.countCompletions(of: "submit", as: .submissions)
    let customer = try office.customer()
    let item = try office.item(for: customer, credits: 0)
    let other = try office.item(for: nil, credits: 0)
    try office.move(item, to: "failed")
    #expect(try office.count("usage_events") == 0)
    try office.move(item, to: "pending")
    try office.move(item, to: "completed")
    try office.move(other, to: "completed")
    let events = try office.store.usage.events(of: customer, meter: .submissions).elements
    #expect(events.map(\.key) == ["queue_item:\(item)"])
    #expect(events.map(\.quantity) == [1])
    #expect(try office.count("usage_events") == 1)
  }
}
