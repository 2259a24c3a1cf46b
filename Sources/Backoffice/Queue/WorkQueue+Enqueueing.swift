import BackofficeStorage

extension WorkQueue {
  /// The largest payload, or other document of an item, in bytes of UTF-8: 1 MiB.
  public static let largestDocument = 1 << 20

  /// Puts an item into the queue.
  ///
  /// A duplicate by unique key is an answer, not an error, unless its rule says otherwise.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``, ``QueueError/unknownKind(_:)``,
  ///   ``QueueError/queueFull(_:limit:)``, ``QueueError/queueDraining(_:)``,
  ///   ``QueueError/keyTaken(kind:by:)``, ``QueueError/noSuchBatch(_:)``,
  ///   ``QueueError/batchCancelled(_:)``, ``QueueError/batchClosed(_:_:)``,
  ///   ``QueueError/unknownReference(customer:directory:)``.
  /// - Complexity: O(log n) in the size of the queue.
  @discardableResult
  public func enqueue(_ item: NewQueueItem) throws -> EnqueueResult {
    try access.write { transaction in
      var terms = EnqueueTerms()
      return try Self.enqueue(item, &terms, transaction)
    }
  }

  /// Puts an item into the queue that belongs to work taken before.
  ///
  /// A queue that is full or draining takes it too, and so does a store that accepts only declared
  /// kinds: refused, it would undo the work that it follows from.
  static func enqueueOwn(
    _ item: NewQueueItem, _ transaction: borrowing WriteTransaction
  ) throws -> EnqueueResult {
    var terms = EnqueueTerms(isOwn: true)
    return try enqueue(item, &terms, transaction)
  }

  /// Puts items into the queue in one transaction: all of them, or none.
  ///
  /// - Returns: a result per item, in the order given; duplicates within the call are found too.
  /// - Throws: as ``enqueue(_:)-(NewQueueItem)``.
  @discardableResult
  public func enqueue(_ items: [NewQueueItem]) throws -> [EnqueueResult] {
    try access.write { transaction in
      var terms = EnqueueTerms()
      var results: [EnqueueResult] = []
      results.reserveCapacity(items.count)
      for item in items {
        results.append(try Self.enqueue(item, &terms, transaction))
      }
      return results
    }
  }

  /// Whether an item holds its unique key, as the schema's unique index has it.
  static let holdsKey = """
    (unique_states & CASE status WHEN 'pending' THEN 1 WHEN 'running' THEN 2 \
    WHEN 'retrying' THEN 4 WHEN 'waiting_for_action' THEN 8 WHEN 'paused' THEN 16 \
    WHEN 'completed' THEN 32 WHEN 'failed' THEN 64 ELSE 128 END) <> 0
    """

  private static func enqueue(
    _ new: NewQueueItem, _ terms: inout EnqueueTerms, _ transaction: borrowing WriteTransaction
  ) throws -> EnqueueResult {
    try new.validate(now: transaction.now)
    let policy = try terms.policy(of: new.kind, in: new.queue, transaction)
    let batch = try new.batchID.map { try terms.batch($0, transaction) }
    var item = QueueItem(
      new, id: transaction.makeID(), policy: policy, terms: batch, now: transaction.now)
    if let throttle = new.throttle {
      var last: Holder?
      for slot in throttle.slots(at: transaction.now) {
        item.uniqueKey = slot.key
        item.dueAt = slot.dueAt ?? item.dueAt
        last = try holder(kind: item.kind, uniqueKey: slot.key, transaction)
        if last == nil { break }
      }
      if let last { return .duplicate(of: last.id) }
    } else if let key = new.uniqueKey,
      let holder = try holder(kind: item.kind, uniqueKey: key, transaction)
    {
      return try meet(holder, new.uniqueness, with: item, transaction)
    }
    try terms.takePlace(in: item.queue)
    let sealed = try PayloadSealing.seal(item.payload, of: item.id, transaction)
    item.payload = sealed.payload
    item.payloadKey = sealed.key
    do {
      try transaction.insert(item)
    } catch {
      guard let failure = error as? SQLiteError, failure.code == .constraintForeignKey
      else { throw error }
      throw QueueError.unknownReference(
        customer: item.customerID, directory: item.directoryID)
    }
    return .enqueued(item.id)
  }
}

