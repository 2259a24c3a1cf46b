import BackofficeQueue
import BackofficeQueueTesting
import Testing

@Suite("Names in two forms of Unicode")
struct NameFormTests {
  static let composed = "caf\u{e9}"
  static let decomposed = "cafe\u{301}"
  /// The form that is written, and the one that is asked for.
  static let forms = [(composed, decomposed), (decomposed, composed)]

  @Test("13.6 a limit of one hands out one item, whichever form the keys have", arguments: forms)
  func limitKeys(_ written: String, _ asked: String) throws {
    let fixture = try QueueFixture()
    try fixture.queues.setLimit(QueueLimit(.key, written, maxRunning: 1))
    for key in [written, asked] { try fixture.enqueue { $0.limitKey = key } }
    #expect(try fixture.queue.claim(2, worker: "w").count == 1)
    try fixture.queues.removeLimit(.key, asked)
    #expect(try fixture.queues.limits().isEmpty)
    #expect(try fixture.queue.claim(2, worker: "w").count == 1)
    try fixture.queues.setLimit(QueueLimit(.kind, written, maxRunning: 1))
    for kind in [written, asked] { try fixture.enqueue { $0.kind = kind } }
    #expect(try fixture.queue.claim(2, worker: "w").count == 1)
    try fixture.queues.pause(kind: asked)
    #expect(try fixture.queues.limits().count == 1)
    #expect(try fixture.queues.limits(after: QueueLimit(.kind, asked)).isEmpty)
  }

  @Test("13.6 a unique key and a throttle are the same in both forms", arguments: forms)
  func uniqueKeys(_ written: String, _ asked: String) throws {
    let fixture = try QueueFixture()
    let first = try fixture.enqueue { $0.uniqueKey = written }
    #expect(try fixture.enqueue { $0.uniqueKey = asked } == first)
    let slot = try fixture.enqueue { $0.throttle = Throttle(written, per: .hours(1)) }
    #expect(try fixture.enqueue { $0.throttle = Throttle(asked, per: .hours(1)) } == slot)
  }

