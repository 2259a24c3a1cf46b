import Synchronization
import Testing

@testable import BackofficeQueue

@Suite("Batches")
struct BatchTests {
  private let error = ItemFailure(message: "no")

  private func batch(
    _ fixture: QueueFixture, items: Int, _ shape: (inout NewBatch) -> Void = { _ in }
  ) throws -> ID<Batch> {
    var new = NewBatch(name: "b")
    new.maxConcurrentItems = 100
    shape(&new)
    let id = try fixture.batches.create(new).id
    try fixture.batches.enqueue(
      (0..<items).map { _ in NewQueueItem(kind: "work") }, into: id)
    return id
  }

  private func isInOrder(_ fixture: QueueFixture) throws -> Bool {
    try fixture.store.check().isEmpty
  }

  /// A store that notes each status of its batches.
  private func watched() throws -> (QueueFixture, BatchLog) {
    let log = BatchLog()
    let note = Trigger.after("test.batches", .insertOrUpdate(of: "status"), on: Batch.self) {
      change, _ in
      if let new = change.new, new.status != change.old?.status { log.note(new.status) }
    }
    return (try QueueFixture(triggers: [note]), log)
  }

  @Test("G01 an empty batch is pending and has no percentage")
  func empty() throws {
    let fixture = try QueueFixture()
    let batch = try fixture.batch(try batch(fixture, items: 0))
    #expect(batch.status == .pending)
    #expect(batch.progress.percent == nil)
    #expect(batch.successRate.percent == nil)
    #expect(batch.notificationSettings.text.contains(#""email_summary":true"#))
    try fixture.batches.pause(batch.id)
    try fixture.batches.resume(batch.id)
    #expect(try fixture.batch(batch.id).status == .pending)
  }

