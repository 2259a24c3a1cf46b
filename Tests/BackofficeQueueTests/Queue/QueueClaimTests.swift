import Testing

@testable import BackofficeQueue

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

  @Test("The status of a batch follows its items from the first claim to the end")
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

  @Test("A06 a worker of another queue sees nothing")
  func otherQueue() throws {
    let fixture = try QueueFixture()
    try fixture.enqueue { $0.queue = "x" }
    #expect(try fixture.queue.claim(from: ["y"], worker: "w").isEmpty)
    #expect(try fixture.queue.claim(from: ["y", "x"], worker: "w").count == 1)
  }

  @Test("A07 a worker gets no more items than it has room for")
  func room() throws {
    let fixture = try QueueFixture()
    for _ in 0..<10 { try fixture.enqueue() }
    #expect(try fixture.queue.claim(3, worker: "w").count == 3)
    #expect(try fixture.queues.depth() == 7)
    #expect(try fixture.queue.claim(0, worker: "w").isEmpty)
  }

  @Test("A09 items of a kind that the worker does not know are left for others")
  func kinds() throws {
    let fixture = try QueueFixture()
    try fixture.enqueue { $0.kind = "other" }
    let mine = try fixture.enqueue()
    let claimed = try fixture.queue.claim(5, kinds: ["work"], worker: "w")
    #expect(claimed.map(\.item.id) == [mine])
    #expect(try fixture.queue.claim(5, kinds: [], worker: "w").isEmpty)
  }

  @Test("Items of several queues come in one order")
  func severalQueues() throws {
    let fixture = try QueueFixture()
    let b = try fixture.enqueue { $0.queue = "b" }
    let a = try fixture.enqueue { $0.queue = "a" }
    let urgent = try fixture.enqueue {
      $0.queue = "a"
      $0.priority = 1
    }
    let claimed = try fixture.queue.claim(5, from: ["a", "b", "a"], worker: "w")
    #expect(claimed.map(\.item.id) == [urgent, b, a])
  }

  @Test("An item that is not due is not claimed, and does not affect due items")
  func future() throws {
    let fixture = try QueueFixture()
    for _ in 0..<50 {
      try fixture.enqueue {
        $0.priority = 1
        $0.dueAt = QueueFixture.start + .hours(1)
      }
    }
    let due = try fixture.enqueue { $0.priority = 5 }
    #expect(try fixture.queue.claim(5, worker: "w").map(\.item.id) == [due])
    fixture.clock.advance(by: .hours(1))
    #expect(try fixture.queue.claim(100, worker: "w").count == 50)
  }

  @Test("A claim keeps the concurrency limit of a batch, over several queues too")
  func concurrency() throws {
    let fixture = try QueueFixture()
    var new = NewBatch(name: "b")
    new.maxConcurrentItems = 2
    let batch = try fixture.batches.create(new)
    for index in 0..<6 {
      try fixture.enqueue {
        $0.queue = index.isMultiple(of: 2) ? "a" : "b"
        $0.batchID = batch.id
      }
    }
    let free = try fixture.enqueue { $0.queue = "b" }
    let first = try fixture.queue.claim(10, from: ["a", "b"], worker: "w")
    #expect(first.count == 3)
    #expect(first.last?.item.id == free)
    #expect(try fixture.queue.claim(10, from: ["a", "b"], worker: "w").isEmpty)
    try fixture.queue.complete(first[0].lease)
    #expect(try fixture.queue.claim(10, from: ["a", "b"], worker: "w").count == 1)
    // Within one transaction the limit holds too, although the counters wait for the commit.
    try fixture.batches.limitConcurrency(of: batch.id, to: 3)
    let counts = try fixture.store.write { transaction in
      try (0..<3).map { _ in
        try transaction.queue.claim(1, from: ["a", "b"], worker: "w").count
      }
    }
    #expect(counts == [1, 0, 0])
  }

  @Test("The first claim says how long the item could have been claimed before")
  func wait() throws {
    let fixture = try QueueFixture()
    let id = try fixture.enqueue { $0.dueAt = QueueFixture.start + .seconds(60) }
    fixture.clock.advance(by: .seconds(70))
    let lease = try #require(try fixture.claim()).lease
    #expect(try fixture.item(id).times.waitMicroseconds == 10_000_000)
    try fixture.queue.release(lease)
    fixture.clock.advance(by: .seconds(70))
    _ = try fixture.claim()
    #expect(try fixture.item(id).times.waitMicroseconds == 10_000_000)
    #expect(try fixture.item(id).attempts.claims == 2)
    #expect(try fixture.item(id).attempts.charged == 1)
  }

  @Test("An item whose deadline has passed is not handed out")
  func deadline() throws {
    let fixture = try QueueFixture()
    let id = try fixture.enqueue { $0.deadlineAt = QueueFixture.start + .seconds(5) }
    fixture.clock.advance(by: .seconds(5))
    #expect(try fixture.claim() == nil)
    #expect(try fixture.queue.expireOverdue().failed == [id])
    let item = try fixture.item(id)
    #expect(item.status == .failed)
    #expect(item.errorCode == WorkQueue.deadlinePassed)
    #expect(item.processingTime == nil)
  }
}
