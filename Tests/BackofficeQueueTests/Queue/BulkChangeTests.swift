import Testing

@testable import BackofficeQueue

@Suite("Changes of waiting items in bulk")
struct BulkChangeTests {
  @Test("Waiting items change their priority by filter, in pages; others keep theirs")
  func reprioritise() throws {
    let fixture = try QueueFixture()
    let ids = try (0..<7).map { _ in try fixture.enqueue() }
    let other = try fixture.enqueue { $0.kind = "other" }
    let elsewhere = try fixture.enqueue { $0.queue = "slow" }
    let running = try #require(try fixture.claim()).lease
    #expect(running.item == ids[0])
    let failed = try #require(try fixture.claim()).lease
    try fixture.queue.fail(failed, error: ItemFailure(message: "no"))
    try fixture.queue.pause(ids[2])
    let filter = WaitingItemFilter(.kind("work"), in: "default")
    var changed: [ID<QueueItem>] = []
    var cursor: PageCursor?
    var pages = 0
    repeat {
      let report = try fixture.queue.reprioritise(filter, to: 1, after: cursor, limit: 2)
      #expect(report.changed.count <= 2)
      changed += report.changed
      cursor = report.next
      pages += 1
    } while cursor != nil
    // Six wait, and a full page does not know that it is the last.
    #expect(pages == 4)
    #expect(changed == Array(ids[1...]))
    #expect(try changed.allSatisfy { try fixture.item($0).priority == 1 })
    for id in [ids[0], other, elsewhere] { #expect(try fixture.item(id).priority == 3) }
    // A second run changes nothing.
    #expect(try fixture.queue.reprioritise(filter, to: 1).changed == [])
    let urgent = WaitingItemFilter(.kind("work"), priority: 3)
    #expect(try fixture.queue.reprioritise(urgent, to: 5).changed == [elsewhere])
    #expect(try fixture.store.check() == [])
  }

  @Test("Waiting items of a batch move to another queue, and held ones stay held")
  func move() throws {
    let fixture = try QueueFixture()
    var new = NewBatch(name: "b")
    new.maxConcurrentItems = 1
    let batch = try fixture.batches.create(new)
    let ids = try (0..<5).map { _ in try fixture.enqueue { $0.batchID = batch.id } }
    let single = try fixture.enqueue()
    let lease = try #require(try fixture.queue.claim(5, worker: "w").first).lease
    #expect(lease.item == ids[0])
    let filter = WaitingItemFilter(.batch(batch.id))
    let first = try fixture.queue.move(filter, to: "slow", limit: 3)
    #expect(first.changed == Array(ids[1...3]))
    let rest = try fixture.queue.move(filter, to: "slow", after: first.next, limit: 3)
    #expect(rest.changed == [ids[4]])
    #expect(rest.next == nil)
    #expect(try fixture.queue.move(filter, to: "slow").changed == [])
    #expect(try fixture.item(ids[0]).queue == "default")
    #expect(try fixture.item(single).queue == "default")
    #expect(try fixture.queue.claim(5, from: ["slow"], worker: "w").isEmpty)
    try fixture.queue.complete(lease)
    #expect(try fixture.queue.claim(5, from: ["slow"], worker: "w").map(\.item.id) == [ids[1]])
    #expect(try fixture.store.check() == [])
  }

  @Test("An invalid priority and an empty queue name are rejected without a change")
  func refused() throws {
    let fixture = try QueueFixture()
    let id = try fixture.enqueue()
    let before = try fixture.item(id)
    let filter = WaitingItemFilter(.kind("work"))
    for priority in [0, 6] {
      #expect(throws: QueueError.invalid(field: "priority", reason: "must be 1 to 5")) {
        try fixture.queue.reprioritise(filter, to: priority)
      }
    }
    #expect(throws: QueueError.invalid(field: "queue", reason: "must have 1 to 256 bytes of UTF-8"))
    {
      try fixture.queue.move(filter, to: "")
    }
    #expect(try fixture.item(id) == before)
  }

  @Test("A draining queue accepts no items from other queues, singly or in bulk")
  func draining() throws {
    let fixture = try QueueFixture()
    let ids = try (0..<3).map { _ in try fixture.enqueue() }
    let dead = try fixture.running { $0.priority = 1 }
    try fixture.queue.fail(dead, error: ItemFailure(message: "no"), retry: .never)
    try fixture.enqueue { $0.queue = "shut" }
    try fixture.queues.drain("shut")
    let before = try fixture.item(dead.item)
    let refusal = QueueError.queueDraining("shut")
    #expect(throws: refusal) {
      try fixture.queue.move(WaitingItemFilter(.kind("work")), to: "shut")
    }
    #expect(throws: refusal) { try fixture.queue.move(ids[0], to: "shut") }
    #expect(throws: refusal) { try fixture.queue.redrive(DeadItemFilter(), into: "shut") }
    #expect(try fixture.item(dead.item) == before)
    #expect(try ids.allSatisfy { try fixture.item($0).queue == "default" })
    try fixture.queues.open("shut")
    #expect(try fixture.queue.move(WaitingItemFilter(.kind("work")), to: "shut").changed == ids)
    #expect(try fixture.store.check() == [])
  }

  @Test(
    "A queue takes no more from others than may wait in it, and a page that is too much is none")
  func full() throws {
    let fixture = try QueueFixture()
    let ids = try (0..<3).map { _ in try fixture.enqueue() }
    try fixture.queue.pause(ids[2])
    try fixture.enqueue { $0.queue = "small" }
    try fixture.queues.configure(QueueSettings(maxWaiting: 2), of: "small")
    let filter = WaitingItemFilter(.kind("work"), in: "default")
    let refusal = QueueError.queueFull("small", limit: 2)
    #expect(throws: refusal) { try fixture.queue.move(filter, to: "small") }
    #expect(try ids.allSatisfy { try fixture.item($0).queue == "default" })
    let page = try fixture.queue.move(filter, to: "small", limit: 1)
    #expect(page.changed == [ids[0]])
    #expect(throws: refusal) { try fixture.queue.move(filter, to: "small", after: page.next) }
    #expect(throws: refusal) { try fixture.queue.move(ids[1], to: "small") }
    // Where it stands already it needs no place, and a paused item takes none.
    try fixture.queue.move(ids[0], to: "small")
    try fixture.queue.move(ids[2], to: "small")
    let dead = try fixture.running { $0.priority = 1 }
    try fixture.queue.fail(dead, error: ItemFailure(message: "no"), retry: .never)
    #expect(throws: refusal) { try fixture.queue.redrive(DeadItemFilter(), into: "small") }
    #expect(try fixture.item(dead.item).status == .failed)
    #expect(try fixture.store.check() == [])
  }
}
