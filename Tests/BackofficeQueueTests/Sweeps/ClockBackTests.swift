import BackofficeQueue
import Testing

@Suite("A clock that is set back")
struct ClockBackTests {
  let fixture: QueueFixture

  init() throws { fixture = try QueueFixture() }

  private func setBack(_ duration: Duration = .hours(1)) {
    fixture.clock.set(to: fixture.clock.now - duration)
  }

  @Test("13.7 a rate window that began in the future is over")
  func rates() throws {
    try fixture.queues.setLimit(QueueLimit(.key, "k", rate: .init(1, perSeconds: 60)))
    for _ in 0..<3 { try fixture.enqueue { $0.limitKey = "k" } }
    #expect(try fixture.queue.claim(3, worker: "w").count == 1)
    setBack()
    try fixture.queue.rescueExpired()
    #expect(try fixture.queue.claim(3, worker: "w").count == 1)
    fixture.clock.advance(by: .seconds(59))
    #expect(try fixture.queue.claim(3, worker: "w").count == 0)
    fixture.clock.advance(by: .seconds(1))
    #expect(try fixture.queue.claim(3, worker: "w").count == 1)
  }

  @Test("13.7 13.30 a lease keeps its length, also one that was given ten years ahead")
  func leases() throws {
    for ahead in [Duration.hours(1), .days(3652)] {
      let id = try fixture.enqueue()
      fixture.clock.advance(by: ahead)
      _ = try fixture.claim()
      setBack(ahead)
      #expect(try fixture.queue.rescueExpired().corrected >= 1)
      #expect(try fixture.item(id).run.leaseExpiresAt == fixture.clock.now + .seconds(30))
      fixture.clock.advance(by: .seconds(30))
      #expect(try fixture.queue.rescueExpired().retrying == [id])
      #expect(try fixture.queue.rescueExpired().corrected == 0)
      try fixture.queue.delete(id)
    }
  }

  @Test("13.30 a heartbeat after the correction gives a lease of its own length")
  func heartbeat() throws {
    let id = try fixture.enqueue()
    fixture.clock.advance(by: .days(3652))
    let lease = try #require(try fixture.claim()).lease
    setBack(.days(3652))
    let end = fixture.clock.now + .seconds(30)
    #expect(try fixture.queue.heartbeat(lease).expiresAt == end)
    #expect(try fixture.queue.heartbeat(lease, extendBy: .seconds(1)).expiresAt == end)
    fixture.clock.advance(by: .seconds(30))
    #expect(try fixture.queue.rescueExpired().retrying == [id])
  }

  @Test("13.7 what was due at once is due, and what has a time of its own keeps it")
  func dueTimes() throws {
    let later = fixture.clock.now + .hours(2)
    let scheduled = try fixture.enqueue { $0.dueAt = later }
    let ids = try (0..<5).map { _ in
      fixture.clock.advance(by: .seconds(1))
      return try fixture.enqueue()
    }
    setBack()
    #expect(try fixture.claim() == nil)
    while try fixture.queue.rescueExpired(limit: 2).corrected > 0 {}
    #expect(try fixture.queue.claim(10, worker: "w").map(\.item.id) == ids)
    #expect(try fixture.item(scheduled).dueAt == later)
    #expect(try fixture.store.check() == [])
  }

  @Test("13.7 the delay of a retry keeps its length")
  func retries() throws {
    let id = try fixture.enqueue { $0.backOff = BackOff(.constant, jitterPercent: 0) }
    fixture.clock.advance(by: .hours(2))
    try fixture.queue.fail(
      #require(try fixture.claim()).lease, error: ItemFailure(message: "no"))
    setBack()
    #expect(try fixture.queue.rescueExpired().corrected == 1)
    fixture.clock.advance(by: .seconds(299))
    #expect(try fixture.claim() == nil)
    fixture.clock.advance(by: .seconds(1))
    #expect(try fixture.claim()?.item.id == id)
  }

  @Test("13.7 the window of a unique key keeps its length")
  func windows() throws {
    func add() throws -> EnqueueResult {
      var item = NewQueueItem(kind: "work")
      item.uniqueKey = "k"
      item.uniqueness = UniqueRule(window: .seconds(60))
      return try fixture.queue.enqueue(item)
    }
    fixture.clock.advance(by: .hours(2))
    _ = try add()
    setBack()
    try fixture.queue.rescueExpired()
    fixture.clock.advance(by: .seconds(59))
    #expect(try !add().isNew)
    fixture.clock.advance(by: .seconds(1))
    #expect(try add().isNew)
  }

  @Test("13.7 a deadline is a time of the calendar and stays")
  func deadlines() throws {
    let deadline = fixture.clock.now + .minutes(10)
    let id = try fixture.enqueue { $0.deadlineAt = deadline }
    setBack()
    try fixture.queue.rescueExpired()
    #expect(try fixture.item(id).deadlineAt == deadline)
    #expect(try fixture.claim()?.item.id == id)
  }

  @Test("13.7 upkeep does not stand still")
  func upkeep() throws {
    let tasks = try fixture.store.upkeep.list().map(\.name)
    try fixture.store.upkeep.run(.all)
    #expect(try fixture.store.upkeep.run().counts.isEmpty)
    setBack(.days(3))
    #expect(try fixture.store.upkeep.run().counts.count == tasks.count)
    #expect(try fixture.store.upkeep.run().counts.isEmpty)
  }
}
