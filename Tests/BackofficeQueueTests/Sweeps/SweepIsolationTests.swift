import BackofficeQueue
import Testing

@Suite("Sweeps over rows of which one is refused")
struct SweepIsolationTests {
  let refusals: Refusals
  let fixture: QueueFixture

  init() throws { try self.init(Refusals()) }

  init(_ refusals: Refusals) throws {
    self.refusals = refusals
    fixture = try QueueFixture(triggers: refusals.triggers)
  }

  @Test("13.3 a rule that throws at the commit stops no sweep, claim or bulk change of other items")
  func atCommit() throws {
    func suite() throws -> SweepIsolationTests {
      try SweepIsolationTests(Refusals(throwsAtCommit: true))
    }
    try suite().rescue()
    try suite().deadlines()
    try suite().retention()
    try suite().retries()
    try suite().bulk()
    try suite().schedules()
    try suite().acknowledgement()
    try claims { Refusals(throwsAtCommit: true) }
  }

  /// Enqueues a bad item and two good ones behind it.
  private func enqueue(_ shape: (inout NewQueueItem) -> Void = { _ in }) throws -> (
    bad: ID<QueueItem>, good: [ID<QueueItem>]
  ) {
    let ids = try ["bad", "work", "work"].map { kind in
      try fixture.enqueue {
        $0.kind = kind
        shape(&$0)
      }
    }
    return (ids[0], [ids[1], ids[2]])
  }

  private func fail(_ shape: (inout NewQueueItem) -> Void = { _ in }) throws -> (
    bad: ID<QueueItem>, good: [ID<QueueItem>]
  ) {
    let items = try enqueue(shape)
    for claimed in try fixture.queue.claim(3, worker: "w") {
      try fixture.queue.fail(claimed.lease, error: ItemFailure(message: "no"), retry: .never)
    }
    return items
  }

  private func statuses(_ ids: [ID<QueueItem>]) throws -> [QueueItem.Status] {
    try ids.map { try fixture.item($0).status }
  }

  @Test("13.3 expired leases: the refused item is reported, the others are rescued")
  func rescue() throws {
    let (bad, good) = try enqueue()
    _ = try fixture.queue.claim(3, worker: "w")
    fixture.clock.advance(by: .seconds(31))
    refusals.switchOn()
    let report = try fixture.queue.rescueExpired()
    #expect(report.retrying == good)
    #expect(report.refused == [bad: "no"])
    #expect(try fixture.item(bad).status == .running)
  }

  @Test("13.3 passed deadlines: the refused item is reported, the others fail")
  func deadlines() throws {
    let (bad, good) = try enqueue { $0.deadlineAt = fixture.clock.now + .seconds(10) }
    fixture.clock.advance(by: .seconds(10))
    refusals.switchOn()
    let report = try fixture.queue.expireOverdue()
    #expect(report.failed == good)
    #expect(report.refused == [bad: "no"])
  }

  @Test("13.3 a worker claims around an item that a rule refuses at the commit")
  func worker() async throws {
    let refusals = Refusals(throwsAtCommit: true)
    let office = try WorkerFixture(triggers: refusals.triggers)
    let ids = try ["bad", "work", "work"].map { kind in try office.enqueue { $0.kind = kind }[0] }
    refusals.switchOn()
    let worker = try office.worker { handlers in handlers.onOtherKinds { _ in nil } }
    try await office.running(worker) { await office.events.waitForEnds(2) }
    #expect(try ids.map { try office.item($0).status } == [.pending, .completed, .completed])
  }

  @Test("13.3 a claim passes over the refused item; alone, its error is thrown")
  func claim() throws { try claims { Refusals() } }

