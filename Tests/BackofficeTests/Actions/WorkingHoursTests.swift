import Backoffice
import Testing

@Suite("Working hours")
struct WorkingHoursTests {
  func at(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

  @Test("Text is parsed to days and hours and formatted back")
  func text() throws {
    let hours = try #require(WorkingHours("Mon-Fri 09:00-17:00"))
    #expect(hours == .standard)
    #expect(hours.description == "Mon-Fri 09:00-17:00")
    let several = try #require(WorkingHours("monday, wed 08:00-12:00; Sat 10:00-14:30"))
    #expect(several[1] == WorkingHours.Shift(start: 480, end: 720))
    #expect(several[2] == nil)
    #expect(several[3] == several[1])
    #expect(several[6]?.end == 870)
    #expect(WorkingHours(several.description) == several)
    let wrapping = try #require(WorkingHours("Fri-Mon 22:00-06:00"))
    #expect((1...7).filter { wrapping[$0] != nil } == [1, 5, 6, 7])
    #expect(WorkingHours("Mon-Sun 09:00-17:00, Sun off")?[7] == nil)
    #expect(WorkingHours("Mon-Sun 09:00-17:00, Sun off")?[6] != nil)
    #expect(WorkingHours(WorkingHours.never.description) == .never)
    #expect(WorkingHours(WorkingHours.always.description) == .always)
  }

  @Test(
    "Text that is not a schedule is refused",
    arguments: [
      "Mon", "Mon-", "Mon 9:00-17:00", "Mon 09:00", "Mon 09:00-09:00", "Mon 24:00-12:00",
      "Mon 09:00-25:00", "Mon 09:60-17:00", "Mon-Tue-Wed 09:00-17:00", "Day 09:00-17:00",
      "Mon 09:00-17:00 x", "09:00-17:00",
    ])
  func refusals(_ text: String) { #expect(WorkingHours(text) == nil) }

  @Test("The column's document is read in any order, and a null day is a day off")
  func json() throws {
    let hours = try #require(WorkingHours("Mon-Fri 09:00-17:00, Sat 22:00-06:00"))
    #expect(WorkingHours(json: hours.json) == hours)
    #expect(WorkingHours(json: "{}") == .never)
    let mixed = WorkingHours(
      json: #"{ "friday" : {"end":"12:00", "start":"08:30"}, "monday":null }"#)
    #expect(mixed?[5] == WorkingHours.Shift(start: 510, end: 720))
    #expect(mixed?[1] == nil)
    #expect(WorkingHours(json: #"{"monday":{"start":"09:00","end":null}}"#) == nil)
    #expect(WorkingHours(json: #"{"montag":{"start":"09:00","end":"10:00"}}"#) == nil)
    #expect(WorkingHours(json: #"{"monday":{"start":9,"end":17}}"#) == nil)
  }

  @Test("The start is inclusive, the end is exclusive")
  func ends() throws {
    #expect(WorkingHours.standard.contains(try at("2026-01-05T09:00:00Z"), in: .utc))
    #expect(!WorkingHours.standard.contains(try at("2026-01-05T08:59:59.999999Z"), in: .utc))
    #expect(!WorkingHours.standard.contains(try at("2026-01-05T17:00:00Z"), in: .utc))
    #expect(!WorkingHours.standard.contains(try at("2026-01-04T12:00:00Z"), in: .utc))
  }

  @Test("A shift over midnight belongs to the day on which it begins, also at the end of the week")
  func overMidnight() throws {
    let nights = try #require(WorkingHours("Sun 22:00-06:00"))
    #expect(nights.contains(try at("2026-01-04T22:00:00Z"), in: .utc))
    #expect(nights.contains(try at("2026-01-05T05:59:00Z"), in: .utc))
    #expect(!nights.contains(try at("2026-01-05T06:00:00Z"), in: .utc))
    #expect(!nights.contains(try at("2026-01-05T22:00:00Z"), in: .utc))
    #expect(!nights.contains(try at("2026-01-04T05:00:00Z"), in: .utc))
    let late = try #require(WorkingHours("Mon 18:00-24:00"))
    #expect(late.contains(try at("2026-01-05T23:59:00Z"), in: .utc))
    #expect(!late.contains(try at("2026-01-06T00:00:00Z"), in: .utc))
  }

  @Test("Hours follow the time zone, also with quarter-hour offsets and across the date line")
  func zones() throws {
    let kathmandu = try #require(Zone("Asia/Kathmandu"))
    // 03:15 UTC is 09:00 there.
    #expect(WorkingHours.standard.contains(try at("2026-01-05T03:15:00Z"), in: kathmandu))
    #expect(!WorkingHours.standard.contains(try at("2026-01-05T03:14:00Z"), in: kathmandu))
    let kiritimati = try #require(Zone("Pacific/Kiritimati"))
    // Sunday 19:00 UTC is Monday 09:00 there.
    #expect(WorkingHours.standard.contains(try at("2026-01-04T19:00:00Z"), in: kiritimati))
    #expect(!WorkingHours.standard.contains(try at("2026-01-09T19:00:00Z"), in: kiritimati))
    let lordHowe = try #require(Zone("Australia/Lord_Howe"))
    // Summer time moves by half an hour: +11 in January, +10:30 in July.
    #expect(WorkingHours.standard.contains(try at("2026-01-04T22:00:00Z"), in: lordHowe))
    #expect(!WorkingHours.standard.contains(try at("2026-07-05T22:00:00Z"), in: lordHowe))
    #expect(WorkingHours.standard.contains(try at("2026-07-05T22:30:00Z"), in: lordHowe))
  }

  @Test("Hours follow the local time in summer, and a repeated hour counts twice")
  func summerTime() throws {
    let paris = try #require(Zone("Europe/Paris"))
    // Friday before and Monday after the change of 29 March 2026.
    #expect(!WorkingHours.standard.contains(try at("2026-03-27T07:30:00Z"), in: paris))
    #expect(WorkingHours.standard.contains(try at("2026-03-27T08:00:00Z"), in: paris))
    #expect(WorkingHours.standard.contains(try at("2026-03-30T07:00:00Z"), in: paris))
    #expect(!WorkingHours.standard.contains(try at("2026-03-30T15:00:00Z"), in: paris))
    let night = try #require(WorkingHours("Sun 02:00-03:00"))
    // 02:00 to 03:00 does not exist on 29 March, and exists twice on 25 October.
    for minute in stride(from: 0, to: 180, by: 15) {
      let spring = try at("2026-03-29T00:00:00Z") + .minutes(minute)
      #expect(!night.contains(spring, in: paris))
    }
    let autumn = try at("2026-10-25T00:00:00Z")
    let open = stride(from: 0, to: 180, by: 15).filter { minute in
      night.contains(autumn + .minutes(minute), in: paris)
    }
    #expect(open.count == 8)
  }
}
