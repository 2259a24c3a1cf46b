import BackofficeQueue
import BackofficeTestSupport
import Testing

@Suite("The pace of an idle worker", .timeLimit(.minutes(10)))
struct WorkerPaceTests {
  /// A store in which something is due that cannot happen.
  struct Situation: Sendable, CustomTestStringConvertible {
    let name: String
    let arrange: @Sendable (BackofficeStore, Refusals) throws -> Void

    var testDescription: String { name }
  }

  private static func item(
    _ store: BackofficeStore, _ shape: (inout NewQueueItem) -> Void = { _ in }
  ) throws {
    var item = NewQueueItem(kind: "work")
    shape(&item)
    try store.queue.enqueue(item)
  }

  private static func schedule(_ store: BackofficeStore, in queue: String) throws {
    var new = NewQueueSchedule(name: "s", kind: "work", every: .minutes(1))
    new.queue = queue
    new.firstRunAt = store.database.configuration.clock.now()
    try store.schedules.create(new)
  }

  static let situations: [Situation] = [
    Situation(name: "nothing") { _, _ in },
    Situation(name: "a schedule of a draining queue is due") { store, _ in
      try schedule(store, in: "night")
      try store.queues.drain("night")
    },
    Situation(name: "a schedule of a full queue is due") { store, _ in
      try schedule(store, in: "night")
      try store.queues.configure(QueueSettings(maxWaiting: 0), of: "night")
    },
    Situation(name: "a queue is paused") { store, _ in
      try item(store)
      try store.queues.pause("default")
    },
    Situation(name: "a kind is paused") { store, _ in
      try item(store)
      try store.queues.pause(kind: "work")
    },
    Situation(name: "a key is at its rate") { store, _ in
      try store.queues.setLimit(QueueLimit(.key, "k", rate: .init(1, perSeconds: 3600)))
      for _ in 0..<3 { try item(store) { $0.limitKey = "k" } }
    },
    Situation(name: "a unique key is taken") { store, _ in
      for number in 0..<2 {
        try item(store) {
          $0.uniqueKey = "k"
          $0.uniqueness = UniqueRule(states: UniqueStates(.running))
          $0.queue = number == 0 ? "other" : "default"
        }
        _ = try store.queue.claim(from: ["other"], worker: "w", lease: .days(1))
      }
    },
    Situation(name: "no handler knows the kind") { store, _ in try item(store) { $0.kind = "x" } },
    Situation(name: "a rule refuses the claim") { store, refusals in
      try item(store) { $0.kind = "bad" }
      refusals.switchOn()
    },
    Situation(name: "a rule refuses the rescue and the deadline") { store, refusals in
      for deadline in [nil, store.database.configuration.clock.now() + .seconds(1)] {
        try item(store) {
          $0.kind = "bad"
          $0.deadlineAt = deadline
        }
      }
      _ = try store.queue.claim(worker: "dead", lease: .seconds(1))
      refusals.switchOn()
    },
    Situation(name: "a handler completed its item and goes on behind its run limit") { store, _ in
      try item(store) {
        $0.kind = "settled"
        $0.runLimitSeconds = 5
      }
    },
    Situation(name: "a handler does not return behind its run limit") { store, _ in
      try item(store) {
        $0.kind = "stuck"
        $0.runLimitSeconds = 5
        $0.maxAttempts = 1
      }
    },
    Situation(name: "a handler puts its item off again and again") { store, _ in
      try item(store) { $0.kind = "snooze" }
    },
  ]

  @Test("13.5 what is due and cannot happen is not tried in a circle", arguments: situations)
  func pace(_ situation: Situation) async throws {
    let clock = VirtualClock(QueueFixture.start)
    let refusals = Refusals()
    var configuration = BackofficeStore.Configuration()
    configuration.triggers = refusals.triggers
    configuration.database.clock = clock.clock
    let store = try BackofficeStore(.memory, packs: [], configuration: configuration)
    try situation.arrange(store, refusals)
    let door = Door()
    var handlers = JobHandlers()
    for kind in ["work", "bad"] { handlers.on(kind: kind) { _ in nil } }
    handlers.on(kind: "stuck") { _ in
      await door.pass()
      return nil
    }
    handlers.on(kind: "settled") { context in
      try await context.complete { _ in }
      await door.pass()
      return nil
    }
    handlers.on(kind: "snooze") { _ in throw JobRequest.snooze(for: .seconds(1)) }
    var settings = Worker.Configuration(name: "w")
    settings.otherProcessPollInterval = nil
    let worker = try Worker(store, configuration: settings, handlers: handlers)
    let run = Task { try await worker.run() }
    await clock.pass(.seconds(60))
    let (fired, metrics) = (clock.fired, worker.metrics)
    door.open()
    worker.shutdown()
    try await run.value
    #expect(fired <= 300, "timers in a minute")
    #expect(metrics.transactions <= 300, "transactions in a minute")
  }
}
