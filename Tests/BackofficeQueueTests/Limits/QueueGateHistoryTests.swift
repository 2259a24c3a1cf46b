import Testing

@testable import BackofficeQueue

/// A random history of items with batches, keys and kinds that are limited, paused and changed; each
/// claim is compared with one that looks at every item.
struct QueueGateHistory {
  private let fixture: QueueFixture
  private let random: RandomSource
  private let batches: [ID<Batch>]
  private var leases: [Lease] = []
  private(set) var claims = 0
  private static let queues = ["a", "b"]
  private static let kinds = ["x", "y"]
  private static let keys = ["k", "g/1", "g/2"]

  var store: BackofficeStore { fixture.store }

  init(seed: UInt64) throws {
    let fixture = try QueueFixture(seed: seed)
    self.fixture = fixture
    random = .seeded(seed)
    for queue in Self.queues {
      try fixture.queues.configure(QueueSettings(aging: .zero), of: queue)
    }
    batches = try (0..<2).map { index in
      var batch = NewBatch(name: "b\(index)")
      batch.maxConcurrentItems = 2
      batch.intake = .untilSealed
      return try fixture.batches.create(batch).id
    }
  }

  private func one<Element>(of elements: [Element]) -> Element {
    elements[random.next(below: elements.count)]
  }

