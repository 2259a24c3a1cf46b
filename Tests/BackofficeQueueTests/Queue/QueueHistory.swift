import Testing

@testable import BackofficeQueue

/// A random history, carried out on a store and on a model of it in memory.
struct QueueHistory {
  /// What the model knows of an item.
  struct Item {
    var status = QueueItem.Status.pending
    var pausedFrom: QueueItem.Status?
    var priority: Int
    var dueAt: Timestamp
    var batch: ID<Batch>?
    var charged = 0
    var claims = 0
    var rescues = 0
    var snoozes = 0
    var lease: Lease?
    var leaseEnd: Timestamp?
    var isCancelRequested = false
    let order: Int
  }

  let fixture: QueueFixture
  private var random: RandomSource
  private var items: [ID<QueueItem>: Item] = [:]
  private var ids: [ID<QueueItem>] = []
  private var paused: Set<ID<Batch>> = []
  private var cancelled: Set<ID<Batch>> = []
  private let batches: [ID<Batch>]
  private let stopsOnError: ID<Batch>
  private(set) var claims = 0
  private static let limit = 4

  init(seed: UInt64, on fixture: QueueFixture) throws {
    // Who ages overtakes others while nothing happens; that has tests of its own.
    try fixture.queues.configure(QueueSettings(aging: .zero))
    var work = KindPolicy("work")
    work.keepsAllAttempts = true
    try fixture.queues.declare([work])
    self.fixture = fixture
    random = .seeded(seed)
    batches = try (0..<6).map { index in
      var batch = NewBatch(name: "b\(index)")
      batch.maxConcurrentItems = Self.limit
      batch.stopOnError = index == 5
      return try fixture.batches.create(batch).id
    }
    stopsOnError = batches[5]
  }

  private var now: Timestamp { fixture.clock.now }

  mutating func step() throws {
    fixture.clock.advance(by: .seconds(random.next(below: 12)))
    switch random.next(below: 20) {
    case 0...4: try enqueue()
    case 5...9: try claim()
    case 10...12: try complete()
    case 13: try fail()
    case 14: try random.next(below: 2) == 0 ? snooze() : release()
    case 15: try cancel()
    case 16: try random.next(below: 2) == 0 ? pause() : resume()
    case 17: try rescue()
    case 18: try random.next(below: 2) == 0 ? retry() : heartbeat()
    default: try steerBatch()
    }
  }

  // MARK: Operations

  private mutating func enqueue() throws {
    let priority = 1 + random.next(below: 5)
    let dueAt = now + .seconds(random.next(below: 40))
    let batch = random.next(below: 3) == 0 ? nil : batches[random.next(below: batches.count)]
    var new = NewQueueItem(kind: "work")
    new.priority = priority
    new.dueAt = dueAt
    new.batchID = batch
    new.maxAttempts = 3
    new.retryDelaySeconds = 5
    new.maxRescues = 1
    if let batch, cancelled.contains(batch) {
      #expect(throws: QueueError.batchCancelled(batch)) { try fixture.queue.enqueue(new) }
      return
    }
    if let batch {
      let status = try fixture.batch(batch).status
      if status.isFinished {
        #expect(throws: QueueError.batchClosed(batch, status)) { try fixture.queue.enqueue(new) }
        return
      }
    }
    let id = try fixture.queue.enqueue(new).id
    items[id] = Item(priority: priority, dueAt: dueAt, batch: batch, order: ids.count)
    ids.append(id)
  }

  private mutating func claim() throws {
    let count = 1 + random.next(below: 4)
    let expected = claimable(count)
    let claimed = try fixture.queue.claim(count, worker: "w", lease: .seconds(30))
    #expect(claimed.map(\.item.id) == expected)
    let leaseEnd = now + .seconds(30)
    for claim in claimed {
      change(claim.item.id) { item in
        item.status = .running
        item.charged += 1
        item.claims += 1
        item.lease = claim.lease
        item.leaseEnd = leaseEnd
      }
    }
    claims += claimed.count
  }

