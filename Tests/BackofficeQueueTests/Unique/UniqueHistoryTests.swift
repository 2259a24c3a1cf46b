import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Unique keys over random histories")
struct UniqueHistoryTests {
  @Test("13.2 no history ends in a raw error or a stranded item", arguments: 0..<16)
  func histories(group: Int) throws {
    for bits in group * 16..<group * 16 + 16 {
      var history = try UniqueHistory(UniqueStates(rawValue: Int64(bits)), seed: UInt64(bits) + 1)
      for _ in 0..<50 { try history.step() }
      try history.end()
    }
  }

  @Test("13.2 an item that waits for a key runs when the window of its holder is over")
  func window() throws {
    let fixture = try QueueFixture()
    let rule = UniqueRule(states: UniqueStates(.running), window: .seconds(60))
    let ids = try (0..<2).map { _ in
      try fixture.enqueue {
        $0.uniqueKey = "k"
        $0.uniqueness = rule
      }
    }
    #expect(try fixture.queue.claim(2, worker: "w", lease: .hours(1)).map(\.item.id) == [ids[0]])
    #expect(try fixture.item(ids[1]).heldBy == .unique)
    fixture.clock.advance(by: .seconds(60))
    try fixture.store.upkeep.run(.named(["queue.deadlines"]))
    #expect(try fixture.claim()?.item.id == ids[1])
    #expect(try fixture.store.check() == [])
  }

  @Test("13.2 a key is passed on when the item that was to take it cannot be claimed any more")
  func passedOn() throws {
    let ends: [(String, (QueueFixture, ID<QueueItem>) throws -> Void)] = [
      ("pause", { try $0.queue.pause($1) }), ("cancel", { _ = try $0.queue.cancel($1) }),
      ("delete", { try $0.queue.delete($1) }),
      ("reschedule", { try $0.queue.reschedule($1, to: $0.clock.now + .hours(1)) }),
      ("pause of its limit key", { fixture, _ in try fixture.queues.pause(limitKey: "gate") }),
    ]
    for (name, end) in ends {
      let fixture = try QueueFixture()
      let ids = try (0..<3).map { number in
        try fixture.enqueue {
          $0.uniqueKey = "k"
          $0.uniqueness = UniqueRule(states: UniqueStates(.running))
          if number == 1 { $0.limitKey = "gate" }
        }
      }
      let lease = try #require(try fixture.queue.claim(3, worker: "w").first).lease
      try fixture.queue.complete(lease)
      try end(fixture, ids[1])
      #expect(try fixture.claim()?.item.id == ids[2], "\(name)")
      #expect(try fixture.store.check() == [], "\(name)")
    }
  }

  @Test("13.2 an item whose key is renamed while it waits for the old one waits no longer")
  func renamed() throws {
    let fixture = try QueueFixture()
    for _ in 0..<2 {
      try fixture.enqueue {
        $0.uniqueKey = "k"
        $0.uniqueness = UniqueRule(states: UniqueStates(.running))
      }
    }
    #expect(try fixture.queue.claim(2, worker: "w").count == 1)
    try fixture.sql("UPDATE queue_items SET unique_key = 'z' WHERE held_by = 'unique'")
    #expect(try fixture.claim() != nil)
    #expect(try fixture.store.check() == [])
  }
}

/// Items of one key that move at random.
private struct UniqueHistory {
  let fixture: QueueFixture
  let states: UniqueStates
  var random: RandomSource
  var leases: [Lease] = []

  init(_ states: UniqueStates, seed: UInt64) throws {
    fixture = try QueueFixture(seed: seed)
    self.states = states
    random = .seeded(seed)
    try fixture.queues.setLimit(QueueLimit(.key, "gate", maxRunning: 1))
  }

  private func ids(_ statuses: QueueItem.Status...) throws -> [ID<QueueItem>] {
    try fixture.queue.list(.kind("work"), statuses: Set(statuses)).elements.map(\.id)
  }

  mutating func step() throws {
    do {
      try move()
    } catch is QueueError {
      // A refusal in the words of the queue.
    } catch {
      Issue.record(error, "with the states \(states.rawValue)")
    }
  }

  private mutating func move() throws {
    let queue = fixture.queue
    let any = try ids(.pending, .retrying, .parked, .paused, .failed, .cancelled, .completed)
      .randomElement(using: &random)
    let lease = leases.randomElement(using: &random)
    switch Int.random(in: 0..<17, using: &random) {
    case 0...2: try add()
    case 3...4: leases += try queue.claim(2, worker: "w").map(\.lease)
    case 5: if let lease { try queue.complete(lease) }
    case 6: if let lease { try queue.fail(lease, error: ItemFailure(message: "no")) }
    case 7: if let lease { try queue.snooze(lease, for: .seconds(5)) }
    case 8: if let lease { try queue.release(lease) }
    case 9: if let lease { try queue.park(lease) }
    case 10: if let any { try queue.unpark(any) }
    case 11: if let any { try queue.pause(any) }
    case 12: if let any { try queue.resume(any) }
    case 13: if let any { try queue.cancel(any) }
    case 14: if let any { try queue.retry(any) }
    case 15: if let any { try queue.reschedule(any, to: fixture.clock.now + .seconds(7)) }
    default:
      fixture.clock.advance(by: .seconds(Bool.random(using: &random) ? 3 : 31))
      try sweep()
    }
  }

  private mutating func add() throws {
    let (hasKey, hasGate) = (Bool.random(using: &random), Bool.random(using: &random))
    let window = Bool.random(using: &random)
    try fixture.enqueue {
      $0.retryDelaySeconds = 0
      $0.maxAttempts = 9
      // Under another key first, which lets items in that would be duplicates.
      $0.uniqueKey = hasKey ? "k" : "later"
      $0.uniqueness = UniqueRule(states: states, window: window ? .seconds(20) : nil)
      if hasGate { $0.limitKey = "gate" }
    }
    try fixture.sql(
      """
      UPDATE OR IGNORE queue_items SET unique_key = 'k' WHERE unique_key = 'later'
      """)
  }

  private func sweep() throws {
    try fixture.store.upkeep.run(.named(["queue.rescue", "queue.deadlines"]))
  }

  mutating func end() throws {
    for _ in 0..<10 {
      fixture.clock.advance(by: .hours(1))
      try sweep()
      for id in try ids(.parked, .paused) {
        if (try? fixture.queue.unpark(id)) == nil { try? fixture.queue.resume(id) }
      }
      while let claimed = try fixture.claim() { try fixture.queue.complete(claimed.lease) }
    }
    let findings = try fixture.store.check()
    #expect(findings.isEmpty, "with the states \(states.rawValue): \(findings)")
    let stranded = try fixture.store.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT status, held_by FROM queue_items i WHERE status IN ('pending', 'retrying')
            AND (held_by IS NOT 'unique' OR NOT EXISTS (SELECT 1 FROM queue_unique_keys u
              WHERE u.kind = i.kind AND u.unique_key = i.unique_key AND u.is_held = 1))
          """
      ) { "\(try $0.value(at: 0, as: String.self)) \(try $0.value(at: 1, as: String?.self) ?? "")" }
    }
    #expect(stranded == [], "with the states \(states.rawValue)")
  }
}
