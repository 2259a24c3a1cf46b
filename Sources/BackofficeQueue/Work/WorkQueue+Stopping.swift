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

  /// Pauses a waiting item until it is resumed.
  ///
  /// Pausing a paused item changes nothing.
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

  /// Resumes a paused item, which returns to its previous status.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/illegalMove(item:from:to:)`` when the
  ///   item is not paused, ``QueueError/duplicate(item:of:)`` when another item holds its unique key.
  public func resume(_ id: ID<QueueItem>) throws {
    try access.write { transaction in
      guard try transaction.execute(Self.resumeItem, id, transaction.now) == 0 else { return }
      throw try Self.refusal(of: id, to: .pending, transaction)
    }
  }

  private static let cancelWaiting = SQLStatement(
    """
    UPDATE queue_items SET status = 'cancelled', paused_from = NULL, finished_at = ?2,
      error_code = 'cancelled', error_message = ?3, updated_at = ?2
    WHERE id = ?1 AND status \(QueueItem.Status.waitingSQL)
    """)

  private static let askRunning = SQLStatement(
    """
    UPDATE queue_items SET cancel_requested_at = ifnull(cancel_requested_at, ?2), updated_at = ?2
    WHERE id = ?1 AND status = 'running'
    """)

  private static let findStatus = SQLStatement("SELECT status FROM queue_items WHERE id = ?")

  /// Cancels a waiting item, or requests cancellation of a running one.
  ///
  /// The worker receives the request with its next heartbeat or progress report, and acknowledges
  /// it with ``cancelled(_:reason:)``. If the attempt succeeds, the item is completed; any other
  /// end of the attempt cancels it. A second call changes nothing.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/illegalMove(item:from:to:)`` when the
  ///   item has completed or failed.
  @discardableResult
  public func cancel(_ id: ID<QueueItem>, reason: String? = nil) throws -> CancelOutcome {
    try access.write(reason: reason) { transaction in
      let message = reason?.prefix(bytes: QueueError.longestMessage)
      if try transaction.execute(Self.cancelWaiting, id, transaction.now, message) > 0 {
        return .cancelled
      }
      if try transaction.execute(Self.askRunning, id, transaction.now) > 0 { return .requested }
      let refusal = try Self.refusal(of: id, to: .cancelled, transaction)
      if case .illegalMove(_, .cancelled, _) = refusal { return .cancelled }
      throw refusal
    }
  }

  /// Returns why an item cannot change to a status.
  static func refusal(
    of id: ID<QueueItem>, to target: QueueItem.Status,
    _ transaction: borrowing WriteTransaction
  ) throws -> QueueError {
    let found = try transaction.fetchOne(findStatus, id) { row in
      try row.value(at: 0, as: QueueItem.Status.self)
    }
    guard let status = found else { return .noSuchItem(id) }
    return .illegalMove(item: id, from: status, to: target)
  }

  private static let remove = SQLStatement(
    "DELETE FROM queue_items WHERE id = ? AND status <> 'running'")

  /// Deletes an item with its attempts; an unfinished item is cancelled first.
  ///
  /// Items that wait for it are handled by their dependency policy, and its batch no longer counts
  /// it.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/itemRuns(_:)``.
  public func delete(_ id: ID<QueueItem>, reason: String? = nil) throws {
    try access.write(reason: reason) { transaction in
      guard let status = try Self.status(of: id, transaction) else {
        throw QueueError.noSuchItem(id)
      }
      guard status != .running else { throw QueueError.itemRuns(id) }
      if !status.isFinished { try transaction.queue.cancel(id, reason: reason) }
      try transaction.execute(Self.remove, id)
    }
  }
}
