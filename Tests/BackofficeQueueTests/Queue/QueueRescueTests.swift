import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Lost leases")
struct QueueRescueTests {
  private let error = ItemFailure(message: "no")

  @Test("B10 a late success is accepted once before the item is handed out again")
  func lateSuccess() throws {
    let fixture = try QueueFixture()
    let batch = try fixture.batches.create(NewBatch(name: "b"))
    let lease = try fixture.running { $0.batchID = batch.id }
    fixture.clock.advance(by: .seconds(31))
    #expect(try fixture.queue.rescueExpired().retrying == [lease.item])
    fixture.clock.advance(by: .seconds(5))
    let result = try JSONText(#"{"ok":true}"#)
    try fixture.queue.complete(lease, result: result)
    let item = try fixture.item(lease.item)
    #expect(item.status == .completed && item.result == result)
    #expect(item.processingTime == .seconds(36))
    #expect(try fixture.batch(batch.id).status == .completed)
    #expect(
      throws: QueueError.leaseLost(item: lease.item, reason: .notRunning(.completed))
    ) { try fixture.queue.complete(lease) }
    #expect(try fixture.queue.attempts(of: lease.item).map(\.outcome) == [.completed])
    #expect(try fixture.store.check() == [])
  }

  @Test("B10 B11 after the item was handed out again the late worker changes nothing")
  func afterRedelivery() throws {
    let fixture = try QueueFixture()
    let late = try fixture.running { $0.retryDelaySeconds = 0 }
    fixture.clock.advance(by: .seconds(31))
    try fixture.queue.rescueExpired()
    let current = try #require(try fixture.claim(worker: "other")).lease
    let before = try fixture.item(late.item)
    let lost = QueueError.leaseLost(item: late.item, reason: .claimedAgain)
    #expect(throws: lost) { try fixture.queue.complete(late) }
    #expect(throws: lost) { try fixture.queue.fail(late, error: error) }
    #expect(throws: lost) { try fixture.queue.heartbeat(late) }
    #expect(throws: lost) { try fixture.queue.progress(late, percent: 1) }
    #expect(throws: lost) { try fixture.queue.release(late) }
    #expect(throws: lost) { try fixture.queue.snooze(late, for: .seconds(1)) }
    #expect(throws: lost) { try fixture.queue.cancelled(late) }
    #expect(try fixture.item(late.item) == before)
    // Rescued again, the item belongs to the second worker, and the first is still refused.
    fixture.clock.advance(by: .seconds(31))
    try fixture.queue.rescueExpired()
    #expect(throws: QueueError.self) { try fixture.queue.complete(late) }
    try fixture.queue.complete(current)
  }

