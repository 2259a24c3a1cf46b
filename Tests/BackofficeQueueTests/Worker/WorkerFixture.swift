import BackofficeQueue
import BackofficeQueueTesting
import Synchronization
import Testing

/// A store, a clock that the test moves, and what its worker told.
struct WorkerFixture {
  let test: TestStore
  let events = Events()

  init(location: Database.Location = .memory, triggers: [Trigger] = []) throws {
    test = try TestStore(packs: [], location: location) { $0.triggers = triggers }
  }

  var store: BackofficeStore { test.store }
  var queue: WorkQueue { test.store.queue }
  var queues: Queues { test.store.queues }
  var clock: ManualClock { test.clock }

  /// A worker whose answers are written at once.
  func worker(
    _ name: String = "w", concurrency: Int = 4, prefetch: Int = 0, upkeep: Bool = false,
    handlers: (inout JobHandlers) -> Void
  ) throws -> Worker {
    var configuration = Worker.Configuration(name: name)
    configuration.concurrency = concurrency
    configuration.prefetch = prefetch
    configuration.acknowledgementDelay = .zero
    configuration.otherProcessPollInterval = nil
    configuration.runsUpkeep = upkeep
    configuration.onEvent = { [events] in events.record($0) }
    var set = JobHandlers()
    handlers(&set)
    return try Worker(store, configuration: configuration, handlers: set)
  }

  /// Enqueues items of the kind `work`, changed by `shape`.
  @discardableResult
  func enqueue(
    _ count: Int = 1, _ shape: (inout NewQueueItem) -> Void = { _ in }
  ) throws -> [ID<QueueItem>] {
    try queue.enqueue(
      (0..<count).map { number in
        var item = NewQueueItem(kind: "work")
        shape(&item)
        return item
      }
    ).map(\.id)
  }

  func item(_ id: ID<QueueItem>) throws -> QueueItem {
    guard let item = try queue.find(id) else { throw QueueError.noSuchItem(id) }
    return item
  }

  /// Runs `body` beside the running worker, then stops that.
  func running(_ worker: Worker, _ body: () async throws -> Void) async throws {
    let run = Task { try await worker.run() }
    do {
      try await body()
    } catch {
      run.cancel()
      throw error
    }
    worker.shutdown()
    try await run.value
    #expect(try store.check() == [])
  }

  /// How many items have a status.
  func count(_ status: QueueItem.Status) throws -> Int {
    try store.read { transaction in
      try transaction.fetchOne(
        sql: "SELECT count(*) FROM queue_items WHERE status = ?", status
      ) { try $0.value(at: 0) } ?? 0
    }
  }
}

/// What a worker told, for tests that wait for it.
final class Events: Sendable {
  private struct State: Sendable {
    var log: [WorkerEvent] = []
    var waiting: [(test: @Sendable ([WorkerEvent]) -> Bool, go: CheckedContinuation<Void, Never>)] =
      []
  }

  private let state = Mutex(State())

  var log: [WorkerEvent] { state.withLock { $0.log } }

  func record(_ event: WorkerEvent) {
    let ready = state.withLock { state in
      state.log.append(event)
      let ready = state.waiting.filter { $0.test(state.log) }
      state.waiting.removeAll { $0.test(state.log) }
      return ready
    }
    for waiting in ready { waiting.go.resume() }
  }

  /// Waits until what was told so far passes a test.
  func wait(until test: @escaping @Sendable ([WorkerEvent]) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        if test(state.log) { return true }
        state.waiting.append((test, continuation))
        return false
      }
      if isReady { continuation.resume() }
    }
  }

  func wait(for event: WorkerEvent) async { await wait { $0.contains(event) } }

  func waitForEnds(_ count: Int) async { await wait { $0.outcomes.count >= count } }

  func waitForBegins(_ count: Int) async { await wait { $0.begins >= count } }
}

extension [WorkerEvent] {
  var outcomes: [JobOutcome] {
    compactMap { if case .ended(_, _, let outcome) = $0 { outcome } else { nil } }
  }

  var begins: Int { count { if case .began = $0 { true } else { false } } }

  var failures: Int { count { if case .transactionFailed = $0 { true } else { false } } }
}

/// A door that handlers wait at; it takes no notice of cancellation.
final class Door: Sendable {
  private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}

/// Waits for the cancellation of its task.
func untilCancelled() async throws {
  let (stream, continuation) = AsyncStream<Never>.makeStream()
  for await _ in stream {}
  continuation.finish()
  throw CancellationError()
}

/// Waits until something holds that no event tells.
func eventually(_ test: () throws -> Bool) async throws {
  let start = ContinuousClock.now
  while try !test() {
    try #require(ContinuousClock.now - start < .seconds(300), "it did not come true")
    await Task.yield()
  }
}
