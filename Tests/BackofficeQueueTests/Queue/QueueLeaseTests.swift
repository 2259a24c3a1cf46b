import Testing

@testable import BackofficeQueue

@Suite("Leases and late answers")
struct QueueLeaseTests {
  @Test("B01 no other worker gets a claimed item until its lease has expired and it was rescued")
  func exclusive() throws {
    let fixture = try QueueFixture()
    _ = try fixture.running { $0.retryDelaySeconds = 0 }
    #expect(try fixture.claim() == nil)
    #expect(try fixture.queue.rescueExpired().count == 0)
    fixture.clock.advance(by: .seconds(30))
    #expect(try fixture.claim() == nil)
    #expect(try fixture.queue.rescueExpired().retrying.count == 1)
    #expect(try fixture.claim() != nil)
    #expect(try fixture.claim() == nil)
  }

  @Test("B02 an item whose worker sends heartbeats is not handed out again")
  func heartbeat() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    for _ in 0..<10 {
      fixture.clock.advance(by: .seconds(20))
      let state = try fixture.queue.heartbeat(lease)
      #expect(state.expiresAt == fixture.clock.now + .seconds(30))
      #expect(try fixture.queue.rescueExpired().count == 0)
    }
    // A shorter wish does not shorten the lease.
    let state = try fixture.queue.heartbeat(lease, extendBy: .seconds(1))
    #expect(state.expiresAt == fixture.clock.now + .seconds(30))
  }

  @Test("B03 a rescue takes the item of a crashed worker once, and no other items")
  func rescueOnce() throws {
    let fixture = try QueueFixture()
    let dead = try fixture.running()
    fixture.clock.advance(by: .seconds(20))
    let alive = try fixture.running()
    fixture.clock.advance(by: .seconds(10))
    #expect(try fixture.queue.rescueExpired().retrying == [dead.item])
    #expect(try fixture.queue.rescueExpired().count == 0)
    #expect(try fixture.item(alive.item).status == .running)
    let item = try fixture.item(dead.item)
    #expect(item.status == .retrying)
    #expect(item.attempts.charged == 1)
    #expect(item.attempts.rescues == 1)
    #expect(item.dueAt >= fixture.clock.now + .seconds(300))
    #expect(item.dueAt <= fixture.clock.now + .seconds(330))
    #expect(try fixture.queue.attempts(of: dead.item).map(\.outcome) == [.rescued])
  }

  @Test("B04 rescue of the last attempt fails the item")
  func rescueExhausted() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running { $0.maxAttempts = 1 }
    fixture.clock.advance(by: .seconds(31))
    #expect(try fixture.queue.rescueExpired().failed == [lease.item])
    #expect(try fixture.item(lease.item).errorCode == WorkQueue.leaseExpired)
  }

  @Test("B06 a lease ends with the run limit of its attempt, which is a failure and no rescue")
  func runLimit() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running { $0.runLimitSeconds = 45 }
    fixture.clock.advance(by: .seconds(25))
    let state = try fixture.queue.heartbeat(lease)
    #expect(state.expiresAt == QueueFixture.start + .seconds(45))
    fixture.clock.advance(by: .seconds(20))
    #expect(try fixture.queue.rescueExpired().retrying == [lease.item])
    let item = try fixture.item(lease.item)
    #expect(item.errorCode == WorkQueue.runLimitReached)
    #expect(item.attempts.rescues == 0)
    #expect(try fixture.queue.attempts(of: lease.item).map(\.outcome) == [.failed])
  }

  @Test("B08 an item that was asked to stop is cancelled by its rescue")
  func rescueCancelled() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    #expect(try fixture.queue.cancel(lease.item) == .requested)
    fixture.clock.advance(by: .seconds(31))
    #expect(try fixture.queue.rescueExpired().cancelled == [lease.item])
  }

  @Test("B10 B11 a worker that lost its lease can neither finish nor fail the next attempt")
  func stale() throws {
    let fixture = try QueueFixture()
    let old = try fixture.running { $0.retryDelaySeconds = 0 }
    fixture.clock.advance(by: .seconds(31))
    try fixture.queue.rescueExpired()
    let lost = QueueError.leaseLost(item: old.item, reason: .notRunning(.retrying))
    #expect(throws: lost) { try fixture.queue.heartbeat(old) }
    let new = try #require(try fixture.claim())
    let before = try fixture.item(old.item)
    let stolen = QueueError.leaseLost(item: old.item, reason: .claimedAgain)
    #expect(throws: stolen) { try fixture.queue.complete(old) }
    #expect(throws: stolen) {
      try fixture.queue.fail(old, error: ItemFailure(message: "late"))
    }
    #expect(throws: stolen) { try fixture.queue.heartbeat(old) }
    #expect(throws: stolen) { try fixture.queue.progress(old, percent: 5) }
    // B13
    #expect(throws: stolen) { try fixture.queue.release(old) }
    #expect(throws: stolen) { try fixture.queue.snooze(old, for: .seconds(1)) }
    #expect(throws: stolen) { try fixture.queue.cancelled(old) }
    #expect(throws: stolen) { try fixture.store.write { _ = try $0.queue.park(old) } }
    #expect(try fixture.item(old.item) == before)
    try fixture.queue.complete(new.lease)
  }

  @Test("B14 B22 a late success before the rescue is accepted once")
  func lateSuccess() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    fixture.clock.advance(by: .minutes(10))
    try fixture.queue.complete(lease)
    #expect(try fixture.queue.rescueExpired().count == 0)
    let done = QueueError.leaseLost(item: lease.item, reason: .notRunning(.completed))
    #expect(throws: done) { try fixture.queue.complete(lease) }
  }

  @Test("B16 a heartbeat between the end of the lease and the sweep keeps the item")
  func lateHeartbeat() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    fixture.clock.advance(by: .seconds(40))
    try fixture.queue.heartbeat(lease)
    #expect(try fixture.queue.rescueExpired().count == 0)
  }

  @Test("B20 consecutive rescues are counted in the file, and end at their limit")
  func poison() throws {
    let fixture = try QueueFixture()
    let id = try fixture.enqueue {
      $0.retryDelaySeconds = 0
      $0.maxAttempts = 100
      $0.maxRescues = 2
    }
    for round in 1...3 {
      #expect(try fixture.claim() != nil)
      fixture.clock.advance(by: .seconds(31))
      let report = try fixture.queue.rescueExpired()
      #expect(report.failed.isEmpty == (round < 3))
    }
    #expect(try fixture.item(id).status == .failed)
    // A worker that answers breaks the row.
    try fixture.queue.retry(id)
    #expect(try fixture.item(id).attempts.rescues == 0)
  }

  @Test("B23 acknowledging a deleted item throws an error that says so")
  func deleted() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    try fixture.sql("DELETE FROM queue_items")
    let gone = QueueError.leaseLost(item: lease.item, reason: .itemDeleted)
    #expect(throws: gone) { try fixture.queue.complete(lease) }
    #expect(gone.description.hasSuffix("no longer holds: the item was deleted; drop the work"))
  }

  @Test("Acknowledging several leases is all or nothing")
  func bulk() throws {
    let fixture = try QueueFixture()
    let first = try fixture.running()
    let second = try fixture.running()
    try fixture.queue.release(second)
    #expect(throws: QueueError.self) { try fixture.queue.complete([first, second]) }
    #expect(try fixture.item(first.item).status == .running)
    let findings = try fixture.store.check()
    #expect(findings.isEmpty)
  }

  @Test("H01 H02 changes to the queue are rolled back with the caller's transaction")
  func transactions() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    struct Undo: Error {}
    #expect(throws: Undo.self) {
      try fixture.store.write { transaction in
        try transaction.queue.complete(lease)
        try transaction.queue.enqueue(NewQueueItem(kind: "other"))
        throw Undo()
      }
    }
    #expect(try fixture.item(lease.item).status == .running)
    #expect(try fixture.queues.depth() == 0)
  }
}
