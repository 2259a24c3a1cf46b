import BackofficeQueue
import BackofficeQueueTesting
import BackofficeTestSupport
import Dispatch
import Synchronization
import Testing

@Suite("Leases of a worker", .timeLimit(.minutes(10)))
struct WorkerLeaseTests {
  @Test("B02: a handler longer than the lease keeps it by heartbeats at a third of it")
  func heartbeats() async throws {
    let office = try WorkerFixture()
    let id = try office.enqueue()[0]
    let door = Door()
    let worker = try office.worker { handlers in
      handlers.on(kind: "work") { _ in
        await door.pass()
        return nil
      }
    }
    try await office.running(worker) {
      await office.events.waitForBegins(1)
      for _ in 0..<30 {
        let end = office.clock.now + .seconds(40)
        office.clock.advance(by: .seconds(10))
        try await eventually { try office.item(id).run.leaseExpiresAt == end }
        #expect(try office.queue.rescueExpired().count == 0)
        #expect(try office.queue.claim(worker: "thief").isEmpty)
      }
      door.open()
      await office.events.waitForEnds(1)
    }
    #expect(office.events.log.outcomes == [.completed])
    #expect(try office.item(id).attempts.charged == 1)
  }

  @Test("A handler that blocks every thread of the pool stops neither heartbeats nor run limits")
  func blockedPool() async throws {
    let office = try WorkerFixture()
    let blocked = try office.enqueue(16)
    let limited = try office.enqueue {
      $0.kind = "limited"
      $0.runLimitSeconds = 60
      $0.maxAttempts = 1
    }[0]
    let block = DispatchSemaphore(value: 0)
    let worker = try office.worker(concurrency: 17) { handlers in
      handlers.onOtherKinds { _ in
        // As a handler would that calls something synchronous.
        blockTheThread(on: block)
        return nil
      }
    }
    let (store, clock, events) = (office.store, office.clock, office.events)
    let run = Mutex<Task<Void, any Error>?>(nil)
    // On a thread of its own: while the handlers block, nothing of the pool is to be had.
    let renewed = await TestThread.value {
      run.withLock { $0 = Task { try await worker.run() } }
      defer { for _ in 0..<17 { block.signal() } }
      guard Self.comesTrue({ events.log.begins == 17 }) else { return 0 }
      for step in 1...6 {
        clock.advance(by: .seconds(10))
        let floor = TestStore.monday + .seconds(10 * step + 20)
        let isRenewed = Self.comesTrue { Self.firstEnd(store).map { $0 >= floor } ?? false }
        guard isRenewed else { return step - 1 }
      }
      guard Self.comesTrue({ events.log.outcomes.count == 1 }) else { return 0 }
      return 6
    }
    #expect(renewed == 6)
    await office.events.waitForEnds(17)
    worker.shutdown()
    try await run.withLock { $0 }?.value
    #expect(try office.item(limited).status == .failed)
    #expect(try office.item(limited).errorCode == WorkQueue.runLimitReached)
    let ends = try blocked.map { try office.item($0).status }
    #expect(ends.allSatisfy { $0 == .completed })
  }

  private static func comesTrue(_ test: () -> Bool) -> Bool {
    let start = ContinuousClock.now
    // Generous, since all threads of a busy machine may be at other tests.
    while ContinuousClock.now - start < .seconds(300) { if test() { return true } }
    return false
  }

  private static func firstEnd(_ store: BackofficeStore) -> Timestamp? {
    let sql = """
      SELECT min(lease_expires_at) FROM queue_items WHERE status = 'running' AND kind = 'work'
      """
    let found = try? store.read { transaction in
      try transaction.fetchOne(sql: sql) { try $0.value(at: 0, as: Timestamp?.self) }
    }
    return (found ?? nil) ?? nil
  }

