import Testing

@testable import BackofficeQueue

@Suite("Operations on queues")
struct QueueOperationsTests {
  private let error = ItemFailure(code: "down", message: "no")

  /// Items that failed for good, a second apart.
  private func dead(
    _ fixture: QueueFixture, _ count: Int, kind: String = "work", code: String = "down",
    _ shape: (inout NewQueueItem) -> Void = { _ in }
  ) throws -> [ID<QueueItem>] {
    try (0..<count).map { _ in
      fixture.clock.advance(by: .seconds(1))
      var item = NewQueueItem(kind: kind)
      item.maxAttempts = 1
      shape(&item)
      let id = try fixture.queue.enqueue(item).id
      let lease = try #require(try fixture.queue.claim(kinds: [kind], worker: "w").first).lease
      try fixture.queue.fail(lease, error: ItemFailure(code: code, message: "no"))
      return id
    }
  }

  @Test("E04 deleting a running item throws; a waiting item is cancelled and deleted")
  func delete() throws {
    let fixture = try QueueFixture()
    let parent = try fixture.enqueue()
    let child = try fixture.queue.enqueue(NewQueueItem(kind: "child"), after: [parent]).id
    let lease = try #require(try fixture.claim()).lease
    #expect(throws: QueueError.itemRuns(parent)) { try fixture.queue.delete(parent) }
    #expect(QueueError.itemRuns(parent).description.contains("\(parent)"))
    try fixture.queue.release(lease)
    try fixture.queue.delete(parent)
    #expect(try fixture.queue.find(parent) == nil)
    #expect(try fixture.item(child).status == .failed)
    #expect(throws: QueueError.noSuchItem(parent)) { try fixture.queue.delete(parent) }
    try fixture.queue.delete(child)
    #expect(try fixture.store.check() == [])
  }

  @Test("C14 dead items are retried by filter, in pages, in their own queue or another")
  func redrive() throws {
    let fixture = try QueueFixture()
    let first = try dead(fixture, 5)
    let others = try dead(fixture, 3, kind: "other", code: "lost")
    let page = try fixture.queue.redrive(DeadItemFilter(kind: "work"), limit: 3)
    #expect(page.retried == Array(first.prefix(3)))
    var rest: [ID<QueueItem>] = []
    var cursor = page.next
    while let next = cursor {
      let report = try fixture.queue.redrive(
        DeadItemFilter(kind: "work"), after: next, limit: 3)
      rest += report.retried
      cursor = report.next
    }
    #expect(rest == Array(first.suffix(2)))
    let moved = try fixture.queue.redrive(DeadItemFilter(errorCode: "lost"), into: "slow")
    #expect(moved.retried == others)
    #expect(moved.next == nil)
    #expect(try fixture.item(others[0]).queue == "slow")
    #expect(try fixture.item(first[0]).queue == "default")
    #expect(try fixture.queue.redrive(DeadItemFilter()).retried.isEmpty)
    #expect(throws: QueueError.self) { try fixture.queue.redrive(DeadItemFilter(), into: "") }
    #expect(try fixture.store.check() == [])
  }

  @Test("A redrive skips items that cannot be retried, and respects the given times")
  func redriveLimits() throws {
    let fixture = try QueueFixture()
    let ids = try dead(fixture, 1) { $0.uniqueKey = "k" } + dead(fixture, 3)
    try fixture.enqueue { $0.uniqueKey = "k" }
    var filter = DeadItemFilter()
    filter.failedBefore = QueueFixture.start + .seconds(3)
    let report = try fixture.queue.redrive(filter)
    #expect(report.leftOut == [ids[0]])
    #expect(report.retried == [ids[1]])
    filter.failedBefore = nil
    filter.failedSince = QueueFixture.start + .seconds(4)
    #expect(try fixture.queue.redrive(filter).retried == [ids[3]])
  }

  @Test("A draining queue finishes its items and rejects new ones until it is opened")
  func drain() throws {
    let fixture = try QueueFixture()
    let batch = try fixture.batches.create(
      {
        var new = NewBatch(name: "b")
        new.callbacks[.finish] = BatchCallback(kind: "after")
        return new
      }())
    try fixture.enqueue { $0.batchID = batch.id }
    try fixture.store.schedules.create(
      NewQueueSchedule(name: "s", kind: "tick", every: .minutes(1)))
    try fixture.queues.drain("default")
    let since = fixture.clock.now
    #expect(throws: QueueError.queueDraining("default")) { try fixture.enqueue() }
    #expect(throws: QueueError.queueDraining("default")) {
      try fixture.queue.enqueue([NewQueueItem(kind: "a"), NewQueueItem(kind: "b")])
    }
    #expect(QueueError.queueDraining("default").description.contains("open it again"))
    #expect(
      try fixture.queues.drainState(of: "default") == .draining(since: since, unfinished: 1))
    fixture.clock.advance(by: .minutes(5))
    #expect(try fixture.store.schedules.enqueueDue().isEmpty)
    #expect(try fixture.store.schedules.nextRunAt() == nil)
    // A retry and a callback belong to what was taken before.
    let lease = try #require(try fixture.claim()).lease
    try fixture.queue.fail(lease, error: error, retry: .after(.zero))
    try fixture.queue.complete(try #require(try fixture.claim()).lease)
    #expect(
      try fixture.queues.drainState(of: "default") == .draining(since: since, unfinished: 1))
    try fixture.queue.complete(try #require(try fixture.claim()).lease)
    #expect(try fixture.queues.drainState(of: "default") == .drained(since: since))
    try fixture.queues.drain("default")
    try fixture.queues.open("default")
    #expect(try fixture.queues.drainState(of: "default") == .open)
    #expect(try fixture.store.schedules.enqueueDue().count == 1)
    try fixture.enqueue()
    #expect(throws: QueueError.self) { try fixture.queues.drain("") }
    #expect(try fixture.store.check() == [])
  }

  @Test("Retention depends on status and age, and each call is bounded")
  func retention() throws {
    let fixture = try QueueFixture()
    _ = try dead(fixture, 3)
    for _ in 0..<5 {
      try fixture.queue.complete(try fixture.running())
      try fixture.queue.cancel(try fixture.enqueue())
    }
    fixture.clock.advance(by: .days(8))
    let policy = RetentionPolicy()
    var counts: [Int] = []
    var cursor: PageCursor?
    repeat {
      let report = try fixture.queues.purgeFinished(policy, after: cursor, limit: 4)
      counts.append(report.items)
      cursor = report.next
    } while cursor != nil
    // Each looks at four; the failed ones at the front stay.
    #expect(counts == [1, 4, 4, 1])
    #expect(try fixture.queues.statistics().kept.failed == 3)
    fixture.clock.advance(by: .days(30))
    #expect(try fixture.queues.purgeFinished(policy).items == 3)
    #expect(try fixture.store.check() == [])
  }
}
