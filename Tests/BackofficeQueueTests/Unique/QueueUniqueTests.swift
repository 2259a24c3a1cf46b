import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Unique keys and throttles")
struct QueueUniqueTests {
  private func keyed(
    _ fixture: QueueFixture, _ key: String = "k", rule: UniqueRule = UniqueRule(),
    _ shape: (inout NewQueueItem) -> Void = { _ in }
  ) throws -> EnqueueResult {
    var item = NewQueueItem(kind: "work")
    item.uniqueKey = key
    item.uniqueness = rule
    shape(&item)
    return try fixture.queue.enqueue(item)
  }

  @Test("D01 D08 many writers that enqueue one key at once leave one item, and all get its id")
  func races() async throws {
    try await TemporaryStore.withAsync { path in
      let stores = try (0..<3).map { _ in try BackofficeStore(.file(path), packs: []) }
      let ids = try await withThrowingTaskGroup(of: [ID<QueueItem>].self) { group in
        for store in stores {
          group.addTask {
            try (0..<20).map { index in
              var item = NewQueueItem(kind: "work")
              item.uniqueKey = "k\(index % 4)"
              return try store.queue.enqueue(item).id
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(ids.count == 60)
      #expect(Set(ids).count == 4)
      #expect(try stores[0].queues.depth() == 4)
      for store in stores { store.close() }
    }
  }

  @Test("D02 another kind or another key is another item")
  func scope() throws {
    let fixture = try QueueFixture()
    let first = try keyed(fixture)
    #expect(try keyed(fixture) == .duplicate(of: first.id))
    #expect(try keyed(fixture, "other").isNew)
    #expect(try keyed(fixture) { $0.kind = "other" }.isNew)
  }

  @Test("D03 a finished item is no duplicate unless its rule says so")
  func states() throws {
    let fixture = try QueueFixture()
    let first = try keyed(fixture)
    try fixture.queue.complete(try #require(try fixture.claim()).lease)
    let second = try keyed(fixture, rule: UniqueRule(states: .unfinishedOrCompleted))
    #expect(second.isNew && second != first)
    try fixture.queue.complete(try #require(try fixture.claim()).lease)
    #expect(try keyed(fixture) == .duplicate(of: second.id))
    let idempotent = try keyed(fixture, "i", rule: UniqueRule(states: .always))
    try fixture.queue.cancel(idempotent.id)
    #expect(try keyed(fixture, "i") == .duplicate(of: idempotent.id))
  }

  @Test("D04 a window ends, also while the item is unfinished")
  func window() throws {
    let fixture = try QueueFixture()
    let rule = UniqueRule(states: .always, window: .seconds(60))
    let first = try keyed(fixture, rule: rule)
    fixture.clock.advance(by: .microseconds(59_999_999))
    #expect(try keyed(fixture, rule: rule) == .duplicate(of: first.id))
    fixture.clock.advance(by: .microseconds(1))
    #expect(try keyed(fixture, rule: rule).isNew)
    var late = rule
    late.windowBeginsWhenDue = true
    let due = fixture.clock.now + .hours(1)
    let scheduled = try keyed(fixture, "s", rule: late) { $0.dueAt = due }
    fixture.clock.advance(by: .seconds(3659))
    #expect(try keyed(fixture, "s", rule: late) == .duplicate(of: scheduled.id))
    fixture.clock.advance(by: .seconds(1))
    #expect(try keyed(fixture, "s", rule: late).isNew)
    #expect(try fixture.store.check() == [])
  }

  @Test("D06 a repeated key enqueues a new item while its item runs, and updates it while it waits")
  func replace() throws {
    let fixture = try QueueFixture()
    let rule = UniqueRule(states: .waiting, onConflict: .replace(.all))
    let first = try keyed(fixture, rule: rule)
    let due = fixture.clock.now + .seconds(5)
    let again = try keyed(fixture, rule: rule) {
      $0.priority = 1
      $0.dueAt = due
      $0.payload = .emptyArray
    }
    #expect(again == .updated(first.id))
    let item = try fixture.item(first.id)
    #expect(item.priority == 1 && item.dueAt == due && item.payload == .emptyArray)
    fixture.clock.advance(by: .seconds(5))
    let lease = try #require(try fixture.claim()).lease
    let second = try keyed(fixture, rule: rule)
    #expect(second.isNew)
    #expect(try fixture.item(first.id).status == .running)
    // The first one's work is the second one's now.
    let outcome = try fixture.queue.fail(lease, error: ItemFailure(message: "no"))
    #expect(outcome == .cancelled)
    #expect(try fixture.item(first.id).errorCode == WorkQueue.superseded)
    let other = try #require(try fixture.claim()).lease
    #expect(try fixture.queue.release(other) == .returned)
    let third = try #require(try fixture.claim()).lease
    _ = try keyed(fixture, rule: rule)
    #expect(try fixture.queue.snooze(third, for: .seconds(1)) == .cancelled)
  }

  @Test("A running item is never replaced, and a rule can reject a second item")
  func conflicts() throws {
    let fixture = try QueueFixture()
    let first = try keyed(fixture)
    _ = try fixture.claim()
    let replace = UniqueRule(onConflict: .replace(.all))
    #expect(try keyed(fixture, rule: replace) == .duplicate(of: first.id))
    #expect(throws: QueueError.keyTaken(kind: "work", by: first.id)) {
      try keyed(fixture, rule: UniqueRule(onConflict: .reject))
    }
  }

  @Test("D09 a bulk enqueue reports duplicates in order, and enqueues the rest")
  func bulk() throws {
    let fixture = try QueueFixture()
    let known = try keyed(fixture, "a")
    let results = try fixture.queue.enqueue(
      ["b", "a", "b", "c"].map { key in
        var item = NewQueueItem(kind: "work")
        item.uniqueKey = key
        return item
      })
    #expect(results.map(\.isNew) == [true, false, false, true])
    #expect(results[1].id == known.id)
    #expect(results[2].id == results[0].id)
    #expect(try fixture.queues.depth() == 3)
  }

  @Test("D10 a throttle admits one item per slot, and a trailing one in the next slot")
  func throttle() throws {
    let fixture = try QueueFixture()
    func send(_ isTrailing: Bool) throws -> EnqueueResult {
      var item = NewQueueItem(kind: isTrailing ? "trailing" : "work")
      item.throttle = Throttle("k", per: .seconds(60), isTrailing: isTrailing)
      return try fixture.queue.enqueue(item)
    }
    #expect(try (0..<5).map { _ in try send(false).isNew } == [true, false, false, false, false])
    #expect(try (0..<5).map { _ in try send(true).isNew } == [true, true, false, false, false])
    #expect(try fixture.queue.claim(5, worker: "w").count == 2)
    fixture.clock.advance(by: .seconds(60))
    #expect(try fixture.queue.claim(5, worker: "w").count == 1)
    #expect(try send(false).isNew)
    #expect(try send(true).isNew)
  }

  @Test("Retrying an item whose key another one holds is refused")
  func retry() throws {
    let fixture = try QueueFixture()
    let first = try keyed(fixture)
    try fixture.queue.cancel(first.id)
    let second = try keyed(fixture)
    #expect(throws: QueueError.duplicate(item: first.id, of: second.id)) {
      try fixture.queue.retry(first.id)
    }
    let held = try keyed(fixture, "h", rule: UniqueRule(states: .always))
    try fixture.queue.cancel(held.id)
    try fixture.queue.retry(held.id)
    #expect(try fixture.item(held.id).status == .pending)
  }

  @Test("Raw SQL cannot give two items one key")
  func raw() throws {
    let fixture = try QueueFixture()
    let first = try keyed(fixture, "a")
    let other = try keyed(fixture, "b")
    #expect(throws: QueueError.keyTaken(kind: "work", by: first.id)) {
      try fixture.sql("UPDATE queue_items SET unique_key = 'a' WHERE unique_key = 'b'")
    }
    #expect(try fixture.item(other.id).uniqueKey == "b")
    try fixture.sql("UPDATE queue_items SET unique_key = 'c' WHERE unique_key = 'b'")
    #expect(try keyed(fixture, "c") == .duplicate(of: other.id))
    #expect(try keyed(fixture, "b").isNew)
    #expect(try fixture.store.check() == [])
  }
}
