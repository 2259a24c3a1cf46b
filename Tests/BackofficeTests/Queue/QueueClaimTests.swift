import Backoffice
import Testing

@Suite("Claiming")
struct QueueClaimTests {
  @Test("A04 items run by priority, then due time, then age")
  func order() throws {
    let fixture = try QueueFixture()
    let now = QueueFixture.start
    let third = try fixture.enqueue { $0.priority = 3 }
    let last = try fixture.enqueue { $0.priority = 5 }
    let second = try fixture.enqueue { $0.dueAt = now - .seconds(5) }
    let fourth = try fixture.enqueue { $0.priority = 3 }
    let first = try fixture.enqueue { $0.priority = 1 }
    let order = try fixture.queue.claim(10, worker: "w").map(\.item.id)
    #expect(order == [first, second, third, fourth, last])
    let findings = try fixture.store.check()
    #expect(findings.isEmpty)
  }

  @Test("A batch follows its items from the first claim to the end")
  func batch() throws {
    let fixture = try QueueFixture()
    let batch = try fixture.batches.create(NewBatch(name: "b"))
    try fixture.batches.enqueue(
      (0..<3).map { _ in NewQueueItem(kind: "work") }, into: batch.id)
    let before = try fixture.batch(batch.id)
    #expect(before.status == .pending)
    #expect(before.counters.pending == 3)
    let claimed = try fixture.queue.claim(3, worker: "w")
    #expect(try fixture.batch(batch.id).status == .processing)
    fixture.clock.advance(by: .seconds(2))
    try fixture.queue.complete(claimed.map(\.lease))
    let after = try fixture.batch(batch.id)
    #expect(after.status == .completed)
    #expect(after.counters.completed == 3)
    #expect(after.meanProcessingTime == .seconds(2))
    let findings = try fixture.store.check()
    #expect(findings.isEmpty)
  }
}