/// What batches, kinds and queues prescribe for items, read once per call.
struct EnqueueTerms {
  struct BatchTerms {
    let customerID: ID<Customer>?
    let priority: Int
    let scheduledAt: Timestamp?
    let retriesFailedItems: Bool
  }

  /// Whether the work follows from what was taken before, and is not refused.
  private let isOwn: Bool
  private var batches: [ID<Batch>: BatchTerms] = [:]
  /// What was asked first; most calls ask nothing else, and make no dictionary.
  private var first: (kind: String, queue: String, policy: KindPolicy)?
  private var policies: [String: KindPolicy] = [:]
  /// How many more items each queue takes; nil for one without a limit.
  private var places: [String: (free: Int, limit: Int)?] = [:]

  init(isOwn: Bool = false) { self.isOwn = isOwn }

  private static let findBatch = SQLStatement(
    """
    SELECT status, customer_id, priority, scheduled_at, retry_failed_items,
      sealed_at IS NOT NULL
    FROM batches WHERE id = ?
    """)

  // Counts no further than the limit.
  static let countWaiting = SQLStatement(
    """
    SELECT (SELECT count(*) FROM (SELECT 1 FROM queue_items INDEXED BY queue_items_claim
        WHERE queue = ?1 AND status IN ('pending', 'retrying') AND held_by IS NULL LIMIT ?2))
      + (SELECT count(*) FROM (SELECT 1 FROM queue_items INDEXED BY queue_items_held_back
        WHERE queue = ?1 AND held_by IS NOT NULL AND status IN ('pending', 'retrying') LIMIT ?2))
    """)

  /// The policy of a kind; asks for the limit of the queue on the way.
  mutating func policy(
    of kind: String, in queue: String, _ transaction: borrowing WriteTransaction
  ) throws -> KindPolicy {
    if let first, first.kind == kind, first.queue == queue { return first.policy }
    if let policy = policies[kind], places[queue] != nil { return policy }
    let (policy, limit) = try WorkQueue.policy(of: kind, in: queue, isOwn: isOwn, transaction)
    let isFirst = first == nil
    if isFirst {
      first = (kind, queue, policy)
    } else {
      policies[kind] = policy
    }
    if places[queue] == nil, !isFirst || limit != nil {
      places[queue] = .some(nil)
      if let limit, !isOwn {
        let count = try transaction.fetchOne(Self.countWaiting, queue, limit) { row in
          try row.value(at: 0, as: Int.self)
        }
        places[queue] = (free: limit - (count ?? 0), limit: limit)
      }
    }
    return policy
  }

  mutating func takePlace(in queue: String) throws {
    guard case (var place?)? = places[queue] else { return }
    guard place.free > 0 else { throw QueueError.queueFull(queue, limit: place.limit) }
    place.free -= 1
    places[queue] = place
  }

  mutating func batch(
    _ batch: ID<Batch>, _ transaction: borrowing WriteTransaction
  ) throws -> BatchTerms {
    if let terms = batches[batch] { return terms }
    let found = try transaction.fetchOne(Self.findBatch, batch) { row in
      (
        status: try row.value(at: 0, as: Batch.Status.self),
        isSealed: try row.value(at: 5, as: Bool.self),
        terms: BatchTerms(
          customerID: try row.value(at: 1), priority: try row.value(at: 2),
          scheduledAt: try row.value(at: 3), retriesFailedItems: try row.value(at: 4))
      )
    }
    guard let found else { throw QueueError.noSuchBatch(batch) }
    guard found.status != .cancelled else { throw QueueError.batchCancelled(batch) }
    guard !found.isSealed, !found.status.isFinished else {
      throw QueueError.batchClosed(batch, found.status)
    }
    batches[batch] = found.terms
    return found.terms
  }
}
