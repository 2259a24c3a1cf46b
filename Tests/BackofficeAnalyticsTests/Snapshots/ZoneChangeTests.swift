import Backoffice
import BackofficeAnalytics
import BackofficeTestSupport
import BackofficeTesting
import Testing

@Suite("The time zone of a file (issue 14, fault 10)")
struct ZoneChangeTests {
  let tokyo: Zone

  init() throws { tokyo = try #require(Zone("Asia/Tokyo")) }

  private func open(
    _ path: String, _ zone: Zone?, at now: Timestamp, readOnly: Bool = false
  ) throws -> BackofficeStore {
    let clock = ManualClock(now)
    var configuration = BackofficeStore.Configuration()
    configuration.database.clock = clock.clock
    configuration.database.random = .seeded(3)
    configuration.database.zone = zone
    configuration.packs = [AnalyticsPack()]
    return try BackofficeStore(
      readOnly ? .readOnly(path) : .file(path), configuration: configuration)
  }

  @Test("Fault 10: a file made in UTC is not opened as one of Asia/Tokyo")
  func refused() throws {
    let now = try time("2026-06-01T09:00:00Z")
    try TemporaryStore.with { path in
      try open(path, nil, at: now).close()
      let expected = FileZoneError.differs(file: .utc, configured: tokyo)
      #expect(throws: expected) { _ = try open(path, tokyo, at: now) }
      #expect(throws: expected) { _ = try open(path, tokyo, at: now, readOnly: true) }
      for word in ["UTC", "Asia/Tokyo", "changeZone"] {
        #expect(expected.description.contains(word))
      }
      try open(path, .utc, at: now).close()
      let store = try open(path, nil, at: now)
      #expect(try store.zone == .utc)
      try store.changeZone(to: tokyo)
      #expect(try store.zone == tokyo)
      #expect(try store.read { $0.zone } == tokyo)
      store.close()
      #expect(throws: FileZoneError.differs(file: tokyo, configured: .utc)) {
        _ = try open(path, .utc, at: now)
      }
      let again = try open(path, nil, at: now)
      #expect(try again.read { $0.zone } == tokyo)
    }
  }

