import BackofficeStorage
import Testing

@testable import Backoffice

@Suite("Borders of billing periods")
struct BillingBorderTests {
  struct NextDay: Sendable {
    let day: Int
    let from: String
    let months: Int
    let next: String
  }

  @Test(
    "14 The first border on a day of the month is strictly after a date",
    arguments: [
      NextDay(day: 17, from: "2012-01-16", months: 1, next: "2012-01-17"),
      NextDay(day: 30, from: "2012-02-16", months: 1, next: "2012-02-29"),
      NextDay(day: 30, from: "2012-01-31", months: 1, next: "2012-02-29"),
      NextDay(day: 30, from: "2012-01-31", months: 12, next: "2013-01-30"),
      NextDay(day: 14, from: "2012-02-16", months: 1, next: "2012-03-14"),
      NextDay(day: 14, from: "2012-02-16", months: 12, next: "2013-02-14"),
      NextDay(day: 15, from: "2012-07-16", months: 1, next: "2012-08-15"),
      NextDay(day: 31, from: "2012-04-30", months: 1, next: "2012-05-31"),
    ])
  func nextDay(_ vector: NextDay) throws {
    let from = try #require(CalendarDate(vector.from))
    let next = from.nextBorder(day: vector.day, everyMonths: vector.months)
    #expect(next.description == vector.next)
  }

  struct Period: Sendable {
    let cycle: TierPeriod
    let anchor: String
    let at: String
    let start: String
    let end: String
  }

  @Test(
    "14 A period lies between two borders that are counted from the anchor",
    arguments: [
      Period(
        cycle: .anniversaryWeeks, anchor: "2022-02-02", at: "2022-02-19", start: "2022-02-16",
        end: "2022-02-23"),
      Period(
        cycle: .anniversaryFortnights, anchor: "2022-02-02", at: "2022-02-25", start: "2022-02-16",
        end: "2022-03-02"),
      Period(
        cycle: .anniversaryQuarters, anchor: "2024-04-15", at: "2024-05-20", start: "2024-04-15",
        end: "2024-07-15"),
      Period(
        cycle: .calendarQuarters, anchor: "2024-05-20", at: "2024-05-20", start: "2024-04-01",
        end: "2024-07-01"),
      Period(
        cycle: .calendarMonths, anchor: "2024-05-20", at: "2024-05-20", start: "2024-05-01",
        end: "2024-06-01"),
      Period(
        cycle: .calendarYears, anchor: "2024-05-20", at: "2024-05-20", start: "2024-01-01",
        end: "2025-01-01"),
      Period(
        cycle: .anniversaryYears, anchor: "2024-02-29", at: "2026-03-01", start: "2026-02-28",
        end: "2027-02-28"),
      Period(
        cycle: .calendarWeeks, anchor: "2026-11-26", at: "2026-11-26", start: "2026-11-23",
        end: "2026-11-30"),
    ])
  func period(_ vector: Period) throws {
    let anchor = try #require(CalendarDate(vector.anchor)).startOfDayUTC
    let at = try #require(CalendarDate(vector.at)).startOfDayUTC
    let borders = vector.cycle.borders(anchor: anchor, zone: .utc)
    let number = borders.number(at: at)
    #expect(Zone.utc.date(of: borders.border(number)).description == vector.start)
    #expect(Zone.utc.date(of: borders.border(number + 1)).description == vector.end)
    #expect(borders.next(after: at) == borders.border(number + 1))
  }

  @Test("14 Billing in advance from 31 January counts three periods up to and including 31 March")
  func advance() throws {
    let anchor = try #require(Timestamp("2017-01-31T00:00:00Z"))
    let borders = TierPeriod.anniversaryMonths.borders(anchor: anchor, zone: .utc)
    let target = try #require(Timestamp("2017-03-31T00:00:00Z"))
    #expect(borders.number(at: target) + 1 == 3)
  }

  @Test("14 The wanted day of the month survives a shorter month at the start")
  func wantedDay() throws {
    let anchor = try #require(Timestamp("2026-04-30T10:00:00Z"))
    let borders = TierPeriod.anniversaryMonths.borders(anchor: anchor, day: 31, zone: .utc)
    #expect(
      (1...3).map { Zone.utc.date(of: borders.border($0)).description } == [
        "2026-05-31", "2026-06-30", "2026-07-31",
      ])
  }

  @Test(
    "14 The local day of an instant is that of the zone",
    arguments: [
      ("Pacific/Honolulu", 16), ("Europe/Paris", 16), ("UTC", 16), ("Europe/Moscow", 17),
      ("Asia/Tokyo", 17),
    ])
  func localDay(zone: String, day: Int) throws {
    let instant = try #require(Timestamp("2012-07-16T21:17:03Z"))
    // Moscow was at +04:00 then; +03:00 gives the same day.
    #expect(try #require(Zone(zone)).date(of: instant).day == day)
  }

  @Test("14.11 A border in a gap of the clock goes forward by the gap")
  func gap() throws {
    let troll = try #require(Zone("Antarctica/Troll"))
    let anchor = try #require(Timestamp("2024-12-30T01:30:00Z"))
    let borders = TierPeriod.anniversaryMonths.borders(anchor: anchor, zone: troll)
    #expect(borders.border(3) == Timestamp("2025-03-30T01:30:00Z"))
  }

  @Test("14.11 A border whose local time occurs twice is the first")
  func doubled() throws {
    let newYork = try #require(Zone("America/New_York"))
    let anchor = try #require(Timestamp("2026-10-01T05:30:00Z"))
    let borders = TierPeriod.anniversaryMonths.borders(anchor: anchor, zone: newYork)
    #expect(borders.border(1) == Timestamp("2026-11-01T05:30:00Z"))
  }

  @Test("14.11 A missing local day gives a period of length zero, which keeps its number")
  func missingDay() throws {
    let apia = try #require(Zone("Pacific/Apia"))
    let anchor = try #require(Timestamp("2011-12-28T20:00:00Z"))
    let borders = BillingBorders(anchor: anchor, day: nil, step: .days(1), zone: apia)
    #expect(borders.border(2) == borders.border(3))
    #expect(borders.next(after: borders.border(1)) == borders.border(2))
    #expect(borders.next(after: borders.border(2)) == borders.border(4))
  }

  @Test(
    "14.11 Borders never go backward, in any zone and for any time of day",
    arguments: [
      "Antarctica/Troll", "Europe/Paris", "America/New_York", "Australia/Lord_Howe",
      "Pacific/Apia", "Africa/Casablanca",
    ])
  func monotonic(name: String) throws {
    let zone = try #require(Zone(name))
    for minutes in stride(from: 0, to: 1440, by: 45) {
      let anchor = try #require(Timestamp("2009-01-31T00:00:00Z")) + .minutes(minutes)
      for cycle in [TierPeriod.anniversaryMonths, .anniversaryWeeks] {
        let borders = cycle.borders(anchor: anchor, zone: zone)
        for number in 0..<240 {
          #expect(borders.border(number) < borders.border(number + 1))
          #expect(borders.number(at: borders.border(number)) == number)
        }
      }
    }
  }
}
