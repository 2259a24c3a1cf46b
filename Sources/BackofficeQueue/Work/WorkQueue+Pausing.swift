extension WorkQueue {
  private static let pauseItem = SQLStatement(
    """
    UPDATE queue_items SET paused_from = status, status = 'paused', updated_at = ?2
    WHERE id = ?1 AND status IN (\(QueueItem.Status.list { $0.canMove(to: .paused) }))
    """)

  private static let resumeItem = SQLStatement(
    """
    UPDATE queue_items SET status = paused_from, paused_from = NULL, updated_at = ?2
    WHERE id = ?1 AND status = 'paused'
    """)

  private static let pauseQueue = SQLStatement(
    """
    INSERT INTO queue_controls (queue, is_paused, paused_at, reason, updated_at)
    VALUES (?1, 1, ?2, ?3, ?2)
    ON CONFLICT (queue) DO UPDATE SET is_paused = 1, paused_at = ifnull(paused_at, ?2),
      reason = ifnull(?3, reason), updated_at = ?2
    """)

  private static let resumeQueue = SQLStatement(
    """
    UPDATE queue_controls SET is_paused = 0, paused_at = NULL, reason = NULL, updated_at = ?2
    WHERE queue = ?1
    """)

  private static let pausedNames = SQLStatement(
    "SELECT queue FROM queue_controls WHERE is_paused = 1 ORDER BY queue")

  /// Takes a waiting item out of the queue until it is resumed.
  ///
  /// An item that is paused already stays so.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/illegalMove(item:from:to:)`` when the
  ///   item runs or has finished.
  public func pause(_ id: ID<QueueItem>) throws {
    try access.write { transaction in
      guard try transaction.execute(Self.pauseItem, id, transaction.now) == 0 else { return }
      let refusal = try Self.refusal(of: id, to: .paused, transaction)
      if case .illegalMove(_, .paused, _) = refusal { return }
      throw refusal
    }
  }

  /// Lets a paused item return to what it was before.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/illegalMove(item:from:to:)`` when the
  ///   item is not paused, ``QueueError/duplicate(item:of:)`` when another item holds its unique key.
  public func resume(_ id: ID<QueueItem>) throws {
    try access.write { transaction in
      guard try transaction.execute(Self.resumeItem, id, transaction.now) == 0 else { return }
      throw try Self.refusal(of: id, to: .pending, transaction)
    }
  }

  /// Stops handing out items of a queue; those that run go on.
  ///
  /// The switch is in the file: it survives a restart, and holds for a queue without items.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)`` for a name of no or too many bytes.
  public func pause(queue: String, reason: String? = nil) throws {
    try QueueError.requireName(queue, "queue")
    try access.write { transaction in
      try transaction.execute(
        Self.pauseQueue, queue.keyForm, transaction.now,
        reason?.prefix(bytes: QueueError.longestMessage))
    }
  }

  /// Hands out items of a queue again; no error when it was not paused.
  public func resume(queue: String) throws {
    try access.write { transaction in
      try transaction.execute(Self.resumeQueue, queue.keyForm, transaction.now)
    }
  }

  /// The names of the queues that are paused.
  public func pausedQueues() throws -> [String] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.pausedNames) { row in try row.value(at: 0) }
    }
  }
}
