import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Schedules")
struct ScheduleTests {
  private let start = QueueFixture.start  // 2026-01-01 00:00 UTC

  @Test("F03 a due schedule enqueues one item for any number of callers and calls")
  func once() throws {
    let fixture = try QueueFixture()
    let schedules = fixture.store.schedules
    let schedule = try schedules.create(
      NewQueueSchedule(name: "s", kind: "tick", every: .minutes(5)))
    #expect(try schedules.enqueueDue().isEmpty)
    #expect(try schedules.nextRunAt() == start + .minutes(5))
    fixture.clock.advance(by: .minutes(5))
    let ids = try schedules.enqueueDue()
    #expect(ids.count == 1)
    #expect(try schedules.enqueueDue().isEmpty)
    let found = try #require(try schedules.find(schedule.id))
    #expect(found.lastQueueItemID == ids.first)
    #expect(found.nextRunAt == start + .minutes(10))
    try schedules.disable(schedule.id)
    #expect(try schedules.nextRunAt() == nil)
    fixture.clock.advance(by: .hours(1))
    #expect(try schedules.enqueueDue().isEmpty)
    try schedules.enable(schedule.id)
    #expect(try schedules.enqueueDue().count == 1)
    #expect(try schedules.list().map(\.name) == ["s"])
  }

