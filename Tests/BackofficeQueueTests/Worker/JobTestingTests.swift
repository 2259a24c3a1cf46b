import BackofficeQueue
import BackofficeQueueTesting
import Testing

private struct Count: Job, Equatable {
  static let kind = "count"
  struct Answer: Codable, Sendable, Equatable { let value: Int }
  typealias Result = Answer
  var down: Int
}

@Suite("Testing help for work")
struct JobTestingTests {
  let test: TestStore
  let handlers: JobHandlers

  init() throws {
    test = try TestStore(packs: [])
    var handlers = JobHandlers()
    handlers.on(Count.self) { job, context in
      if job.down == 13 { throw JobFailure.discard(reason: "unlucky") }
      if job.down == 14, context.attempt == 1 { throw ItemFailure(message: "not yet") }
      if job.down == 15 { throw JobRequest.snooze(for: .hours(1)) }
      if (1..<10).contains(job.down) {
        try context.store.queue.enqueue(Count(down: job.down - 1))
      }
      return Count.Answer(value: job.down)
    }
    self.handlers = handlers
  }

  @Test("E10: a drain counts attempts by outcome")
  func outcomes() async throws {
    for down in [0, 13, 14, 15] { try test.store.queue.enqueue(Count(down: down)) }
    #expect(
      try await test.drain(handlers)
        == DrainReport(completed: 1, retrying: 1, failed: 1, putOff: 1))
  }

  @Test("E10: a drain runs items that its items enqueued only if it is recursive")
  func recursion() async throws {
    try test.store.queue.enqueue(Count(down: 3))
    let once = try await test.drain(handlers, DrainOptions(isRecursive: false))
    #expect(once == DrainReport(completed: 1))
    #expect(try test.enqueued(Count.self).map(\.job) == [Count(down: 2)])
    #expect(try test.enqueued(Count.self).map(\.item.attempts.charged) == [0])
    #expect(try await test.drain(handlers) == DrainReport(completed: 3))
  }

  @Test("E10: a drain runs scheduled items only on request, and stops at its limit")
  func scheduled() async throws {
    try test.store.queue.enqueue(Count(down: 0)) { $0.dueAt = test.clock.now + .days(1) }
    try test.store.queue.enqueue(Count(down: 14))
    #expect(try await test.drain(handlers) == DrainReport(retrying: 1))
    #expect(
      try await test.drain(handlers, DrainOptions(limit: 1, withScheduled: true))
        == DrainReport(completed: 1))
    #expect(
      try await test.drain(handlers, DrainOptions(withScheduled: true))
        == DrainReport(completed: 1))
  }

  @Test("Items of a kind without a handler are not claimed")
  func unknown() async throws {
    try test.store.queue.enqueue(NewQueueItem(kind: "other"))
    #expect(try await test.drain(handlers) == DrainReport())
  }

  @Test("A job can be run immediately, with its result or its error")
  func inline() async throws {
    #expect(try await test.run(Count(down: 0), with: handlers) == Count.Answer(value: 0))
    await #expect(throws: JobFailure.discard(reason: "unlucky")) {
      try await test.run(Count(down: 13), with: handlers)
    }
    #expect(try test.store.check() == [])
  }

  @Test("Enqueued jobs can be found by their properties")
  func enqueued() throws {
    try test.store.queue.enqueue([Count(down: 1), Count(down: 2)])
    #expect(try test.enqueued(Count.self).map(\.job.down) == [1, 2])
    #expect(try test.hasEnqueued(Count.self) { $0.down == 2 })
    #expect(try !test.hasEnqueued(Count.self) { $0.down == 3 })
  }

  @Test("A simulated day of schedules, retries and crashed workers gives the expected result")
  func travelling() async throws {
    try test.store.queue.enqueue(Count(down: 14))
    try test.store.queue.enqueue(Count(down: 0)) { $0.dueAt = test.clock.now + .hours(3) }
    var hourly = NewQueueSchedule(name: "hourly", kind: "count", every: .hours(1))
    hourly.payload = try JSONText(encoding: Count(down: 0))
    hourly.firstRunAt = test.clock.now + .hours(1)
    try test.store.schedules.create(hourly)
    let start = test.clock.now
    let report = try await test.travel(.hours(24), with: handlers)
    #expect(report == DrainReport(completed: 26, retrying: 1))
    #expect(test.clock.now == start + .hours(24))
    #expect(try test.store.check() == [])
  }
}
