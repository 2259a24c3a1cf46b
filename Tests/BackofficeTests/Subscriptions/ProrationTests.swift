import Backoffice
import Testing

@Suite("Proration")
struct ProrationTests {
  struct Stretch: Sendable {
    let from: String
    let to: String
    let day: Int
    var months = 1
    var rule = Proration.actualDays
    let parts: [String]
  }

  @Test(
    "14 A stretch of days covers parts of the periods that contain it",
    arguments: [
      Stretch(from: "2011-02-01", to: "2011-02-13", day: 13, parts: ["12/31"]),
      Stretch(from: "2011-02-01", to: "2011-02-13", day: 13, months: 12, parts: ["12/365"]),
      Stretch(from: "2010-06-17", to: "2010-07-25", day: 17, parts: ["30/30", "8/31"]),
      Stretch(from: "2011-01-31", to: "2011-03-10", day: 7, parts: ["7/31", "28/28", "3/31"]),
      Stretch(from: "2012-02-01", to: "2012-02-15", day: 1, parts: ["14/29"]),
      Stretch(from: "2026-02-15", to: "2026-02-15", day: 1, parts: []),
      Stretch(
        from: "2023-05-23", to: "2023-06-15", day: 23, rule: .thirtyDayMonths, parts: ["22/30"]),
      Stretch(
        from: "2023-01-31", to: "2023-02-10", day: 31, rule: .thirtyDayMonths, parts: ["10/30"]),
      Stretch(
        from: "2023-02-10", to: "2023-02-28", day: 31, rule: .thirtyDayMonths, parts: ["20/30"]),
    ])
  func stretch(_ vector: Stretch) throws {
    let parts = vector.rule.parts(
      from: try #require(CalendarDate(vector.from)), to: try #require(CalendarDate(vector.to)),
      billingDay: vector.day, everyMonths: vector.months)
    #expect(parts.map { "\($0.days)/\($0.outOf)" } == vector.parts)
  }

  @Test("14 A customer who leaves on 15 January pays 14 of 31 days")
  func leaving() throws {
    let parts = Proration.actualDays.parts(
      from: try #require(CalendarDate("2026-01-01")), to: try #require(CalendarDate("2026-01-15")),
      billingDay: 1)
    let price = Money(minorUnits: 100_00, currency: .eur)
    #expect(parts.map { $0.share(of: price).minorUnits } == [45_16])
  }

  @Test("14 A change of plan on 16 January credits the old plan and charges the new one")
  func change() throws {
    let change = Proration.actualDays.change(
      from: Money(minorUnits: 10_00, currency: .usd), to: Money(minorUnits: 20_00, currency: .usd),
      on: try #require(CalendarDate("2026-01-16")),
      periodStart: try #require(CalendarDate("2026-01-01")),
      periodEnd: try #require(CalendarDate("2026-02-01")))
    #expect(change.credit.minorUnits == -5_16 && change.charge.minorUnits == 10_32)
    let half = Proration.thirtyDayMonths.change(
      from: Money(minorUnits: 10_00, currency: .usd), to: Money(minorUnits: 20_00, currency: .usd),
      on: try #require(CalendarDate("2026-01-16")),
      periodStart: try #require(CalendarDate("2026-01-01")),
      periodEnd: try #require(CalendarDate("2026-02-01")))
    #expect(half.credit.minorUnits == -5_00 && half.charge.minorUnits == 10_00)
  }

  @Test("14 Equal parts differ by one unit at most, the earliest are larger, a credit mirrors them")
  func thirds() {
    let amount = Money(minorUnits: 10_00, currency: .usd)
    #expect(amount.split(into: 3).map(\.minorUnits) == [334, 333, 333])
    let credit = Money(minorUnits: -10_00, currency: .usd)
    #expect(credit.split(into: 3).map(\.minorUnits) == [-334, -333, -333])
    #expect(amount.split(into: 0) == [])
    let least = Money(minorUnits: .min, currency: .usd)
    #expect(least.split(into: 1) == [least])
    #expect(least.split(by: [.max, .max, .max]).map(\.minorUnits).reduce(0, &+) == .min)
  }

  @Test("14 The parts of 1,000,000 random splits and cuts add up to the whole")
  func sums() {
    var state: UInt64 = 14
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    var wrong = 0
    for _ in 0..<1_000_000 {
      let units = Int64(next(2_000_000_000)) - 1_000_000_000
      let amount = Money(minorUnits: units, currency: .usd)
      let weights = (0..<1 + next(5)).map { _ in next(400) }
      let parts = amount.split(by: weights)
      let sum = parts.reduce(0) { $0 + $1.minorUnits }
      let mirror = Money(minorUnits: -units, currency: .usd).split(by: weights)
      let isMirrored = zip(parts, mirror).allSatisfy { $0.minorUnits == -$1.minorUnits }
      if sum != units || !isMirrored { wrong += 1 }
    }
    #expect(wrong == 0)
  }
}