  @Test("13.6 a queue is the same in both forms, for every call about it", arguments: forms)
  func queues(_ written: String, _ asked: String) throws {
    let fixture = try QueueFixture()
    let (queue, queues) = (fixture.queue, fixture.queues)
    try queues.configure(QueueSettings(maxWaiting: 2), of: written)
    #expect(try queues.settings(of: asked).maxWaiting == 2)
    let ids = try [written, asked].map { name in try fixture.enqueue { $0.queue = name } }
    #expect(throws: QueueError.queueFull(Self.composed, limit: 2)) {
      try fixture.enqueue { $0.queue = written }
    }
    #expect(try queues.names() == [Self.composed])
    #expect(try queues.names(after: asked) == [])
    #expect(try queues.depth(asked) == 2 && queues.statistics(asked).pending == 2)
    try queues.pause(written)
    #expect(try queue.claim(2, from: [asked], worker: "w").isEmpty)
    try queues.resume(asked)
    try queues.drain(written)
    #expect(try queues.drainState(of: asked) != .open)
    try queues.open(asked)
    for claimed in try queue.claim(2, from: [asked, written], worker: "w") {
      try queue.fail(claimed.lease, error: ItemFailure(message: "no"), retry: .never)
    }
    #expect(try queue.failed(in: asked).elements.count == 2)
    #expect(try queue.redrive(DeadItemFilter(queue: asked), into: written).retried == ids)
    let changes = try queue.reprioritise(
      WaitingItemFilter(.kind("work"), in: asked), to: 1)
    #expect(changes.changed == ids)
    try queue.move(ids[0], to: asked)
    #expect(try fixture.store.check() == [])
  }

  @Test("13.6 kinds, tags, accounts and subjects are the same in both forms", arguments: forms)
  func filters(_ written: String, _ asked: String) throws {
    let fixture = try QueueFixture()
    var policy = KindPolicy(written)
    policy.maxAttempts = 9
    try fixture.queues.declare([policy])
    try fixture.queues.acceptOnlyDeclaredKinds()
    let subject = ID<AnyEntity>.zero
    let id = try fixture.enqueue {
      $0.kind = asked
      $0.tags = [written]
      $0.account = .name(written)
      $0.subject = EntityReference(EntityKind(written), subject)
      $0.maxAttempts = 1
    }
    #expect(try fixture.queues.kinds(after: asked).isEmpty)
    let filters: [QueueItemFilter] = [
      .kind(asked), .tag(asked), .account(.name(asked)),
      .subject(EntityReference(EntityKind(asked), subject)),
    ]
    for filter in filters {
      #expect(try fixture.queue.list(filter).elements.map(\.id) == [id])
      let report = try fixture.queue.reprioritise(WaitingItemFilter(filter), to: 1)
      #expect(report.changed == [id])
      try fixture.queue.reprioritise(id, to: 3)
    }
    try fixture.queues.setWeight(3, of: .name(written))
    #expect(try fixture.queues.weight(of: .name(asked)) == 3)
    let claimed = try #require(try fixture.queue.claim(kinds: [asked], worker: "w").first)
    try fixture.queue.fail(claimed.lease, error: ItemFailure(code: written, message: "no"))
    for filter in [
      DeadItemFilter(kind: asked), DeadItemFilter(errorCode: asked), DeadItemFilter(tag: asked),
    ] {
      #expect(try fixture.queue.redrive(filter).retried == [id])
      try fixture.queue.fail(
        #require(try fixture.claim()).lease, error: ItemFailure(code: written, message: "no"))
    }
    #expect(try fixture.queues.statistics(kind: asked).recent.failed == 1)
  }

  @Test("13.6 schedules and callbacks have one name and one queue", arguments: forms)
  func schedules(_ written: String, _ asked: String) throws {
    let fixture = try QueueFixture()
    var new = NewQueueSchedule(name: written, kind: written, every: .minutes(1))
    new.queue = written
    let schedules = fixture.store.schedules
    try schedules.create(new)
    new.name = asked
    #expect(throws: QueueError.duplicateSchedule(name: asked)) { try schedules.create(new) }
    try schedules.define([new])
    #expect(try schedules.list().count == 1 && schedules.list(after: asked).isEmpty)
    var batch = NewBatch(name: "b")
    var callback = BatchCallback(kind: written)
    callback.queue = written
    batch.callbacks[.finish] = callback
    let id = try fixture.batches.create(batch, items: []).id
    let stored = try #require(try fixture.batches.callbacks(of: id).first).callback
    #expect(stored.queue.utf8.elementsEqual(Self.composed.utf8))
    #expect(stored.kind.utf8.elementsEqual(Self.composed.utf8))
    #expect(try fixture.queue.claim(from: [asked], kinds: [asked], worker: "w").count == 1)
  }

  @Test("13.6 a worker finds its queue, its kinds and their limits in both forms", arguments: forms)
  func worker(_ written: String, _ asked: String) async throws {
    let office = try WorkerFixture()
    var configuration = Worker.Configuration(name: "w")
    configuration.queues = [asked]
    configuration.runsUpkeep = false
    configuration.otherProcessPollInterval = nil
    configuration.onEvent = { [events = office.events] in events.record($0) }
    var handlers = JobHandlers()
    handlers.on(kind: asked, concurrency: 1) { _ in nil }
    let worker = try Worker(office.store, configuration: configuration, handlers: handlers)
    try office.enqueue(3) {
      $0.queue = written
      $0.kind = written
    }
    // Known to the worker by its time alone.
    try office.enqueue {
      $0.queue = written
      $0.kind = written
      $0.dueAt = office.clock.now + .milliseconds(700)
    }
    try await office.running(worker) {
      await office.events.waitForEnds(3)
      try await eventually { office.clock.nextTimer == office.clock.now + .milliseconds(700) }
      office.clock.advance(by: .milliseconds(700))
      await office.events.waitForEnds(4)
    }
    var test = DrainOptions()
    test.queues = [asked]
    test.withScheduled = true
    try office.enqueue {
      $0.queue = written
      $0.kind = written
      $0.dueAt = office.clock.now + .hours(1)
    }
    #expect(try await office.test.drain(handlers, test).completed == 1)
  }
}
