import Testing

@testable import BackofficeQueue

@Suite("Limits of the queue")
struct QueueLimitTests {
  @Test("G11 items of a key with a limit of one never overlap, and a failing item frees its place")
  func serial() throws {
    let fixture = try QueueFixture()
    try fixture.queues.setLimit(QueueLimit(.key, "k", maxRunning: 1))
    let ids = try (0..<4).map { _ in try fixture.enqueue { $0.limitKey = "k" } }
    var done: [ID<QueueItem>] = []
    for step in 0..<4 {
      let claimed = try fixture.queue.claim(10, worker: "w")
      #expect(claimed.count == 1)
      #expect(try fixture.queue.claim(10, worker: "w").isEmpty)
      guard let one = claimed.first else { return }
      done.append(one.item.id)
      if step.isMultiple(of: 2) {
        try fixture.queue.fail(one.lease, error: ItemFailure(message: "no"), retry: .never)
      } else {
        try fixture.queue.complete(one.lease)
      }
      #expect(try fixture.store.check() == [])
    }
    #expect(done == ids)
  }

  @Test("G12 a rescue frees the place of a crashed worker exactly once")
  func lostPlace() throws {
    let fixture = try QueueFixture()
    try fixture.queues.setLimit(QueueLimit(.kind, "work", maxRunning: 2))
    for _ in 0..<5 { try fixture.enqueue { $0.retryDelaySeconds = 1000 } }
    #expect(try fixture.queue.claim(5, worker: "w").count == 2)
    #expect(try fixture.queue.claim(5, worker: "w").isEmpty)
    fixture.clock.advance(by: .seconds(31))
    try fixture.queue.rescueExpired()
    #expect(try fixture.queue.claim(5, worker: "w").count == 2)
    #expect(try fixture.queue.claim(5, worker: "w").isEmpty)
    #expect(try fixture.store.check() == [])
  }

  @Test("Items after a full key, kind or batch are handed out immediately")
  func noHeadOfLineBlocking() throws {
    let fixture = try QueueFixture()
    var new = NewBatch(name: "b")
    new.maxConcurrentItems = 1
    let batch = try fixture.batches.create(new)
    try fixture.queues.setLimit(QueueLimit(.key, "k", maxRunning: 1))
    try fixture.queues.pause(kind: "stopped")
    for _ in 0..<20 {
      try fixture.enqueue { $0.limitKey = "k" }
      try fixture.enqueue { $0.batchID = batch.id }
      try fixture.enqueue { $0.kind = "stopped" }
    }
    let free = try fixture.enqueue()
    let claimed = try fixture.queue.claim(10, worker: "w")
    #expect(claimed.count == 3)
    #expect(claimed.last?.item.id == free)
    let held = try fixture.store.read { transaction in
      try transaction.fetchOne(
        sql: "SELECT count(*) FROM queue_items WHERE held_by IS NOT NULL"
      ) { row in try row.value(at: 0, as: Int.self) }
    }
    #expect(held == 58)
    #expect(try fixture.queues.depth() == 58)
    #expect(try fixture.queues.statistics().ready == 0)
    #expect(try fixture.store.check() == [])
    try fixture.queues.resume(kind: "stopped")
    #expect(try fixture.queue.claim(100, worker: "w").count == 20)
    #expect(try fixture.store.check() == [])
  }

