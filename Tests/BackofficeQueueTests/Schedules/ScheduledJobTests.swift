import BackofficeQueueTesting
import Synchronization
import Testing

@testable import BackofficeQueue

@Suite("Jobs in schedules, drains and logs")
struct ScheduledJobTests {
  struct Nightly: Job {
    static let kind = "nightly"
    var number = 7

    func prepare(_ item: inout NewQueueItem) {
      item.queue = "night"
      item.maxAttempts = 7
      item.priority = 1
      item.account = "ada"
      item.cost = 3
      item.limitKey = "limit"
      item.uniqueKey = "key"
      item.uniqueness = UniqueRule(
        states: .waiting, window: .hours(2), onConflict: .replace([.payload, .tags]))
      item.uniqueness.windowBeginsWhenDue = true
      item.uniqueness.longestWait = .hours(1)
      item.retryDelaySeconds = 11
      item.backOff = BackOff(.linear, factorPercent: 300, capSeconds: 99, jitterPercent: 5)
      item.maxRescues = 1
      item.runLimitSeconds = 60
      item.leaseExpiry = .fail
      item.subject = EntityReference("thing", ID<AnyEntity>.zero)
      item.tags = ["a", "b"]
    }
  }

  @Test("13.12 a schedule of a job enqueues exactly what enqueueing the job does")
  func schedule() throws {
    let test = try TestStore(packs: [])
    let schedules = test.store.schedules
    let schedule = try schedules.create(
      NewQueueSchedule(name: "s", Nightly(), timing: .every(.hours(1))))
    #expect(try schedule.definition().item(at: test.clock.now).uniqueness.window == .hours(2))
    let direct = try test.store.queue.enqueue(Nightly()).id
    let plain = try #require(try test.store.queue.find(direct))
    let policy = try test.store.queue.policy(of: direct)
    try test.store.queue.delete(direct)
    test.clock.advance(by: .hours(1))
    let id = try #require(try schedules.enqueueDue().first)
    let item = try #require(try test.store.queue.find(id))
    #expect(try test.store.queue.policy(of: id) == policy)
    #expect(policy?.maxAttempts == 7 && policy?.runLimitSeconds == 60)
    #expect(item.queue == "night" && item.priority == 1 && item.tags == ["a", "b"])
    #expect(item.payload == plain.payload && item.cost == 3 && item.account == "ada")
    #expect(item.limitKey == "limit" && item.uniqueKey == "key")
    #expect(item.subjectKind == plain.subjectKind && item.subjectID == plain.subjectID)
    // A change of one part keeps the others.
    try schedules.change(schedule.id) { $0.queue = "day" }
    try test.store.queue.delete(id)
    let now = try schedules.runNow(schedule.id)
    let changed = try #require(try test.store.queue.find(now))
    #expect(changed.queue == "day" && changed.limitKey == "limit" && changed.tags == ["a", "b"])
  }

  @Test("13.12 without attempts of their own scheduled items and callbacks follow their kind")
  func kinds() throws {
    let test = try TestStore(packs: [])
    var kind = KindPolicy("work")
    kind.maxAttempts = 9
    try test.store.queues.declare([kind])
    try test.store.schedules.create(
      NewQueueSchedule(name: "s", kind: "work", every: .hours(1)))
    var batch = NewBatch(name: "b")
    batch.callbacks[.finish] = BatchCallback(kind: "work")
    try test.store.batches.create(batch, items: [])
    test.clock.advance(by: .hours(1))
    try test.store.schedules.enqueueDue()
    let items = try test.store.queue.list(.kind("work")).elements
    #expect(items.count == 2)
    for item in items {
      #expect(try test.store.queue.policy(of: item.id)?.maxAttempts == 9)
    }
  }

  @Test("13.12 a time of its own cannot be scheduled")
  func times() throws {
    for (field, flaw) in [
      ("dueAt", { $0.dueAt = TestStore.monday }),
      ("deadlineAt", { $0.deadlineAt = TestStore.monday }),
      ("batchID", { $0.batchID = .zero }),
    ] as [(String, (inout NewQueueItem) -> Void)] {
      var item = NewQueueItem(kind: "work")
      flaw(&item)
      do {
        _ = try NewQueueSchedule(name: "s", item: item, timing: .every(.hours(1)))
        Issue.record("a schedule takes \(field)")
      } catch {
        guard case .invalid(field, _) = error else { throw error }
      }
    }
  }

  @Test("13.12 a drain with handlers looks at all queues that have items for them")
  func drain() async throws {
    let test = try TestStore(packs: [])
    try test.store.queue.enqueue(Nightly())
    try test.store.queue.enqueue(NewQueueItem(kind: "work"))
    var handlers = JobHandlers()
    handlers.on(Nightly.self) { job, context in
      var next = NewQueueItem(kind: "work")
      next.queue = "later"
      try context.store.queue.enqueue(next)
    }
    handlers.on(kind: "work") { _ in nil }
    #expect(try await test.drain(handlers).completed == 3)
    try test.store.queue.enqueue(Nightly())
    #expect(try await test.drain(handlers, DrainOptions(queues: ["default"])).attempts == 0)
  }

  @Test("13.12 a missing handler is named, and its item goes back")
  func missing() async throws {
    let test = try TestStore(packs: [])
    var handlers = JobHandlers()
    handlers.on(kind: "other") { _ in nil }
    do {
      _ = try await test.run(Nightly(), with: handlers)
      Issue.record("a handler was found")
    } catch let error as WorkerError {
      #expect(error == .noHandler(kind: "nightly", known: ["other"]))
      #expect(
        "\(error)" == "no handler is registered for the kind nightly; there are handlers for other")
    }
    let item = try #require(try test.store.queue.list(.kind("nightly")).elements.first)
    #expect(item.status == .pending && item.attempts.charged == 0)
  }

  @Test("13.12 the log tells what an attempt ended with, and nothing of its payload")
  func log() async throws {
    let test = try TestStore(packs: [])
    let secret = "4111 1111"
    let ends: [(String, any Error)] = [
      (
        "failed and asks for another attempt after 5.0 seconds",
        JobFailure.retry(after: .seconds(5), reason: secret)
      ),
      (
        "did a part, and asks for another attempt with the rest",
        JobFailure.partly(remaining: .emptyObject, reason: secret)
      ),
      ("failed for good: gone", JobFailure.discard(reason: secret, code: "gone")),
      ("is postponed for 5.0 seconds", JobRequest.snooze(for: .seconds(5))),
      ("is handed back", JobRequest.handBack), ("is parked", JobRequest.park { _, _ in }),
      ("is cancelled", JobRequest.cancelled(reason: secret)),
      ("failed: timeout", ItemFailure(code: "timeout", message: secret)),
      ("failed: CocoaLike", CocoaLike()),
    ]
    for (words, error) in ends {
      let lines = Mutex<[String]>([])
      var handlers = JobHandlers()
      handlers.use(.logging { line in lines.withLock { $0.append(line) } })
      handlers.on(kind: "work") { _ in throw error }
      let id = try test.store.queue.enqueue(NewQueueItem(kind: "work")).id
      _ = try await test.drain(handlers, DrainOptions(limit: 1))
      let found = lines.withLock(\.self)
      #expect(found == ["work \(id) attempt 1 begins", "work \(id) attempt 1 \(words)"])
      try test.store.queue.delete(id)
    }
  }

  private struct CocoaLike: Error {}
}
