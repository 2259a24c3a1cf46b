import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Random histories of the queue")
struct QueueHistoryTests {
  @Test(
    "After any history the store agrees with a model, and its books are in order",
    arguments: [11, 12, 13] as [UInt64])
  func random(seed: UInt64) throws {
    var history = try QueueHistory(seed: seed, on: QueueFixture(seed: seed))
    for step in 1...1000 {
      try history.step()
      if step.isMultiple(of: 100) {
        try history.compare()
        let findings = try history.fixture.store.check()
        #expect(findings.isEmpty, "step \(step)")
      }
    }
    #expect(history.claims > 100)
  }

  @Test("A01 A02 two threads drain a queue together, and no item runs twice")
  func threads() async throws {
    let configuration = BackofficeStore.Configuration()
    try await TemporaryStore.withAsync { path in
      let store = try BackofficeStore(.file(path), packs: [], configuration: configuration)
      let other = try BackofficeStore(.file(path), packs: [], configuration: configuration)
      let batch = try store.batches.create(NewBatch(name: "b"))
      try store.batches.limitConcurrency(of: batch.id, to: 1000)
      try store.batches.enqueue(
        (0..<300).map { _ in NewQueueItem(kind: "work") }, into: batch.id)
      let claimed = try await withThrowingTaskGroup(of: [ID<QueueItem>].self) { group in
        for (index, store) in [store, store, other].enumerated() {
          group.addTask {
            var mine: [ID<QueueItem>] = []
            while true {
              let items = try store.queue.claim(7, worker: "w\(index)")
              if items.isEmpty { return mine }
              mine += items.map(\.item.id)
              try store.queue.complete(items.map(\.lease))
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(claimed.count == 300)
      #expect(Set(claimed).count == 300)
      // 0.18: items finished at the same time do not strand their batch.
      let after = try store.batches.find(batch.id)
      #expect(after?.status == .completed)
      #expect(after?.counters.completed == 300)
      let findings = try store.check()
      #expect(findings.isEmpty)
      store.close()
      other.close()
    }
  }
}
