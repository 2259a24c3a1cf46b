import BackofficeQueueTesting
import Synchronization
import Testing

@testable import BackofficeQueue

@Suite("Claims of a worker", .timeLimit(.minutes(10)))
struct WorkerClaimTests {
  @Test("A02: several workers drain a queue, and each item runs once", arguments: [0, 50])
  func eachOnce(prefetch: Int) async throws {
    let office = try WorkerFixture()
    let count = 300
    try office.enqueue(count)
    let runs = Mutex<[ID<QueueItem>: Int]>([:])
    let workers = try (0..<4).map { number in
      try office.worker("w\(number)", prefetch: prefetch) { handlers in
        handlers.on(kind: "work") { context in
          runs.withLock { $0[context.item.id, default: 0] += 1 }
          return nil
        }
      }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in workers { group.addTask { try await worker.run() } }
      await office.events.waitForEnds(count)
      for worker in workers { worker.shutdown() }
      try await group.waitForAll()
    }
    #expect(runs.withLock { $0.count } == count)
    #expect(runs.withLock { $0.values.max() } == 1)
    #expect(try office.count(.completed) == count)
    #expect(try office.store.check() == [])
  }

  @Test("A07: a worker has no more items than slots, and no more of a kind than its limit")
  func slots() async throws {
    let office = try WorkerFixture()
    try office.enqueue(20)
    try office.enqueue(20) { $0.kind = "rare" }
    let atWork = Mutex<(all: Int, rare: Int, most: Int, mostRare: Int)>((0, 0, 0, 0))
    let door = Door()
    let worker = try office.worker(concurrency: 5) { handlers in
      let perform: JobHandlers.Perform = { context in
        let rare = context.item.kind == "rare" ? 1 : 0
        atWork.withLock { now in
          now.all += 1
          now.rare += rare
          now.most = max(now.most, now.all)
          now.mostRare = max(now.mostRare, now.rare)
        }
        await door.pass()
        atWork.withLock { now in
          now.all -= 1
          now.rare -= rare
        }
        return nil
      }
      handlers.on(kind: "work", perform: perform)
      handlers.on(kind: "rare", concurrency: 2, perform: perform)
    }
    try await office.running(worker) {
      await office.events.waitForBegins(5)
      let taken = try office.count(.running)
      #expect(taken == 5)
      door.open()
      await office.events.waitForEnds(40)
    }
    #expect(atWork.withLock { $0.most } <= 5)
    #expect(atWork.withLock { $0.mostRare } <= 2)
  }

  @Test("A kind at its limit does not delay other kinds, which keep their priorities")
  func limitsKeepOrder() async throws {
    let office = try WorkerFixture()
    let door = Door()
    let order = Mutex<[String]>([])
    try office.enqueue(3) {
      $0.kind = "rare"
      $0.priority = 1
    }
    try office.enqueue(2) { $0.priority = 4 }
    try office.enqueue(1) { $0.priority = 2 }
    let worker = try office.worker(concurrency: 2) { handlers in
      handlers.on(kind: "work") { context in
        order.withLock { $0.append("\(context.item.priority)") }
        return nil
      }
      handlers.on(kind: "rare", concurrency: 1) { _ in
        order.withLock { $0.append("rare") }
        await door.pass()
        return nil
      }
    }
    try await office.running(worker) {
      await office.events.waitForEnds(3)
      #expect(order.withLock { $0 } == ["rare", "2", "4", "4"])
      door.open()
      await office.events.waitForEnds(6)
    }
  }

  @Test("Prefetched items are limited, and are handed back at the end")
  func prefetch() async throws {
    let office = try WorkerFixture()
    let ids = try office.enqueue(20)
    let door = Door()
    let worker = try office.worker(concurrency: 2, prefetch: 6) { handlers in
      handlers.on(kind: "work") { _ in
        await door.pass()
        return nil
      }
    }
    try await office.running(worker) {
      await office.events.waitForBegins(2)
      try await eventually { worker.metrics.waiting == 6 }
      #expect(try office.count(.running) == 8)
      worker.shutdown()
      await office.events.waitForEnds(6)
      door.open()
    }
    #expect(try office.count(.completed) == 2)
    let back = try ids.map(office.item).filter { $0.status == .pending }
    #expect(back.count == 18)
    #expect(back.allSatisfy { $0.attempts.charged == 0 })
  }