  @Test("F03 several processes at the same due time enqueue one item for each run")
  func processes() async throws {
    try await TemporaryStore.withAsync { path in
      let clock = ManualClock(start)
      var configuration = BackofficeStore.Configuration()
      configuration.database.clock = clock.clock
      let stores = try (0..<3).map { _ in
        try BackofficeStore(.file(path), packs: [], configuration: configuration)
      }
      let definitions = (0..<20).map { index in
        NewQueueSchedule(name: "s\(index)", kind: "tick", every: .minutes(1))
      }
      for store in stores { try store.schedules.define(definitions) }
      clock.advance(by: .minutes(1))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for store in stores {
          group.addTask { for _ in 0..<5 { try store.schedules.enqueueDue(limit: 7) } }
        }
        try await group.waitForAll()
      }
      #expect(try stores[0].queues.depth() == 20)
      #expect(try stores[0].check() == [])
      for store in stores { store.close() }
    }
  }

  @Test("F09 there is no leader: a run that one process did not commit is done by another")
  func noLeader() throws {
    struct Died: Error {}
    let fixture = try QueueFixture()
    try fixture.store.schedules.create(
      NewQueueSchedule(name: "s", kind: "tick", every: .minutes(1)))
    fixture.clock.advance(by: .minutes(1))
    #expect(throws: Died.self) {
      try fixture.store.write { transaction in
        #expect(try transaction.schedules.enqueueDue().count == 1)
        throw Died()
      }
    }
    #expect(try fixture.queues.depth() == 0)
    #expect(try fixture.store.schedules.enqueueDue().count == 1)
    #expect(try fixture.store.schedules.enqueueDue().isEmpty)
  }

  @Test("F01 due schedules run in pages, and none is lost or repeated")
  func pages() throws {
    let fixture = try QueueFixture()
    try fixture.store.schedules.define(
      (0..<25).map { NewQueueSchedule(name: "s\($0)", kind: "tick", every: .seconds(10)) })
    fixture.clock.advance(by: .seconds(10))
    var counts: [Int] = []
    for _ in 0..<4 { counts.append(try fixture.store.schedules.enqueueDue(limit: 10).count) }
    #expect(counts == [10, 10, 5, 0])
  }

  private func due(
    _ policy: QueueSchedule.MissedPolicy, late: Duration, grace: Duration? = nil,
    maximum: Int = 100
  ) -> DueRuns {
    DueRuns(
      due: start, runs: ScheduleRuns(timing: .every(.seconds(60)), anchor: start), policy: policy,
      grace: grace, maximum: maximum, now: start + late)
  }

  @Test("F06 with the policy skip, missed runs are not enqueued")
  func skip() {
    #expect(due(.skip, late: .seconds(59)).times == [start])
    #expect(due(.skip, late: .seconds(150)).times == [])
    #expect(due(.skip, late: .seconds(150)).next == start + .seconds(180))
    #expect(due(.skip, late: .seconds(50), grace: .seconds(30)).times == [])
  }

  @Test("F07 with run once, the latest missed run happens once, within the grace period")
  func runOnce() {
    #expect(due(.runOnce, late: .seconds(150)).times == [start + .seconds(120)])
    #expect(due(.runOnce, late: .seconds(150), grace: .seconds(30)).times.count == 1)
    #expect(due(.runOnce, late: .seconds(150), grace: .seconds(29)).times.isEmpty)
    #expect(due(.runOnce, late: .zero).times == [start])
  }

  @Test("F05 with all runs, exactly those within the grace period happen, the latest of too many")
  func runAll() throws {
    #expect(due(.runAll, late: .seconds(150)).times.count == 3)
    #expect(due(.runAll, late: .hours(5), grace: .hours(4), maximum: 1000).times.count == 241)
    let few = due(.runAll, late: .hours(5), maximum: 3)
    #expect(few.times == [298, 299, 300].map { start + .minutes($0) })
    #expect(few.next == start + .minutes(301))
    // In cron notation too, over a change of the clocks.
    let fixture = try QueueFixture()
    var new = try NewQueueSchedule(name: "s", kind: "tick", cron: "0 * * * *", in: "Europe/Paris")
    new.missedPolicy = .runAll
    new.grace = .hours(4)
    fixture.clock.set(to: try CronExpressionTests.time(2026, 3, 28, 20, 10))
    try fixture.store.schedules.create(new)
    fixture.clock.advance(by: .hours(5))
    let items = try fixture.store.schedules.enqueueDue()
    let times = try items.map { try fixture.item($0).dueAt }
    #expect(
      times
        == (try [22, 23, 24, 25].map { try CronExpressionTests.time(2026, 3, 28) + .hours($0) }))
  }

  @Test("Runs before a schedule was first seen are not caught up")
  func neverSeen() throws {
    let fixture = try QueueFixture()
    var new = NewQueueSchedule(name: "s", kind: "tick", every: .hours(1))
    new.missedPolicy = .runAll
    new.firstRunAt = start - .days(3)
    let schedule = try fixture.store.schedules.create(new)
    #expect(schedule.nextRunAt == start)
    #expect(try fixture.store.schedules.enqueueDue().count == 1)
  }

  @Test("F10 setting the clock back repeats no run, and correcting a fast clock loses none")
  func clockBack() throws {
    let fixture = try QueueFixture()
    let schedules = fixture.store.schedules
    let schedule = try schedules.create(
      try NewQueueSchedule(name: "s", kind: "tick", cron: "*/10 * * * *"))
    fixture.clock.advance(by: .minutes(25))
    #expect(try schedules.enqueueDue().count == 1)  // 0:00 at once is long past; 0:20 stands for it
    fixture.clock.set(to: start + .minutes(15))
    #expect(try schedules.enqueueDue().isEmpty)
    #expect(try schedules.find(schedule.id)?.nextRunAt == start + .minutes(20))
    fixture.clock.set(to: start + .minutes(20))
    #expect(try schedules.enqueueDue().isEmpty)
    fixture.clock.set(to: start + .minutes(30))
    #expect(try schedules.enqueueDue().count == 1)
    // A year ahead by mistake, and back.
    fixture.clock.set(to: start + .days(365))
    #expect(try schedules.enqueueDue().count == 1)
    fixture.clock.set(to: start + .minutes(35))
    #expect(try schedules.enqueueDue().isEmpty)
    fixture.clock.set(to: start + .minutes(41))
    #expect(try schedules.enqueueDue().count == 1)
    let runs = try fixture.store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT due_at FROM queue_schedule_runs ORDER BY pk"
      ) { row in try row.value(at: 0, as: Timestamp.self) }
    }
    #expect(Set(runs).count == runs.count)
    // A start in the future is not brought forward by a clock that went back.
    var later = NewQueueSchedule(name: "l", kind: "tick", every: .minutes(5))
    later.firstRunAt = start + .days(1)
    let waiting = try schedules.create(later)
    fixture.clock.set(to: start)
    try schedules.enqueueDue()
    #expect(try schedules.find(waiting.id)?.nextRunAt == start + .days(1))
  }

  @Test("A schedule is changed while it runs: a new timing counts from now, the rest at once")
  func changed() throws {
    let fixture = try QueueFixture()
    let schedules = fixture.store.schedules
    let id = try schedules.create(
      NewQueueSchedule(name: "s", kind: "tick", every: .minutes(10))
    ).id
    fixture.clock.advance(by: .minutes(4))
    let renamed = try schedules.change(id) {
      $0.name = "t"
      $0.priority = 1
    }
    #expect(renamed.nextRunAt == start + .minutes(10))
    let faster = try schedules.change(id) { $0.timing = .every(.minutes(3)) }
    #expect(faster.nextRunAt == start + .minutes(7))
    let daily = try schedules.change(id) {
      $0.timing = try ScheduleTiming(cron: "0 3 * * *", in: "America/New_York")
    }
    #expect(daily.nextRunAt == start + .hours(8))
    #expect(daily.timeZone == "America/New_York")
    #expect(try daily.nextRuns(2).last == start + .hours(32))
    // Defined again at the next start of the program, nothing moves.
    fixture.clock.advance(by: .minutes(1))
    let again = try schedules.define([try daily.definition()])
    #expect(again.map(\.nextRunAt) == [start + .hours(8)])
    #expect(again.map(\.id) == [id])
    try schedules.create(NewQueueSchedule(name: "u", kind: "tick", every: .minutes(3)))
    #expect(throws: QueueError.duplicateSchedule(name: "u")) {
      try schedules.change(id) { $0.name = "u" }
    }
    let item = try fixture.item(try schedules.runNow(id))
    #expect(item.priority == 1)
    #expect(item.dueAt == fixture.clock.now)
    try schedules.delete(id)
    #expect(throws: QueueError.noSuchSchedule(id)) { try schedules.change(id) { _ in } }
  }

  @Test("F08 an invalid schedule is rejected when it is defined")
  func refused() throws {
    let fixture = try QueueFixture()
    var new = NewQueueSchedule(name: "s", kind: "tick", every: .seconds(1))
    try fixture.store.schedules.create(new)
    #expect(throws: QueueError.duplicateSchedule(name: "s")) {
      try fixture.store.schedules.create(new)
    }
    #expect(throws: CronError.neverFires("0 0 30 2 *")) {
      try NewQueueSchedule(name: "t", kind: "tick", cron: "0 0 30 2 *")
    }
    #expect(throws: CronError.unknownZone("Mars/Base")) {
      try NewQueueSchedule(name: "t", kind: "tick", cron: "@daily", in: "Mars/Base")
    }
    #expect(CronError.unknownZone("Mars/Base").description.contains("Europe/Paris"))
    new.name = "t"
    for change in [
      { $0.timing = .every(.milliseconds(1500)) }, { $0.timing = .every(.zero) },
      { $0.maxCatchUp = 0 }, { $0.grace = .milliseconds(1) }, { $0.kind = "" }, { $0.name = "" },
      { $0.priority = 6 }, { $0.queue = "" }, { $0.timing = .every(.seconds(Int64.max)) },
    ] as [(inout NewQueueSchedule) -> Void] {
      var bad = new
      change(&bad)
      #expect(throws: QueueError.self) { try fixture.store.schedules.create(bad) }
    }
    #expect(throws: QueueError.noSuchSchedule(.zero)) { try fixture.store.schedules.enable(.zero) }
    #expect(try fixture.store.schedules.list().count == 1)
  }

  @Test("An invalid schedule written by another program is disabled, and other schedules run")
  func unreadable() throws {
    let fixture = try QueueFixture()
    let schedules = fixture.store.schedules
    let bad = try schedules.create(NewQueueSchedule(name: "a", kind: "tick", every: .minutes(1)))
    try schedules.create(NewQueueSchedule(name: "b", kind: "tick", every: .minutes(1)))
    try fixture.sql(
      "UPDATE queue_schedules SET cron = '61 * * * *', interval_seconds = NULL WHERE name = 'a'")
    fixture.clock.advance(by: .minutes(1))
    #expect(try schedules.enqueueDue().count == 1)
    let found = try #require(try schedules.find(bad.id))
    #expect(!found.isEnabled)
    #expect(found.lastError?.contains("0-59") == true)
    #expect(throws: CronError.self) { try schedules.enable(bad.id) }
    // A new definition runs again, once it is enabled.
    try schedules.define([NewQueueSchedule(name: "a", kind: "tick", every: .minutes(1))])
    try schedules.enable(bad.id)
    fixture.clock.advance(by: .minutes(1))
    #expect(try schedules.enqueueDue().count == 2)
  }
}
