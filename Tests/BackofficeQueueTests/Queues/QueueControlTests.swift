import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Cancelling, pausing, raw SQL")
struct QueueControlTests {
  private let error = ItemFailure(message: "no")

  @Test("E01 a waiting item is cancelled at once, a running one is asked to stop")
  func cancel() throws {
    let fixture = try QueueFixture()
    let waiting = try fixture.enqueue { $0.priority = 5 }
    let lease = try fixture.running()
    #expect(try fixture.queue.cancel(waiting, reason: "no need") == .cancelled)
    #expect(try fixture.queue.cancel(waiting) == .cancelled)
    #expect(try fixture.item(waiting).times.finishedAt == fixture.clock.now)
    #expect(try fixture.queue.cancel(lease.item) == .requested)
    #expect(try fixture.queue.heartbeat(lease).isCancelRequested)
    #expect(try fixture.queue.progress(lease, percent: 10).isCancelRequested)
    #expect(try fixture.queue.fail(lease, error: error) == .cancelled)
    #expect(try fixture.item(lease.item).status == .cancelled)
    #expect(throws: QueueError.noSuchItem(.zero)) { try fixture.queue.cancel(.zero) }
  }

  @Test("E02 an item that was asked to stop and succeeds completes")
  func tooLate() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    try fixture.queue.cancel(lease.item)
    try fixture.queue.complete(lease)
    let refused = QueueError.illegalMove(item: lease.item, from: .completed, to: .cancelled)
    #expect(throws: refused) { try fixture.queue.cancel(lease.item) }
  }

  @Test("An item that was asked to stop is cancelled by any end of its attempt")
  func stopping() throws {
    let fixture = try QueueFixture()
    let leases = try (0..<3).map { _ in try fixture.running() }
    for lease in leases { try fixture.queue.cancel(lease.item) }
    #expect(try fixture.queue.snooze(leases[0], for: .seconds(1)) == .cancelled)
    #expect(try fixture.queue.release(leases[1]) == .cancelled)
    try fixture.queue.cancelled(leases[2], reason: "asked")
    for lease in leases {
      #expect(try fixture.item(lease.item).status == .cancelled)
      #expect(try fixture.queue.attempts(of: lease.item).map(\.outcome) == [.cancelled])
    }
  }

  @Test("E05 a paused queue hands out nothing, also after a restart")
  func pausedQueue() throws {
    try TemporaryStore.with { path in
      let first = try QueueFixture(location: .file(path))
      try first.queues.pause("default", reason: "maintenance")
      try first.enqueue()
      first.store.close()
      let fixture = try QueueFixture(location: .file(path))
      #expect(try fixture.queues.paused() == ["default"])
      #expect(try fixture.claim() == nil)
      #expect(try fixture.queues.statistics().isPaused)
      try fixture.queues.resume("default")
      #expect(try fixture.claim() != nil)
      fixture.store.close()
    }
  }

  @Test("A paused item returns to where it was")
  func pausedItem() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running { $0.retryDelaySeconds = 0 }
    try fixture.queue.fail(lease, error: error)
    try fixture.queue.pause(lease.item)
    try fixture.queue.pause(lease.item)
    #expect(try fixture.claim() == nil)
    try fixture.queue.resume(lease.item)
    #expect(try fixture.item(lease.item).status == .retrying)
    let refused = QueueError.illegalMove(item: lease.item, from: .retrying, to: .pending)
    #expect(throws: refused) { try fixture.queue.resume(lease.item) }
  }

  @Test("A parked item waits until it is resumed, failed or completed manually")
  func parking() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    let parked = try fixture.store.write { try $0.queue.park(lease) }
    #expect(parked.status == .parked)
    #expect(parked.attempts.charged == 0)
    #expect(try fixture.queue.attempts(of: lease.item).map(\.outcome) == [.parked])
    #expect(try fixture.claim() == nil)
    // Paused meanwhile, it stays paused and then goes on.
    try fixture.queue.pause(lease.item)
    try fixture.store.write { try $0.queue.unpark(lease.item) }
    #expect(try fixture.item(lease.item).status == .paused)
    try fixture.queue.resume(lease.item)
    let again = try #require(try fixture.claim()).lease
    _ = try fixture.store.write { try $0.queue.park(again) }
    try fixture.store.write { try $0.queue.completeParked(lease.item) }
    #expect(try fixture.item(lease.item).progress.percent == 100)
    #expect(throws: QueueError.illegalMove(item: lease.item, from: .completed, to: .failed)) {
      try fixture.store.write { try $0.queue.failParked(lease.item, error: error) }
    }
    let other = try fixture.running()
    try fixture.queue.cancel(other.item)
    #expect(throws: QueueError.cancelRequested(other.item)) {
      try fixture.store.write { _ = try $0.queue.park(other) }
    }
  }

  @Test("Raw SQL cannot make an illegal move")
  func illegal() throws {
    let fixture = try QueueFixture()
    let id = try fixture.enqueue()
    #expect(throws: QueueError.illegalMove(item: id, from: .pending, to: .completed)) {
      try fixture.sql("UPDATE queue_items SET status = 'completed', finished_at = 1")
    }
    #expect(throws: SQLiteError.self) {
      try fixture.sql("UPDATE queue_items SET status = 'running'")
    }
    #expect(try fixture.item(id).status == .pending)
  }

  @Test("0.22 a transition by raw SQL also records attempts, times and timestamps")
  func mended() throws {
    let fixture = try QueueFixture()
    let id = try fixture.enqueue()
    let now = fixture.clock.now.microseconds
    try fixture.sql(
      """
      UPDATE queue_items SET status = 'running', worker = 'raw', claimed_at = \(now),
        lease_token = zeroblob(16), lease_expires_at = \(now + 1)
      """)
    var item = try fixture.item(id)
    #expect(item.attempts.claims == 1)
    #expect(item.times.updatedAt == fixture.clock.now)
    fixture.clock.advance(by: .seconds(2))
    try fixture.sql(
      """
      UPDATE queue_items SET status = 'completed', lease_token = NULL, lease_expires_at = NULL,
        finished_at = \(fixture.clock.now.microseconds)
      """)
    item = try fixture.item(id)
    #expect(item.processingTime == .seconds(2))
    #expect(item.progress.percent == 100)
    #expect(try fixture.queue.attempts(of: id).map(\.outcome) == [.completed])
    let findings = try fixture.store.check()
    #expect(findings.isEmpty)
  }

  @Test("Lists are paged, newest first, and statistics count the existing items")
  func listing() throws {
    let fixture = try QueueFixture()
    let ids = try (0..<7).map { _ in try fixture.enqueue() }
    let lease = try #require(try fixture.claim()).lease
    fixture.clock.advance(by: .seconds(2))
    try fixture.queue.complete(lease)
    try fixture.queue.pause(ids[6])
    _ = try fixture.claim()
    var seen: [ID<QueueItem>] = []
    var cursor: PageCursor?
    repeat {
      let page = try fixture.queue.list(.kind("work"), after: cursor, limit: 3)
      seen += page.elements.map(\.id)
      cursor = page.next
    } while cursor != nil
    #expect(seen == ids.reversed())
    let paused = try fixture.queue.list(.kind("work"), statuses: [.paused])
    #expect(paused.elements.map(\.id) == [ids[6]])
    let statistics = try fixture.queues.statistics()
    #expect(statistics.pending == 4)
    #expect(statistics.ready == 4)
    #expect(statistics.running == 1)
    #expect(statistics.paused == 1)
    #expect(statistics.recent.completed == 1)
    #expect(statistics.recent.meanProcessing == .seconds(2))
    #expect(statistics.recent.meanWait == .zero)
    #expect(statistics.oldestReadyAge == .seconds(2))
    #expect(statistics.unfinished == 6)
  }

  @Test("A purge removes old finished items, and those of a batch only with it")
  func purge() throws {
    let fixture = try QueueFixture()
    let batch = try fixture.batches.create(NewBatch(name: "b"))
    let kept = try fixture.enqueue { $0.batchID = batch.id }
    try fixture.enqueue()
    try fixture.enqueue { $0.dueAt = QueueFixture.start + .days(30) }
    for claimed in try fixture.queue.claim(2, worker: "w") {
      try fixture.queue.complete(claimed.lease)
    }
    fixture.clock.advance(by: .days(8))
    #expect(try fixture.queues.purgeFinished(limit: 1).items == 1)
    #expect(try fixture.item(kept).status == .completed)
    #expect(try fixture.batch(batch.id).counters.completed == 1)
    #expect(try fixture.queues.purgeFinished().batches == 1)
    #expect(try fixture.queues.purgeFinished().items == 1)
    #expect(try fixture.queues.purgeFinished().count == 0)
    #expect(try fixture.queues.depth() == 1)
    let findings = try fixture.store.check()
    #expect(findings.isEmpty)
  }
}
