import BackofficeQueue
import BackofficeTestSupport
import Testing

@Suite("Bounds at every door")
struct BoundTests {
  /// 257 bytes of UTF-8 in 129 characters.
  static let longName = String(repeating: "\u{e9}", count: 128) + "x"
  static let tooMuch =
    String(repeating: "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}", count: 20_000)
  static let later = QueueFixture.start + .days(3654)
  static let tooLate = Timestamp(microseconds: 253_402_300_799_000_000)
  static let large =
    (try? JSONText(encoding: String(repeating: "x", count: 1 << 20))) ?? .emptyObject

  /// A change of an item that makes it invalid.
  struct Flaw: Sendable, CustomTestStringConvertible {
    let field: String
    let make: @Sendable (inout NewQueueItem) -> Void

    var testDescription: String { field }
  }

  static let flaws = [
    Flaw(field: "queue") { $0.queue = longName },
    Flaw(field: "kind") { $0.kind = longName },
    Flaw(field: "priority") { $0.priority = 6 },
    Flaw(field: "uniqueKey") { $0.uniqueKey = longName },
    Flaw(field: "limitKey") { $0.limitKey = longName },
    Flaw(field: "account") { $0.account = .name(longName) },
    Flaw(field: "subject.kind") {
      $0.subject = EntityReference(EntityKind(longName), ID<AnyEntity>.zero)
    },
    Flaw(field: "cost") { $0.cost = -1 },
    Flaw(field: "dueAt") { $0.dueAt = tooLate },
    Flaw(field: "deadlineAt") { $0.deadlineAt = tooLate },
    Flaw(field: "deadlineAt") { $0.deadlineAt = QueueFixture.start },
    Flaw(field: "uniqueness.window") { $0.uniqueness.window = .seconds(-1) },
    Flaw(field: "uniqueness.window") { $0.uniqueness.window = .days(4000) },
    Flaw(field: "uniqueness.longestWait") { $0.uniqueness.longestWait = .seconds(-1) },
    Flaw(field: "uniqueness.longestWait") { $0.uniqueness.longestWait = .seconds(Int64.max) },
    Flaw(field: "throttle.key") { $0.throttle = Throttle(longName, per: .hours(1)) },
    Flaw(field: "throttle.interval") { $0.throttle = Throttle("k", per: .seconds(-1)) },
    Flaw(field: "payload") { $0.payload = large },
    Flaw(field: "metadata") { $0.metadata = large },
    Flaw(field: "tags") { $0.tags = (0..<33).map { "t\($0)" } },
    Flaw(field: "tags") { $0.tags = [longName] },
    Flaw(field: "tags") { $0.tags = [""] },
    Flaw(field: "maxAttempts") { $0.maxAttempts = 0 },
    Flaw(field: "maxRescues") { $0.maxRescues = -1 },
    Flaw(field: "retryDelaySeconds") { $0.retryDelaySeconds = -1 },
    Flaw(field: "runLimitSeconds") { $0.runLimitSeconds = 0 },
  ]

  /// A way in which an item comes in.
  struct Door: Sendable, CustomTestStringConvertible {
    let name: String
    let enter: @Sendable (QueueFixture, NewQueueItem) throws -> Void

    var testDescription: String { name }
  }

  static let doors = [
    Door(name: "enqueue") { try $0.queue.enqueue($1) },
    Door(name: "enqueue several") { try $0.queue.enqueue([NewQueueItem(kind: "work"), $1]) },
    Door(name: "batch") { fixture, item in
      try fixture.batches.create(NewBatch(name: "b"), items: [item])
    },
    Door(name: "after a parent") { fixture, item in
      let parent = try fixture.enqueue()
      try fixture.queue.enqueue(item, after: [parent])
    },
    Door(name: "schedule") { fixture, item in
      try fixture.store.schedules.create(
        NewQueueSchedule(name: "s", item: item, timing: .every(.hours(1))))
    },
  ]

  @Test("13.9 an item out of bounds is refused by its field at every door", arguments: doors, flaws)
  func items(_ door: Door, _ flaw: Flaw) throws {
    let fixture = try QueueFixture()
    var item = NewQueueItem(kind: "work")
    flaw.make(&item)
    do {
      try door.enter(fixture, item)
      Issue.record("\(door.name) takes a bad \(flaw.field)")
    } catch QueueError.invalid(let field, _) {
      #expect(field == flaw.field)
    }
    #expect(try fixture.queue.list(.kind("work")).elements.count <= 1)
    #expect(try fixture.store.schedules.list().isEmpty)
  }