  private func claims(_ make: () -> Refusals) throws {
    for isFair in [false, true] {
      let refusals = make()
      let fixture = try QueueFixture(triggers: refusals.triggers)
      try fixture.queues.configure(QueueSettings(isFair: isFair))
      for kind in ["bad", "work", "work"] {
        try fixture.enqueue {
          $0.kind = kind
          $0.account = .name(kind)
        }
      }
      // Turns are given before the rule is switched on.
      if isFair { try fixture.queue.release(#require(try fixture.claim()).lease) }
      refusals.switchOn()
      let claimed = try fixture.queue.claim(3, worker: "w")
      #expect(claimed.map(\.item.kind) == ["work", "work"], "fair: \(isFair)")
      // In a fair queue it has not even got in line.
      if isFair {
        #expect(try fixture.claim() == nil)
      } else {
        #expect(throws: Refusals.No.self) { try fixture.claim() }
      }
      let done = claimed.map { (lease: $0.lease, result: JSONText?.none) }
      #expect(try fixture.queue.complete(done, thenClaim: 0, worker: "w") == [])
      #expect(try fixture.store.check() == [])
    }
  }

  @Test("13.3 retention: the refused item and batch stay and are reported, the others go")
  func retention() throws {
    let (bad, good) = try enqueue()
    try fixture.queue.complete(try fixture.queue.claim(3, worker: "w").map(\.lease))
    let batches = try ["bad", "b"].map { name in
      try fixture.batches.create(NewBatch(name: name), items: []).id
    }
    fixture.clock.advance(by: .days(40))
    refusals.switchOn()
    let report = try fixture.queues.purgeFinished(RetentionPolicy())
    #expect(report.items == 2 && report.batches == 1)
    #expect(report.refused == [bad: "no"])
    #expect(report.refusedBatches == [batches[0]: "no"])
    #expect(try good.allSatisfy { try fixture.queue.find($0) == nil })
    let upkeep = try fixture.store.upkeep.run(.named(["queue.retention"]))
    #expect(upkeep.failures == [:])
    let state = try fixture.store.upkeep.list().first { $0.name == "queue.retention" }
    #expect(state?.lastError == "no")
  }

  @Test("13.3 retries of failed items: the refused one is left out, the others wait again")
  func retries() throws {
    let batch = try fixture.batches.create(NewBatch(name: "b")).id
    let (bad, good) = try fail { $0.batchID = batch }
    refusals.switchOn()
    #expect(try fixture.queue.retryFailed(in: "default") == good)
    for claimed in try fixture.queue.claim(3, worker: "w") {
      try fixture.queue.fail(claimed.lease, error: ItemFailure(message: "no"), retry: .never)
    }
    #expect(try fixture.batches.retryFailed(batch) == good)
    for claimed in try fixture.queue.claim(3, worker: "w") {
      try fixture.queue.fail(claimed.lease, error: ItemFailure(message: "no"), retry: .never)
    }
    let report = try fixture.queue.redrive(DeadItemFilter())
    #expect(report.retried == good && report.leftOut == [bad])
    #expect(report.refusals == [bad: "no"])
  }

  @Test("13.3 changes in bulk: the refused item is reported, the others change")
  func bulk() throws {
    let batch = try fixture.batches.create(NewBatch(name: "b")).id
    let (bad, good) = try enqueue { $0.batchID = batch }
    refusals.switchOn()
    let filter = WaitingItemFilter(.batch(batch))
    let priorities = try fixture.queue.reprioritise(filter, to: 1)
    #expect(priorities.changed == good && priorities.refused == [bad: "no"])
    let moved = try fixture.queue.move(filter, to: "other")
    #expect(moved.changed == good && moved.refused == [bad: "no"])
  }

  @Test("13.3 a schedule whose item is refused is switched off with the reason, the others run")
  func schedules() throws {
    for kind in ["bad", "work"] {
      try fixture.store.schedules.create(
        NewQueueSchedule(name: kind, kind: kind, every: .minutes(1)))
    }
    fixture.clock.advance(by: .minutes(1))
    refusals.switchOn()
    #expect(try fixture.store.schedules.enqueueDue().count == 1)
    let schedules = try fixture.store.schedules.list()
    #expect(schedules.map(\.isEnabled) == [false, true])
    #expect(schedules.map(\.lastError) == ["no", nil])
  }

  @Test("13.3 an acknowledgement that is refused stops no other one")
  func acknowledgement() throws {
    let (bad, good) = try enqueue()
    let claimed = try fixture.queue.claim(3, worker: "w")
    refusals.switchOn()
    let answers = Dictionary(
      uniqueKeysWithValues: claimed.map { ($0.item.id, ItemAnswer.completed()) })
    let outcomes = try fixture.queue.acknowledge(claimed.map(\.lease), with: answers)
    #expect(outcomes == [.refused(reason: "no"), .completed, .completed])
    #expect(try statuses([bad] + good) == [.running, .completed, .completed])
  }
}
