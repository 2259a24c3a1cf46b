extension WorkQueue {
  /// The largest payload, or other document of an item, in bytes of UTF-8: 1 MiB.
  public static let largestDocument = 1 << 20

  /// Enqueues an item.
  ///
  /// A duplicate by unique key is a result, not an error, unless its rule refuses it.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``, ``QueueError/unknownKind(_:)``,
  ///   ``QueueError/queueFull(_:limit:)``, ``QueueError/queueDraining(_:)``,
  ///   ``QueueError/keyTaken(kind:by:)``, ``QueueError/noSuchBatch(_:)``,
  ///   ``QueueError/batchCancelled(_:)``, ``QueueError/batchClosed(_:_:)``.
  /// - Complexity: O(log n) in the size of the queue.
  @discardableResult
  public func enqueue(_ item: NewQueueItem) throws -> EnqueueResult {
    try access.write { transaction in
      var terms = EnqueueTerms()
      return try Self.enqueue(item, &terms, transaction)
    }
  }

  /// Enqueues items in one transaction: all of them, or none.
  ///
  /// - Returns: a result per item, in the order given; duplicates within the call are detected too.
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

  /// Enqueues an item that follows from work that was accepted before.
  ///
  /// It is accepted even if the queue is full or draining or the kind is not declared, because a
  /// refusal would undo the work that it follows from.
  static func enqueueOwn(
    _ item: NewQueueItem, _ transaction: borrowing WriteTransaction
  ) throws -> EnqueueResult {
    var terms = EnqueueTerms(isOwn: true)
    return try enqueue(item, &terms, transaction)
  }

  private static func enqueue(
    _ described: NewQueueItem, _ terms: inout EnqueueTerms,
    _ transaction: borrowing WriteTransaction
  ) throws -> EnqueueResult {
    let now = transaction.now
    try described.validate(now: now)
    var new = described.inKeyForm
    let kind = try KindPolicy.inForce(for: new.kind, isOwn: terms.isOwn, transaction)
    let control = try QueueControl.of(new.queue, transaction)
    if control.isDraining, !terms.isOwn { throw QueueError.queueDraining(new.queue) }
    let batch = try new.batchID.map { try terms.batch($0, transaction) }
    if let holder = try applyUniqueness(to: &new, now, transaction) {
      return try meet(holder, with: new, batch, transaction)
    }
    if let limit = control.maxWaiting, !terms.isOwn {
      try WaitingCounts.requirePlace(in: new.queue, limit: limit, transaction)
    }
    let id: ID<QueueItem> = transaction.makeID()
    let item = QueueItem(
      new, id: id, policyKey: try new.policyKey(of: kind, in: batch, transaction), batch: batch,
      payload: try PayloadSealing.seal(new.payload, of: id, transaction),
      isCounted: control.maxWaiting != nil, now: now)
    try transaction.insert(item)
    if item.uniqueKey != nil {
      let rule = new.uniqueness
      try UniqueKeys.state(
        new.throttle == nil ? rule.states : .always,
        until: new.throttle == nil ? rule.expiry(enqueuedAt: now, dueAt: item.dueAt) : nil, of: id,
        transaction)
    }
    return .enqueued(id)
  }

  /// Sets the unique key of the item, and returns its current holder.
  private static func applyUniqueness(
    to new: inout NewQueueItem, _ now: Timestamp, _ transaction: borrowing WriteTransaction
  ) throws -> UniqueKeys.Holder? {
    guard let throttle = new.throttle else {
      return try UniqueKeys.holder(new.kind, new.uniqueKey, transaction)
    }
    var last: UniqueKeys.Holder?
    for slot in throttle.slots(at: now) {
      last = try UniqueKeys.holder(new.kind, slot.key, transaction)
      guard last == nil else { continue }
      new.uniqueKey = slot.key
      new.dueAt = slot.dueAt ?? new.dueAt
      return nil
    }
    return last
  }

  private static let replace = SQLStatement(
    """
    UPDATE queue_items SET
      payload = iif(?2 & 1, ?3, payload), attempts = iif(?2 & 1, 0, attempts),
      rescues = iif(?2 & 1, 0, rescues), priority = iif(?2 & 2, ?4, priority),
      due_at = iif(?2 & 4, min(?5, ifnull(created_at + ?6, ?5)), due_at),
      deadline_at = iif(?2 & 8, ?7, deadline_at), tags = iif(?2 & 16, ?8, tags),
      metadata = iif(?2 & 32, ?9, metadata), updated_at = ?10
    WHERE pk = ?1
    """)

  /// Applies the rule to a new item whose key another item holds.
  private static func meet(
    _ holder: UniqueKeys.Holder, with new: NewQueueItem, _ batch: EnqueueTerms.BatchTerms?,
    _ transaction: borrowing WriteTransaction
  ) throws -> EnqueueResult {
    if new.throttle != nil { return .duplicate(of: holder.id) }
    switch new.uniqueness.onConflict {
    case .keep: return .duplicate(of: holder.id)
    case .reject: throw QueueError.keyTaken(kind: new.kind, by: holder.id)
    case .replace(let parts):
      guard holder.canBeReplaced else { return .duplicate(of: holder.id) }
      let now = transaction.now
      try transaction.execute(
        replace, holder.key, parts.rawValue,
        try PayloadSealing.seal(new.payload, of: holder.id, transaction),
        new.priority ?? batch?.priority ?? 3, new.dueAt ?? max(now, batch?.scheduledAt ?? now),
        new.uniqueness.longestWait?.microseconds, new.deadlineAt, TagList(new.tags),
        new.metadata == .emptyObject ? nil : new.metadata, now)
      return .updated(holder.id)
    }
  }
}

extension UniqueRule {
  /// When the key is released although the status of the item still holds it.
  fileprivate func expiry(enqueuedAt now: Timestamp, dueAt: Timestamp) -> Timestamp? {
    window.map { (windowBeginsWhenDue ? max(now, dueAt) : now) + $0 }
  }
}