  private func claimable(_ count: Int) -> [ID<QueueItem>] {
    let due = ids.compactMap { id -> (ID<QueueItem>, Item)? in
      guard let item = items[id], item.status.isClaimable, item.dueAt <= now else { return nil }
      return (id, item)
    }.sorted {
      ($0.1.priority, $0.1.dueAt, $0.1.order) < ($1.1.priority, $1.1.dueAt, $1.1.order)
    }
    var free: [ID<Batch>: Int] = [:]
    for batch in batches {
      let running = items.values.count { $0.batch == batch && $0.status == .running }
      free[batch] = paused.contains(batch) || cancelled.contains(batch) ? 0 : Self.limit - running
    }
    var chosen: [ID<QueueItem>] = []
    for (id, item) in due where chosen.count < count {
      if let batch = item.batch {
        guard let places = free[batch], places > 0 else { continue }
        free[batch] = places - 1
      }
      chosen.append(id)
    }
    return chosen
  }

  private mutating func complete() throws {
    guard let (id, lease) = anyRunning() else { return }
    try fixture.queue.complete(lease)
    change(id) { item in
      item.status = .completed
      item.rescues = 0
      item.lease = nil
    }
    settleBatches()
  }

  private mutating func fail() throws {
    guard let (id, lease) = anyRunning() else { return }
    let outcome = try fixture.queue.fail(lease, error: ItemFailure(message: "no"))
    end(id, outcome, rescues: 0)
  }

  private mutating func snooze() throws {
    guard let (id, lease) = anyRunning() else { return }
    let outcome = try fixture.queue.snooze(lease, for: .seconds(20))
    let dueAt = now + .seconds(20)
    giveBack(id, outcome) { item in
      item.dueAt = dueAt
      item.snoozes += 1
    }
  }

  private mutating func release() throws {
    guard let (id, lease) = anyRunning() else { return }
    giveBack(id, try fixture.queue.release(lease)) { _ in }
  }

  private mutating func cancel() throws {
    guard let id = any(where: { !$0.status.isFinished }) else { return }
    let isRunning = items[id]?.status == .running
    #expect(try fixture.queue.cancel(id) == (isRunning ? .requested : .cancelled))
    change(id) { item in
      if isRunning { item.isCancelRequested = true } else { item.status = .cancelled }
      item.pausedFrom = nil
    }
    settleBatches()
  }

  private mutating func pause() throws {
    guard let id = any(where: { $0.status.isClaimable }) else { return }
    try fixture.queue.pause(id)
    change(id) { item in
      item.pausedFrom = item.status
      item.status = .paused
    }
  }

  private mutating func resume() throws {
    guard let id = any(where: { $0.status == .paused }) else { return }
    try fixture.queue.resume(id)
    change(id) { item in
      item.status = item.pausedFrom ?? .pending
      item.pausedFrom = nil
    }
  }