  @Test("0.16 a batch with paused items does not complete")
  func pausedItems() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 3)
    let claimed = try fixture.queue.claim(3, worker: "w")
    #expect(try fixture.batch(id).startedAt == fixture.clock.now)
    try fixture.queue.complete(claimed[0].lease)
    _ = try fixture.store.write { try $0.queue.park(claimed[1].lease) }
    try fixture.queue.release(claimed[2].lease)
    try fixture.queue.pause(claimed[2].item.id)
    let found = try fixture.batch(id)
    #expect(found.status == .processing)
    #expect(found.counters.waiting == 2)
    #expect(found.progress.percent == 33.33)
    #expect(try fixture.store.check() == [])
  }

  @Test("0.16 a batch with successes and failures completes; without a success it fails")
  func mixed() throws {
    let fixture = try QueueFixture()
    let mixed = try batch(fixture, items: 3) { $0.retryFailedItems = false }
    let claimed = try fixture.queue.claim(3, worker: "w")
    try fixture.queue.complete(claimed[0].lease)
    #expect(try fixture.queue.fail(claimed[1].lease, error: error) == .failed)
    try fixture.queue.cancel(claimed[2].item.id)
    try fixture.queue.cancelled(claimed[2].lease)
    let found = try fixture.batch(mixed)
    #expect(found.status == .completed)
    #expect(found.counters.failed == 1)
    #expect(found.counters.cancelled == 1)
    #expect(found.successRate.percent == 33.33)
    #expect(found.finishedAt == fixture.clock.now)
    let bad = try batch(fixture, items: 1)
    let lease = try #require(try fixture.claim()).lease
    try fixture.queue.fail(lease, error: error, retry: .never)
    #expect(try fixture.batch(bad).status == .failed)
    #expect(try isInOrder(fixture))
  }

  @Test("G03 a batch that stops on errors fails at once and cancels the rest")
  func stopOnError() throws {
    let (fixture, log) = try watched()
    let id = try batch(fixture, items: 4) { $0.stopOnError = true }
    let claimed = try fixture.queue.claim(2, worker: "w")
    try fixture.queue.fail(claimed[0].lease, error: error, retry: .never)
    var found = try fixture.batch(id)
    #expect(found.status == .failed)
    #expect(found.counters.cancelled == 2)
    #expect(found.counters.running == 1)
    #expect(try fixture.queue.heartbeat(claimed[1].lease).isCancelRequested)
    try fixture.queue.complete(claimed[1].lease)
    found = try fixture.batch(id)
    #expect(found.status == .failed)
    #expect(found.counters.completed == 1)
    #expect(try isInOrder(fixture))
    #expect(log.statuses == [.pending, .processing, .failed])
  }

  @Test("G04 a finished batch is reopened when its failed items are retried, and finishes again")
  func reopened() throws {
    let (fixture, log) = try watched()
    let id = try batch(fixture, items: 2)
    let claimed = try fixture.queue.claim(2, worker: "w")
    try fixture.queue.complete(claimed[0].lease)
    try fixture.queue.fail(claimed[1].lease, error: error, retry: .never)
    #expect(try fixture.batches.retryFailed(id) == [claimed[1].item.id])
    let open = try fixture.batch(id)
    #expect(open.status == .processing)
    #expect(open.finishedAt == nil)
    #expect(open.counters.processingCount == 1)
    let lease = try #require(try fixture.claim()).lease
    try fixture.queue.complete(lease)
    #expect(try fixture.batch(id).status == .completed)
    #expect(log.statuses == [.pending, .processing, .completed, .processing, .completed])
    #expect(try isInOrder(fixture))
  }

  @Test("G07 a finished, sealed or cancelled batch refuses another item")
  func adding() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 1)
    try fixture.queue.complete(try #require(try fixture.claim()).lease)
    #expect(throws: QueueError.batchClosed(id, .completed)) {
      try fixture.batches.enqueue([NewQueueItem(kind: "work")], into: id)
    }
    let sealed = try batch(fixture, items: 1)
    try fixture.batches.seal(sealed)
    #expect(throws: QueueError.batchClosed(sealed, .pending)) {
      try fixture.batches.enqueue([NewQueueItem(kind: "work")], into: sealed)
    }
    try fixture.batches.cancel(sealed)
    #expect(throws: QueueError.batchCancelled(sealed)) {
      try fixture.batches.enqueue([NewQueueItem(kind: "work")], into: sealed)
    }
    #expect(throws: QueueError.batchCancelled(sealed)) { try fixture.batches.seal(sealed) }
    #expect(throws: QueueError.noSuchBatch(.zero)) { try fixture.batches.seal(.zero) }
    #expect(try fixture.queue.list(.batch(sealed)).elements.count == 1)
    #expect(QueueError.batchClosed(id, .completed).description.contains("accepts no more items"))
    #expect(try isInOrder(fixture))
  }

  @Test("A cancelled batch cancels its waiting items, asks its running items to stop, and is final")
  func cancel() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 3)
    let lease = try #require(try fixture.claim()).lease
    try fixture.batches.cancel(id, reason: "the customer left")
    try fixture.batches.cancel(id)
    #expect(try fixture.batch(id).counters.cancelled == 2)
    #expect(try fixture.queue.heartbeat(lease).isCancelRequested)
    #expect(try fixture.queue.fail(lease, error: error) == .cancelled)
    #expect(try fixture.batch(id).status == .cancelled)
    #expect(throws: QueueError.batchCancelled(id)) { try fixture.batches.retryFailed(id) }
    #expect(throws: QueueError.batchCancelled(id)) { try fixture.queue.retry(lease.item) }
    #expect(throws: QueueError.illegalBatchMove(batch: id, from: .cancelled, to: .paused)) {
      try fixture.batches.pause(id)
    }
    #expect(throws: QueueError.noSuchBatch(.zero)) { try fixture.batches.cancel(.zero) }
    #expect(try isInOrder(fixture))
  }

  @Test("A paused batch hands out nothing until it is resumed")
  func pause() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 2)
    let free = try fixture.enqueue { $0.priority = 5 }
    let lease = try #require(try fixture.claim()).lease
    try fixture.batches.pause(id)
    try fixture.batches.pause(id)
    #expect(try fixture.queue.claim(5, worker: "w").map(\.item.id) == [free])
    try fixture.queue.complete(lease)
    #expect(try fixture.batch(id).status == .paused)
    try fixture.batches.resume(id)
    #expect(try fixture.batch(id).status == .processing)
    #expect(try fixture.claim() != nil)
    #expect(try isInOrder(fixture))
  }

  @Test("0.16 0.17 deletes, moves between batches and raw SQL keep every counter")
  func moves() throws {
    let fixture = try QueueFixture()
    let first = try batch(fixture, items: 3)
    let second = try batch(fixture, items: 1)
    let claimed = try fixture.queue.claim(4, worker: "w")
    try fixture.queue.complete(claimed[0].lease)
    try fixture.store.write { transaction in
      try transaction.execute(
        sql: "UPDATE queue_items SET batch_id = ? WHERE id = ?", second, claimed[1].item.id)
      try transaction.execute(
        sql: "DELETE FROM queue_items WHERE id = ?", claimed[2].item.id)
    }
    #expect(try fixture.batch(first).status == .completed)
    #expect(try fixture.batch(first).counters.total == 1)
    #expect(try fixture.batch(second).counters.running == 2)
    try fixture.queue.complete([claimed[1].lease, claimed[3].lease])
    #expect(try fixture.batch(second).status == .completed)
    #expect(try isInOrder(fixture))
    try fixture.sql("DELETE FROM batches WHERE id = x'\(hex(first))'")
    #expect(try fixture.item(claimed[0].item.id).batchID == nil)
    #expect(try isInOrder(fixture))
  }

  @Test("A batch follows a corrected time of an item whose status is unchanged")
  func correctedTime() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 1)
    let claimed = try fixture.queue.claim(worker: "w")
    fixture.clock.advance(by: .seconds(10))
    try fixture.queue.complete(claimed.map(\.lease))
    try fixture.sql("UPDATE queue_items SET finished_at = finished_at + 5000000")
    #expect(try fixture.batch(id).counters.processingMicrosecondsSum == 15_000_000)
    #expect(try isInOrder(fixture))
  }

  @Test("Items follow their batch in account, priority, schedule and retries")
  func terms() throws {
    let fixture = try QueueFixture()
    let later = QueueFixture.start + .hours(2)
    let id = try batch(fixture, items: 1) {
      $0.priority = 2
      $0.scheduledAt = later
      $0.retryFailedItems = false
    }
    let item = try #require(try fixture.queue.list(.batch(id)).elements.first)
    #expect(item.priority == 2)
    #expect(item.dueAt == later)
    #expect(try fixture.queue.policy(of: item.id)?.maxAttempts == 1)
  }

  @Test("Wrong counters and statuses are found and repaired")
  func repair() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 2)
    try fixture.sql(
      """
      UPDATE batches SET total_items = 1, completed_items = 1, pending_items = 0,
        status = 'completed', finished_at = 1
      """)
    let findings = try fixture.store.check()
    #expect(findings.map(\.check) == ["batches.counters"])
    let repaired = try fixture.store.rebuild()
    #expect(repaired["batches.counters"] == 1)
    #expect(try fixture.batch(id).status == .processing)
    #expect(try isInOrder(fixture))
  }

  @Test("An illegal move of a batch is refused, in raw SQL too")
  func illegal() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 0)
    try fixture.batches.cancel(id)
    #expect(throws: QueueError.illegalBatchMove(batch: id, from: .cancelled, to: .pending)) {
      try fixture.sql("UPDATE batches SET status = 'pending', finished_at = NULL")
    }
    #expect(throws: QueueError.self) { try fixture.batches.create(NewBatch(name: "")) }
  }

  @Test("Batches are listed in pages, newest first, and by priority in a status")
  func lists() throws {
    let fixture = try QueueFixture()
    let ids = try (0..<5).map { index in
      fixture.clock.advance(by: .seconds(1))
      return try batch(fixture, items: 0) { $0.priority = 5 - index }
    }
    let page = try fixture.batches.list(limit: 3)
    let rest = try fixture.batches.list(after: page.next, limit: 3)
    #expect(page.elements.map(\.id) + rest.elements.map(\.id) == ids.reversed())
    #expect(rest.next == nil)
    #expect(try fixture.batches.list(status: .pending).map(\.id) == ids.reversed())
  }

  private func hex<Entity>(_ id: ID<Entity>) -> String {
    id.description.replacing("-", with: "")
  }
}

/// The statuses that batches went through.
private final class BatchLog: Sendable {
  private let log = Mutex<[Batch.Status]>([])

  func note(_ status: Batch.Status) { log.withLock { $0.append(status) } }

  var statuses: [Batch.Status] { log.withLock { $0 } }
}