  private func isInvalid(_ field: String, _ body: () throws -> Void) {
    do {
      try body()
      Issue.record("a bad \(field) is taken")
    } catch QueueError.invalid(let found, _) {
      #expect(found == field)
    } catch {
      Issue.record(error, "for \(field)")
    }
  }

  @Test("13.9 times are at most ten years away, at every door")
  func times() throws {
    let fixture = try QueueFixture()
    let (queue, late) = (fixture.queue, Self.tooLate)
    let id = try fixture.enqueue()
    isInvalid("dueAt") { try queue.reschedule(id, to: late) }
    try queue.cancel(id)
    isInvalid("dueAt") { try queue.retry(id, dueAt: late) }
    isInvalid("deadline") { try queue.retry(id, deadline: late) }
    isInvalid("deadline") { try queue.retry(id, deadline: fixture.clock.now) }
    isInvalid("scheduledAt") {
      var batch = NewBatch(name: "b")
      batch.scheduledAt = late
      try fixture.batches.create(batch)
    }
    isInvalid("firstRunAt") {
      var new = NewQueueSchedule(name: "s", kind: "work", every: .hours(1))
      new.firstRunAt = late
      try fixture.store.schedules.create(new)
    }
    let schedule = try fixture.store.schedules.create(
      NewQueueSchedule(name: "s", kind: "work", every: .hours(1)))
    isInvalid("firstRunAt") {
      try fixture.store.schedules.change(schedule.id) { $0.firstRunAt = late }
    }
    let lease = try fixture.running()
    isInvalid("estimatedCompletionAt") {
      try queue.progress(lease, percent: 1, estimatedCompletionAt: late)
    }
    for wait in [Duration.seconds(-30), .days(4000), .seconds(Int64.max)] {
      isInvalid("duration") { try queue.snooze(lease, for: wait) }
      isInvalid("retry") {
        try queue.fail(lease, error: ItemFailure(message: "no"), retry: .after(wait))
      }
      isInvalid("retry") {
        try queue.fail(
          lease, error: ItemFailure(message: "no"), remaining: .emptyObject, retry: .after(wait))
      }
      isInvalid("lease") { _ = try queue.claim(worker: "w", lease: wait) }
      isInvalid("extendBy") { try queue.heartbeat(lease, extendBy: wait) }
    }
    try queue.park(lease)
    isInvalid("dueAt") { try queue.unpark(lease.item, dueAt: late) }
    for age in ["completed", "failed", "cancelled", "batches"] {
      isInvalid("retention.\(age)") {
        var policy = RetentionPolicy()
        switch age {
        case "completed": policy.completed = .seconds(-1)
        case "failed": policy.failed = .seconds(-1)
        case "cancelled": policy.cancelled = .seconds(-1)
        default: policy.batches = .seconds(-1)
        }
        #expect(throws: QueueError.self) { try fixture.queues.setRetention(policy) }
        try fixture.queues.purgeFinished(policy)
      }
    }
    isInvalid("retention.completed") { try fixture.queues.purgeFinished(olderThan: .seconds(-1)) }
  }

