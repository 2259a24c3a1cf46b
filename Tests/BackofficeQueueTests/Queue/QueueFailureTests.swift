import Testing

@testable import BackofficeQueue

@Suite("Failures, retries, snoozes")
struct QueueFailureTests {
  private let error = ItemFailure(code: "timeout", message: "no answer")

  @Test("C01 a failure with attempts left is recorded and tried again within the bounds")
  func retry() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    fixture.clock.advance(by: .seconds(3))
    let outcome = try fixture.queue.fail(lease, error: error)
    let item = try fixture.item(lease.item)
    #expect(outcome == .retrying(at: item.dueAt))
    #expect(item.status == .retrying)
    #expect(item.errorCode == "timeout")
    #expect(item.dueAt >= fixture.clock.now + .seconds(300))
    #expect(item.dueAt <= fixture.clock.now + .seconds(330))
    let attempt = try #require(try fixture.queue.attempts(of: lease.item).first)
    #expect(attempt.outcome == .failed)
    #expect(attempt.errorMessage == "no answer")
    #expect(attempt.isCharged)
    // A retrying item is not picked up at once (seed 1, bug 1.8).
    #expect(try fixture.claim() == nil)
  }

  @Test("C02 the last attempt fails the item permanently, with its times")
  func exhausted() throws {
    let fixture = try QueueFixture()
    let id = try fixture.enqueue { $0.maxAttempts = 2 }
    var outcomes: [FailureOutcome] = []
    for _ in 0..<2 {
      let lease = try #require(try fixture.claim()).lease
      fixture.clock.advance(by: .seconds(4))
      outcomes.append(try fixture.queue.fail(lease, error: error))
      fixture.clock.advance(by: .hours(7))
    }
    #expect(outcomes.last == .failed)
    let item = try fixture.item(id)
    #expect(item.status == .failed)
    #expect(item.processingTime == .seconds(4))
    #expect(item.times.finishedAt != nil)
    #expect(try fixture.queue.failed().elements.map(\.id) == [id])
  }

  @Test("C04 the delay doubles, keeps its cap, and never overflows")
  func backOff() {
    func delay(_ base: Int, _ retries: Int, _ chance: Double) -> Duration {
      BackOff().delay(baseSeconds: base, retries: retries, chance: chance)
    }
    #expect(delay(300, 0, 0) == .seconds(300))
    #expect(delay(300, 2, 0) == .seconds(1200))
    #expect(delay(300, 2, 1) == .seconds(1320))
    #expect(delay(300, 1000, 0) == .hours(6))
    #expect(delay(.max, .max, 1) == .minutes(396))
    #expect(delay(0, 5, 1) == .zero)
    #expect(delay(300, -1, -1) == .seconds(300))
  }

  @Test("A permanent failure is not retried, and a requested delay is used")
  func policies() throws {
    let fixture = try QueueFixture()
    let first = try fixture.running()
    #expect(try fixture.queue.fail(first, error: error, retry: .never) == .failed)
    let second = try fixture.running()
    let outcome = try fixture.queue.fail(second, error: error, retry: .after(.seconds(7)))
    #expect(outcome == .retrying(at: fixture.clock.now + .seconds(7)))
  }

  @Test("C05 a snooze gives the attempt back")
  func snooze() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    #expect(try fixture.queue.snooze(lease, for: .minutes(5)) == .returned)
    let item = try fixture.item(lease.item)
    #expect(item.attempts.charged == 0)
    #expect(item.dueAt == fixture.clock.now + .minutes(5))
    #expect(try fixture.queue.attempts(of: lease.item) == [])
    // A policy may keep such attempts too.
    var patient = KindPolicy("patient")
    patient.keepsAllAttempts = true
    try fixture.queues.declare([patient])
    let kept = try fixture.running { $0.kind = "patient" }
    try fixture.queue.snooze(kept, for: .minutes(5))
    let attempts = try fixture.queue.attempts(of: kept.item)
    #expect(attempts.map(\.outcome) == [.snoozed])
    #expect(attempts.map(\.isCharged) == [false])
  }

  @Test("E07 an item handed back at shutdown is ready at once, and nothing is charged")
  func release() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running()
    #expect(try fixture.queue.release(lease) == .returned)
    #expect(try fixture.item(lease.item).attempts.charged == 0)
    let again = try #require(try fixture.claim())
    #expect(again.item.attempts.claims == 2)
    #expect(try fixture.queue.attempts(of: lease.item).map(\.outcome) == [nil])
  }

  @Test("C12 a failed or cancelled item can be retried with all attempts; a completed one cannot")
  func byHand() throws {
    let fixture = try QueueFixture()
    let lease = try fixture.running { $0.maxAttempts = 1 }
    try fixture.queue.fail(lease, error: error)
    try fixture.queue.retry(lease.item)
    let item = try fixture.item(lease.item)
    #expect(item.status == .pending)
    #expect(item.times.finishedAt == nil)
    #expect(item.errorMessage == nil)
    #expect(item.attempts.charged == 0)
    try fixture.queue.cancel(lease.item)
    try fixture.queue.retry(lease.item)
    let last = try #require(try fixture.claim()).lease
    try fixture.queue.complete(last)
    let refused = QueueError.illegalMove(item: lease.item, from: .completed, to: .pending)
    #expect(throws: refused) { try fixture.queue.retry(lease.item) }
    #expect(throws: QueueError.noSuchItem(.zero)) { try fixture.queue.retry(.zero) }
  }

  @Test("D03 D08 D09 a duplicate unique key returns the existing item")
  func duplicates() throws {
    let fixture = try QueueFixture()
    var item = NewQueueItem(kind: "work")
    item.uniqueKey = "k"
    var other = item
    other.uniqueKey = "l"
    var elsewhere = item
    elsewhere.kind = "other"
    let results = try fixture.queue.enqueue([item, other, item, elsewhere])
    #expect(results.map(\.isNew) == [true, true, false, true])
    #expect(results[2] == .duplicate(of: results[0].id))
    let lease = try #require(try fixture.claim()).lease
    #expect(lease.item == results[0].id)
    #expect(try fixture.queue.enqueue(item).isNew == false)
    try fixture.queue.fail(lease, error: error, retry: .never)
    let next = try fixture.queue.enqueue(item)
    #expect(next.isNew)
    let taken = QueueError.duplicate(item: lease.item, of: next.id)
    #expect(throws: taken) { try fixture.queue.retry(lease.item) }
    #expect(try fixture.queue.retryFailed(in: "default") == [])
  }

  @Test("Rejected input changes nothing")
  func refused() throws {
    let fixture = try QueueFixture()
    var bad = NewQueueItem(kind: "work")
    bad.priority = 6
    #expect(throws: QueueError.invalid(field: "priority", reason: "must be 1 to 5")) {
      try fixture.queue.enqueue([NewQueueItem(kind: "work"), bad])
    }
    bad.priority = nil
    bad.batchID = ID(high: 1, low: 2)
    #expect(throws: QueueError.noSuchBatch(ID(high: 1, low: 2))) {
      try fixture.queue.enqueue(bad)
    }
    #expect(throws: QueueError.self) { try fixture.queue.claim(worker: "") }
    #expect(throws: QueueError.self) { try fixture.queue.claim(worker: "w", lease: .zero) }
    #expect(try fixture.queues.depth() == 0)
  }
}
