import BackofficeStorage

/// How many more waiting items a queue takes from other queues.
///
/// What is moved there by hand is new to it: a queue that is draining takes none, and a full one no
/// more than ``QueueSettings/maxWaiting``. Items that no worker could claim, since they are paused or
/// wait for a person, take no place, as they do not when they are counted.
struct QueueIntake {
  let queue: String
  private let limit: Int?
  private var free: Int

  static let find = SQLStatement(
    "SELECT draining_since IS NOT NULL, max_waiting FROM queue_controls WHERE queue = ?")

  /// Looks how many items the queue takes.
  ///
  /// - Throws: ``QueueError/queueDraining(_:)``.
  init(_ queue: String, _ transaction: borrowing WriteTransaction) throws {
    let found = try transaction.fetchOne(Self.find, queue) { row in
      (isDraining: try row.value(at: 0, as: Bool.self), limit: try row.value(at: 1, as: Int?.self))
    }
    if let found, found.isDraining { throw QueueError.queueDraining(queue) }
    self.queue = queue
    limit = found?.limit
    free = .max
    guard let limit else { return }
    let count = try transaction.fetchOne(EnqueueTerms.countWaiting, queue, limit) { row in
      try row.value(at: 0, as: Int.self)
    }
    free = limit - (count ?? 0)
  }

  /// Takes an item in.
  ///
  /// - Throws: ``QueueError/queueFull(_:limit:)``.
  mutating func take(_ status: QueueItem.Status) throws(QueueError) {
    guard let limit, status.isClaimable else { return }
    guard free > 0 else { throw .queueFull(queue, limit: limit) }
    free -= 1
  }
}