  private mutating func rescue() throws {
    fixture.clock.advance(by: .seconds(10))
    let expired = items.filter { $1.status == .running && ($1.leaseEnd ?? now) <= now }
    let report = try fixture.queue.rescueExpired(limit: 1000)
    #expect(
      Set(report.retrying + report.failed + report.cancelled) == Set(expired.map(\.key)))
    for (id, item) in expired {
      let exhausted = item.charged >= 3 || item.rescues + 1 > 1
      let isCancelled = item.isCancelRequested
      #expect(report.cancelled.contains(id) == isCancelled)
      #expect(report.failed.contains(id) == (!isCancelled && exhausted))
    }
    for id in report.cancelled { end(id, .cancelled, rescues: 1) }
    for id in report.retrying { try end(id, .retrying(at: fixture.item(id).dueAt), rescues: 1) }
    for id in report.failed { end(id, .failed, rescues: 1, settles: false) }
    for id in report.failed {
      if items[id]?.batch == stopsOnError { stop() }
    }
    settleBatches()
  }

  private mutating func retry() throws {
    let closed = cancelled
    let retried = any { item in
      (item.status == .failed || item.status == .cancelled)
        && item.batch.map { !closed.contains($0) } ?? true
    }
    guard let id = retried else { return }
    try fixture.queue.retry(id)
    let dueAt = now
    change(id) { item in
      item.status = .pending
      item.charged = 0
      item.rescues = 0
      item.isCancelRequested = false
      item.dueAt = dueAt
    }
  }

  private mutating func heartbeat() throws {
    guard let (id, lease) = anyRunning() else { return }
    let state = try fixture.queue.heartbeat(lease)
    #expect(state.isCancelRequested == items[id]?.isCancelRequested)
    change(id) { $0.leaseEnd = state.expiresAt }
  }

  private mutating func steerBatch() throws {
    let batch = batches[random.next(below: batches.count)]
    let status = try fixture.batch(batch).status
    switch (random.next(below: 12), status) {
    case (0, .pending), (0, .processing), (0, .paused):
      guard cancelled.count < 2 else { return }
      try fixture.batches.cancel(batch)
      cancelled.insert(batch)
      paused.remove(batch)
      cancelItems(of: batch)
    case (1...5, .pending), (1...5, .processing):
      try fixture.batches.pause(batch)
      paused.insert(batch)
    case (_, .paused):
      try fixture.batches.resume(batch)
      paused.remove(batch)
    default: break
    }
  }

  // MARK: The model

  private mutating func change(_ id: ID<QueueItem>, _ body: (inout Item) -> Void) {
    guard var item = items[id] else { return }
    body(&item)
    if item.status != .running {
      item.lease = nil
      item.leaseEnd = nil
    }
    items[id] = item
  }

  private mutating func giveBack(
    _ id: ID<QueueItem>, _ outcome: HandBackOutcome, _ body: (inout Item) -> Void
  ) {
    #expect((outcome == .cancelled) == items[id]?.isCancelRequested)
    change(id) { item in
      item.rescues = 0
      if outcome == .cancelled {
        item.status = .cancelled
      } else {
        item.status = .pending
        item.charged -= 1
        body(&item)
      }
    }
    settleBatches()
  }

  private mutating func end(
    _ id: ID<QueueItem>, _ outcome: FailureOutcome, rescues: Int, settles: Bool = true
  ) {
    change(id) { item in
      item.rescues = rescues == 0 ? 0 : item.rescues + rescues
      switch outcome {
      case .cancelled:
        #expect(item.isCancelRequested)
        item.status = .cancelled
      case .failed: item.status = .failed
      case .retrying(let dueAt):
        #expect(item.charged < 3)
        item.status = .retrying
        item.dueAt = dueAt
      }
    }
    guard settles else { return }
    if outcome == .failed, items[id]?.batch == stopsOnError { stop() }
    settleBatches()
  }

  private mutating func stop() {
    guard !cancelled.contains(stopsOnError) else { return }
    paused.remove(stopsOnError)
    cancelItems(of: stopsOnError)
  }

  private mutating func cancelItems(of batch: ID<Batch>) {
    for id in ids where items[id]?.batch == batch {
      change(id) { item in
        if item.status == .running { item.isCancelRequested = true }
        guard !item.status.isFinished, item.status != .running else { return }
        item.status = .cancelled
        item.pausedFrom = nil
      }
    }
  }

  /// A paused batch whose last item has finished is not paused any more.
  private mutating func settleBatches() {
    for batch in paused {
      let mine = items.values.filter { $0.batch == batch }
      if !mine.isEmpty, mine.allSatisfy(\.status.isFinished) { paused.remove(batch) }
    }
  }

  private mutating func any(where condition: (Item) -> Bool) -> ID<QueueItem>? {
    let fitting = ids.filter { id in items[id].map(condition) ?? false }
    return fitting.isEmpty ? nil : fitting[random.next(below: fitting.count)]
  }

  private mutating func anyRunning() -> (ID<QueueItem>, Lease)? {
    guard let id = any(where: { $0.status == .running }), let lease = items[id]?.lease
    else { return nil }
    return (id, lease)
  }

  // MARK: Comparing

  func compare() throws {
    for id in ids {
      guard let expected = items[id] else { continue }
      let found = try fixture.item(id)
      #expect(found.status == expected.status)
      #expect(found.pausedFrom == expected.pausedFrom)
      #expect(found.dueAt == expected.dueAt)
      #expect(found.attempts.charged == expected.charged)
      #expect(found.attempts.claims == expected.claims)
      #expect(found.attempts.rescues == expected.rescues)
      #expect(found.run.leaseToken == expected.lease?.token)
      #expect(try fixture.queue.attempts(of: id).count == expected.claims)
    }
    for id in batches {
      let batch = try fixture.batch(id)
      let mine = items.values.filter { $0.batch == id }
      #expect(batch.counters.total == mine.count)
      #expect(batch.counters.running == mine.count { $0.status == .running })
      #expect(batch.counters.finished == mine.count(where: \.status.isFinished))
      #expect((batch.status == .paused) == paused.contains(id))
      #expect((batch.status == .cancelled) == cancelled.contains(id))
    }
  }
}