  @Test("13.9 texts are bounded in bytes, at every door, and cut between characters")
  func texts() throws {
    let fixture = try QueueFixture()
    let (queue, text) = (fixture.queue, Self.tooMuch)
    func lengths() throws -> [Int] {
      try fixture.store.read { transaction in
        try transaction.fetchAll(
          sql: """
            SELECT max(length(CAST(error_message AS BLOB))) FROM queue_items
            UNION ALL SELECT max(length(CAST(error_code AS BLOB))) FROM queue_items
            UNION ALL SELECT max(length(CAST(error_message AS BLOB))) FROM queue_attempts
            UNION ALL SELECT max(length(CAST(error_code AS BLOB))) FROM queue_attempts
            UNION ALL SELECT max(length(CAST(message AS BLOB))) FROM queue_progress
            UNION ALL SELECT max(length(CAST(reason AS BLOB))) FROM queue_controls
            UNION ALL SELECT max(length(CAST(error_message AS BLOB))) FROM batches
            UNION ALL SELECT max(length(CAST(last_error AS BLOB))) FROM queue_schedules
            """
        ) { try $0.value(at: 0, as: Int?.self) ?? 0 }
      }
    }
    let long = ItemFailure(code: text, message: text)
    try queue.fail(fixture.running(), error: long)
    try queue.fail(fixture.running(), error: long, retry: .never)
    try queue.cancelled(fixture.running(), reason: text)
    let parked = try fixture.running()
    try queue.park(parked)
    try queue.failParked(parked.item, error: long)
    try queue.cancel(fixture.enqueue(), reason: text)
    let lease = try fixture.running()
    try queue.progress(lease, percent: 1, step: "s", message: text)
    try fixture.queues.pause("default", reason: text)
    let batch = try fixture.batches.create(NewBatch(name: "b")).id
    try fixture.batches.cancel(batch, reason: text)
    let found = try lengths()
    #expect(found.allSatisfy { $0 <= 8192 } && found.count(where: { $0 > 0 }) == 7)
    isInvalid("step") { try queue.progress(lease, percent: 1, step: Self.longName) }
    isInvalid("worker") { _ = try queue.claim(worker: Self.longName) }
    isInvalid("queue") { try fixture.queues.pause(Self.longName) }
    isInvalid("queue") { try fixture.queues.drain(Self.longName) }
    isInvalid("queue") { try fixture.queues.configure(QueueSettings(), of: Self.longName) }
    isInvalid("queue") { try queue.move(lease.item, to: Self.longName) }
    isInvalid("kind") { try fixture.queues.declare([KindPolicy(Self.longName)]) }
    isInvalid("name") { try fixture.queues.setLimit(QueueLimit(.key, Self.longName)) }
    isInvalid("name") { try fixture.queues.pause(limitKey: Self.longName) }
    isInvalid("account") { try fixture.queues.setWeight(2, of: .name(Self.longName)) }
    isInvalid("name") { try fixture.batches.create(NewBatch(name: Self.longName)) }
    isInvalid("tags") { try queue.setTags([Self.longName], of: lease.item) }
    isInvalid("result") { try queue.complete(lease, result: Self.large) }
    isInvalid("callback.kind") {
      var new = NewBatch(name: "b")
      new.callbacks[.finish] = BatchCallback(kind: Self.longName)
      try fixture.batches.create(new)
    }
    isInvalid("name") {
      try fixture.store.schedules.create(
        NewQueueSchedule(name: Self.longName, kind: "work", every: .hours(1)))
    }
  }

  @Test("13.9 what a handler asks for out of bounds fails its attempt, and no other")
  func handlers() async throws {
    let office = try WorkerFixture()
    let ids = try ["after", "snooze", "step"].map { kind in
      try office.enqueue { $0.kind = kind }[0]
    }
    let worker = try office.worker { handlers in
      handlers.on(kind: "after") { _ in throw JobFailure.retry(after: .seconds(-30)) }
      handlers.on(kind: "snooze") { _ in throw JobRequest.snooze(for: .seconds(-30)) }
      handlers.on(kind: "step") { context in
        context.report(percent: 1, step: Self.tooMuch)
        context.report(percent: 2, step: "")
        return nil
      }
    }
    try await office.running(worker) { await office.events.waitForEnds(3) }
    #expect(office.events.log.failures == 0)
    for id in ids.prefix(2) {
      let item = try office.item(id)
      #expect(item.status == .retrying && item.errorCode == "refused")
      #expect(item.attempts.charged == 1 && item.dueAt > office.clock.now)
    }
    #expect(try office.item(ids[2]).status == .completed)
  }

  @Test("13.9 the settings of a worker are checked, however they were set")
  func workers() throws {
    let office = try WorkerFixture()
    for (field, flaw) in [
      ("name", { $0.name = Self.longName }), ("queues", { $0.queues = [Self.longName] }),
      ("queues", { $0.queues = [""] }), ("lease", { $0.lease = .seconds(-1) }),
      ("concurrency", { $0.concurrency = 0 }), ("prefetch", { $0.prefetch = -1 }),
      ("gracePeriod", { $0.gracePeriod = .seconds(-1) }),
      ("pollInterval", { $0.pollInterval = .zero }),
    ] as [(String, (inout Worker.Configuration) -> Void)] {
      var configuration = Worker.Configuration()
      flaw(&configuration)
      do {
        _ = try Worker(office.store, configuration: configuration, handlers: JobHandlers())
        Issue.record("a bad \(field) is taken")
      } catch WorkerError.invalid(let found, _) {
        #expect(found == field)
      }
    }
  }
}