  @Test("A new file takes the zone of the configuration, and another process sees a change at once")
  func processes() throws {
    let now = try time("2026-06-01T20:00:00Z")
    try TemporaryStore.with { path in
      let one = try open(path, tokyo, at: now)
      let two = try open(path, nil, at: now)
      #expect(try two.zone == tokyo)
      let customer = try two.customers.create(
        NewCustomer(fullName: "Ada", email: "ada@example.com", tier: nil)
      ).id
      try two.usage.record(UsageEvent(key: "a", customerID: customer, meter: "calls"))
      #expect(try one.read { $0.zone.date(of: $0.now) } == day("2026-06-02"))
      try one.changeZone(to: .utc)
      #expect(try two.read { $0.zone.date(of: $0.now) } == day("2026-06-01"))
      try two.usage.record(UsageEvent(key: "b", customerID: customer, meter: "calls"))
      #expect(
        try two.read { transaction in
          try transaction.fetchAll(sql: "SELECT DISTINCT local_day FROM usage_events") { row in
            try row.value(at: 0, as: String.self)
          }
        } == ["2026-06-01"])
      #expect(try two.check() == [])
    }
  }

  /// Everything that depends on days.
  private func days(_ store: BackofficeStore) throws -> [String] {
    try store.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT 'flow ' || pipeline || day || hex(owner_id) || cause || from_status || to_status
            || transitions || ' ' || age_seconds || ' ' || age_microseconds FROM analytics_flows
          UNION ALL SELECT 'active ' || day || hex(owner_id) || delta FROM analytics_activity
            WHERE delta <> 0
          UNION ALL SELECT 'won ' || day || first_day || hex(owner_id) || conversions
            FROM analytics_conversions WHERE conversions <> 0
          UNION ALL SELECT 'snapshot ' || bucket_kind || bucket_start_date || bucket_end_date
            || scope || hex(owner_id) || total_customers || ' ' || new_customers || ' '
            || active_customers || ' ' || status_counts || cycle_time_count || ' '
            || cycle_time_sum_microseconds FROM analytics_snapshots
          UNION ALL SELECT 'event ' || idempotency_key || local_day FROM usage_events
          UNION ALL SELECT 'record ' || hex(customer_id) || meter || period_kind || period_key
            || ' ' || period_start_at || ' ' || period_end_at || ' ' || event_count || ' '
            || quantity_sum FROM usage_records
          UNION ALL SELECT 'submissions ' || day || hex(customer_id) || submission_count
            FROM submission_analytics_daily
          ORDER BY 1
          """
      ) { row in try row.value(at: 0) }
    }
  }

  /// A history of which no row depends on the zone.
  private func fill(_ office: Office, seed: UInt64) throws {
    let random = RandomSource.seeded(seed)
    let first = try day("2026-01-20")
    let customers = try (0..<5).map { try office.customer("c\($0)", tier: nil) }
    try office.record(
      (0..<60).map { _ in
        SnapshotPropertyTests.event(
          random, customers: 9, owners: 3, first: first, days: 120, zone: .utc)
      })
    for number in 0..<120 {
      let at =
        Zone.utc.startOfDay(first.adding(days: random.next(below: 120)))
        + .seconds(random.next(below: 86_400))
      // A day that a program states stays.
      let stated = number % 10 == 0 ? at.utcDate : nil
      try office.store.usage.record(
        UsageEvent(
          key: "u\(number)", customerID: customers[random.next(below: 5)],
          meter: ["calls", "pages"][random.next(below: 2)], quantity: random.next(below: 9), at: at,
          localDay: stated))
    }
    let directory = try office.directory("d.example")
    for customer in customers {
      office.clock.advance(by: .hours(5))
      try office.store.submissions.create(NewSubmission(customer: customer, directory: directory))
    }
    office.clock.advance(by: .hours(24 * 2))
    let today = office.clock.now.utcDate
    try office.store.analytics.refreshSubmissionDays(in: today.adding(days: -9)...today)
    try office.store.analytics.refresh()
  }

  @Test(
    "After a change of zone, everything is as in a file that had the zone from the beginning",
    arguments: [
      (1, "UTC", "Asia/Tokyo"), (2, "Asia/Tokyo", "America/New_York"),
      (3, "America/Los_Angeles", "Pacific/Kiritimati"), (4, "Europe/Paris", "UTC"),
    ] as [(UInt64, String, String)])
  func asIfFresh(seed: UInt64, from: String, to: String) throws {
    let zone = try #require(Zone(to))
    let changed = try Office(zone: #require(Zone(from)), seed: seed)
    try fill(changed, seed: seed)
    let fresh = try Office(zone: zone, seed: seed)
    try fill(fresh, seed: seed)
    #expect(try days(changed.store) != days(fresh.store))
    #expect(try changed.store.check() == [])
    var progress: [ZoneChangeProgress] = []
    let rows = try changed.store.changeZone(to: zone) { progress.append($0) }
    #expect(rows["usage_events.days", default: 0] > 0)
    #expect(progress.last.map { $0.done == $0.count } == true)
    #expect(progress.last?.changedRows == rows.values.reduce(0, +))
    #expect(try changed.store.check() == [])
    #expect(try changed.store.rebuild() == [:])
    #expect(try days(changed.store) == days(fresh.store))
    #expect(try changed.store.changeZone(to: zone) == [:])
    #expect(try changed.store.analytics.refresh().changedRows == 0)
  }

  @Test("A change of zone that stops leaves the file as it was")
  func stopped() throws {
    struct Enough: Error {}
    let office = try Office(seed: 5)
    try fill(office, seed: 5)
    let before = try days(office.store)
    for step in 1...4 {
      #expect(throws: Enough.self) {
        try office.store.changeZone(to: tokyo) { if $0.done == step { throw Enough() } }
      }
      #expect(try office.store.zone == .utc)
      #expect(try days(office.store) == before)
    }
    #expect(try office.store.check() == [])
  }

  @Test("A day that a program stated and the new zone does not have is named")
  func missingDay() throws {
    let apia = try #require(Zone("Pacific/Apia"))
    let office = try Office()
    let customer = try office.customer("a", tier: nil)
    let at = try time("2011-12-30T12:00:00Z")
    try office.store.usage.record(
      UsageEvent(key: "derived", customerID: customer, meter: "calls", at: at))
    try office.store.changeZone(to: apia)
    #expect(try office.store.check() == [])
    try office.store.changeZone(to: .utc)
    try office.store.usage.record(
      UsageEvent(
        key: "stated", customerID: customer, meter: "calls", at: at, localDay: at.utcDate))
    #expect(throws: FileZoneError.self) { try office.store.changeZone(to: apia) }
    #expect(try office.store.zone == .utc)
    #expect(try office.store.check() == [])
  }

  @Test("Days of another zone are found and mended, and only the store moves an event")
  func mended() throws {
    let office = try Office()
    let customer = try office.customer("a", tier: nil)
    try office.store.usage.record(UsageEvent(key: "a", customerID: customer, meter: "calls"))
    #expect(throws: SQLiteError.self) {
      try office.store.write { transaction in
        _ = try transaction.execute(sql: "UPDATE usage_events SET local_day = '2026-06-02'")
      }
    }
    try office.store.write { transaction in
      try transaction.execute(
        sql:
          "INSERT INTO store_settings (key, value, updated_at) VALUES ('store.rewriting', '1', 0)")
      _ = try transaction.execute(sql: "UPDATE usage_events SET local_day = '2026-06-02'")
    }
    #expect(try office.store.check().contains { $0.check == "store.rewriting" })
    try office.store.write { transaction in
      _ = try transaction.execute(
        sql: "DELETE FROM store_settings WHERE key = 'store.rewriting'")
    }
    #expect(try office.store.check().contains { $0.check == "usage_events.days" })
    #expect(try office.store.rebuild()["usage_events.days"] == 1)
    #expect(try office.store.check() == [])
  }
}
