import BackofficeStorage

extension WorkQueue {
  /// Puts an item into the queue.
  ///
  /// A duplicate by unique key is an answer, not an error, and changes nothing.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``, ``QueueError/queueDraining(_:)``,
  ///   ``QueueError/noSuchBatch(_:)``,
  ///   ``QueueError/batchCancelled(_:)``, ``QueueError/batchClosed(_:_:)``,
  ///   ``QueueError/unknownReference(customer:directory:)``.
  /// - Complexity: O(log n) in the size of the queue.
  @discardableResult
  public func enqueue(_ item: NewQueueItem) throws -> EnqueueResult {
    try access.write { transaction in
      try Self.refuseDraining([item.queue], transaction)
      return try Self.enqueueOwn(item, transaction)
    }
  }

  /// Puts an item into the queue that belongs to work taken before: a draining queue takes it too.
  static func enqueueOwn(
    _ item: NewQueueItem, _ transaction: borrowing WriteTransaction
  ) throws -> EnqueueResult {
    var batches = BatchTerms()
    return try enqueue(item, batches: &batches, transaction)
  }

  /// Puts items into the queue in one transaction: all of them, or none.
  ///
  /// - Returns: a result per item, in the order given.
  /// - Throws: as ``enqueue(_:)-(NewQueueItem)``.
  @discardableResult
  public func enqueue(_ items: [NewQueueItem]) throws -> [EnqueueResult] {
    try access.write { transaction in
      try Self.refuseDraining(Set(items.map(\.queue)), transaction)
      var batches = BatchTerms()
      var results: [EnqueueResult] = []
      results.reserveCapacity(items.count)
      for item in items {
        results.append(try Self.enqueue(item, batches: &batches, transaction))
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

  static let findDuplicate = SQLStatement(
    """
    SELECT id FROM queue_items
    WHERE kind = ? AND unique_key = ? AND unique_key IS NOT NULL AND \(holdsKey)
    """)

  /// The unfinished item that has the unique key.
  static func duplicate(
    kind: String, uniqueKey: String?, _ transaction: borrowing WriteTransaction
  ) throws -> ID<QueueItem>? {
    guard let uniqueKey else { return nil }
    return try transaction.fetchOne(findDuplicate, kind, uniqueKey) { try $0.value(at: 0) }
  }

  private static func enqueue(
    _ new: NewQueueItem, batches: inout BatchTerms, _ transaction: borrowing WriteTransaction
  ) throws -> EnqueueResult {
    try new.validate()
    if let id = try duplicate(kind: new.kind, uniqueKey: new.uniqueKey, transaction) {
      return .duplicate(of: id)
    }
    let terms = try new.batchID.map { try batches.terms(of: $0, transaction) }
    let item = QueueItem(new, id: transaction.makeID(), terms: terms, now: transaction.now)
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

/// What batches prescribe for the items enqueued into them, read once per call.
struct BatchTerms {
  struct Terms {
    let customerID: ID<Customer>?
    let priority: Int
    let scheduledAt: Timestamp?
    let retriesFailedItems: Bool
  }

  private var known: [ID<Batch>: Terms] = [:]

  private static let find = SQLStatement(
    """
    SELECT status, customer_id, priority, scheduled_at, retry_failed_items,
      sealed_at IS NOT NULL
    FROM batches WHERE id = ?
    """)

  mutating func terms(
    of batch: ID<Batch>, _ transaction: borrowing WriteTransaction
  ) throws -> Terms {
    if let terms = known[batch] { return terms }
    let found = try transaction.fetchOne(Self.find, batch) { row in
      (
        status: try row.value(at: 0, as: Batch.Status.self),
        isSealed: try row.value(at: 5, as: Bool.self),
        terms: Terms(
          customerID: try row.value(at: 1), priority: try row.value(at: 2),
          scheduledAt: try row.value(at: 3), retriesFailedItems: try row.value(at: 4))
      )
    }
    guard let found else { throw QueueError.noSuchBatch(batch) }
    guard found.status != .cancelled else { throw QueueError.batchCancelled(batch) }
    guard !found.isSealed, !found.status.isFinished else {
      throw QueueError.batchClosed(batch, found.status)
    }
    known[batch] = found.terms
    return found.terms
  }
}

extension NewQueueItem {
  func validate() throws(QueueError) {
    func require(
      _ isValid: Bool, _ field: String, _ reason: String
    ) throws(QueueError) {
      guard isValid else { throw .invalid(field: field, reason: reason) }
    }
    try require(!queue.isEmpty, "queue", "it has no name")
    try require(!kind.isEmpty, "kind", "it has no name")
    try require(priority.map((1...5).contains) ?? true, "priority", "it lies in 1 to 5")
    try require(uniqueKey?.isEmpty != true, "uniqueKey", "it is empty; use nil for none")
    try require(credits >= 0, "credits", "they are negative")
    try require((maxAttempts ?? 1) >= 1, "maxAttempts", "at least one is needed")
    try require(retryDelaySeconds >= 0, "retryDelaySeconds", "it is negative")
    try require(maxRescues >= 0, "maxRescues", "it is negative")
    try require((runLimitSeconds ?? 1) >= 1, "runLimitSeconds", "it is less than a second")
    try require(
      (1...10).contains(submission.formComplexity), "formComplexity", "it lies in 1 to 10")
  }
}

extension QueueItem {
  init(_ new: NewQueueItem, id: ID<QueueItem>, terms: BatchTerms.Terms?, now: Timestamp) {
    self.init(
      id: id, queue: new.queue, kind: new.kind, status: .pending,
      priority: new.priority ?? terms?.priority ?? 3,
      dueAt: new.dueAt ?? max(now, terms?.scheduledAt ?? now), deadlineAt: new.deadlineAt,
      run: Run(limitSeconds: new.runLimitSeconds),
      attempts: Attempts(
        claims: 0, charged: 0,
        maximum: new.maxAttempts ?? (terms?.retriesFailedItems == false ? 1 : 4),
        retryDelaySeconds: new.retryDelaySeconds, rescues: 0, maximumRescues: new.maxRescues,
        snoozes: 0),
      uniqueKey: new.uniqueKey, customerID: new.customerID ?? terms?.customerID,
      directoryID: new.directoryID, batchID: new.batchID, credits: new.credits,
      creditState: .none, progress: 0, times: Times(createdAt: now, updatedAt: now),
      submission: new.submission, payload: new.payload, documents: new.documents)
  }
}
