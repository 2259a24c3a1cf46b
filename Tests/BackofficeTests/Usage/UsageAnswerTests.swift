import Backoffice
import Testing

@Suite("Answers to usage")
struct UsageAnswerTests {
  let office: UsageFixture
  let customer: ID<Customer>

  init() throws {
    office = try UsageFixture()
    customer = try office.customer()
  }

  var usage: Usage { office.store.usage }

  func event(_ key: String, _ quantity: Int = 1) -> UsageEvent {
    UsageEvent(key: key, customerID: customer, meter: "fixes", quantity: quantity)
  }

  @Test("14.14: A retry gets the first answer, its marks included, after any later change")
  func firstAnswer() throws {
    let first = try usage.consume(event("a", 8), limit: 10)
    guard case .consumed(let state, crossed: [.percent(80)]) = first else {
      Issue.record("\(first)")
      return
    }
    #expect(state.used == 8)
    _ = try usage.consume(event("b", 2), limit: 10)
    office.clock.advance(by: .days(40))
    guard
      case .consumed(let again, crossed: [.percent(80)]) = try usage.consume(
        event("a", 8), limit: 500)
    else {
      Issue.record("the first answer is given again")
      return
    }
    #expect(again.used == 8 && again.limit == 10 && again.period == state.period)
    #expect(throws: UsageError.keyConflict(key: "a")) { try usage.consume(event("a", 7)) }
    #expect(throws: UsageError.keyConflict(key: "a")) {
      try usage.consume(event("a", 8), per: .day)
    }
    #expect(try usage.record(event("a", 8)) == .duplicate)
    #expect(try office.store.check() == [])
  }

  @Test("14.14: A refusal burns its key: same content, same answer; other content is an error")
  func refusal() throws {
    let refused = try usage.consume(event("a", 8), limit: 5)
    #expect(refused.state.used == 0)
    _ = try usage.setLimit(100, of: "fixes", for: customer)
    #expect(try usage.consume(event("a", 8)) == refused)
    #expect(throws: UsageError.keyConflict(key: "a")) { try usage.consume(event("a", 1)) }
    #expect(throws: UsageError.keyConflict(key: "a")) { try usage.record(event("a", 8)) }
    // A malformed event leaves its key free.
    #expect(throws: UsageError.invalidEvent(key: "b", .quantityOutOfRange)) {
      try usage.consume(event("b", -1))
    }
    guard case .consumed = try usage.consume(event("b", 1)) else {
      Issue.record("the key of a malformed event may come back")
      return
    }
    #expect(try office.count("usage_events") == 1)
  }

  @Test("14.14: An event that was recorded without a limit is a duplicate")
  func recordedBefore() throws {
    try usage.record(event("a", 3))
    guard case .duplicate(let state) = try usage.consume(event("a", 3), limit: 2) else {
      Issue.record("it was recorded")
      return
    }
    #expect(state.used == 3)
  }

  @Test("14.13: A program cannot take the key of a refill")
  func refillKey() throws {
    let customer = try office.subscriber()
    let start = office.clock.now + .days(30)
    try office.store.credits.grant(
      7, to: customer, key: "period:\(customer):\(start.microseconds)")
    try office.store.write { transaction in
      try transaction.postPeriodReset(customer: customer, grant: 100, periodStart: start)
    }
    #expect(try office.balance(customer) == [107, 0, 0])
    #expect(throws: UsageError.emptyKey(kind: .grant)) {
      try office.store.credits.grant(7, to: customer, key: "")
    }
    #expect(try office.store.check() == [])
  }

  @Test("14.11: A sum beyond 64 bits is refused before anything is written, line by line")
  func sums() throws {
    let most: Int64 = 1_000_000_000_000_000
    var events = (0..<9_224).map { index in
      UsageEvent(
        key: "\(index)", customerID: customer, meter: "bytes",
        amount: Money(minorUnits: most, currency: .usd))
    }
    events.append(event("last"))
    let report = try usage.record(events)
    #expect(report.recorded == 9_224 && report.refused == 1)
    #expect(report.refusals.map(\.index) == [9_223])
    #expect(
      report.refusals.map(\.error) == [
        .sumOutOfRange(customer: customer, meter: "bytes", period: "2026-03-10")
      ])
    #expect(throws: UsageError.self) { try usage.record(events[9_223]) }
    #expect(try office.count("usage_events") == 9_224)
    #expect(try office.store.check() == [])
    // The total of two customers is beyond 64 bits, each sum is not.
    let other = try office.customer()
    try usage.record(
      (0..<100).map { index in
        UsageEvent(
          key: "other \(index)", customerID: other, meter: "bytes",
          amount: Money(minorUnits: most, currency: .usd))
      })
    let month = try office.month("2026-03")
    #expect(
      throws: UsageError.sumOutOfRange(customer: nil, meter: "bytes", period: "2026-03")
    ) { try usage.total(of: "bytes", in: month) }
    try usage.record(
      (0..<200).map { index in
        UsageEvent(
          key: "back \(index)", customerID: other, meter: "bytes", quantity: -1,
          amount: Money(minorUnits: -most, currency: .usd))
      })
    let total = try usage.total(of: "bytes", in: month)
    #expect(total.amount(in: .usd).minorUnits == 9_123 * most)
    #expect(total.quantity == 9_223 + 100 - 200)
  }

  @Test("14.11: A local day that the zone skipped is refused")
  func missingDay() throws {
    let office = try UsageFixture(
      zone: try #require(Zone("Pacific/Apia")), at: "2011-12-30T12:00:00Z")
    let customer = try office.customer()
    let missing = UsageEvent(
      key: "a", customerID: customer, meter: "calls", localDay: CalendarDate("2011-12-30"))
    let error = UsageError.invalidEvent(key: "a", .localDayMissing)
    #expect(throws: error) { try office.store.usage.record(missing) }
    #expect(throws: error) { try office.store.usage.consume(missing, per: .day) }
    let report = try office.store.usage.record([
      missing, UsageEvent(key: "b", customerID: customer, meter: "calls"),
    ])
    #expect(report.recorded == 1 && report.refusals.map(\.error) == [error])
    #expect(try office.count("usage_events") == 1)
  }

  @Test("Marks of any set are reported once each, ascending, in the call that reaches them")
  func marks() throws {
    try usage.setMarks([.percent(100), .percent(80)], of: "fixes")
    func crossed(_ key: String, _ quantity: Int, limit: UsageLimit = .stored) throws -> [UsageMark]
    {
      guard case .consumed(_, let marks) = try usage.consume(event(key, quantity), limit: limit)
      else { return [.quantity(.max)] }
      return marks
    }
    #expect(try crossed("a", 5, limit: 7) == [])
    #expect(try crossed("b", 2) == [.percent(80), .percent(100)])
    #expect(try crossed("b", 2) == [.percent(80), .percent(100)])
    // A raised limit arms again what is above the new share: 7 of 8 is above 80 %.
    #expect(try usage.setLimit(8, of: "fixes", for: customer).marks == [.percent(80)])
    #expect(try crossed("c", 1) == [.percent(100)])
    #expect(try usage.setLimit(100, of: "fixes", for: customer).marks == [])
    #expect(try crossed("d", 72) == [.percent(80)])
    // Quantities and percentages, and events over the limit.
    try usage.setMarks([.quantity(90), .percent(85), .percent(120)], of: "fixes")
    #expect(try crossed("e", 10) == [.percent(85), .quantity(90)])
    try usage.record(event("f", 40))
    #expect(try usage.state(of: "fixes", for: customer).marks.last == .percent(120))
    office.clock.advance(by: .days(31))
    #expect(try crossed("g", 90, limit: 100) == [.percent(85), .quantity(90)])
    #expect(throws: UsageError.invalidMarks([.percent(0)])) {
      try usage.setMarks([.percent(0)], of: "fixes")
    }
    #expect(throws: UsageError.invalidEvent(key: "", .emptyMeter)) {
      try usage.setLimit(3, of: "", for: customer)
    }
    #expect(try office.store.check() == [])
  }
}