  @Test("An item enqueued while the worker is idle starts without polling")
  func wakesUp() async throws {
    let office = try WorkerFixture()
    let worker = try office.worker { $0.on(kind: "work") { _ in nil } }
    try await office.running(worker) {
      try await eventually { worker.metrics.transactions > 0 }
      // The clock stands still, so nothing but the commit can wake it.
      try office.enqueue()
      await office.events.waitForEnds(1)
      try await office.store.database.async.write { transaction in
        _ = try transaction.queue.enqueue(NewQueueItem(kind: "work"))
      }
      await office.events.waitForEnds(2)
    }
  }

  @Test("A scheduled item starts at its due time, neither earlier nor later")
  func dueTime() async throws {
    let office = try WorkerFixture()
    let due = office.clock.now + .milliseconds(700)
    try office.enqueue { $0.dueAt = due }
    let begun = Mutex<Timestamp?>(nil)
    let worker = try office.worker { handlers in
      handlers.on(kind: "work") { context in
        begun.withLock { $0 = context.item.run.claimedAt }
        return nil
      }
    }
    try await office.running(worker) {
      try await eventually { office.clock.nextTimer == due }
      office.clock.advance(by: .microseconds(699_999))
      #expect(office.clock.nextTimer == due)
      office.clock.advance(by: .microseconds(1))
      await office.events.waitForEnds(1)
    }
    #expect(begun.withLock { $0 } == due)
  }

  @Test("E05: no item of a paused queue starts until it is resumed")
  func paused() async throws {
    let office = try WorkerFixture()
    try office.queues.pause("default")
    try office.enqueue()
    let worker = try office.worker { $0.on(kind: "work") { _ in nil } }
    try await office.running(worker) {
      try await eventually { worker.metrics.transactions > 0 }
      office.clock.advance(by: .seconds(1))
      try office.enqueue()
      #expect(office.events.log.begins == 0)
      try office.queues.resume("default")
      await office.events.waitForEnds(2)
    }
  }

  @Test("A11: a failed claim is reported and retried, and is not treated as an empty queue")
  func failingClaim() async throws {
    let office = try WorkerFixture()
    try office.enqueue()
    let index = try #require(
      try office.store.read { transaction in
        try transaction.fetchOne(
          sql: "SELECT sql FROM sqlite_schema WHERE name = 'queue_items_claim'"
        ) { try $0.value(at: 0, as: String.self) }
      })
    try office.store.write { transaction in
      try transaction.execute(sql: "DROP INDEX queue_items_claim")
    }
    let worker = try office.worker { $0.on(kind: "work") { _ in nil } }
    try await office.running(worker) {
      await office.events.wait { $0.failures >= 1 }
      try office.store.write { transaction in
        try transaction.execute(sql: index)
      }
      office.clock.advance(by: .seconds(1))
      await office.events.waitForEnds(1)
    }
  }

  @Test("What rules do at the commit of an answer is picked up without a further sign")
  func followUps() async throws {
    let office = try WorkerFixture()
    let worker = try office.worker { handlers in
      handlers.on(kind: "work") { context in
        if context.item.priority < 5 {
          var next = NewQueueItem(kind: "work")
          next.priority = context.item.priority + 1
          let item = next
          try await context.complete { transaction in
            _ = try transaction.queue.enqueue(item)
          }
        }
        return nil
      }
    }
    try office.enqueue { $0.priority = 1 }
    try await office.running(worker) { await office.events.waitForEnds(5) }
    #expect(try office.count(.completed) == 5)
  }

  @Test("Invalid settings are rejected by name")
  func settings() throws {
    let office = try WorkerFixture()
    func field(_ shape: (inout Worker.Configuration) -> Void) -> String? {
      var configuration = Worker.Configuration()
      shape(&configuration)
      do {
        _ = try Worker(office.store, configuration: configuration, handlers: JobHandlers())
        return nil
      } catch {
        if case .invalid(let field, _) = error { return field }
        return nil
      }
    }
    #expect(field { $0.concurrency = 0 } == "concurrency")
    #expect(field { $0.prefetch = -1 } == "prefetch")
    #expect(field { $0.name = "" } == "name")
    #expect(field { $0.queues = [] } == "queues")
    #expect(field { $0.lease = .zero } == "lease")
    #expect(field { $0.acknowledgementDelay = .seconds(11) } == "acknowledgementDelay")
    #expect(field { _ in } == nil)
  }
}
