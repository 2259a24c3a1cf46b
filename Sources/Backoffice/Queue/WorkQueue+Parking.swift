package import BackofficeStorage

// What workflows need to let an item wait for a person, and to go on with it.
extension WriteTransaction {
  private static let park = SQLStatement(
    """
    UPDATE queue_items SET status = 'waiting_for_action', lease_token = NULL,
      lease_expires_at = NULL, attempts = max(0, attempts - 1), rescues = 0,
      manual_intervention_required = 1, updated_at = ?3
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2 AND cancel_requested_at IS NULL
    RETURNING \(QueueItem.selection)
    """)

  // An item that was paused meanwhile stays paused, and returns to where it would be now.
  private static let resume = SQLStatement(
    """
    UPDATE queue_items SET
      status = CASE status WHEN 'paused' THEN 'paused' ELSE 'pending' END,
      paused_from = CASE status WHEN 'paused' THEN 'pending' END,
      due_at = ?2, updated_at = ?3
    WHERE id = ?1 AND (status = 'waiting_for_action'
      OR status = 'paused' AND paused_from = 'waiting_for_action')
    """)

  private static let finishParked = SQLStatement(
    """
    UPDATE queue_items SET status = ?2, paused_from = NULL, finished_at = ?3,
      error_code = ?4, error_message = ?5, result = ifnull(?6, result), updated_at = ?3
    WHERE id = ?1 AND (status = 'waiting_for_action'
      OR status = 'paused' AND paused_from = 'waiting_for_action' AND ?2 = 'failed')
    """)

  /// Lets the item of a lease wait for a person: the attempt ends and is not charged.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/cancelRequested(_:)``.
  package func parkQueueItem(_ lease: Lease) throws -> QueueItem {
    let item = try QueueItem.fetchOne(self, Self.park, lease.item, lease.token, now)
    if let item { return item }
    _ = try WorkQueue.attempt(of: lease, self)
    throw QueueError.cancelRequested(lease.item)
  }

  /// Gives a parked item back to the workers; a paused one goes on when it is resumed.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/illegalMove(item:from:to:)`` when the
  ///   item does not wait for a person.
  package func resumeParkedQueueItem(_ id: ID<QueueItem>, dueAt: Timestamp? = nil) throws {
    let changed = try execute(Self.resume, id, dueAt ?? now, now)
    if changed == 0 { throw try WorkQueue.refusal(of: id, to: .pending, self) }
  }

  /// Gives a parked item up.
  ///
  /// - Throws: as ``resumeParkedQueueItem(_:dueAt:)``.
  package func failParkedQueueItem(_ id: ID<QueueItem>, error: ItemFailure) throws {
    let changed = try execute(
      Self.finishParked, id, QueueItem.Status.failed, now, error.code, error.message,
      JSONText?.none)
    if changed == 0 { throw try WorkQueue.refusal(of: id, to: .failed, self) }
  }

  /// Completes a parked item that a person has done by hand.
  ///
  /// - Throws: as ``resumeParkedQueueItem(_:dueAt:)``.
  package func completeParkedQueueItem(
    _ id: ID<QueueItem>, result: JSONText? = nil
  ) throws {
    let changed = try execute(
      Self.finishParked, id, QueueItem.Status.completed, now, String?.none, String?.none, result)
    if changed == 0 { throw try WorkQueue.refusal(of: id, to: .completed, self) }
  }

  /// Cancels an item, or asks a running one to stop.
  ///
  /// - Throws: as ``WorkQueue/cancel(_:reason:)``.
  @discardableResult
  package func cancelQueueItem(
    _ id: ID<QueueItem>, reason: String? = nil
  ) throws -> CancelOutcome {
    try queue.cancel(id, reason: reason)
  }
}