  @Test("B10, B11: an acknowledgement after another worker's claim is discarded")
  func leaseExpiry() async throws {
    for succeeds in [true, false] {
      let office = try WorkerFixture()
      let id = try office.enqueue { $0.retryDelaySeconds = 0 }[0]
      let door = Door()
      let worker = try office.worker { handlers in
        handlers.on(kind: "work") { _ in
          await door.pass()
          if !succeeds { throw ItemFailure(message: "late") }
          return nil
        }
      }
      try await office.running(worker) {
        await office.events.waitForBegins(1)
        // A process that was suspended: the store moves on without it.
        let thief = try office.store.write { transaction in
          try transaction.execute(
            sql: "UPDATE queue_items SET lease_expires_at = ?", transaction.now)
          _ = try transaction.queue.rescueExpired()
          return try transaction.queue.claim(worker: "thief")
        }
        #expect(thief.count == 1)
        await office.events.wait(
          for: .stopping(item: id, kind: "work", reason: .leaseLost))
        door.open()
        try await eventually { worker.metrics.unreturned == 0 }
        let item = try office.item(id)
        #expect(item.status == .running)
        #expect(item.run.worker == "thief")
        #expect(item.attempts.charged == 2)
        try office.queue.complete(thief[0].lease)
      }
      #expect(office.events.log.outcomes == [])
    }
  }

  @Test("B19: a worker that was suspended beyond its leases sends heartbeats before it claims")
  func sleeper() async throws {
    let office = try WorkerFixture()
    let first = try office.enqueue()[0]
    let door = Door()
    let worker = try office.worker(concurrency: 2) { handlers in
      handlers.on(kind: "work") { _ in
        await door.pass()
        return nil
      }
    }
    try await office.running(worker) {
      await office.events.waitForBegins(1)
      try office.enqueue { $0.dueAt = office.clock.now + .hours(1) }
      office.clock.advance(by: .hours(1))
      await office.events.waitForBegins(2)
      // In one transaction with the claim, so no other reader can see it in between.
      let end = try office.item(first).run.leaseExpiresAt
      #expect(end == office.clock.now + .seconds(30))
      door.open()
      await office.events.waitForEnds(2)
    }
  }

  @Test("B23: an item that is deleted while it runs does not affect others")
  func deleted() async throws {
    let office = try WorkerFixture()
    let ids = try office.enqueue(3)
    let door = Door()
    let worker = try office.worker { handlers in
      handlers.on(kind: "work") { _ in
        await door.pass()
        return nil
      }
    }
    try await office.running(worker) {
      await office.events.waitForBegins(3)
      try office.store.write { transaction in
        try transaction.execute(sql: "DELETE FROM queue_items WHERE id = ?", ids[1])
      }
      await office.events.wait(
        for: .stopping(item: ids[1], kind: "work", reason: .leaseLost))
      door.open()
      await office.events.waitForEnds(2)
    }
    #expect(office.events.log.outcomes == [.completed, .completed])
  }

  @Test("B03, B20: a worker rescues what dead ones left, and poison ends at its cap")
  func rescues() async throws {
    let office = try WorkerFixture()
    let id = try office.enqueue {
      $0.maxRescues = 1
      $0.retryDelaySeconds = 0
      $0.kind = "poison"
    }[0]
    let worker = try office.worker(upkeep: true) { handlers in
      handlers.on(kind: "work") { _ in nil }
    }
    try await office.running(worker) {
      for _ in 0..<2 {
        try await eventually {
          // A process that dies with it.
          try !office.queue.claim(kinds: ["poison"], worker: "dying").isEmpty
        }
        office.clock.advance(by: .seconds(30))
        try await eventually { try office.item(id).status != .running }
      }
      #expect(try office.item(id).status == .failed)
      #expect(try office.item(id).errorCode == WorkQueue.leaseExpired)
    }
  }

  @Test("A schedule runs once at its time, with any number of workers")
  func schedules() async throws {
    let office = try WorkerFixture()
    var daily = NewQueueSchedule(name: "report", kind: "work", every: .minutes(1))
    daily.firstRunAt = office.clock.now + .minutes(1)
    try office.store.schedules.create(daily)
    let workers = try (0..<2).map { number in
      try office.worker("w\(number)", upkeep: true) { handlers in
        handlers.on(kind: "work") { _ in nil }
      }
    }
    let runs = workers.map { worker in Task { try await worker.run() } }
    for minute in 1...5 {
      try await eventually { office.clock.nextTimer != nil }
      office.clock.advance(by: .minutes(1))
      await office.events.waitForEnds(minute)
    }
    for worker in workers { worker.shutdown() }
    for run in runs { try await run.value }
    #expect(try office.count(.completed) == 5)
  }
}

/// Blocks any thread.
private func blockTheThread(on semaphore: DispatchSemaphore) { semaphore.wait() }
