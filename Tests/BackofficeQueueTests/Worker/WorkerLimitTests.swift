import BackofficeQueue
import BackofficeQueueTesting
import Synchronization
import Testing

@Suite("Limits and cancelling in a worker", .timeLimit(.minutes(10)))
struct WorkerLimitTests {
  @Test("C07: a handler over its run limit is cancelled, and the attempt fails as that")
  func runLimit() async throws {
    let office = try WorkerFixture()
    let id = try office.enqueue { $0.runLimitSeconds = 60 }[0]
    let reason = Mutex<JobContext.StopReason?>(nil)
    let worker = try office.worker(concurrency: 1) { handlers in
      handlers.on(kind: "work") { context in
        guard context.item.id == id else { return nil }
        defer { reason.withLock { $0 = context.stopReason } }
        try await untilCancelled()
        return nil
      }
    }
    try await office.running(worker) {
      await office.events.waitForBegins(1)
      for _ in 0..<6 { office.clock.advance(by: .seconds(10)) }
      await office.events.waitForEnds(1)
      let item = try office.item(id)
      #expect(item.status == .retrying)
      #expect(item.errorCode == WorkQueue.runLimitReached)
      try await eventually { reason.withLock { $0 } == .runLimit }
      // The slot is free again.
      try office.enqueue { $0.kind = "work" }
      await office.events.waitForBegins(2)
    }
  }

  @Test("C08: a handler that ignores its cancellation is reported, and its slot goes to another")
  func unresponsive() async throws {
    let office = try WorkerFixture()
    let stuck = try office.enqueue {
      $0.runLimitSeconds = 60
      $0.maxAttempts = 1
    }[0]
    let door = Door()
    let worker = try office.worker(concurrency: 1) { handlers in
      handlers.on(kind: "work") { context in
        if context.item.id == stuck { await door.pass() }
        return nil
      }
    }
    try await office.running(worker) {
      await office.events.waitForBegins(1)
      let next = try office.enqueue()[0]
      office.clock.advance(by: .seconds(60))
      await office.events.waitForEnds(1)
      #expect(try office.item(stuck).status == .failed)
      #expect(try office.item(next).status == .pending)
      office.clock.advance(by: .seconds(10))
      await office.events.wait(for: .unresponsive(item: stuck, kind: "work"))
      await office.events.waitForEnds(2)
      #expect(try office.item(next).status == .completed)
      #expect(worker.metrics.unreturned == 1)
      door.open()
      try await eventually { worker.metrics.unreturned == 0 }
    }
    // Its late answer changed nothing.
    #expect(try office.item(stuck).status == .failed)
  }

  @Test("B08, E01: cancelling a running item stops its handler at once, and it is not tried again")
  func cancelRunning() async throws {
    let office = try WorkerFixture()
    let id = try office.enqueue()[0]
    let worker = try office.worker { handlers in
      handlers.on(kind: "work") { _ in
        try await untilCancelled()
        return nil
      }
    }
    try await office.running(worker) {
      await office.events.waitForBegins(1)
      let answer = try office.queue.cancel(id)
      #expect(answer == .requested)
      await office.events.waitForEnds(1)
    }
    #expect(office.events.log.outcomes == [.cancelled])
    #expect(try office.item(id).status == .cancelled)
    #expect(try office.item(id).times.finishedAt != nil)
  }

  @Test("E02: a handler that succeeds although it was asked to stop completes its item")
  func cancelTooLate() async throws {
    let office = try WorkerFixture()
    let id = try office.enqueue()[0]
    let worker = try office.worker { handlers in
      handlers.on(kind: "work") { _ in
        try? await untilCancelled()
        return nil
      }
    }
    try await office.running(worker) {
      await office.events.waitForBegins(1)
      try office.queue.cancel(id)
      await office.events.waitForEnds(1)
    }
    #expect(try office.item(id).status == .completed)
  }
}
