import Testing

@testable import BackofficeQueue

@Suite("Tags of items")
struct TagTests {
  private func rows(_ fixture: QueueFixture) throws -> [String] {
    try fixture.store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT tag || ' ' || item_pk FROM queue_item_tags ORDER BY item_pk, tag"
      ) { try $0.value(at: 0) }
    }
  }

  @Test("Items are listed by their tags, newest first, in pages and by status")
  func list() throws {
    let fixture = try QueueFixture()
    let ids = try (0..<5).map { index in
      try fixture.enqueue { $0.tags = index % 2 == 0 ? ["vip", "spring"] : ["spring"] }
    }
    try fixture.enqueue()
    #expect(try fixture.item(ids[0]).tags == ["vip", "spring"])
    #expect(try fixture.queue.list(.tag("vip")).elements.map(\.id) == [ids[4], ids[2], ids[0]])
    #expect(try fixture.queue.list(.tag("nobody")).elements.isEmpty)
    let page = try fixture.queue.list(.tag("spring"), limit: 3)
    #expect(page.elements.map(\.id) == [ids[4], ids[3], ids[2]])
    let rest = try fixture.queue.list(.tag("spring"), after: page.next, limit: 3)
    #expect(rest.elements.map(\.id) == [ids[1], ids[0]])
    #expect(rest.next == nil)
    let lease = try #require(try fixture.claim()).lease
    try fixture.queue.complete(lease)
    let done = try fixture.queue.list(.tag("vip"), statuses: [.completed, .failed])
    #expect(done.elements.map(\.id) == [ids[0]])
    let waiting = try fixture.queue.list(.tag("vip"), statuses: [.pending])
    #expect(waiting.elements.map(\.id) == [ids[4], ids[2]])
  }

  @Test("An item without tags has no row; rows follow tags by hand, raw SQL and the item's end")
  func kept() throws {
    let fixture = try QueueFixture()
    let id = try fixture.enqueue()
    #expect(try rows(fixture) == [])
    try fixture.queue.setTags(["a", "b", "a"], of: id)
    #expect(try rows(fixture) == ["a 1", "b 1"])
    #expect(try fixture.item(id).tags == ["a", "b", "a"])
    try fixture.queue.setTags(["b", "c"], of: id)
    #expect(try rows(fixture) == ["b 1", "c 1"])
    try fixture.sql(#"UPDATE queue_items SET tags = '["d", 7, "", null, {"e": "f"}]'"#)
    #expect(try rows(fixture) == ["d 1"])
    #expect(try fixture.item(id).tags == [])
    for odd in [#"{"a": "b"}"#, #""word""#, "7"] {
      try fixture.sql("UPDATE queue_items SET tags = '\(odd)'")
      #expect(try rows(fixture) == [])
    }
    try fixture.queue.setTags(["a"], of: id)
    try fixture.queue.delete(id)
    #expect(try rows(fixture) == [])
    #expect(try fixture.store.check() == [])
  }

  @Test("Invalid tags are rejected with the allowed range, and nothing is enqueued")
  func refused() throws {
    let fixture = try QueueFixture()
    let id = try fixture.enqueue()
    let bytes = "must have 1 to 128 bytes of UTF-8"
    let cases: [([String], String)] = [
      ([""], bytes), ([String(repeating: "a", count: 129)], bytes),
      ((0...32).map { "\($0)" }, "an item has at most 32"),
    ]
    for (tags, reason) in cases {
      let error = QueueError.invalid(field: "tags", reason: reason)
      #expect(throws: error) { try fixture.enqueue { $0.tags = tags } }
      #expect(throws: error) { try fixture.queue.setTags(tags, of: id) }
    }
    let other = ID<QueueItem>(high: 1, low: 1)
    #expect(throws: QueueError.noSuchItem(other)) { try fixture.queue.setTags([], of: other) }
    #expect(try fixture.queue.list(.kind("work")).elements.count == 1)
    try fixture.enqueue { $0.tags = (1...32).map { _ in String(repeating: "ä", count: 64) } }
    #expect(try fixture.store.check() == [])
  }

  @Test("Waiting items of a tag change in bulk, page by page, in the order in which they came")
  func bulk() throws {
    let fixture = try QueueFixture()
    let ids = try (0..<6).map { _ in try fixture.enqueue { $0.tags = ["vip"] } }
    let other = try fixture.enqueue { $0.tags = ["else"] }
    let lease = try #require(try fixture.claim()).lease
    try fixture.queue.pause(ids[2])
    let filter = WaitingItemFilter(.tag("vip"))
    let first = try fixture.queue.reprioritise(filter, to: 1, limit: 4)
    #expect(first.changed == Array(ids[1...3]))
    let rest = try fixture.queue.reprioritise(filter, to: 1, after: first.next, limit: 4)
    #expect(rest.changed == Array(ids[4...5]))
    #expect(rest.next == nil)
    #expect(try fixture.queue.move(filter, to: "slow").changed == Array(ids[1...]))
    let elsewhere = WaitingItemFilter(.tag("vip"), in: "default")
    #expect(try fixture.queue.move(elsewhere, to: "fast").changed == [])
    #expect(try fixture.item(other).priority == 3)
    #expect(try fixture.item(ids[0]).queue == "default")
    try fixture.queue.complete(lease)
    #expect(try fixture.store.check() == [])
  }

  @Test("Dead items of a tag are retried, and those of other tags, queues and times are not")
  func redrive() throws {
    let fixture = try QueueFixture()
    func dead(_ shape: (inout NewQueueItem) -> Void) throws -> ID<QueueItem> {
      let id = try fixture.enqueue(shape)
      let queue = try fixture.item(id).queue
      let claimed = try fixture.queue.claim(from: [queue], worker: "w")
      let lease = try #require(claimed.first).lease
      try fixture.queue.fail(lease, error: ItemFailure(message: "no"), retry: .never)
      fixture.clock.advance(by: .minutes(1))
      return id
    }
    let ids = try (0..<3).map { _ in try dead { $0.tags = ["vip"] } }
    let others = [
      try dead { $0.tags = ["else"] },
      try dead {
        $0.tags = ["vip"]
        $0.queue = "slow"
      },
    ]
    let waiting = try fixture.enqueue { $0.tags = ["vip"] }
    var filter = DeadItemFilter(tag: "vip")
    filter.failedSince = QueueFixture.start + .minutes(1)
    let first = try fixture.queue.redrive(filter, limit: 2)
    #expect(first.retried == [ids[1]])
    #expect(try fixture.queue.redrive(filter, after: first.next, limit: 5).retried == [ids[2]])
    #expect(try fixture.queue.redrive(DeadItemFilter(tag: "vip")).retried == [ids[0]])
    #expect(try others.allSatisfy { try fixture.item($0).status == .failed })
    #expect(try fixture.item(waiting).status == .pending)
    #expect(try fixture.store.check() == [])
  }

  @Test("The check finds stale and missing tag rows, and a rebuild corrects them")
  func drift() throws {
    let fixture = try QueueFixture()
    let ids = try (0..<2).map { _ in try fixture.enqueue { $0.tags = ["a", "b"] } }
    try fixture.sql("DELETE FROM queue_item_tags WHERE tag = 'a' AND item_pk = 1")
    try fixture.sql("INSERT INTO queue_item_tags VALUES ('c', 2)")
    let found = try fixture.store.check()
    #expect(found.map(\.check) == ["queue_item_tags.items", "queue_item_tags.items"])
    #expect(found.map(\.entity) == ids.map { "queue_items \($0)" })
    #expect(
      found.map(\.problem) == [
        "it is not found by its tags", "it is found by tags it does not have",
      ])
    #expect(try fixture.store.rebuild() == ["queue_item_tags.items": 2])
    #expect(try fixture.store.check() == [])
    #expect(try rows(fixture) == ["a 1", "b 1", "a 2", "b 2"])
  }
}
