import BackofficeQueue
import BackofficeQueueTesting
import Synchronization
import Testing

@Suite("The end of a worker", .timeLimit(.minutes(10)))
struct WorkerShutdownTests {
  @Test("E06: during the grace period running items finish, and no item is claimed")
  func graceful() async throws {
    let office = try WorkerFixture()
    try office.enqueue(6)
    let door = Door()
    let worker = try office.worker(concurrency: 2) { handlers in
      handlers.on(kind: "work") { _ in
        await door.pass()
        return nil
      }
    }
    let run = Task { try await worker.run() }
    await office.events.waitForBegins(2)
    worker.shutdown()
    door.open()
    try await run.value
    #expect(office.events.log.last == .stopped(unreturned: 0, unwritten: 0))
    #expect(try office.count(.completed) == 2)
    #expect(try office.count(.pending) == 4)
  }

  @Test("E07: beyond the grace period handlers are cancelled and items handed back, uncharged")
  func beyondGrace() async throws {
    let office = try WorkerFixture()
    let ids = try office.enqueue(3)
    let stubborn = ids[0]
    let door = Door()
    let worker = try office.worker(concurrency: 3) { handlers in
      handlers.on(kind: "work") { context in
        if context.item.id == stubborn {
          await door.pass()
        } else {
          try await untilCancelled()
        }
        return nil
      }
    }
    let run = Task { try await worker.run() }
    await office.events.waitForBegins(3)
    worker.shutdown()
    try await eventually { office.clock.nextTimer != nil }
    office.clock.advance(by: .seconds(15))
    await office.events.waitForEnds(2)
    #expect(office.events.log.outcomes == [.handedBack, .handedBack])
    #expect(try office.item(stubborn).status == .running)
    office.clock.advance(by: .seconds(1))
    // It returns although one handler does not.
    try await run.value
    #expect(office.events.log.last == .stopped(unreturned: 1, unwritten: 0))
    let items = try ids.map(office.item)
    #expect(items.map(\.status) == [.pending, .pending, .pending])
    #expect(items.map(\.attempts.charged) == [0, 0, 0])
    // B13: the late answer of the stubborn one finds another attempt, and leaves it alone.
    let taken = try office.queue.claim(3, worker: "other")
    door.open()
    #expect(taken.count == 3)
    #expect(try office.count(.running) == 3)
    #expect(try office.store.check() == [])
  }

  @Test("Cancelling the task of run() stops handlers at once")
  func cancelled() async throws {
    let office = try WorkerFixture()
    let id = try office.enqueue()[0]
    let worker = try office.worker { handlers in
      handlers.on(kind: "work") { _ in
        try await untilCancelled()
        return nil
      }
    }
    let run = Task { try await worker.run() }
    await office.events.waitForBegins(1)
    run.cancel()
    try await run.value
    #expect(try office.item(id).status == .pending)
    #expect(try office.item(id).attempts.charged == 0)
  }

  @Test("E09: starts and stops from many tasks at once end, and leave no handler behind")
  func stress() async throws {
    let office = try WorkerFixture()
    try office.enqueue(40)
    for round in 0..<30 {
      let worker = try office.worker("w\(round)", concurrency: 3) { handlers in
        handlers.on(kind: "work") { _ in
          await Task.yield()
          throw JobRequest.snooze(for: .zero)
        }
      }
      await withTaskGroup(of: Void.self) { group in
        for task in 0..<6 {
          group.addTask {
            switch task % 3 {
            case 0: try? await worker.run()
            case 1: worker.shutdown()
            default:
              let run = Task { try await worker.run() }
              run.cancel()
              _ = await run.result
            }
          }
        }
        await group.waitForAll()
        worker.shutdown()
      }
      #expect(worker.metrics.running == 0)
      #expect(worker.metrics.unwritten == 0)
    }
    #expect(try office.count(.running) == 0)
    #expect(try office.count(.pending) == 40)
    #expect(try office.store.check() == [])
  }

  @Test("A worker runs only once, and one that was shut down before returns immediately")
  func once() async throws {
    let office = try WorkerFixture()
    let stopped = try office.worker { _ in }
    stopped.shutdown()
    try await stopped.run()
    await #expect(throws: WorkerError.alreadyRan(worker: "w")) { try await stopped.run() }
  }

  @Test("Closing the store ends its worker with an error")
  func closed() async throws {
    let office = try WorkerFixture()
    let worker = try office.worker { $0.on(kind: "work") { _ in nil } }
    let run = Task { try await worker.run() }
    try await eventually { worker.metrics.transactions > 0 }
    office.store.close()
    office.clock.advance(by: .seconds(1))
    await #expect(throws: StorageError.closed) { try await run.value }
  }
}
