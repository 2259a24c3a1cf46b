import Backoffice
import BackofficeAnalytics
import Testing

@Suite("Measures")
struct MeasureTests {
  /// `converted` of `total` customers, all created on the same day.
  func office(converted: Int, total: Int) throws -> Office {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    let at = try time("2026-06-01T09:00:00Z")
    try office.record((0..<total).map { Event($0, at, "customer_called", owner: 1) })
    try office.record(
      (0..<converted).map { Event($0, at + .hours(30), "business_done", owner: 1) })
    return office
  }

  @Test(
    "The conversion rate has two decimals, rounded half up, and is nil without customers",
    arguments: [
      (8, 45, 17.78), (1, 3, 33.33), (2, 3, 66.67), (1, 8, 12.5), (0, 5, 0), (5, 5, 100),
      (1, 16, 6.25), (0, 0, nil),
    ] as [(Int, Int, Double?)])
  func conversionRate(converted: Int, total: Int, percent: Double?) throws {
    let office = try office(converted: converted, total: total)
    let analytics = office.store.analytics
    #expect(try analytics.conversionRate().percent == percent)
    try analytics.refresh()
    #expect(try analytics.conversionRate().percent == percent)
    #expect(try analytics.conversionRate(of: .of(seller(1))).percent == percent)
    #expect(try analytics.conversionRate(of: .unowned).percent == nil)
    let before = try day("2026-06-01")
    let then = try analytics.conversionRate(atEndOf: before).percent
    #expect(then == (total == 0 ? nil : 0))
    let distribution = try analytics.statusDistribution()
    #expect(distribution.count == 7)
    #expect(distribution.map(\.count).reduce(0, +) == total)
    #expect(distribution[5].count == converted)
    #expect(distribution[5].label == "Business done")
    #expect(distribution[5].share.percent == percent)
  }

