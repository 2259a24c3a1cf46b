import Testing

@testable import Backoffice

@Suite("Schedules")
struct ScheduleTests {
  @Test("F03 a due schedule enqueues one item, whoever asks and however often")
  func once() throws {
    let fixture = try QueueFixture()
    let schedule = try fixture.store.schedules.create(
      NewQueueSchedule(name: "s", kind: "tick", every: .minutes(5)))
    #expect(try fixture.store.schedules.enqueueDue().isEmpty)
    fixture.clock.advance(by: .minutes(5))
    let ids = try fixture.store.schedules.enqueueDue()
    #expect(ids.count == 1)
    #expect(try fixture.store.schedules.enqueueDue().isEmpty)
    let found = try #require(try fixture.store.schedules.find(schedule.id))
    #expect(found.lastQueueItemID == ids.first)
    #expect(found.nextRunAt == QueueFixture.start + .minutes(10))
    try fixture.store.schedules.disable(schedule.id)
    fixture.clock.advance(by: .hours(1))
    #expect(try fixture.store.schedules.enqueueDue().isEmpty)
    try fixture.store.schedules.enable(schedule.id)
    #expect(try fixture.store.schedules.enqueueDue().count == 1)
    #expect(try fixture.store.schedules.list().map(\.name) == ["s"])
  }

  @Test("F05 F06 missed runs are skipped, made up for once, or all, as the schedule says")
  func missed() {
    let start = QueueFixture.start
    func runs(_ policy: QueueSchedule.MissedPolicy, late: Duration) -> Runs {
      Runs(next: start, intervalSeconds: 60, policy: policy, now: start + late, limit: 3)
    }
    #expect(runs(.skip, late: .seconds(59)).times == [start])
    #expect(runs(.skip, late: .seconds(150)).times == [])
    #expect(runs(.skip, late: .seconds(150)).next == start + .seconds(180))
    #expect(runs(.runOnce, late: .seconds(150)).times == [start + .seconds(120)])
    #expect(runs(.runAll, late: .seconds(150)).times.count == 3)
    #expect(runs(.runAll, late: .hours(1)).next == start + .seconds(180))
  }

  @Test("F08 what cannot be scheduled is refused when it is defined")
  func refused() throws {
    let fixture = try QueueFixture()
    var new = NewQueueSchedule(name: "s", kind: "tick", every: .seconds(1))
    try fixture.store.schedules.create(new)
    #expect(throws: QueueError.duplicateSchedule(name: "s")) {
      try fixture.store.schedules.create(new)
    }
    new.name = "t"
    new.cron = "* * * * *"
    #expect(throws: QueueError.cronUnsupported) { try fixture.store.schedules.create(new) }
    new.cron = nil
    new.interval = .milliseconds(1500)
    #expect(throws: QueueError.self) { try fixture.store.schedules.create(new) }
    #expect(throws: QueueError.noSuchSchedule(.zero)) { try fixture.store.schedules.enable(.zero) }
    let plan = try fixture.store.read { try $0.queryPlan(Schedules.due.sql) }
    #expect(plan.contains { $0.contains("queue_schedules_next (next_run_at<?)") }, "\(plan)")
  }
}
