import Backoffice
import BackofficeAnalytics
import Testing

@Suite("Snapshots")
struct SnapshotTests {
  @Test("Snapshots of a day, its week and its month are as of their ends")
  func buckets() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    try office.record([
      Event(1, time("2026-05-30T10:00:00Z"), "customer_called", owner: 1),
      Event(2, time("2026-06-01T10:00:00Z"), "customer_called", owner: 1),
      Event(1, time("2026-06-02T10:00:00Z"), "replied_to_customer", owner: 1),
      Event(2, time("2026-06-03T10:00:00Z"), "lost", owner: 2),
    ])
    let result = try office.store.analytics.refresh()
    #expect(result.days == (try day("2026-05-30"))...(try day("2026-06-09")))
    let range = (try day("2026-05-01"))...(try day("2026-06-30"))
    let analytics = office.store.analytics
    let daily = try analytics.snapshots(.daily, in: range)
    #expect(daily.count == 11)
    #expect(daily.map(\.figures.total).prefix(4) == [1, 1, 2, 2])
    #expect(daily.map(\.figures.new).prefix(4) == [1, 0, 1, 0])
    let weekly = try analytics.snapshots(.weekly, in: range)
    #expect(weekly.map(\.bucket.start.description) == ["2026-05-25", "2026-06-01"])
    #expect(weekly.map(\.bucket.end.description) == ["2026-05-31", "2026-06-07"])
    #expect(weekly.map(\.figures.new) == [1, 1])
    #expect(weekly.last?.figures.statusCounts == ["lost": 1, "replied_to_customer": 1])
    #expect(weekly.last?.figures.lost == 1)
    let monthly = try analytics.snapshots(.monthly, in: range)
    #expect(monthly.map(\.bucket.end.description) == ["2026-05-31"])
    let first = try analytics.snapshots(.weekly, of: .of(seller(1)), in: range)
    #expect(first.map(\.figures.total) == [1, 1])
    let second = try analytics.snapshots(.weekly, of: .of(seller(2)), in: range)
    #expect(second.map(\.figures.total) == [1])
    #expect(
      try office.count("SELECT count(*) FROM analytics_snapshots WHERE lost_customers = 1") > 0)
    #expect(try office.store.check().isEmpty)
  }

  @Test("A second run changes nothing, and every snapshot of the whole store is unique")
  func idempotent() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    try office.record([Event(1, time("2026-06-01T10:00:00Z"), "customer_called")])
    let analytics = office.store.analytics
    let first = try analytics.refresh()
    #expect(first.changedRows > 0)
    let second = try analytics.refresh()
    #expect(second.days == nil && second.changedRows == 0)
    let range = (try day("2026-05-20"))...(try day("2026-06-09"))
    let added = try analytics.refreshSnapshots(in: range)
    office.clock.advance(by: .hours(1))
    let again = try analytics.refreshSnapshots(in: range)
    #expect(added.changedRows > 0 && again.changedRows == 0 && again.buckets == added.buckets)
    #expect(
      try office.count(
        """
        SELECT count(*) FROM (SELECT 1 FROM analytics_snapshots
          GROUP BY bucket_kind, bucket_start_date, pipeline, scope, owner_id HAVING count(*) > 1)
        """) == 0)
    #expect(throws: SQLiteError.self) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: """
            INSERT INTO analytics_snapshots
              (bucket_kind, bucket_start_date, bucket_end_date, scope, computed_at)
            VALUES ('daily', '2026-06-01', '2026-06-01', 'system', 0)
            """)
      }
    }
    #expect(try office.store.check().isEmpty)
  }

  @Test("A range that is not over, or too long, is refused")
  func refusals() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    let today = try day("2026-06-10")
    #expect(throws: AnalyticsError.notOver(day: today, today: today)) {
      try office.store.analytics.refreshSnapshots(in: today...today)
    }
    #expect(throws: AnalyticsError.self) {
      try office.store.analytics.refreshSnapshots(in: .min...today)
    }
    #expect(
      AnalyticsError.notOver(day: today, today: today).description
        == "2026-06-10 is not over, today is 2026-06-10; take snapshots up to yesterday")
    #expect(try office.store.analytics.refresh().days == nil)
  }

  @Test("A late correction is marked, skipped by the check, and applied by the next refresh")
  func lateRows() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    try office.record([
      Event(1, time("2026-05-01T10:00:00Z"), "customer_called", owner: 1),
      Event(1, time("2026-06-05T10:00:00Z"), "replied_to_customer", owner: 1),
    ])
    let analytics = office.store.analytics
    try analytics.refresh()
    office.clock.advance(by: .days(1))
    try analytics.refresh()
    try office.record([Event(1, time("2026-05-20T10:00:00Z"), "lost", owner: 2)])
    #expect(try office.store.check().isEmpty)
    let result = try analytics.refresh()
    #expect(result.days == (try day("2026-05-20"))...(try day("2026-06-10")))
    let range = (try day("2026-05-19"))...(try day("2026-06-05"))
    let lost = try analytics.snapshots(.daily, in: range).map(\.figures.lost)
    #expect(lost == [0] + Array(repeating: 1, count: 16) + [0])
    #expect(try office.store.check().isEmpty)
    #expect(try analytics.refresh().days == nil)
  }

  @Test("An owner who has no customers after a correction has no row")
  func vanishedOwner() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    try office.record([Event(1, time("2026-06-05T10:00:00Z"), "customer_called", owner: 1)])
    let analytics = office.store.analytics
    try analytics.refresh()
    // An earlier first row means that the owner of the later one got the customer later.
    try office.record([Event(1, time("2026-06-05T09:00:00Z"), "customer_called", owner: 2)])
    try analytics.refresh()
    let range = (try day("2026-06-05"))...(try day("2026-06-05"))
    let first = try analytics.snapshots(.daily, of: .of(seller(1)), in: range)
    #expect(first.map(\.figures.total) == [1] && first.map(\.figures.new) == [0])
    let second = try analytics.snapshots(.daily, of: .of(seller(2)), in: range)
    #expect(second.map(\.figures.total) == [0] && second.map(\.figures.new) == [1])
    #expect(try office.store.check().isEmpty)
  }

  @Test("A wrong snapshot is found and repaired")
  func check() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    try office.record([Event(1, time("2026-06-05T10:00:00Z"), "customer_called", owner: 1)])
    try office.store.analytics.refresh()
    try office.store.write { transaction in
      try transaction.execute(
        sql: """
          UPDATE analytics_snapshots SET total_customers = 9
          WHERE bucket_start_date = '2026-06-06' AND scope = 'system'
          """)
      try transaction.execute(
        sql: """
          DELETE FROM analytics_snapshots
          WHERE bucket_start_date = '2026-06-07' AND scope = 'owner'
          """)
    }
    let findings = try office.store.check()
    #expect(findings.count == 2)
    #expect(findings.first?.check == "analytics.snapshots")
    #expect(findings.first?.problem.contains("expected total 1") == true)
    #expect(findings.first?.problem.contains("found total 9") == true)
    #expect(try office.store.rebuild() == ["analytics.snapshots": 2])
    #expect(try office.store.check().isEmpty)
  }

  @Test("A conversion belongs to its day and to the owner of the customer at that time")
  func conversions() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    try office.record([
      Event(1, time("2026-06-01T12:00:00Z"), "customer_called", owner: 1),
      Event(1, time("2026-06-04T00:00:00Z"), "business_done", owner: 2),
      Event(2, time("2026-06-02T12:00:00Z"), "business_done", owner: 1),
    ])
    try office.store.analytics.refresh()
    let range = (try day("2026-06-01"))...(try day("2026-06-05"))
    let analytics = office.store.analytics
    let days = try analytics.snapshots(.daily, in: range).map(\.figures)
    #expect(days.map(\.conversions) == [0, 0, 0, 1, 0])
    #expect(days.map(\.converted) == [0, 1, 1, 2, 2])
    #expect(days[3].averageCycleTime == .hours(60))
    #expect(days[3].averageCycleDays == 2.5)
    #expect(days[0].averageCycleDays == nil)
    let second = try analytics.snapshots(.daily, of: .of(seller(2)), in: range).map(\.figures)
    #expect(second.map(\.conversions) == [1, 0])
    #expect(try office.store.check().isEmpty)
  }

  @Test("A customer is active for thirty days from its last change")
  func active() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    try office.record([
      Event(1, time("2026-04-01T12:00:00Z"), "customer_called", owner: 1),
      Event(1, time("2026-04-10T12:00:00Z"), "customer_called", owner: 2, event: .reassigned),
      Event(2, time("2026-04-01T12:00:00Z"), "customer_called", owner: 1),
      Event(2, time("2026-04-20T12:00:00Z"), "lost", owner: 1),
    ])
    try office.store.analytics.refresh()
    func active(_ scope: Scope, _ text: String) throws -> Int? {
      let date = try day(text)
      return try office.store.analytics.snapshots(.daily, of: scope, in: date...date)
        .first?.figures.active
    }
    #expect(try active(.system, "2026-04-30") == 2)
    #expect(try active(.system, "2026-05-01") == 1)
    #expect(try active(.of(seller(2)), "2026-04-30") == 1)
    #expect(try active(.of(seller(2)), "2026-05-01") == 0)
    #expect(try active(.system, "2026-05-19") == 1)
    #expect(try active(.system, "2026-05-20") == 0)
  }
}