  @Test("B11 a late failure after the rescue is refused and adds no attempt")
  func lateFailure() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    fixture.clock.advance(by: .seconds(31))
    try fixture.queue.rescueExpired()
    let before = try fixture.item(lease.item)
    #expect(throws: QueueError.leaseLost(item: lease.item, reason: .notRunning(.retrying))) {
      try fixture.queue.fail(lease, error: error)
    }
    #expect(try fixture.item(lease.item) == before)
  }

  @Test("An attempt that failed or ran too long cannot succeed afterwards")
  func noSuccessAfterFailure() throws {
    let fixture = try QueueFixture()
    let failed = try fixture.running()
    try fixture.queue.fail(failed, error: error)
    #expect(throws: QueueError.self) { try fixture.queue.complete(failed) }
    let slow = try fixture.running { $0.runLimitSeconds = 10 }
    fixture.clock.advance(by: .seconds(11))
    #expect(try fixture.queue.rescueExpired().retrying == [slow.item])
    #expect(throws: QueueError.self) { try fixture.queue.complete(slow) }
  }

  @Test("B03 B04 an item that must not be done twice fails with its lease")
  func failOnLoss() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running { $0.leaseExpiry = .fail }
    fixture.clock.advance(by: .seconds(31))
    #expect(try fixture.queue.rescueExpired().failed == [lease.item])
    let item = try fixture.item(lease.item)
    #expect(item.status == .failed && item.errorCode == WorkQueue.leaseExpired)
    #expect(item.attempts.rescues == 1)
  }

  @Test("An item of the policy ask is parked without an office, and is decided manually")
  func ask() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running { $0.leaseExpiry = .ask }
    fixture.clock.advance(by: .seconds(31))
    #expect(try fixture.queue.rescueExpired().asked == [lease.item])
    #expect(try fixture.item(lease.item).status == .parked)
    #expect(throws: QueueError.self) { try fixture.queue.complete(lease) }
    try fixture.queue.unpark(lease.item)
    #expect(try fixture.item(lease.item).status == .pending)
    #expect(try fixture.store.check() == [])
  }

  @Test("B20 an item that crashes its workers fails after its rescues, across restarts")
  func poison() throws {
    try TemporaryStore.with { path in
      var outcomes: [Int] = []
      let clock = ManualClock(QueueFixture.start)
      for round in 0..<4 {
        var configuration = BackofficeStore.Configuration()
        configuration.database.clock = clock.clock
        let store = try BackofficeStore(.file(path), packs: [], configuration: configuration)
        defer { store.close() }
        if round == 0 {
          var item = NewQueueItem(kind: "work")
          item.maxAttempts = 100
          item.maxRescues = 2
          item.retryDelaySeconds = 0
          try store.queue.enqueue(item)
        }
        let claimed = try store.queue.claim(worker: "w\(round)")
        clock.advance(by: .seconds(31))
        let report = try store.queue.rescueExpired()
        outcomes.append(claimed.count * 10 + report.failed.count)
      }
      #expect(outcomes == [10, 10, 11, 0])
    }
  }

  @Test("One wrong token in bulk changes nothing: success, heartbeat and hand-back")
  func bulkFencing() throws {
    let fixture = try QueueFixture()
    for _ in 0..<3 { try fixture.enqueue() }
    var leases = try fixture.queue.claim(3, worker: "w").map(\.lease)
    let before = try leases.map { try fixture.item($0.item) }
    let good = leases
    leases[1] = Lease(item: leases[1].item, token: leases[0].token)
    #expect(throws: QueueError.self) { try fixture.queue.complete(leases) }
    #expect(throws: QueueError.self) { try fixture.queue.heartbeat(leases) }
    #expect(throws: QueueError.self) { try fixture.queue.release(leases) }
    #expect(throws: QueueError.self) {
      _ = try fixture.queue.complete(
        leases.map { (lease: $0, result: nil) }, thenClaim: 1, worker: "w")
    }
    #expect(try good.map { try fixture.item($0.item) } == before)
    fixture.clock.advance(by: .seconds(10))
    let states = try fixture.queue.heartbeat(good)
    #expect(states.map(\.expiresAt) == good.map { _ in fixture.clock.now + .seconds(30) })
    #expect(try fixture.queue.release(good) == [.returned, .returned, .returned])
  }

  @Test("Completing and claiming the next is one commit, and a freed place is there at once")
  func completeAndClaim() throws {
    let fixture = try QueueFixture()
    try fixture.queues.setLimit(QueueLimit(.key, "k", maxRunning: 1))
    let ids = try (0..<3).map { _ in try fixture.enqueue { $0.limitKey = "k" } }
    var current = try fixture.queue.claim(5, worker: "w")
    #expect(current.count == 1)
    #expect(try fixture.claim() == nil)
    var seen: [ID<QueueItem>] = []
    while let one = current.first {
      seen.append(one.item.id)
      current = try fixture.queue.complete(
        [(lease: one.lease, result: .emptyArray)], thenClaim: 5, worker: "w")
      #expect(current.count <= 1)
    }
    #expect(seen == ids)
    #expect(try fixture.item(ids[0]).result == .emptyArray)
    #expect(try fixture.store.check() == [])
  }

  @Test("H01 H02 work and its success belong to the caller's transaction")
  func transactions() throws {
    let fixture = try QueueFixture()
    struct Undo: Error {}
    let lease = try fixture.running()
    #expect(throws: Undo.self) {
      try fixture.store.write { transaction in
        try transaction.queue.enqueue(NewQueueItem(kind: "other"))
        try transaction.queue.complete(lease)
        throw Undo()
      }
    }
    #expect(try fixture.item(lease.item).status == .running)
    #expect(try fixture.queues.depth() == 0)
    try fixture.store.write { transaction in
      try transaction.queue.complete(lease)
      try transaction.queue.enqueue(NewQueueItem(kind: "other"))
    }
    #expect(try fixture.item(lease.item).status == .completed)
    #expect(try fixture.queues.depth() == 1)
  }

  @Test("Progress keeps its message with its step")
  func messages() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    try fixture.queue.progress(lease, percent: 10, step: "login", message: "as ada")
    try fixture.queue.progress(lease, percent: 20)
    #expect(try fixture.item(lease.item).progress.message == "as ada")
    try fixture.queue.progress(lease, percent: 30, message: "waiting")
    #expect(try fixture.item(lease.item).progress.step == "login")
    #expect(try fixture.item(lease.item).progress.message == "waiting")
    try fixture.queue.progress(lease, percent: 40, step: "form")
    #expect(try fixture.item(lease.item).progress.message == nil)
  }
}
