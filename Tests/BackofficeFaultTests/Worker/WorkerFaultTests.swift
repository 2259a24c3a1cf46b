import Backoffice
import BackofficeTesting
import Synchronization
import Testing

@Suite("A worker on a disk that fails", .timeLimit(.minutes(10)))
struct WorkerFaultTests {
  private final class Office: Sendable {
    let place: Workplace
    let clock = ManualClock(TestStore.monday)
    let store: BackofficeStore
    let ended = Mutex(0)
    let failures = Mutex<[String]>([])
    let isOpen = Mutex(false)

    init() throws {
      place = try Workplace()
      var configuration = BackofficeStore.Configuration()
      configuration.database = place.configuration()
      configuration.database.clock = clock.clock
      store = try BackofficeStore(.file(place.path), configuration: configuration)
    }

    func worker(_ shape: (inout Worker.Configuration) -> Void = { _ in }) throws -> Worker {
      var configuration = Worker.Configuration(name: "w")
      configuration.acknowledgementDelay = .zero
      configuration.otherProcessPollInterval = nil
      configuration.runsUpkeep = false
      configuration.onEvent = { [weak self] event in
        guard let self else { return }
        switch event {
        case .ended: ended.withLock { $0 += 1 }
        case .transactionFailed(let reason, _): failures.withLock { $0.append(reason) }
        default: break
        }
      }
      shape(&configuration)
      var handlers = JobHandlers()
      handlers.on(kind: "work") { [self] _ in
        while !isOpen.withLock({ $0 }) { await Task.yield() }
        return nil
      }
      return try Worker(store, configuration: configuration, handlers: handlers)
    }

    func count(_ status: QueueItem.Status) throws -> Int {
      try store.read { transaction in
        try transaction.fetchOne(
          sql: "SELECT count(*) FROM queue_items WHERE status = ?", status
        ) { try $0.value(at: 0) } ?? 0
      }
    }

    func until(_ test: () throws -> Bool) async throws {
      let start = ContinuousClock.now
      while try !test() {
        try #require(ContinuousClock.now - start < .seconds(300), "it did not come true")
        await Task.yield()
      }
    }
  }

  private static let full = Fault(kind: .diskFull, operation: 0, isPersistent: true)

  @Test("H08: on a full disk enqueueing one or many fails, and nothing of it is there, ever")
  func enqueue() async throws {
    let office = try Office()
    try office.store.queue.enqueue(NewQueueItem(kind: "before"))
    office.place.files.arm(Self.full)
    #expect(throws: SQLiteError.self) {
      try office.store.queue.enqueue(NewQueueItem(kind: "work"))
    }
    #expect(throws: SQLiteError.self) {
      try office.store.queue.enqueue((0..<50).map { _ in NewQueueItem(kind: "work") })
    }
    await #expect(throws: SQLiteError.self) {
      try await office.store.database.async.write { transaction in
        _ = try transaction.queue.enqueue(NewQueueItem(kind: "work"))
      }
    }
    office.place.files.disarm()
    #expect(try office.count(.pending) == 1)
    office.store.close()
    let again = try BackofficeStore(.file(office.place.path))
    #expect(try again.queues.depth() == 1)
    #expect(try again.check() == [])
    again.close()
  }

  @Test("H08, B24: ends of attempts outlast a full disk, and no more is claimed until they are in")
  func acknowledge() async throws {
    let office = try Office()
    try office.store.declareKept(["work"])
    try office.store.queue.enqueue((0..<6).map { _ in NewQueueItem(kind: "work") })
    let worker = try office.worker { $0.concurrency = 3 }
    let run = Task { try await worker.run() }
    try await office.until { worker.metrics.running == 3 }
    office.place.files.arm(Self.full)
    office.isOpen.withLock { $0 = true }
    try await office.until { worker.metrics.unwritten == 3 }
    for _ in 0..<4 {
      let before = office.failures.withLock { $0.count }
      office.clock.advance(by: .seconds(1))
      try await office.until { office.failures.withLock { $0.count } > before }
    }
    #expect(worker.metrics.began == 3)
    #expect(office.failures.withLock { $0.last }?.contains("full") == true)
    office.place.files.disarm()
    office.clock.advance(by: .seconds(1))
    try await office.until { office.ended.withLock { $0 } == 6 }
    worker.shutdown()
    try await run.value
    #expect(try office.count(.completed) == 6)
    let doubles = try office.store.read { transaction in
      try transaction.fetchOne(sql: "SELECT count(*) FROM queue_attempts") {
        try $0.value(at: 0, as: Int.self)
      }
    }
    #expect(doubles == 6)
    #expect(try office.store.check() == [])
    office.store.close()
  }

  @Test("H08: heartbeats that find a full disk are told, tried again, and save the lease in time")
  func heartbeat() async throws {
    let office = try Office()
    let id = try office.store.queue.enqueue(NewQueueItem(kind: "work")).id
    let worker = try office.worker()
    let run = Task { try await worker.run() }
    try await office.until { worker.metrics.running == 1 }
    office.place.files.arm(Self.full)
    office.clock.advance(by: .seconds(10))
    try await office.until { !office.failures.withLock { $0 }.isEmpty }
    office.place.files.disarm()
    office.clock.advance(by: .seconds(1))
    let end = office.clock.now + .seconds(30)
    try await office.until { try office.store.queue.find(id)?.run.leaseExpiresAt == end }
    #expect(try office.store.queue.rescueExpired().count == 0)
    office.isOpen.withLock { $0 = true }
    try await office.until { office.ended.withLock { $0 } == 1 }
    worker.shutdown()
    try await run.value
    #expect(try office.store.queue.find(id)?.attempts.charged == 1)
    #expect(try office.store.queue.find(id)?.status == .completed)
    office.store.close()
  }

  @Test("A worker that is told to stop on a full disk ends, and what it held is rescued")
  func stopping() async throws {
    let office = try Office()
    try office.store.queue.enqueue(NewQueueItem(kind: "work"))
    let worker = try office.worker()
    let run = Task { try await worker.run() }
    try await office.until { worker.metrics.running == 1 }
    office.place.files.arm(Self.full)
    worker.shutdown()
    let isOver = Mutex(false)
    let watch = Task {
      try await run.value
      isOver.withLock { $0 = true }
    }
    while !isOver.withLock({ $0 }) {
      office.clock.advance(by: .seconds(1))
      await Task.yield()
    }
    try await watch.value
    office.isOpen.withLock { $0 = true }
    office.place.files.disarm()
    office.clock.advance(by: .seconds(60))
    #expect(try office.store.queue.rescueExpired().retrying.count == 1)
    #expect(try office.store.check() == [])
    office.store.close()
  }
}
