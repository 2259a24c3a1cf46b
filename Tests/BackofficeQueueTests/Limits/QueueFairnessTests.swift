import Testing

@testable import BackofficeQueue

@Suite("Aging and fair turns")
struct QueueFairnessTests {
  @Test("The priority of a waiting item rises every ten minutes, up to 2")
  func aging() throws {
    let fixture = try QueueFixture()
    let old = try fixture.enqueue { $0.priority = 5 }
    fixture.clock.advance(by: .minutes(9))
    let newer = try fixture.enqueue { $0.priority = 4 }
    #expect(try fixture.claim()?.item.id == newer)
    let third = try fixture.enqueue { $0.priority = 4 }
    fixture.clock.advance(by: .minutes(1))
    #expect(try fixture.claim()?.item.id == old)
    fixture.clock.advance(by: .hours(5))
    let urgent = try fixture.enqueue { $0.priority = 1 }
    let second = try fixture.enqueue { $0.priority = 2 }
    let order = try fixture.queue.claim(3, worker: "w").map(\.item.id)
    #expect(order == [urgent, third, second])
  }

  @Test("Aging can be switched off, and its length changed")
  func agingOff() throws {
    let fixture = try QueueFixture()
    try fixture.queues.configure(QueueSettings(aging: .zero))
    try fixture.enqueue { $0.priority = 5 }
    fixture.clock.advance(by: .days(5))
    let newer = try fixture.enqueue { $0.priority = 4 }
    #expect(try fixture.claim()?.item.id == newer)
    #expect(
      ClaimCandidate.level(5, dueAt: fixture.clock.now, aging: 0, now: fixture.clock.now) == 5)
    let early = Timestamp(microseconds: .min)
    #expect(
      ClaimCandidate.level(5, dueAt: early, aging: 1, now: Timestamp(microseconds: .max)) == 2)
    #expect(ClaimCandidate.level(5, dueAt: early, aging: 1, now: Timestamp(microseconds: 0)) == 2)
    #expect(
      ClaimCandidate.level(4, dueAt: fixture.clock.now, aging: 1, now: QueueFixture.start) == 4)
  }

  @Test("In a fair queue accounts take turns, regardless of how much each has enqueued")
  func turns() throws {
    let fixture = try QueueFixture()
    try fixture.queues.configure(QueueSettings(isFair: true))
    let (ada, bob) = (Account.name("ada"), Account.name("bob"))
    for _ in 0..<6 { try fixture.enqueue { $0.account = ada } }
    for _ in 0..<3 { try fixture.enqueue { $0.account = bob } }
    try fixture.enqueue()
    let first = try fixture.queue.claim(7, worker: "w").map(\.item.account)
    #expect(first == [ada, bob, nil, ada, bob, ada, bob])
    #expect(try fixture.store.check() == [])
    // Who comes later begins now, and has saved nothing up.
    let eve = Account.name("eve")
    for _ in 0..<3 { try fixture.enqueue { $0.account = eve } }
    let rest = try fixture.queue.claim(10, worker: "w").map(\.item.account)
    #expect(rest.count == 6)
    #expect(rest.prefix(4).count { $0 == eve } >= 2)
    #expect(try fixture.store.check() == [])
  }

  @Test("The weight of an account counts its turns")
  func weights() throws {
    let fixture = try QueueFixture()
    try fixture.queues.configure(QueueSettings(isFair: true))
    let (big, small) = (Account.name("big"), Account.name("small"))
    try fixture.queues.setWeight(4, of: big)
    for _ in 0..<40 { try fixture.enqueue { $0.account = big } }
    for _ in 0..<40 { try fixture.enqueue { $0.account = small } }
    let claimed = try fixture.queue.claim(50, worker: "w").map(\.item.account)
    #expect(claimed.count { $0 == big } == 40)
    #expect(claimed.count { $0 == small } == 10)
  }

  @Test("Priorities precede turns, and a queue that is no longer fair uses due times")
  func priorities() throws {
    let fixture = try QueueFixture()
    try fixture.queues.configure(QueueSettings(isFair: true))
    let ada = Account.name("ada")
    let ids = try (0..<3).map { _ in try fixture.enqueue { $0.account = ada } }
    let urgent = try fixture.enqueue {
      $0.account = ada
      $0.priority = 1
    }
    #expect(try fixture.claim()?.item.id == urgent)
    #expect(try fixture.claim()?.item.id == ids[0])
    try fixture.queue.cancel(ids[1])
    #expect(try fixture.item(ids[2]).heldBy == .turn)
    #expect(try fixture.store.check() == [])
    try fixture.queues.configure(QueueSettings())
    #expect(try fixture.item(ids[2]).heldBy == nil)
    #expect(try fixture.claim()?.item.id == ids[2])
    #expect(try fixture.store.check() == [])
  }

  @Test("Turns and the limit of a batch hold together")
  func turnsWithBatch() throws {
    let fixture = try QueueFixture()
    try fixture.queues.configure(QueueSettings(isFair: true))
    var new = NewBatch(name: "b")
    new.maxConcurrentItems = 1
    let batch = try fixture.batches.create(new)
    let (ada, bob) = (Account.name("ada"), Account.name("bob"))
    for _ in 0..<5 {
      try fixture.enqueue {
        $0.account = ada
        $0.batchID = batch.id
      }
      try fixture.enqueue { $0.account = bob }
    }
    var done = 0
    for _ in 0..<20 where done < 10 {
      let claimed = try fixture.queue.claim(3, worker: "w")
      #expect(claimed.count { $0.item.batchID != nil } <= 1)
      try fixture.queue.complete(claimed.map(\.lease))
      done += claimed.count
      #expect(try fixture.store.check() == [])
    }
    #expect(done == 10)
  }
}
