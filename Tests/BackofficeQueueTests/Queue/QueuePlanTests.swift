import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Plans of the queue's statements")
struct QueuePlanTests {
  @Test("A12 every statement of a busy queue uses an index, without a scan or a sort")
  func all() throws {
    let fixture = try QueueFixture()
    try work(fixture)
    let report = try StatementPlans.report(
      on: fixture.store.database, small: Self.small,
      ties: ["lease_expires_at, pk", "finished_at, pk"])
    #expect(report.slow == [])
    #expect(report.count > 150)
  }

  /// Tables with a row for each thing that people have named.
  private static let small: Set<String> = [
    "queue_controls", "queue_limits", "queue_kinds", "queue_weights", "store_settings",
    "store_upkeep",
  ]

  private func order(_ number: Int) -> EntityReference {
    EntityReference(EntityKind(rawValue: "order"), ID<AnyEntity>(high: 1, low: UInt64(number)))
  }

  /// Calls everything that the queue offers, on items that use every feature.
  private func work(_ fixture: QueueFixture) throws {
    var history = try QueueHistory(seed: 5, on: fixture)
    for _ in 0..<400 { try history.step() }
    try features(fixture)
    try operations(fixture)
    try reading(fixture)
  }

  private func features(_ fixture: QueueFixture) throws {
    let queue = fixture.queue
    let queues = fixture.queues
    try queues.setLimit(QueueLimit(.key, "k", maxRunning: 1, rate: .init(5, perSeconds: 60)))
    try queues.setLimit(QueueLimit(.kind, "limited", maxRunning: 1))
    try queues.configure(QueueSettings(isFair: true, maxWaiting: 1000), of: "fair")
    try queues.setWeight(3, of: "ada")
    for index in 0..<12 {
      try fixture.enqueue {
        $0.queue = index.isMultiple(of: 2) ? "fair" : "default"
        $0.kind = "limited"
        $0.account = index.isMultiple(of: 3) ? "ada" : "bob"
        $0.subject = EntityReference(
          EntityKind(rawValue: "order"), ID<AnyEntity>(high: 1, low: UInt64(index)))
        $0.limitKey = "k"
        $0.tags = ["t"]
        $0.uniqueKey = "u\(index % 9)"
        $0.uniqueness = UniqueRule(states: .unfinished, window: .hours(1))
        $0.deadlineAt = fixture.clock.now + .hours(index.isMultiple(of: 4) ? 1 : 1000)
      }
    }
    let parent = try fixture.enqueue()
    try queue.enqueue(NewQueueItem(kind: "join"), after: [parent])
    try fixture.store.schedules.create(
      NewQueueSchedule(name: "s", kind: "tick", every: .minutes(1)))
    var callback = NewBatch(name: "called")
    callback.callbacks[.finish] = BatchCallback(kind: "after")
    let batch = try fixture.batches.create(callback)
    try fixture.batches.enqueue([NewQueueItem(kind: "work")], into: batch.id)
    try fixture.batches.pause(batch.id)
    try fixture.batches.resume(batch.id)
    try fixture.batches.seal(batch.id)
    for _ in 0..<6 {
      fixture.clock.advance(by: .minutes(2))
      for claimed in try queue.claim(3, from: ["fair", "default"], worker: "w") {
        try queue.progress(claimed.lease, percent: 5, step: "a")
        try queue.complete(claimed.lease, result: .emptyArray)
      }
    }
    _ = try queue.attempts(of: parent)
  }

  private func operations(_ fixture: QueueFixture) throws {
    let queue = fixture.queue
    let queues = fixture.queues
    for filter in filters { try queue.reprioritise(WaitingItemFilter(filter), to: 2) }
    try queue.move(WaitingItemFilter(.tag("t")), to: "slow")
    try queue.redrive(DeadItemFilter())
    try queue.redrive(DeadItemFilter(tag: "t"))
    try queue.retryFailed(in: "default")
    try queues.pause(kind: "limited")
    try queues.resume(kind: "limited")
    try queues.drain("slow")
    try queues.open("slow")
    fixture.clock.advance(by: .days(40))
    // Without statistics of the tables: those of a small store would have it read them whole.
    for task in UpkeepTask.queue where task.name != "store.optimize" {
      try fixture.store.upkeep.run(.named([task.name]))
    }
    try queues.purgeFinished()
  }

  private func reading(_ fixture: QueueFixture) throws {
    let queue = fixture.queue
    let queues = fixture.queues
    for filter in filters {
      _ = try queue.list(filter)
      _ = try queue.list(filter, statuses: [.completed])
    }
    _ = try queue.failed()
    _ = try queue.blockedByFailure()
    _ = try queues.statistics()
    _ = try queues.alerts()
    _ = try queues.names()
    _ = try queues.kinds()
    _ = try queues.limits()
    _ = try queues.drainState(of: "default")
    _ = try fixture.batches.list()
    _ = try fixture.batches.list(status: .processing)
    _ = try fixture.store.schedules.list()
    _ = try fixture.store.schedules.nextRunAt()
  }

  private var filters: [QueueItemFilter] {
    [
      .account("ada"),
      .subject(order(1)),
      .batch(.zero), .kind("limited"), .tag("t"),
    ]
  }
}
