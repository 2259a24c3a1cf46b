extension WorkQueue {
  private static let reprioritise = SQLStatement(
    """
    UPDATE queue_items SET priority = ?2, updated_at = ?3 WHERE id = ?1 AND finished_at IS NULL
    """)

  private static let reschedule = SQLStatement(
    """
    UPDATE queue_items SET due_at = ?2, updated_at = ?3
    WHERE id = ?1 AND finished_at IS NULL AND status <> 'running'
    """)

  private static let findPlace = SQLStatement(
    "SELECT queue, status FROM queue_items WHERE id = ?")

  private static let move = SQLStatement(
    """
    UPDATE queue_items SET queue = ?2, is_counted = ?4, updated_at = ?3
    WHERE id = ?1 AND finished_at IS NULL AND status <> 'running'
    """)

  /// Changes the priority of an unfinished item.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``, ``QueueError/noSuchItem(_:)``,
  ///   ``QueueError/illegalMove(item:from:to:)`` when the item has finished.
  public func reprioritise(_ id: ID<QueueItem>, to priority: Int) throws {
    try QueueError.require((1...5).contains(priority), "priority", "must be 1 to 5")
    try access.write { transaction in
      let changed = try transaction.execute(Self.reprioritise, id, priority, transaction.now)
      if changed == 0 { throw try Self.refusal(of: id, to: .pending, transaction) }
    }
  }

  /// Changes when a waiting item may be claimed.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/illegalMove(item:from:to:)`` when the
  ///   item runs or has finished.
  public func reschedule(_ id: ID<QueueItem>, to dueAt: Timestamp) throws {
    try access.write { transaction in
      try QueueError.requireTime(dueAt, "dueAt", now: transaction.now)
      let changed = try transaction.execute(Self.reschedule, id, dueAt, transaction.now)
      if changed == 0 { throw try Self.refusal(of: id, to: .pending, transaction) }
    }
  }

  /// Moves a waiting item to another queue.
  ///
  /// A queue that is draining accepts no item, and a full queue accepts no claimable item; an item
  /// that is already in the queue stays there.
  ///
  /// - Throws: the errors of ``reschedule(_:to:)``, ``QueueError/invalid(field:reason:)``,
  ///   ``QueueError/queueDraining(_:)``, ``QueueError/queueFull(_:limit:)``. Nothing changes then.
  public func move(_ id: ID<QueueItem>, to queue: String) throws {
    try QueueError.requireName(queue, "queue")
    let queue = queue.keyForm
    try access.write { transaction in
      let found = try transaction.fetchOne(Self.findPlace, id) { row in
        (
          queue: try row.value(at: 0, as: String.self),
          status: try row.value(at: 1, as: QueueItem.Status.self)
        )
      }
      guard let found, !found.status.isFinished, found.status != .running else {
        throw try Self.refusal(of: id, to: .pending, transaction)
      }
      guard found.queue != queue else { return }
      try Self.requireIntake(of: queue, for: found.status, transaction)
      try Self.move(id, to: queue, transaction)
    }
  }

  /// Refuses an item from another queue when a queue is draining or full.
  ///
  /// Paused and parked items are not claimable and do not count against the limit.
  ///
  /// - Throws: ``QueueError/queueDraining(_:)``, ``QueueError/queueFull(_:limit:)``.
  static func requireIntake(
    of queue: String, for status: QueueItem.Status, _ transaction: borrowing WriteTransaction
  ) throws {
    let control = try QueueControl.of(queue, transaction)
    if control.isDraining { throw QueueError.queueDraining(queue) }
    guard let limit = control.maxWaiting, status.isClaimable else { return }
    try WaitingCounts.requirePlace(in: queue, limit: limit, transaction)
  }

  /// Moves an item for which the queue has a place.
  static func move(
    _ id: ID<QueueItem>, to queue: String, _ transaction: borrowing WriteTransaction
  ) throws {
    let isCounted = try QueueControl.of(queue, transaction).maxWaiting != nil
    let changed = try transaction.execute(move, id, queue, transaction.now, isCounted)
    if changed == 0 { throw try refusal(of: id, to: .pending, transaction) }
  }

  private static let writeTags = SQLStatement(
    "UPDATE queue_items SET tags = ?2, updated_at = ?3 WHERE id = ?1")

  /// Replaces the tags of an item, in any status; an empty list removes them.
  ///
  /// The new tags find the item in the same transaction.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/invalid(field:reason:)``.
  /// - Complexity: O(t log n) for t tags.
  public func setTags(_ tags: [String], of id: ID<QueueItem>) throws {
    let list = TagList(tags.map(\.keyForm))
    try list.validate()
    try access.write { transaction in
      let changed = try transaction.execute(Self.writeTags, id, list, transaction.now)
      if changed == 0 { throw QueueError.noSuchItem(id) }
    }
  }

  /// The most tags of an item: 32.
  public static let mostTags = 32
  /// The longest tag, in bytes of UTF-8: 128.
  public static let longestTag = 128
}
