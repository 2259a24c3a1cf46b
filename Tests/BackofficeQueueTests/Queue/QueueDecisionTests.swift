import BackofficeQueue
import Testing

@Suite("What the queue decides where others differ")
struct QueueDecisionTests {
  @Test("13.11 a replaced item has everything of the new one, and begins with fresh attempts")
  func replaced() throws {
    let fixture = try QueueFixture()
    let rule = UniqueRule(onConflict: .replace(.all))
    let first = try fixture.enqueue {
      $0.uniqueKey = "k"
      $0.tags = ["old"]
      $0.deadlineAt = fixture.clock.now + .hours(1)
      $0.retryDelaySeconds = 0
      $0.maxAttempts = 2
    }
    try fixture.queue.fail(#require(try fixture.claim()).lease, error: ItemFailure(message: "no"))
    let deadline = fixture.clock.now + .hours(5)
    let again = try fixture.enqueue {
      $0.uniqueKey = "k"
      $0.uniqueness = rule
      $0.payload = .emptyArray
      $0.priority = 1
      $0.tags = ["new"]
      $0.deadlineAt = deadline
    }
    #expect(again == first)
    let item = try fixture.item(first)
    #expect(item.deadlineAt == deadline && item.tags == ["new"] && item.priority == 1)
    #expect(item.payload == .emptyArray && item.attempts.charged == 0)
    #expect(try fixture.queue.list(.tag("new")).elements.map(\.id) == [first])
    #expect(try fixture.queue.list(.tag("old")).elements.isEmpty)
    // Without a new deadline and tags it has none.
    try fixture.enqueue {
      $0.uniqueKey = "k"
      $0.uniqueness = rule
    }
    #expect(try fixture.item(first).deadlineAt == nil && fixture.item(first).tags == [])
    // Only what is named is replaced.
    try fixture.enqueue {
      $0.uniqueKey = "k"
      $0.uniqueness = UniqueRule(onConflict: .replace(.priority))
      $0.tags = ["x"]
      $0.priority = 4
    }
    #expect(try fixture.item(first).priority == 4 && fixture.item(first).tags == [])
  }

  @Test("13.11 an item that is postponed again and again is due after its longest wait")
  func debounced() throws {
    let fixture = try QueueFixture()
    var rule = UniqueRule(onConflict: .replace(.dueAt))
    rule.longestWait = .seconds(12)
    for _ in 0..<5 {
      try fixture.enqueue {
        $0.uniqueKey = "k"
        $0.uniqueness = rule
        $0.dueAt = fixture.clock.now + .seconds(5)
      }
      fixture.clock.advance(by: .seconds(3))
    }
    #expect(try fixture.claim()?.item.dueAt == QueueFixture.start + .seconds(12))
  }

  @Test("13.11 a batch that is retried leaves the callback of its last end alone")
  func callbacks() throws {
    let fixture = try QueueFixture()
    var new = NewBatch(name: "b")
    var callback = BatchCallback(kind: "finish")
    callback.queue = "callbacks"
    new.callbacks = [.finish: callback, .failure: callback]
    var item = NewQueueItem(kind: "work")
    item.maxAttempts = 1
    let id = try fixture.batches.create(new, items: [item]).id
    let failure = ItemFailure(message: "no")
    func waiting() throws -> Int {
      try fixture.queue.list(.pending, in: "callbacks").elements.count
    }
    for _ in 0..<3 {
      try fixture.queue.fail(#require(try fixture.claim()).lease, error: failure)
      #expect(try waiting() == 2)
      #expect(try fixture.batches.retryFailed(id).count == 1)
      #expect(try waiting() == 0)
    }
    try fixture.queue.complete(#require(try fixture.claim()).lease)
    #expect(try waiting() == 1)
    let cancelled = try fixture.queue.list(.cancelled, in: "callbacks").elements
    #expect(cancelled.count == 6 && cancelled.allSatisfy { $0.errorCode == "batch_resumed" })
    // One that has begun is work that is done, and the next end has its own.
    #expect(try fixture.queue.claim(from: ["callbacks"], worker: "w").count == 1)
    #expect(try fixture.store.check() == [])
  }

  @Test("13.11 a batch whose items were all duplicates is purged; one that is open is not")
  func duplicates() throws {
    let fixture = try QueueFixture()
    try fixture.enqueue { $0.uniqueKey = "k" }
    var item = NewQueueItem(kind: "work")
    item.uniqueKey = "k"
    let empty = try fixture.batches.create(NewBatch(name: "b")).id
    #expect(try fixture.batches.enqueue([item], into: empty).map(\.isNew) == [false])
    var open = NewBatch(name: "open")
    open.intake = .untilSealed
    let kept = try fixture.batches.create(open).id
    fixture.clock.advance(by: .days(6))
    #expect(try fixture.queues.purgeFinished(RetentionPolicy()).batches == 0)
    fixture.clock.advance(by: .days(2))
    #expect(try fixture.queues.purgeFinished(RetentionPolicy()).batches == 1)
    #expect(try fixture.batches.find(empty) == nil && fixture.batches.find(kept) != nil)
  }

  @Test("13.11 an item that is put off again and again keeps no row for it")
  func snoozes() throws {
    let fixture = try QueueFixture()
    let id = try fixture.enqueue()
    for _ in 0..<20 {
      try fixture.queue.snooze(#require(try fixture.claim()).lease, for: .seconds(1))
      fixture.clock.advance(by: .seconds(1))
    }
    #expect(try fixture.queue.attempts(of: id).isEmpty)
    #expect(try fixture.item(id).attempts.claims == 20 && fixture.item(id).attempts.charged == 0)
  }
}
