import Testing

@testable import BackofficeQueue

@Suite("Cron expressions")
struct CronExpressionTests {
  static func time(
    _ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0
  ) throws -> Timestamp {
    try #require(
      Timestamp(year: year, month: month, day: day, hour: hour, minute: minute, second: second))
  }

  /// The first times after an instant, as texts.
  static func runs(
    _ text: String, _ zone: String = "UTC", after start: Timestamp, count: Int = 3
  ) throws -> [String] {
    let expression = try CronExpression(text)
    let zone = try #require(Zone(zone))
    var times: [String] = []
    var last = start
    for _ in 0..<count {
      guard let next = expression.next(after: last, in: zone) else { break }
      #expect(next > last)
      times.append("\(next)")
      last = next
    }
    return times.map { String($0.prefix(16)) }
  }

  private func firstOfYear(_ text: String, count: Int = 3) throws -> [String] {
    // A Thursday.
    try Self.runs(text, after: try Self.time(2026, 1, 1, 0, 0), count: count).map {
      String($0.dropFirst(5))
    }
  }

  @Test("Numbers, lists, ranges, steps and names have their meaning in cron")
  func fields() throws {
    #expect(try firstOfYear("*/20 * * * *") == ["01-01T00:20", "01-01T00:40", "01-01T01:00"])
    #expect(try firstOfYear("5,35 8-9 * * *", count: 5).last == "01-02T08:05")
    #expect(try firstOfYear("0 10-20/5 * * *") == ["01-01T10:00", "01-01T15:00", "01-01T20:00"])
    #expect(try firstOfYear("0 0 1 FEB,apr *") == ["02-01T00:00", "04-01T00:00", "02-01T00:00"])
    #expect(try firstOfYear("0 9 * * MON-FRI") == ["01-01T09:00", "01-02T09:00", "01-05T09:00"])
    #expect(try firstOfYear("0 9 * * SAT-SUN") == ["01-03T09:00", "01-04T09:00", "01-10T09:00"])
    #expect(try firstOfYear("0 9 * * 0") == (try firstOfYear("0 9 * * 7")))
    #expect(try firstOfYear("0 0 31 * *") == ["01-31T00:00", "03-31T00:00", "05-31T00:00"])
  }

  @Test("An alias equals its expression")
  func aliases() throws {
    for (alias, text) in [
      "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
      "@Weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *",
      "@annually": "0 0 1 1 *",
    ] {
      #expect(try firstOfYear(alias) == (try firstOfYear(text)), "\(alias)")
    }
    #expect(try CronExpression("@daily").description == "@daily")
  }

  @Test("L is the last day of a month, FRIL its last Friday, MON#1 its first Monday")
  func lastAndOrdinal() throws {
    #expect(try firstOfYear("0 0 L * *") == ["01-31T00:00", "02-28T00:00", "03-31T00:00"])
    #expect(try firstOfYear("0 0 * * FRIL") == ["01-30T00:00", "02-27T00:00", "03-27T00:00"])
    #expect(try firstOfYear("0 0 * * MON#1") == ["01-05T00:00", "02-02T00:00", "03-02T00:00"])
    #expect(try firstOfYear("0 0 * * 4#5") == ["01-29T00:00", "04-30T00:00", "07-30T00:00"])
  }

  @Test("If both day fields are restricted, one must match; otherwise both must match")
  func dayRule() throws {
    #expect(
      try firstOfYear("0 0 13 * FRI", count: 4) == [
        "01-02T00:00", "01-09T00:00", "01-13T00:00", "01-16T00:00",
      ])
    #expect(try firstOfYear("0 0 */2 * FRI") == ["01-09T00:00", "01-23T00:00", "02-13T00:00"])
    #expect(try firstOfYear("0 0 13 * *") == ["01-13T00:00", "02-13T00:00", "03-13T00:00"])
  }

  @Test("29 February is found across years without one, including 1900 and 2100")
  func leapDays() throws {
    #expect(
      try Self.runs("0 0 29 2 *", after: try Self.time(2093, 1, 1)) == [
        "2096-02-29T00:00", "2104-02-29T00:00", "2108-02-29T00:00",
      ])
    // A leap day on a Sunday.
    #expect(
      try Self.runs("0 0 29 2 */7", after: try Self.time(2026, 1, 1), count: 2) == [
        "2032-02-29T00:00", "2060-02-29T00:00",
      ])
    #expect(
      try CronExpression("0 0 1 1 *").next(after: .distantFuture, in: .utc) == nil)
  }

  @Test(
    "F08 an invalid expression, or one that never fires, is rejected when it is defined",
    arguments: [
      ("* * * *", "five fields"), ("* * * * * *", "not 6"), ("", "not 0"),
      ("60 * * * *", "\"60\" is not a valid minute: it lies in 0-59"), ("* 24 * * *", "0-23"),
      ("* * 0 * *", "1-31"), ("* * * 13 *", "JAN-DEC"), ("* * * * 8", "SUN-SAT"),
      ("* * * * XXX", "SUN-SAT"), ("5-1 * * * *", "backwards"), ("*/0 * * * *", "from 1 on"),
      ("5/10 * * * *", "needs a range"), ("1,,2 * * * *", "missing"), ("+1 * * * *", "0-59"),
      ("1-2-3 * * * *", "two ends"), ("*/2/3 * * * *", "two steps"), ("*/+2 * * * *", "from 1"),
      ("* * * * MON#6", "fifth"), ("* * * * XL", "SUN-SAT"), ("*5 * * * *", "0-59"),
      ("@reboot", "@reboot is not a known alias"), ("@daily 5", "is not a known alias"),
      ("0 0 30 2 *", "never fires"), ("0 0 31 4,6,9,11 *", "never fires"),
      ("0 0 30 FEB */2", "never fires"), ("٣ * * * *", "0-59"),
    ])
  func refused(text: String, reason: String) {
    do {
      _ = try CronExpression(text)
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.description.contains(reason), "\(error)")
      #expect(!error.description.contains("\n"))
    }
  }

  @Test("A skipped local time occurs once, at the first instant after the gap")
  func gap() throws {
    // Paris goes from 2:00 to 3:00 on 29 March 2026, at 1:00 UTC.
    let before = try Self.time(2026, 3, 28, 12)
    #expect(
      try Self.runs("30 2 * * *", "Europe/Paris", after: before) == [
        "2026-03-29T01:00", "2026-03-30T00:30", "2026-03-31T00:30",
      ])
    #expect(
      try Self.runs("*/15 2 * * *", "Europe/Paris", after: before, count: 2) == [
        "2026-03-29T01:00", "2026-03-30T00:00",
      ])
    #expect(
      try Self.runs("0 2,3 * * *", "Europe/Paris", after: before, count: 2) == [
        "2026-03-29T01:00", "2026-03-30T00:00",
      ])
    // Every hour of real time: none is missed, none comes twice.
    #expect(
      try Self.runs("30 * * * *", "Europe/Paris", after: try Self.time(2026, 3, 29)) == [
        "2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29T02:30",
      ])
  }

  @Test("A local time that occurs twice counts the first time; an hourly expression counts both")
  func overlap() throws {
    // Paris goes from 3:00 back to 2:00 on 25 October 2026, at 1:00 UTC.
    let before = try Self.time(2026, 10, 24, 12)
    #expect(
      try Self.runs("30 2 * * *", "Europe/Paris", after: before) == [
        "2026-10-25T00:30", "2026-10-26T01:30", "2026-10-27T01:30",
      ])
    // Asked between the two.
    #expect(
      try Self.runs(
        "30 2 * * *", "Europe/Paris", after: try Self.time(2026, 10, 25, 1, 10), count: 1) == [
          "2026-10-26T01:30"
        ])
    #expect(
      try Self.runs("30 * * * *", "Europe/Paris", after: try Self.time(2026, 10, 25)) == [
        "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:30",
      ])
  }

  @Test("A skipped midnight and a skipped day occur after the gap")
  func skippedDays() throws {
    // Samoa skipped 30 December 2011.
    #expect(
      try Self.runs("0 5 30 12 *", "Pacific/Apia", after: try Self.time(2011, 12, 1), count: 1)
        == ["2011-12-30T10:00"])
    // São Paulo went from 0:00 to 1:00 on 4 November 2018.
    #expect(
      try Self.runs(
        "0 0 4 11 *", "America/Sao_Paulo", after: try Self.time(2018, 11, 1), count: 1)
        == ["2018-11-04T03:00"])
  }
}
