import BackofficeStorage
import Foundation
import Testing

extension Values {
  @Suite struct CalendarDateTests {
    func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

    @Test(arguments: [
      "", "2026-1-01", "2026-01-1", "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01",
      "0000-01-01", "10000-01-01", "2026-01-01 ", "2026/01/01", "+026-01-01", "2026-01-0a",
      "20260101", "2026-01-01T00:00:00Z",
    ])
    func `a text of another form or of no day is refused`(text: String) {
      #expect(CalendarDate(text) == nil)
    }

    @Test func `leap years follow the Gregorian rule`() {
      #expect(CalendarDate(year: 2000, month: 2, day: 29) != nil)
      #expect(CalendarDate(year: 1900, month: 2, day: 29) == nil)
      #expect(CalendarDate(year: 2024, month: 2, day: 29) != nil)
      #expect(CalendarDate(year: 2023, month: 2, day: 29) == nil)
    }

    @Test func `numbers out of range are refused`() {
      #expect(CalendarDate(year: 0, month: 1, day: 1) == nil)
      #expect(CalendarDate(year: 10_000, month: 1, day: 1) == nil)
      #expect(CalendarDate(year: 2026, month: 0, day: 1) == nil)
      #expect(CalendarDate(year: 2026, month: 1, day: 0) == nil)
      #expect(CalendarDate(year: .min, month: .max, day: .max) == nil)
    }

    @Test func `every day of the calendar counts and comes back`() {
      var expected = CalendarDate.min
      for days in CalendarDate.min.daysSince1970...CalendarDate.max.daysSince1970 {
        let date = CalendarDate(daysSince1970: days)
        guard date.daysSince1970 == days, date == expected else {
          Issue.record("\(date) is not day \(days)")
          return
        }
        expected =
          CalendarDate(year: date.year, month: date.month, day: date.day + 1)
          ?? CalendarDate(year: date.year, month: date.month + 1, day: 1)
          ?? CalendarDate(year: date.year + 1, month: 1, day: 1) ?? .max
      }
      #expect(CalendarDate(year: 1970, month: 1, day: 1)?.daysSince1970 == 0)
    }

    @Test func `2,000 random days agree with Foundation`() throws {
      var calendar = Calendar(identifier: .iso8601)
      calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
      let random = RandomSource.seeded(2)
      // From 1600 on: Foundation's calendar is Julian in earlier centuries.
      let first = try date("1600-01-01").daysSince1970
      let count = CalendarDate.max.daysSince1970 - first + 1
      for _ in 0..<2_000 {
        let days = first + random.next(below: count)
        let date = CalendarDate(daysSince1970: days)
        let parts = calendar.dateComponents(
          [.year, .month, .day, .weekday, .weekOfYear, .yearForWeekOfYear],
          from: Date(timeIntervalSince1970: Double(days) * 86_400))
        #expect(parts.year == date.year && parts.month == date.month && parts.day == date.day)
        #expect(parts.weekday == date.weekday % 7 + 1)
        #expect(parts.weekOfYear == date.isoWeek.week)
        #expect(parts.yearForWeekOfYear == date.isoWeek.year)
        #expect(CalendarDate(date.description) == date)
        #expect(date.startOfWeek.weekday == 1 && date.startOfWeek.isoWeek == date.isoWeek)
      }
    }

    @Test(arguments: [
      ("2020-12-31", 2020, 53), ("2021-01-03", 2020, 53), ("2021-01-04", 2021, 1),
      ("2018-12-31", 2019, 1), ("2016-01-01", 2015, 53), ("0001-01-01", 1, 1),
      ("9999-12-31", 9999, 52), ("2026-11-20", 2026, 47),
    ])
    func `an ISO week belongs to the year of its Thursday`(text: String, year: Int, week: Int)
      throws
    {
      #expect(try date(text).isoWeek == (year, week))
    }

    @Test(arguments: [
      ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"),
      ("2026-03-31", -1, "2026-02-28"), ("2026-01-15", -1, "2025-12-15"),
      ("2026-12-15", 1, "2027-01-15"), ("2024-02-29", 12, "2025-02-28"),
      ("2024-02-29", -48, "2020-02-29"), ("2026-05-05", 0, "2026-05-05"),
      ("9999-11-30", 2, "9999-12-31"), ("0001-02-01", -2, "0001-01-01"),
      ("2026-01-01", .max, "9999-12-31"), ("2026-01-01", .min, "0001-01-01"),
    ])
    func `adding months stops at the end of a shorter month`(
      start: String, months: Int, end: String
    ) throws {
      #expect(try date(start).adding(months: months).description == end)
    }

    @Test func `adding days crosses leap days and stops at the ends`() throws {
      #expect(try date("2024-02-28").adding(days: 2) == date("2024-03-01"))
      #expect(try date("1970-01-01").adding(days: -1) == date("1969-12-31"))
      #expect(try date("2026-01-01").adding(days: .max) == .max)
      #expect(try date("2026-01-01").adding(days: .min) == .min)
      #expect(CalendarDate.max.adding(days: 1) == .max)
      #expect(CalendarDate(daysSince1970: .min) == .min)
    }

    @Test func `starts of months, weeks and days`() throws {
      #expect(try date("2026-11-20").startOfMonth == date("2026-11-01"))
      #expect(try date("2026-11-20").startOfWeek == date("2026-11-16"))
      #expect(try date("2026-11-16").startOfWeek == date("2026-11-16"))
      #expect(try date("2027-01-01").startOfWeek == date("2026-12-28"))
      #expect(CalendarDate.min.startOfWeek == .min)
      #expect(try date("2026-11-20").weekday == 5)
      #expect(try date("2026-11-20").startOfDayUTC == Timestamp("2026-11-20T00:00:00Z"))
      #expect(CalendarDate.min.startOfDayUTC == .distantPast)
    }

    @Test func `a date orders, and survives JSON and SQLite`() throws {
      let early = try date("2025-12-31")
      let late = try date("2026-01-01")
      #expect(early < late && late > early)
      #expect(try throughJSON([early]).text == #"["2025-12-31"]"#)
      #expect(try throughJSON([early]).value == [early])
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([CalendarDate].self, from: Data(#"["2025-02-30"]"#.utf8))
      }
      #expect(try throughSQLite(late) { $0.string } == "2026-01-01")
      #expect(try throughSQLite(late) { CalendarDate.decode($0) } == late)
      #expect(try throughSQLite("2026-1-1") { CalendarDate.decode($0) } == nil)
      #expect(try throughSQLite(20_260_101) { CalendarDate.decode($0) } == nil)
    }
  }
}
