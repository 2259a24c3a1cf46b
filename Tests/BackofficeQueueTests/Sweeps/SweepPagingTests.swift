import BackofficeQueue
import Testing

@Suite("Sweeps over pages that cannot move")
struct SweepPagingTests {
  let refusals = Refusals()
  let fixture: QueueFixture

  init() throws { fixture = try QueueFixture(triggers: refusals.triggers) }

  /// Enqueues five bad items and a good one behind them.
  private func enqueue(_ shape: (inout NewQueueItem) -> Void = { _ in }) throws -> ID<QueueItem> {
    for _ in 0..<5 {
      try fixture.enqueue {
        $0.kind = "bad"
        shape(&$0)
      }
      // So that the good one is the last in every order.
      fixture.clock.advance(by: .milliseconds(1))
    }
    return try fixture.enqueue { shape(&$0) }
  }

  private func fail() throws {
    for claimed in try fixture.queue.claim(6, worker: "w") {
      try fixture.queue.fail(claimed.lease, error: ItemFailure(message: "no"), retry: .never)
      fixture.clock.advance(by: .milliseconds(1))
    }
  }

  @Test("13.4 a page of expired leases that are refused starves no lease behind it")
  func rescue() throws {
    let good = try enqueue()
    for _ in 0..<6 {
      _ = try fixture.claim()
      fixture.clock.advance(by: .milliseconds(1))
    }
    fixture.clock.advance(by: .seconds(31))
    refusals.switchOn()
    #expect(try fixture.queue.rescueExpired(limit: 2).retrying == [good])
  }

  @Test("13.4 a page of passed deadlines that are refused starves none behind it")
  func deadlines() throws {
    let good = try enqueue { $0.deadlineAt = fixture.clock.now + .seconds(10) }
    fixture.clock.advance(by: .seconds(20))
    refusals.switchOn()
    #expect(try fixture.queue.expireOverdue(limit: 2).failed == [good])
  }

  @Test("13.4 a hundred schedules into a full queue do not stop the next one")
  func schedules() throws {
    try fixture.queues.configure(QueueSettings(maxWaiting: 0), of: "full")
    for number in 0..<101 {
      var new = NewQueueSchedule(
        name: "s\(number + 100)", kind: "work", every: .minutes(1))
      if number < 100 { new.queue = "full" }
      try fixture.store.schedules.create(new)
    }
    fixture.clock.advance(by: .minutes(1))
    #expect(try fixture.store.schedules.enqueueDue(limit: 10).count == 1)
    #expect(try fixture.store.schedules.enqueueDue(limit: 10) == [])
    try fixture.queues.configure(QueueSettings(maxWaiting: 1000), of: "full")
    for _ in 0..<10 { #expect(try fixture.store.schedules.enqueueDue(limit: 10).count == 10) }
  }

  @Test("13.4 failed items that cannot be retried starve none behind them")
  func retries() throws {
    var new = NewBatch(name: "b")
    new.maxConcurrentItems = 10
    let batch = try fixture.batches.create(new).id
    let good = try enqueue { $0.batchID = batch }
    try fail()
    refusals.switchOn()
    #expect(try fixture.queue.retryFailed(in: "default", limit: 2) == [good])
    try fixture.queue.fail(
      #require(try fixture.claim()).lease, error: ItemFailure(message: "no"), retry: .never)
    #expect(try fixture.batches.retryFailed(batch, limit: 2) == [good])
    try fixture.queue.fail(
      #require(try fixture.claim()).lease, error: ItemFailure(message: "no"), retry: .never)
    var retried: [ID<QueueItem>] = []
    var cursor: PageCursor?
    repeat {
      let report = try fixture.queue.redrive(DeadItemFilter(), after: cursor, limit: 2)
      retried += report.retried
      cursor = report.next
    } while cursor != nil
    #expect(retried == [good])
  }

  @Test("13.4 finished items that stay starve none behind them, nor do batches")
  func retention() throws {
    let good = try enqueue()
    try fixture.queue.complete(try fixture.queue.claim(6, worker: "w").map(\.lease))
    for name in ["bad", "bad", "bad", "b"] {
      try fixture.batches.create(NewBatch(name: name), items: [])
      fixture.clock.advance(by: .milliseconds(1))
    }
    fixture.clock.advance(by: .days(40))
    refusals.switchOn()
    try fixture.store.upkeep.run(.named(["queue.retention"]))
    #expect(try fixture.queue.find(good) == nil)
    #expect(try fixture.batches.list().elements.map(\.name) == ["bad", "bad", "bad"])
    var cursor: PageCursor?
    var pages = 0
    repeat {
      let report = try fixture.queues.purgeFinished(RetentionPolicy(), after: cursor, limit: 2)
      cursor = report.next
      pages += 1
    } while cursor != nil
    #expect(pages == 3)
  }

  @Test("13.4 items that a claim cannot take starve none behind them")
  func claims() throws {
    let good = try enqueue()
    refusals.switchOn()
    #expect(try fixture.queue.claim(2, worker: "w").map(\.item.id) == [good])
  }

  @Test("13.4 more held items than a page of windows that reopen are all let go")
  func windows() throws {
    for number in 0..<150 {
      let key = "k\(number)"
      try fixture.queues.setLimit(QueueLimit(.key, key, rate: .init(1, perSeconds: 60)))
      for _ in 0..<2 { try fixture.enqueue { $0.limitKey = key } }
    }
    #expect(try fixture.queue.claim(1000, worker: "w").count == 150)
    fixture.clock.advance(by: .seconds(60))
    var count = 0
    for _ in 0..<2 { count += try fixture.queue.claim(1000, worker: "w").count }
    #expect(count == 150)
  }
}
