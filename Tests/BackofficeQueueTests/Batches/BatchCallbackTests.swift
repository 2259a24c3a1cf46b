import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Batches that are sealed and call back")
struct BatchCallbackTests {
  private let error = ItemFailure(message: "no")

  private func new(_ shape: (inout NewBatch) -> Void = { _ in }) -> NewBatch {
    var new = NewBatch(name: "b")
    new.maxConcurrentItems = 100
    for event in BatchCallback.Event.allCases {
      new.callbacks[event] = BatchCallback(kind: "on_\(event.rawValue)")
    }
    shape(&new)
    return new
  }

  private func batch(
    _ fixture: QueueFixture, items: Int, _ shape: (inout NewBatch) -> Void = { _ in }
  ) throws -> ID<Batch> {
    let id = try fixture.batches.create(new(shape)).id
    try fixture.batches.enqueue(
      (0..<items).map { _ in
        var item = NewQueueItem(kind: "work")
        item.maxAttempts = 1
        return item
      }, into: id)
    return id
  }

  /// The callbacks that stand or stood in the queue, in order.
  private func called(_ fixture: QueueFixture) throws -> [String] {
    try fixture.store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT kind FROM queue_items WHERE kind LIKE 'on_%' ORDER BY pk"
      ) { row in try row.value(at: 0) }
    }
  }

  private func work(_ fixture: QueueFixture, _ count: Int) throws -> [Lease] {
    try fixture.queue.claim(count, kinds: ["work"], worker: "w").map(\.lease)
  }

  @Test("G01 an empty batch that is sealed finishes, and its callbacks are enqueued")
  func empty() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 0)
    #expect(try fixture.batch(id).status == .pending)
    try fixture.batches.seal(id)
    try fixture.batches.seal(id)
    #expect(try fixture.batch(id).status == .completed)
    #expect(try called(fixture) == ["on_success", "on_finish"])
    let created = try fixture.batches.create(new(), items: [])
    #expect(try fixture.batch(created.id).status == .completed)
    #expect(try fixture.store.check() == [])
  }

  @Test("A batch that stays open is not finished before it is sealed")
  func open() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 1) { $0.intake = .untilSealed }
    try fixture.queue.complete(try work(fixture, 1))
    #expect(try fixture.batch(id).status == .processing)
    #expect(try fixture.store.check() == [])
    try fixture.batches.enqueue([NewQueueItem(kind: "work")], into: id)
    try fixture.batches.seal(id)
    #expect(try fixture.batch(id).status == .processing)
    #expect(try called(fixture) == [])
    try fixture.queue.complete(try work(fixture, 1))
    #expect(try fixture.batch(id).status == .completed)
    #expect(try called(fixture) == ["on_success", "on_finish"])
    #expect(try fixture.batch(id).intake == .untilSealed)
    #expect(try fixture.store.check() == [])
  }

  @Test("A batch created with its items is sealed, and is created entirely or not at all")
  func whole() throws {
    let fixture = try QueueFixture()
    let created = try fixture.batches.create(
      new(), items: [NewQueueItem(kind: "work"), NewQueueItem(kind: "work")])
    #expect(created.items.count == 2)
    let found = try fixture.batch(created.id)
    #expect(found.status == .pending)
    #expect(found.counters.total == 2)
    #expect(found.sealedAt == fixture.clock.now)
    #expect(throws: QueueError.self) {
      try fixture.batches.create(new(), items: [NewQueueItem(kind: "")])
    }
    #expect(throws: QueueError.self) {
      try fixture.batches.create(new { $0.callbacks[.finish]?.priority = 9 })
    }
    #expect(try fixture.batches.list().elements.count == 1)
  }

  @Test("G03 a failure calls back once, the end once, and success never")
  func failure() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 4)
    let leases = try work(fixture, 4)
    for lease in leases.prefix(2) { try fixture.queue.fail(lease, error: error) }
    #expect(try called(fixture) == ["on_failure"])
    try fixture.queue.complete(Array(leases.suffix(2)))
    #expect(try called(fixture) == ["on_failure", "on_finish"])
    let states = try fixture.batches.callbacks(of: id)
    #expect(states.filter { $0.firedAt != nil }.map(\.event) == [.failure, .finish])
    let item = try fixture.item(try #require(states.last?.item))
    #expect(item.metadata.text == #"{"batch_id":"\#(id)","event":"finish"}"#)
    #expect(item.batchID == nil)
    #expect(try fixture.store.check() == [])
  }

  @Test("G02 the last two items finish at the same time, and the batch enqueues its callback once")
  func concurrentEnd() async throws {
    try await TemporaryStore.withAsync { path in
      let stores = try (0..<2).map { _ in try BackofficeStore(.file(path), packs: []) }
      for round in 0..<10 {
        let id = try stores[0].batches.create(
          new { $0.name = "\(round)" },
          items: [NewQueueItem(kind: "work"), NewQueueItem(kind: "work")]
        ).id
        let leases = try stores[0].queue.claim(2, kinds: ["work"], worker: "w").map(\.lease)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for (store, lease) in zip(stores, leases) {
            group.addTask { try store.queue.complete(lease) }
          }
          try await group.waitForAll()
        }
        #expect(try stores[0].batches.find(id)?.status == .completed)
      }
      let finishes = try stores[0].queue.list(.kind("on_finish"), limit: 100).elements
      #expect(finishes.count == 10)
      #expect(try stores[1].check() == [])
      for store in stores { store.close() }
    }
  }

  @Test("G04 a batch that is reopened by a retry enqueues its callbacks again")
  func again() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 2)
    let leases = try work(fixture, 2)
    try fixture.queue.complete(leases[0])
    try fixture.queue.fail(leases[1], error: error)
    #expect(try called(fixture) == ["on_failure", "on_finish"])
    #expect(try fixture.batches.retryFailed(id).count == 1)
    #expect(try fixture.batch(id).status == .processing)
    try fixture.queue.complete(try work(fixture, 1))
    #expect(try fixture.batch(id).status == .completed)
    #expect(try called(fixture) == ["on_failure", "on_finish", "on_success", "on_finish"])
    #expect(try fixture.store.check() == [])
  }

  @Test("A stopped or cancelled batch enqueues its callbacks when none of its items is running")
  func stopped() throws {
    let fixture = try QueueFixture()
    _ = try batch(fixture, items: 3) { $0.stopOnError = true }
    let leases = try work(fixture, 2)
    try fixture.queue.fail(leases[0], error: error)
    #expect(try called(fixture) == ["on_failure"])
    try fixture.queue.cancelled(leases[1])
    #expect(try called(fixture) == ["on_failure", "on_finish"])
    let cancelled = try batch(fixture, items: 2)
    let lease = try #require(try work(fixture, 1).first)
    try fixture.batches.cancel(cancelled)
    #expect(try called(fixture).count == 2)
    try fixture.queue.cancelled(lease)
    #expect(try called(fixture) == ["on_failure", "on_finish", "on_finish"])
    #expect(try fixture.store.check() == [])
  }

  @Test("G05 a batch with unfinished callbacks is not purged")
  func retention() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 1)
    try fixture.queue.complete(try work(fixture, 1))
    fixture.clock.advance(by: .days(30))
    #expect(try fixture.queues.purgeFinished().batches == 0)
    for claimed in try fixture.queue.claim(5, worker: "w") {
      try fixture.queue.complete(claimed.lease)
    }
    #expect(try fixture.queues.purgeFinished().batches == 1)
    #expect(try fixture.batches.find(id) == nil)
    #expect(try fixture.store.check() == [])
  }

  @Test("G08 an item that a handler enqueues does not join the batch of its item automatically")
  func inside() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 1)
    let lease = try #require(try work(fixture, 1).first)
    try fixture.store.write { transaction in
      try transaction.queue.enqueue(NewQueueItem(kind: "more"))
      try transaction.queue.complete(lease)
    }
    #expect(try fixture.batch(id).counters.total == 1)
    #expect(try fixture.batch(id).status == .completed)
  }

  @Test("The remaining time of a batch is estimated from its rate")
  func estimate() throws {
    let fixture = try QueueFixture()
    let id = try batch(fixture, items: 10)
    #expect(try fixture.batch(id).estimate(at: fixture.clock.now) == nil)
    let leases = try work(fixture, 10)
    fixture.clock.advance(by: .seconds(20))
    try fixture.queue.complete(Array(leases.prefix(4)))
    let estimate = try #require(try fixture.batch(id).estimate(at: fixture.clock.now))
    #expect(estimate.remaining == 6)
    #expect(abs(estimate.itemsPerSecond - 0.2) < 1e-9)
    #expect(estimate.completionAt - fixture.clock.now == .seconds(30))
    try fixture.batches.pause(id)
    #expect(try fixture.batch(id).estimate(at: fixture.clock.now) == nil)
  }
}
