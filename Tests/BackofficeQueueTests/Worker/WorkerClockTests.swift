import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("The clock of a worker", .timeLimit(.minutes(10)))
struct WorkerClockTests {
  @Test("13.7 a worker that was stopped longer than its lease beats before it rescues")
  func stopped() async throws {
    let office = try WorkerFixture()
    let id = try office.enqueue()[0]
    let door = Door()
    let worker = try office.worker(upkeep: true) { handlers in
      handlers.on(kind: "work") { _ in
        await door.pass()
        return nil
      }
    }
    try await office.running(worker) {
      await office.events.waitForBegins(1)
      for _ in 0..<5 {
        office.clock.advance(by: .hours(1))
        let end = office.clock.now + .seconds(30)
        try await eventually { try office.item(id).run.leaseExpiresAt == end }
      }
      let item = try office.item(id)
      #expect(item.status == .running && item.attempts.rescues == 0 && item.attempts.claims == 1)
      door.open()
      await office.events.waitForEnds(1)
    }
    #expect(office.events.log.outcomes == [.completed])
  }

  @Test("13.7 a page of upkeep whose transaction begins when a heartbeat is due does nothing")
  func postponed() throws {
    let office = try WorkerFixture()
    let id = try office.enqueue()[0]
    _ = try office.queue.claim(worker: "w")
    let store = office.store
    let states = try store.upkeep.list()
    let (task, state) = try #require(
      zip(store.upkeep.tasks, states).first { $0.0.name == "queue.rescue" })
    let beat = office.clock.now + .seconds(10)
    // The process stops after it has looked at the clock, and goes on when its leases have expired.
    office.clock.advance(by: .hours(1))
    var run = UpkeepRun(task: task, state: state, onlyWhenDue: true)
    #expect(try run.page(of: store, before: beat) == false)
    #expect(run.isPostponed && !run.hasBegun)
    #expect(try office.item(id).status == .running)
    _ = try run.page(of: store)
    #expect(!run.isPostponed && run.hasBegun)
    #expect(try office.item(id).attempts.rescues == 1)
  }

  @Test("13.7 heartbeats, polls and upkeep go on when the clock is set back")
  func setBack() async throws {
    let clock = VirtualClock(QueueFixture.start)
    var configuration = BackofficeStore.Configuration()
    configuration.database.clock = clock.clock
    let store = try BackofficeStore(.memory, packs: [], configuration: configuration)
    let id = try store.queue.enqueue(NewQueueItem(kind: "work")).id
    let door = Door()
    var handlers = JobHandlers()
    handlers.on(kind: "work") { _ in
      await door.pass()
      return nil
    }
    var settings = Worker.Configuration(name: "w")
    settings.otherProcessPollInterval = nil
    let worker = try Worker(store, configuration: settings, handlers: handlers)
    let run = Task { try await worker.run() }
    await clock.pass(.seconds(15))
    for _ in 0..<3 {
      clock.set(back: .hours(1))
      let (start, runs) = (clock.now, try Self.rescues(store))
      await clock.pass(.seconds(90))
      let item = try #require(try store.queue.find(id))
      let end = try #require(item.run.leaseExpiresAt)
      #expect(item.status == .running && item.attempts.rescues == 0)
      #expect(end > start && end <= clock.now + .seconds(30))
      #expect(try Self.rescues(store) > runs)
    }
    door.open()
    try await eventually { try store.queue.find(id)?.status == .completed }
    worker.shutdown()
    try await run.value
  }

  /// How often upkeep has noted that it looked for expired leases.
  private static func rescues(_ store: BackofficeStore) throws -> Int {
    try store.upkeep.list().first { $0.name == "queue.rescue" }?.runCount ?? 0
  }
}
