import BackofficeStorage
import Testing

extension Values {
  @Suite struct TimestampTests {
    @Test(
      arguments: [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (120_000, "1970-01-01T00:00:00.12Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00Z"),
        (1_795_198_020_000_000, "2026-11-20T18:07:00Z"),
        (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
      ] as [(Int64, String)])
    func `text and microseconds say the same`(microseconds: Int64, text: String) {
      #expect(Timestamp(microseconds: microseconds).description == text)
      #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test(arguments: [
      ("2026-11-20T19:07:00+01:00", "2026-11-20T18:07:00Z"),
      ("2026-11-20t10:07:00.5-08:00", "2026-11-20T18:07:00.5Z"),
      ("2026-11-20 18:07:00z", "2026-11-20T18:07:00Z"),
      ("2026-11-20T18:07:00.123456789Z", "2026-11-20T18:07:00.123456Z"),
      ("2026-11-20T18:07:00.000000999Z", "2026-11-20T18:07:00Z"),
      ("2026-11-20T18:07:00-00:00", "2026-11-20T18:07:00Z"),
      ("2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z"),
    ])
    func `every form of RFC 3339 is read`(text: String, canonical: String) {
      #expect(Timestamp(text)?.description == canonical)
    }

    @Test(arguments: [
      "", "now", "2026-11-20", "2026-11-20T18:07:00", "2026-11-20T18:07Z", "2026-02-29T00:00:00Z",
      "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
      "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-12-31T23:59:60Z",
      "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00+1:00",
      "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+01:60",
      "2026-01-01T00:00:00+01:00Z", "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z",
      "2026-01-01T00:00:00,5Z", "2026/01/01T00:00:00Z", "0000-01-01T00:00:00Z",
      "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "-026-01-01T00:00:00Z",
      "2026-01-01T0a:00:00Z", "２026-01-01T00:00:00Z", "2026-01-01T00:00:00\u{0}",
    ])
    func `any other text is refused`(text: String) {
      #expect(Timestamp(text) == nil)
    }

    @Test func `random instants survive text, JSON and SQLite`() throws {
      let random = RandomSource.seeded(1)
      let span = Int(Timestamp.distantFuture.microseconds - Timestamp.distantPast.microseconds)
      for round in 0..<2_000 {
        let offset = Int64(random.next(below: span))
        let timestamp = Timestamp(microseconds: Timestamp.distantPast.microseconds + offset)
        #expect(Timestamp(timestamp.description) == timestamp)
        guard round < 100 else { continue }
        #expect(try throughJSON([timestamp]).value == [timestamp])
        #expect(try throughSQLite(timestamp) { Timestamp.decode($0) } == timestamp)
      }
    }

    @Test func `a column of another kind or out of range is refused`() throws {
      #expect(try throughSQLite("2026-11-20T18:07:00Z") { Timestamp.decode($0) } == nil)
      #expect(try throughSQLite(1.5) { Timestamp.decode($0) } == nil)
      #expect(try throughSQLite(Int64.max) { Timestamp.decode($0) } == nil)
      #expect(try throughSQLite(Timestamp?.none) { Timestamp?.decode($0) } == .some(nil))
    }

    @Test func `arithmetic saturates`() throws {
      let start = try #require(Timestamp(year: 2026, month: 11, day: 20))
      #expect(start + .seconds(Int64.max) == .distantFuture)
      #expect(start + .seconds(Int64.min) == .distantPast)
      #expect(start - .seconds(Int64.min) == .distantFuture)
      #expect(Timestamp.distantFuture + .days(1) == .distantFuture)
      #expect(Timestamp.distantPast - .days(1) == .distantPast)
      #expect(Timestamp(microseconds: .max) == .distantFuture)
      #expect(Timestamp(microseconds: .min) == .distantPast)
      #expect(Timestamp.distantFuture - .distantPast > .days(3_652_058))
    }

    @Test func `arithmetic is exact within the range`() throws {
      var timestamp = try #require(Timestamp("2024-02-28T23:59:59.999999Z"))
      timestamp += .microseconds(1)
      #expect(timestamp.description == "2024-02-29T00:00:00Z")
      timestamp -= .nanoseconds(1_999)
      #expect(timestamp.description == "2024-02-28T23:59:59.999999Z")
      let later = timestamp + .days(1) + .hours(2) + .minutes(3)
      #expect(later - timestamp == .seconds(93_780))
      #expect(timestamp - later == .seconds(-93_780))
      #expect(timestamp < later)
    }

    @Test func `components that do not exist are refused`() {
      #expect(Timestamp(year: 2023, month: 2, day: 29) == nil)
      #expect(Timestamp(year: 0, month: 1, day: 1) == nil)
      #expect(Timestamp(year: 10_000, month: 1, day: 1) == nil)
      #expect(Timestamp(year: 2024, month: 1, day: 1, hour: 24) == nil)
      #expect(Timestamp(year: 2024, month: 1, day: 1, second: 60) == nil)
      #expect(Timestamp(year: 2024, month: 1, day: 1, microsecond: 1_000_000) == nil)
      let last = Timestamp(
        year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59, microsecond: 999_999)
      #expect(last == .distantFuture)
    }

    @Test func `the UTC date changes at midnight`() throws {
      let midnight = try #require(Timestamp("1969-12-31T00:00:00Z"))
      #expect(midnight.utcDate.description == "1969-12-31")
      #expect((midnight - .microseconds(1)).utcDate.description == "1969-12-30")
      #expect(Timestamp.distantPast.utcDate == .min)
      #expect(Timestamp.distantFuture.utcDate == .max)
    }
  }

  @Suite struct DurationTests {
    @Test func `microseconds round towards zero and saturate`() {
      #expect(Duration.nanoseconds(1_999).microseconds == 1)
      #expect(Duration.nanoseconds(-1_999).microseconds == -1)
      #expect(Duration.seconds(-2).microseconds == -2_000_000)
      #expect(Duration.seconds(Int64.max).microseconds == .max)
      #expect(Duration.seconds(Int64.min).microseconds == .min)
      #expect(Duration.microseconds(Int64.max).microseconds == .max)
      #expect(Duration.microseconds(Int64.min).microseconds == .min)
    }

    @Test func `units multiply and saturate`() {
      #expect(Duration.days(2) == .seconds(172_800))
      #expect(Duration.hours(-1) == .seconds(-3600))
      #expect(Duration.minutes(90) == .seconds(5400))
      #expect(Duration.days(.max) == .seconds(Int64.max))
      #expect(Duration.days(.min) == .seconds(Int64.min))
    }
  }
}