  @Test("A free place goes to each queue and kind that waits for it")
  func classes() throws {
    let fixture = try QueueFixture()
    try fixture.queues.setLimit(QueueLimit(.key, "k", maxRunning: 1))
    try fixture.enqueue { $0.limitKey = "k" }
    try fixture.enqueue {
      $0.limitKey = "k"
      $0.queue = "other"
    }
    let first = try #require(
      try fixture.queue.claim(1, from: ["default", "other"], worker: "w").first)
    #expect(try fixture.queue.claim(5, from: ["default", "other"], worker: "w").isEmpty)
    let third = try fixture.enqueue {
      $0.limitKey = "k"
      $0.priority = 1
    }
    #expect(try fixture.queue.claim(5, from: ["default", "other"], worker: "w").isEmpty)
    try fixture.queue.complete(first.lease)
    // The first claim gets the free place, from any queue.
    #expect(try fixture.queue.claim(5, from: ["other"], worker: "w").count == 1)
    #expect(try fixture.queue.claim(5, worker: "w").isEmpty)
    #expect(try fixture.item(third).heldBy == .key)
  }

  @Test("A released item that does not run passes its place on")
  func passesOn() throws {
    let fixture = try QueueFixture()
    try fixture.queues.setLimit(QueueLimit(.key, "k", maxRunning: 1))
    let ids = try (0..<4).map { _ in try fixture.enqueue { $0.limitKey = "k" } }
    let lease = try #require(try fixture.claim()).lease
    #expect(try fixture.claim() == nil)
    try fixture.queue.complete(lease)
    #expect(try fixture.item(ids[1]).heldBy == nil)
    #expect(try fixture.item(ids[2]).heldBy == .key)
    try fixture.queue.cancel(ids[1])
    #expect(try fixture.item(ids[2]).heldBy == nil)
    try fixture.queue.pause(ids[2])
    #expect(try fixture.claim()?.item.id == ids[3])
    try fixture.queue.resume(ids[2])
    #expect(try fixture.claim() == nil)
    #expect(try fixture.store.check() == [])
  }

  @Test("A held item with a raised priority runs first when a place becomes free")
  func urgent() throws {
    let fixture = try QueueFixture()
    try fixture.queues.setLimit(QueueLimit(.key, "k", maxRunning: 1))
    let ids = try (0..<3).map { _ in try fixture.enqueue { $0.limitKey = "k" } }
    let lease = try #require(try fixture.claim()).lease
    #expect(try fixture.claim() == nil)
    try fixture.queue.reprioritise(ids[2], to: 1)
    #expect(try fixture.item(ids[2]).heldBy == nil)
    try fixture.queue.complete(lease)
    #expect(try fixture.claim()?.item.id == ids[2])
  }

  @Test("Raising, removing and pausing a limit takes effect immediately")
  func changes() throws {
    let fixture = try QueueFixture()
    try fixture.queues.setLimit(QueueLimit(.key, "k", maxRunning: 1))
    for _ in 0..<10 { try fixture.enqueue { $0.limitKey = "k" } }
    #expect(try fixture.queue.claim(10, worker: "w").count == 1)
    try fixture.queues.setLimit(QueueLimit(.key, "k", maxRunning: 3))
    #expect(try fixture.queue.claim(10, worker: "w").count == 2)
    try fixture.queues.pause(limitKey: "k")
    try fixture.queues.removeLimit(.key, "k")
    #expect(try fixture.queues.limits() == [])
    #expect(try fixture.queue.claim(10, worker: "w").count == 7)
    #expect(try fixture.store.check() == [])
  }

  @Test("A limit for a group of keys counts each key for itself")
  func groups() throws {
    let fixture = try QueueFixture()
    try fixture.queues.setLimit(QueueLimit(.key, "mail/*", maxRunning: 1))
    for name in ["mail/ada", "mail/ada", "mail/bob", "fax/ada", "fax/ada"] {
      try fixture.enqueue { $0.limitKey = name }
    }
    let keys = try fixture.queue.claim(10, worker: "w").map(\.item.limitKey)
    #expect(keys == ["mail/ada", "mail/bob", "fax/ada", "fax/ada"])
    try fixture.queues.setLimit(QueueLimit(.key, "mail/*", maxRunning: 2))
    #expect(try fixture.queue.claim(10, worker: "w").count == 1)
    #expect(throws: QueueError.self) {
      try fixture.queues.setLimit(
        QueueLimit(.key, "mail/*", rate: QueueLimit.Rate(1, perSeconds: 1)))
    }
  }

  @Test("A rate limits the claims in a window, and the next window admits further items")
  func rate() throws {
    let fixture = try QueueFixture()
    try fixture.queues.setLimit(
      QueueLimit(.kind, "work", rate: QueueLimit.Rate(3, perSeconds: 10)))
    for _ in 0..<8 { try fixture.enqueue() }
    #expect(try fixture.queue.claim(2, worker: "w").count == 2)
    fixture.clock.advance(by: .seconds(9))
    #expect(try fixture.queue.claim(5, worker: "w").count == 1)
    #expect(try fixture.queue.claim(5, worker: "w").isEmpty)
    fixture.clock.advance(by: .seconds(1))
    #expect(try fixture.queue.claim(1, worker: "w").count == 1)
    fixture.clock.advance(by: .seconds(10))
    // One of the last window's three was taken; a new window has three again.
    #expect(try fixture.queue.claim(5, worker: "w").count == 3)
    #expect(try fixture.queue.claim(5, worker: "w").isEmpty)
    #expect(try fixture.store.check() == [])
    // After the clock went far back a new window begins.
    fixture.clock.set(to: QueueFixture.start - .days(2))
    try fixture.enqueue { $0.priority = 1 }
    #expect(try fixture.queue.claim(1, worker: "w").count == 1)
  }

  @Test("E05 paused queues, kinds and keys hand out nothing until they are resumed")
  func paused() throws {
    let fixture = try QueueFixture()
    try fixture.enqueue { $0.limitKey = "k" }
    try fixture.queues.pause("default")
    #expect(try fixture.claim() == nil)
    try fixture.queues.pause(kind: "work")
    try fixture.queues.resume("default")
    #expect(try fixture.claim() == nil)
    try fixture.queues.pause(limitKey: "k")
    try fixture.queues.resume(kind: "work")
    #expect(try fixture.claim() == nil)
    try fixture.queues.resume(limitKey: "k")
    #expect(try fixture.claim() != nil)
  }

  @Test("Items held without a reason are found, and a rebuild releases them")
  func rebuild() throws {
    let fixture = try QueueFixture()
    let ids = try (0..<3).map { _ in try fixture.enqueue { $0.limitKey = "k" } }
    try fixture.sql("UPDATE queue_items SET held_by = 'key'")
    #expect(try fixture.store.check().map(\.check) == ["queue_items.held_by"])
    #expect(try fixture.claim() == nil)
    #expect(try fixture.store.rebuild() == ["queue_items.held_by": 3])
    #expect(try fixture.store.check() == [])
    #expect(try fixture.queue.claim(5, worker: "w").map(\.item.id) == ids)
  }

  @Test("An item whose deadline has passed is skipped once, and its place passed on")
  func overdue() throws {
    let fixture = try QueueFixture()
    try fixture.queues.setLimit(QueueLimit(.key, "k", maxRunning: 1))
    let late = try fixture.enqueue {
      $0.limitKey = "k"
      $0.deadlineAt = QueueFixture.start + .seconds(5)
    }
    let next = try fixture.enqueue { $0.limitKey = "k" }
    fixture.clock.advance(by: .seconds(5))
    #expect(try fixture.claim()?.item.id == next)
    #expect(try fixture.item(late).heldBy == .deadline)
    #expect(try fixture.queue.expireOverdue().failed == [late])
    #expect(try fixture.item(late).heldBy == nil)
    #expect(try fixture.store.check() == [])
  }

  @Test("Bad limits and settings are refused")
  func refusals() throws {
    let fixture = try QueueFixture()
    for limit in [
      QueueLimit(.key, ""), QueueLimit(.key, "k", maxRunning: 0),
      QueueLimit(.key, "k", rate: QueueLimit.Rate(0, perSeconds: 1)),
      QueueLimit(.kind, "k", rate: QueueLimit.Rate(1, perSeconds: 0)),
    ] {
      #expect(throws: QueueError.self) { try fixture.queues.setLimit(limit) }
    }
    for settings in [
      QueueSettings(aging: .milliseconds(1)), QueueSettings(aging: .seconds(-1)),
      QueueSettings(maxWaiting: -1),
    ] {
      #expect(throws: QueueError.self) { try fixture.queues.configure(settings) }
    }
    #expect(try fixture.queues.settings() == QueueSettings())
  }
}
