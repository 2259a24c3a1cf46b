import BackofficeQueue
import BackofficeQueueTesting

/// A store of its own for one test, with a clock that the test moves.
struct QueueFixture {
  static let start = Timestamp(microseconds: 1_767_225_600_000_000)

  let clock: ManualClock
  let store: BackofficeStore

  init(
    seed: UInt64 = 1, location: Database.Location = .memory, triggers: [Trigger] = []
  ) throws {
    let test = try TestStore(packs: [], startingAt: Self.start, seed: seed, location: location) {
      $0.triggers = triggers
    }
    (store, clock) = (test.store, test.clock)
  }

  var queue: WorkQueue { store.queue }
  var queues: Queues { store.queues }
  var batches: Batches { store.batches }

  /// Enqueues an item of the kind `work`, changed by `shape`.
  @discardableResult
  func enqueue(_ shape: (inout NewQueueItem) -> Void = { _ in }) throws -> ID<QueueItem> {
    var item = NewQueueItem(kind: "work")
    shape(&item)
    return try queue.enqueue(item).id
  }

  func item(_ id: ID<QueueItem>) throws -> QueueItem {
    guard let item = try queue.find(id) else { throw QueueError.noSuchItem(id) }
    return item
  }

  func batch(_ id: ID<Batch>) throws -> Batch {
    guard let batch = try batches.find(id) else { throw QueueError.noSuchBatch(id) }
    return batch
  }

  /// Claims one item.
  func claim(worker: String = "w", lease: Duration = .seconds(30)) throws -> ClaimedItem? {
    try queue.claim(worker: worker, lease: lease).first
  }

  /// Enqueues an item and claims it.
  func running(_ shape: (inout NewQueueItem) -> Void = { _ in }) throws -> Lease {
    try enqueue(shape)
    guard let claimed = try claim() else { throw Missing() }
    return claimed.lease
  }

  /// Runs SQL as another program would.
  @discardableResult
  func sql(_ text: String) throws -> Int {
    try store.write { try $0.execute(sql: text) }
  }

  struct Missing: Error {}
}