  private func item(_ condition: String) throws -> ID<QueueItem>? {
    let ids = try store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT id FROM queue_items WHERE \(condition) ORDER BY pk"
      ) { row in try row.value(at: 0, as: ID<QueueItem>.self) }
    }
    return ids.isEmpty ? nil : one(of: ids)
  }

  mutating func step() throws {
    if random.next(below: 3) == 0 { fixture.clock.advance(by: .seconds(random.next(below: 8))) }
    switch random.next(below: 24) {
    case 0...7: try enqueue()
    case 8...12: try claim()
    case 13...16: try finish()
    case 17: try steerItem()
    case 18: try moveItem()
    case 19: try steerBatch()
    case 20: try steerLimit()
    case 21: try steerKind()
    case 22:
      fixture.clock.advance(by: .seconds(10))
      try fixture.queue.rescueExpired()
    default:
      try fixture.queue.expireOverdue()
      if let id = try item("status <> 'running'") {
        try store.write { try $0.execute(sql: "DELETE FROM queue_items WHERE id = ?", id) }
      }
    }
  }

  private func enqueue() throws {
    try fixture.enqueue { item in
      item.queue = one(of: Self.queues)
      item.kind = one(of: Self.kinds)
      item.priority = 1 + random.next(below: 3)
      if random.next(below: 3) == 0 {
        item.dueAt = fixture.clock.now + .seconds(random.next(below: 20))
      }
      if random.next(below: 2) == 0 { item.limitKey = one(of: Self.keys) }
      if random.next(below: 3) == 0 { item.batchID = one(of: batches) }
      if random.next(below: 8) == 0 {
        item.deadlineAt = fixture.clock.now + .seconds(21 + random.next(below: 20))
      }
      item.retryDelaySeconds = 1
    }
  }

  private mutating func claim() throws {
    let queues = random.next(below: 2) == 0 ? Self.queues : [one(of: Self.queues)]
    let kinds = random.next(below: 2) == 0 ? nil : [one(of: Self.kinds)]
    let count = 1 + random.next(below: 4)
    let expected = try claimable(count, queues, kinds)
    let claimed = try fixture.queue.claim(
      count, from: queues, kinds: kinds, worker: "w", lease: .seconds(20))
    #expect(claimed.map(\.item.id) == expected)
    leases += claimed.map(\.lease)
    claims += claimed.count
  }

  private func claimable(
    _ count: Int, _ queues: [String], _ kinds: [String]?
  ) throws -> [ID<QueueItem>] {
    try store.read { transaction in
      var places: [Gate: Int] = [:]
      var chosen: [ID<QueueItem>] = []
      let now = transaction.now
      try transaction.forEach(
        sql: """
          SELECT id, queue, kind, batch_id, limit_key FROM queue_items
          WHERE status IN ('pending', 'retrying') AND due_at <= ?1
            AND (deadline_at IS NULL OR deadline_at > ?1)
          ORDER BY priority, due_at, pk
          """, now
      ) { row in
        let (queue, kind): (String, String) = (try row.value(at: 1), try row.value(at: 2))
        guard queues.contains(queue), kinds?.contains(kind) ?? true else { return true }
        let gates = [
          Gate.kind(kind), try row.value(at: 3, as: ID<Batch>?.self).map(Gate.batch),
          try row.value(at: 4, as: String?.self).map(Gate.key),
        ].compactMap(\.self)
        for gate in gates where places[gate] == nil {
          places[gate] = try GateState(gate, transaction).free(at: now)
        }
        guard gates.allSatisfy({ places[$0, default: 0] > 0 }) else { return true }
        for gate in gates { places[gate, default: 0] -= 1 }
        chosen.append(try row.value(at: 0))
        return chosen.count < count
      }
      return chosen
    }
  }

  private mutating func finish() throws {
    guard !leases.isEmpty else { return }
    let lease = leases.remove(at: random.next(below: leases.count))
    do {
      switch random.next(below: 6) {
      case 0: try fixture.queue.release(lease)
      case 1: try fixture.queue.snooze(lease, for: .seconds(random.next(below: 10)))
      case 2: try fixture.queue.fail(lease, error: ItemFailure(message: "no"))
      default: try fixture.queue.complete(lease)
      }
    } catch QueueError.leaseLost {
      return
    }
  }

  private func steerItem() throws {
    switch random.next(below: 4) {
    case 0: if let id = try item("finished_at IS NULL") { try fixture.queue.cancel(id) }
    case 1:
      if let id = try item("status IN ('pending', 'retrying')") { try fixture.queue.pause(id) }
    case 2: if let id = try item("status = 'paused'") { try fixture.queue.resume(id) }
    default:
      guard let id = try item("status IN ('failed', 'cancelled')") else { return }
      try fixture.queue.retry(id)
    }
  }

  private func moveItem() throws {
    guard let id = try item("status IN ('pending', 'retrying')") else { return }
    switch random.next(below: 4) {
    case 0: try fixture.queue.reprioritise(id, to: 1 + random.next(below: 3))
    case 1:
      try fixture.queue.reschedule(id, to: fixture.clock.now + .seconds(random.next(below: 9) - 4))
    case 2: try fixture.queue.move(id, to: one(of: Self.queues))
    default:
      try store.write { transaction in
        try transaction.execute(
          sql: "UPDATE queue_items SET limit_key = ?2 WHERE id = ?1", id, one(of: Self.keys))
      }
    }
  }

  private func steerBatch() throws {
    let id = one(of: batches)
    switch (random.next(below: 3), try fixture.batch(id).status) {
    case (0, .pending), (0, .processing): try fixture.batches.pause(id)
    case (_, .paused): try fixture.batches.resume(id)
    default: try fixture.batches.limitConcurrency(of: id, to: 1 + random.next(below: 3))
    }
  }

  private func steerLimit() throws {
    let name = one(of: Self.keys + ["g/*"])
    switch random.next(below: 4) {
    case 0: try fixture.queues.removeLimit(.key, name)
    case 1 where name != "g/*":
      try fixture.queues.pause(limitKey: name)
      if random.next(below: 2) == 0 { try fixture.queues.resume(limitKey: name) }
    default:
      try fixture.queues.setLimit(QueueLimit(.key, name, maxRunning: 1 + random.next(below: 3)))
    }
  }

  private func steerKind() throws {
    let kind = one(of: Self.kinds)
    switch random.next(below: 4) {
    case 0: try fixture.queues.pause(kind: kind)
    case 1: try fixture.queues.removeLimit(.kind, kind)
    case 2: try fixture.queues.resume(kind: kind)
    default:
      try fixture.queues.setLimit(QueueLimit(.kind, kind, maxRunning: 1 + random.next(below: 5)))
    }
  }
}

@Suite("Random histories of limits")
struct QueueGateHistoryTests {
  @Test(
    "Every claim takes what one takes that looks at every item, and no item is held for nothing",
    arguments: [1, 2, 3, 4] as [UInt64])
  func random(seed: UInt64) throws {
    var history = try QueueGateHistory(seed: seed)
    for step in 1...1200 {
      try history.step()
      guard step.isMultiple(of: 40) else { continue }
      let findings = try history.store.check()
      #expect(findings == [], "step \(step)")
      if !findings.isEmpty { return }
    }
    #expect(history.claims > 100)
  }
}