  @Test("A trend never exceeds 100 %, and includes the current day")
  func trend() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    try office.record([
      Event(1, time("2026-05-01T09:00:00Z"), "customer_called"),
      Event(2, time("2026-05-01T09:00:00Z"), "customer_called"),
      Event(1, time("2026-06-08T09:00:00Z"), "business_done"),
      Event(2, time("2026-06-08T09:00:00Z"), "business_done"),
      Event(3, time("2026-06-09T09:00:00Z"), "customer_called"),
    ])
    try office.store.analytics.refresh()
    try office.record([Event(4, time("2026-06-10T08:00:00Z"), "customer_called")])
    let range = (try day("2026-06-07"))...(try day("2026-06-10"))
    let points = try office.store.analytics.trend(in: range)
    #expect(points.map(\.new) == [0, 0, 1, 1])
    #expect(points.map(\.total) == [2, 2, 3, 4])
    #expect(points.map(\.conversions) == [0, 2, 0, 0])
    #expect(points.map(\.conversionRate.percent) == [0, 100, 66.67, 50])
    let weeks = try office.store.analytics.trend(.weekly, in: range)
    #expect(weeks.map(\.bucket.start.description) == ["2026-06-01", "2026-06-08"])
    #expect(weeks.map(\.new) == [0, 2])
    #expect(weeks.map(\.conversions) == [0, 2])
    let months = try office.store.analytics.trend(.monthly, in: range)
    #expect(months.map(\.total) == [4])
  }

  @Test("Today counts each customer that changed today once")
  func today() throws {
    let zone = try #require(Zone("America/New_York"))
    let office = try Office(at: "2026-06-10T15:00:00Z", zone: zone)
    try office.record([
      Event(1, time("2026-06-10T03:59:59Z"), "customer_called"),
      Event(2, time("2026-06-10T04:00:00Z"), "customer_called"),
      Event(2, time("2026-06-10T05:00:00Z"), "business_done"),
      Event(1, time("2026-06-10T06:00:00Z"), "customer_called", event: .deleted),
    ])
    let today = try office.store.analytics.today()
    #expect(today.day.description == "2026-06-10")
    #expect(today.new == 1 && today.active == 1 && today.conversions == 1 && today.total == 1)
    #expect(today.conversionRate.percent == 100)
  }

  @Test(
    "Growth is 100 from nothing to something and 0 from nothing to nothing",
    arguments: [
      (0, 0, 0), (0, 3, 100), (10, 15, 50), (10, 5, -50), (3, 4, 33.33), (3, 2, -33.33),
      (7, 0, -100),
    ] as [(Int, Int, Double)])
  func growth(before: Int, after: Int, percent: Double) {
    #expect(Growth(before: before, after: after).percent == percent)
  }

  @Test("A range is compared with the range of equal length before it")
  func comparison() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    try office.record([
      Event(1, time("2026-05-20T09:00:00Z"), "customer_called"),
      Event(2, time("2026-05-30T09:00:00Z"), "customer_called"),
      Event(1, time("2026-06-01T09:00:00Z"), "business_done"),
      Event(3, time("2026-06-06T00:00:00Z"), "customer_called"),
      Event(4, time("2026-06-07T09:00:00Z"), "customer_called"),
      Event(3, time("2026-06-08T09:00:00Z"), "business_done"),
      Event(4, time("2026-06-08T09:00:00Z"), "business_done"),
    ])
    let range = (try day("2026-06-06"))...(try day("2026-06-10"))
    let result = try office.store.analytics.comparison(of: range)
    #expect(result.previous.days.lowerBound.description == "2026-06-01")
    #expect(result.previous.days.upperBound.description == "2026-06-05")
    #expect(result.total == Growth(before: 2, after: 4))
    #expect(result.total.percent == 100)
    #expect(result.new == Growth(before: 0, after: 2))
    #expect(result.conversions == Growth(before: 1, after: 2))
    #expect(result.conversionRatePoints == 25)
    let early = (try day("2026-05-20"))...(try day("2026-05-21"))
    #expect(try office.store.analytics.comparison(of: early).conversionRatePoints == nil)
    let standard = try office.store.analytics.comparison()
    #expect(standard.current.days.lowerBound.description == "2026-05-12")
  }

  @Test("The leaderboard ranks by the given metric; ties are decided by customers, then by name")
  func leaderboard() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    try office.store.write { transaction in
      for (number, name, role) in [
        (1, "Cleo", "sales"), (2, "Ada", "sales"), (3, "Bob", "sales"), (4, "Dan", "sales"),
        (5, "Root", "admin"),
      ] {
        try transaction.execute(
          sql: """
            INSERT INTO staff (id, name, phone, phone_key, role, created_at, updated_at)
            VALUES (?1, ?2, ?3, ?3, ?4, 0, 0)
            """, seller(number), name, "4915100000\(number)0", role)
      }
    }
    let at = try time("2026-06-01T09:00:00Z")
    var events: [Event] = []
    for (owner, customers, converted) in [(1, 4, 2), (2, 4, 2), (3, 10, 2), (5, 9, 9)] {
      for number in 0..<customers {
        events.append(Event(owner * 100 + number, at, "customer_called", owner: owner))
        if number < converted {
          events.append(
            Event(owner * 100 + number, at + .hours(1), "business_done", owner: owner))
        }
      }
    }
    try office.record(events)
    let analytics = office.store.analytics
    let rows = try analytics.leaderboard()
    #expect(rows.map(\.name) == ["Bob", "Ada", "Cleo", "Dan"])
    #expect(rows.map(\.rank) == [1, 2, 3, 4])
    #expect(rows.map(\.conversionRate.percent) == [20, 50, 50, nil])
    #expect(try analytics.leaderboard(by: .rate).map(\.name) == ["Ada", "Cleo", "Bob", "Dan"])
    #expect(
      try analytics.leaderboard(by: .customers, limit: 2).map(\.name) == ["Bob", "Ada"])
    let late = (try day("2026-06-02"))...(try day("2026-06-03"))
    #expect(try analytics.leaderboard(in: late).map(\.conversions) == [0, 0, 0, 0])
  }

  @Test("An unknown pipeline and an endless trend are refused")
  func refusals() throws {
    let office = try Office()
    let analytics = office.store.analytics
    #expect(throws: AnalyticsError.unknownPipeline("none")) {
      try analytics.conversionRate(pipeline: "none")
    }
    #expect(throws: AnalyticsError.self) { try analytics.trend(in: .min ... .max) }
    let long = (try day("2000-01-01"))...(try day("2026-01-01"))
    #expect(
      throws: AnalyticsError.rangeTooLong(days: 9498, limit: Analytics.trendLimit)
    ) { try analytics.trend(in: long) }
  }

  @Test("Measures with snapshots and without them are the same", arguments: 0..<UInt64(6))
  func snapshotsChangeNothing(seed: UInt64) throws {
    let random = RandomSource.seeded(seed)
    let zone = try #require(Zone("Europe/Paris"))
    let office = try Office(at: "2026-04-10T12:00:00Z", zone: zone)
    let first = try day("2026-01-20")
    try office.record(
      (0..<150).map { _ in
        SnapshotPropertyTests.event(
          random, customers: 30, owners: 3, first: first, days: 78, zone: zone)
      })
    let ranges = try (0..<6).map { _ in
      let start = try day("2026-01-10").adding(days: random.next(below: 80))
      return start...start.adding(days: random.next(below: 30))
    }
    func measures() throws -> [Figures] {
      try ranges.flatMap { range in
        try [Scope.system, .unowned, .of(seller(0)), .of(seller(9))].map {
          try office.store.analytics.figures(in: range, of: $0).figures
        }
      }
    }
    let before = try measures()
    try office.store.analytics.refresh()
    #expect(try measures() == before)
  }
}
