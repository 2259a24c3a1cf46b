extension WorkQueue {
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

  /// Cancels an item that waits, or asks the worker of a running one to stop.
  ///
  /// The worker sees the request with its next heartbeat or progress, and acknowledges with
  /// ``cancelled(_:reason:)``. Work that succeeds all the same is completed; any other end of the
  /// attempt cancels the item. A second call changes nothing.
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

  /// Says why an item cannot go to a status.
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
}
