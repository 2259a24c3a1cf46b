import Backoffice
import BackofficeAnalytics
import Foundation
import Testing

@Suite("Refreshing snapshots")
struct SnapshotRefreshTests {
  /// A customer of each of ten owners, created on the same day.
  func office(at now: String = "2026-06-10T09:00:00Z") throws -> Office {
    let office = try Office(at: now)
    let created = try time("2026-05-01T10:00:00Z")
    try office.record(
      (0..<10).map { Event($0, created, "customer_called", owner: $0) })
    return office
  }

  @Test("Late rows of one owner refresh only the rows of that owner and of the whole store")
  func lateOwner() throws {
    let office = try office()
    try office.store.analytics.refresh()
    let late = try day("2026-06-01")
    try office.record([Event(3, time("2026-06-01T10:00:00Z"), "lost", owner: 3)])
    // A snapshot that is not marked stays unchanged, even if it is wrong.
    try office.store.write { transaction in
      _ = try transaction.execute(
        sql: """
          UPDATE analytics_snapshots SET lost_customers = 1
          WHERE scope = 'owner' AND owner_id = ? AND bucket_start_date = '2026-06-05'
          """, seller(4))
    }
    let findings = try office.store.check()
    #expect(findings.count == 1)
    let result = try office.store.analytics.refresh()
    #expect(result.days == late...(try day("2026-06-09")))
    // Nine days and the week that ended on the 7th, of the owner and of all.
    #expect(result.changedRows == 20)
    #expect(try office.store.check() == findings)
    #expect(try office.count("SELECT count(*) FROM analytics_dirty") == 0)
  }

  @Test("A refresh reports its progress after each month of days, each in one transaction")
  func progress() throws {
    let office = try office(at: "2026-08-20T09:00:00Z")
    var steps: [SnapshotProgress] = []
    let result = try office.store.analytics.refresh { steps.append($0) }
    #expect(
      steps.map(\.lastDone.description)
        == ["2026-05-31", "2026-07-01", "2026-08-01", "2026-08-19"])
    #expect(Set(steps.map(\.days)) == [try #require(result.days)])
    #expect(steps.last?.changedRows == result.changedRows)
    #expect(steps.last?.fraction == 1)
    #expect(steps.first?.fraction == 31.0 / 111)
    #expect(try office.store.check() == [])
  }

  @Test("A refresh that its caller ends keeps the reported days, and the next one continues")
  func cancelled() async throws {
    struct Enough: Error {}
    let office = try office(at: "2026-08-20T09:00:00Z")
    let whole = try self.office(at: "2026-08-20T09:00:00Z")
    var told = 0
    #expect(throws: Enough.self) {
      try office.store.analytics.refresh { step in
        told = step.changedRows
        throw Enough()
      }
    }
    let sql = "SELECT count(*) FROM analytics_snapshots"
    #expect(try office.count(sql) == told)
    #expect(try office.store.check() == [])
    // A task that is cancelled stops at the same place.
    let store = office.store
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try store.analytics.refresh()
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let afterTwo = try day("2026-07-02")
    let rest = try store.analytics.refresh()
    #expect(rest.days?.lowerBound == afterTwo)
    try whole.store.analytics.refresh()
    #expect(try office.count(sql) == whole.count(sql))
    #expect(try store.check() == [])
  }

  @Test("A refresh inside a transaction is part of it")
  func joined() throws {
    struct Undo: Error {}
    let office = try office(at: "2026-08-20T09:00:00Z")
    #expect(throws: Undo.self) {
      try office.store.write { transaction in
        let result = try transaction.analytics.refresh()
        #expect(result.changedRows > 1000)
        throw Undo()
      }
    }
    #expect(try office.count("SELECT count(*) FROM analytics_snapshots") == 0)
  }

  @Test("The times of a million old customers who convert on one day are clamped, not a crash")
  func overflow() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    try office.record([
      Event(1, time("1990-01-01T00:00:00Z"), "customer_called"),
      Event(1, time("2026-06-01T10:00:00Z"), "business_done"),
    ])
    try office.store.write { transaction in
      _ = try transaction.execute(
        sql: """
          UPDATE analytics_flows SET transitions = transitions * 1000000,
            age_seconds = age_seconds * 1000000
          """)
      _ = try transaction.execute(
        sql: """
          UPDATE analytics_conversions SET conversions = conversions * 1000000,
            age_seconds = age_seconds * 1000000
          """)
    }
    let range = (try day("2026-06-01"))...(try day("2026-06-01"))
    let figures = try office.store.analytics.figures(in: range).figures
    #expect(figures.conversions == 1_000_000)
    #expect(figures.cycleTimeSum == .max)
    try office.store.analytics.refreshSnapshots(in: range)
    #expect(
      try office.store.analytics.snapshots(.daily, in: range).first?.figures.cycleTimeSum == .max)
  }

  @Test("A store that gets the pack later has the sums of before, and its snapshots stay right")
  func upgrade() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "backoffice-\(UUID().uuidString).sqlite").path
    defer {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    var configuration = BackofficeStore.Configuration()
    let clock = ManualClock(try time("2026-06-10T09:00:00Z"))
    configuration.database.clock = clock.clock
    let zone = try #require(Zone("America/New_York"))
    configuration.database.zone = zone
    configuration.packs = [AnalyticsPack()]
    let random = RandomSource.seeded(4)
    func open() throws -> BackofficeStore {
      try BackofficeStore(.file(path), configuration: configuration)
    }
    func record(_ count: Int, _ store: BackofficeStore) throws {
      let first = try day("2026-04-01")
      try store.write { transaction in
        for _ in 0..<count {
          let event = SnapshotPropertyTests.event(
            random, customers: 30, owners: 3, first: first, days: 69, zone: zone)
          try transaction.recordHistory(
            StatusChange(
              kind: .customer, entity: person(event.customer), pipeline: event.pipeline, from: nil,
              to: event.status, owner: event.owner.map(seller), at: event.at, event: event.event))
        }
      }
    }
    func sums(_ store: BackofficeStore) throws -> [String] {
      try store.read { transaction in
        try transaction.fetchAll(
          sql: """
            SELECT pipeline || day || hex(owner_id) || delta FROM analytics_activity
            WHERE delta <> 0 UNION ALL
            SELECT pipeline || day || hex(owner_id) || cause || from_status || to_status
              || transitions || ' ' || age_seconds || ' ' || age_microseconds FROM analytics_flows
            UNION ALL
            SELECT pipeline || day || first_day || hex(owner_id) || conversions || ' '
              || age_seconds || ' ' || age_microseconds FROM analytics_conversions
            WHERE conversions <> 0
            ORDER BY 1
            """
        ) { row in try row.value(at: 0) }
      }
    }
    let new = try open()
    try record(100, new)
    try new.analytics.refresh()
    try record(10, new)
    let before = try sums(new)
    #expect(before.count > 100)
    new.close()
    try Database.maintain(.file(path)) {
      try configuration.migrator(with: [OfficePack()]).down($0, to: 0, of: "analytics")
    }
    let upgraded = try open()
    #expect(try sums(upgraded) == before)
    #expect(try upgraded.check() == [])
    try upgraded.analytics.refresh()
    #expect(try upgraded.check() == [])
    #expect(try upgraded.rebuild() == [:])
    upgraded.close()
    // Once is enough.
    let again = try open()
    let left: Int? = try again.read { transaction in
      try transaction.fetchOne(
        sql: "SELECT count(*) FROM store_settings WHERE key GLOB 'rebuild.*'"
      ) { row in try row.value(at: 0) }
    }
    #expect(left == 0)
    again.close()
  }
}
