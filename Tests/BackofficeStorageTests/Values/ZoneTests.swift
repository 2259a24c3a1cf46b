import BackofficeStorage
import Foundation
import Testing

extension Values {
  @Suite struct ZoneTests {
    @Test(arguments: [
      ("UTC", "2026-03-29", "2026-03-29T00:00:00Z"),
      ("Europe/Paris", "2026-03-29", "2026-03-28T23:00:00Z"),
      ("Europe/Paris", "2026-03-30", "2026-03-29T22:00:00Z"),
      ("Europe/Paris", "2026-10-26", "2026-10-25T23:00:00Z"),
      ("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z"),
      ("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z"),
      // Clocks went from 00:00 to 01:00.
      ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
      ("Asia/Beirut", "2021-03-28", "2021-03-27T22:00:00Z"),
      // Clocks went from 24:00 back to 23:00, so the day begins at the second midnight.
      ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"),
      ("Asia/Beirut", "2021-10-31", "2021-10-30T22:00:00Z"),
      // Clocks went from 00:01 back to 23:01, so the day begins twice.
      ("America/St_Johns", "2006-10-29", "2006-10-29T02:30:00Z"),
      // The zone moved across the date line and had no 30 December.
      ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
      ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
      ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"),
    ])
    func `a local day starts at its first instant`(name: String, day: String, start: String) throws
    {
      let zone = try #require(Zone(name))
      let date = try #require(CalendarDate(day))
      #expect(zone.startOfDay(date).description == start)
    }

    @Test(arguments: [
      "Europe/Paris", "America/Sao_Paulo", "Asia/Beirut", "America/St_Johns", "Africa/Cairo",
      "Asia/Gaza", "Australia/Lord_Howe", "America/Havana", "Asia/Tehran", "Pacific/Apia",
    ])
    func `no earlier instant belongs to the day`(name: String) throws {
      let zone = try #require(Zone(name))
      var day = try #require(CalendarDate("2006-01-01"))
      let end = try #require(CalendarDate("2024-01-01"))
      while day < end {
        let start = zone.startOfDay(day)
        let isSkipped = name == "Pacific/Apia" && day.description == "2011-12-30"
        if !isSkipped, zone.date(of: start) != day { Issue.record("\(day) starts elsewhere") }
        if zone.date(of: start - .microseconds(1)) >= day { Issue.record("\(day) starts earlier") }
        day = day.adding(days: 1)
      }
    }

    @Test func `components are those of the local clock`() throws {
      let zone = try #require(Zone("America/Sao_Paulo"))
      let instant = try #require(Timestamp("2018-11-04T03:00:00Z"))
      let after = zone.components(of: instant)
      #expect(after.date.description == "2018-11-04")
      #expect((after.hour, after.minute, after.second, after.weekday) == (1, 0, 0, 7))
      let before = zone.components(of: instant - .microseconds(1))
      #expect(before.date.description == "2018-11-03")
      #expect((before.hour, before.minute, before.second, before.weekday) == (23, 59, 59, 6))
      #expect(zone.secondsFromUTC(at: instant) == -7200)
      #expect(zone.secondsFromUTC(at: instant - .microseconds(1)) == -10_800)
    }

    @Test func `UTC agrees with the UTC date before 1970`() throws {
      let instant = try #require(Timestamp("1969-12-31T23:59:59.5Z"))
      #expect(Zone.utc.date(of: instant) == instant.utcDate)
      #expect(Zone.utc.components(of: instant).second == 59)
      #expect(Zone.utc.secondsFromUTC(at: instant) == 0)
    }

    @Test func `the ends of time stay in the calendar`() throws {
      let east = try #require(Zone("Asia/Tokyo"))
      let west = try #require(Zone("Pacific/Midway"))
      #expect(east.date(of: .distantFuture) == .max)
      #expect(west.date(of: .distantPast) == .min)
      #expect(east.startOfDay(.min) == .distantPast)
      #expect(west.startOfDay(.max) < .distantFuture)
    }

    @Test(arguments: [
      "", "Mars/Olympus", "europe/paris", "GMT+2", "+02:00", "UTC+3", "../etc/passwd", "Z",
      " Europe/Paris", "Europe", "PST", "BST",
    ])
    func `an unknown zone is refused`(name: String) {
      #expect(Zone(name) == nil)
    }

    @Test(arguments: [
      "UTC", "Etc/UTC", "Europe/Paris", "Asia/Kolkata", "Asia/Calcutta", "US/Pacific", "Etc/GMT+5",
    ])
    func `a zone keeps its name in JSON and SQLite`(name: String) throws {
      let zone = try #require(Zone(name))
      #expect(zone.identifier == name)
      #expect(try throughJSON([zone]).value == [zone])
      #expect(try throughSQLite(zone) { Zone.decode($0) } == zone)
      #expect(try throughSQLite("Mars/Olympus") { Zone.decode($0) } == nil)
    }
  }
}
