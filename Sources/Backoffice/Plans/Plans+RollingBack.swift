extension Plans {
  private static let putInverse = SQLStatement(
    """
    UPDATE plan_items SET inverse = ?2, updated_at = ?3
    WHERE id = ?1 AND (status = 'pending' OR status = 'approved') RETURNING \(PlanItem.selection)
    """)
  private static let begin = SQLStatement(
    """
    UPDATE plan_items SET status = 'rolling_back', rollback_queue_item_id = NULL,
      rolled_back_by = ?2, error_message = NULL, updated_at = ?3
    WHERE id = ?1 RETURNING \(PlanItem.selection)
    """)
  /// Sets the end of a rollback: a failed one leaves the change applied.
  static let endingRollback = """
    UPDATE plan_items SET status = ?2, error_message = ?4, updated_at = ?3,
      rolled_back_at = CASE WHEN ?2 = 'rolled_back' THEN ?3 END
    """
  private static let end = SQLStatement(
    "\(endingRollback) WHERE id = ?1 RETURNING \(PlanItem.selection)")
  private static let linkRollback = SQLStatement(
    "UPDATE plan_items SET rollback_queue_item_id = ?2, updated_at = ?3 WHERE id = ?1")
  static let clearInverses = SQLStatement(
    """
    UPDATE plan_items SET inverse = NULL, before_state = '{}', updated_at = ?1
    WHERE pk IN (SELECT pk FROM plan_items
      WHERE inverse IS NOT NULL AND rollback_deadline_at < ?1
      ORDER BY rollback_deadline_at LIMIT ?2)
    """)

  /// Sets the change that undoes an item, such as the values that a worker found before it.
  ///
  /// - Parameters:
  ///   - inverse: the inverse, in the program's own format; 1 MiB at most.
  ///   - id: the item, which must be pending or approved.
  /// - Throws: ``PlanError/unknownItem(_:)``, ``PlanError/illegalItemMove(_:from:to:)`` if the item is
  ///   finished, ``PlanError/invalidValue(field:problem:)``.
  @discardableResult
  public func setInverse(_ inverse: JSONText, of id: ID<PlanItem>) throws -> PlanItem {
    try PlanError.require(inverse, "inverse")
    return try access.write { transaction in
      if let item = try PlanItem.fetchOne(
        transaction, Self.putInverse, id, inverse, transaction.now)
      {
        return item
      }
      let item = try Self.requireItem(id, transaction)
      throw PlanError.illegalItemMove(id, from: item.status, to: .applied)
    }
  }

  /// Marks an applied change as undone, in one step.
  ///
  /// For programs that undo it in the same transaction; otherwise see ``beginRollback(_:reason:)``,
  /// or `Workflows.rollBack(_:reason:work:)`, which enqueues the work.
  ///
  /// - Returns: the item, with its inverse.
  /// - Throws: the errors of ``beginRollback(_:reason:)``.
  @discardableResult
  public func rollBack(_ id: ID<PlanItem>, reason: String? = nil) throws -> PlanItem {
    try access.write(reason: reason) { transaction in
      try transaction.plans.beginRollback(id)
      return try transaction.plans.markRolledBack(id)
    }
  }

  /// Begins to undo an applied change on behalf of the current principal.
  ///
  /// A change can be rolled back until ``PlanItem/rollbackDeadlineAt``, inclusively, whether or not its
  /// plan has finished; the plan keeps its status. A rollback that began in time may end later.
  ///
  /// - Returns: the item, with the inverse to carry out.
  /// - Throws: ``PlanError/unknownItem(_:)``, ``PlanError/illegalItemMove(_:from:to:)`` unless the item
  ///   is applied, ``PlanError/mayNotDecide(_:principal:)``, ``PlanError/rollbackExpired(_:at:)``,
  ///   ``PlanError/noInverse(_:)``.
  @discardableResult
  public func beginRollback(_ id: ID<PlanItem>, reason: String? = nil) throws -> PlanItem {
    try access.write(reason: reason) { transaction in
      let item = try Self.requireItem(id, transaction)
      guard item.status == .applied else {
        throw PlanError.illegalItemMove(id, from: item.status, to: .rollingBack)
      }
      let plan = try Self.require(item.planID, transaction)
      guard transaction.principal.mayDecide(about: plan.customerID) else {
        throw PlanError.mayNotDecide(plan.id, principal: transaction.principal)
      }
      if let deadline = item.rollbackDeadlineAt, deadline < transaction.now {
        throw PlanError.rollbackExpired(id, at: deadline)
      }
      guard item.inverse != nil else { throw PlanError.noInverse(id) }
      return try Self.require(
        PlanItem.fetchOne(
          transaction, Self.begin, id, transaction.principal, transaction.now), id)
    }
  }

  /// Records that a change was undone.
  ///
  /// - Throws: ``PlanError/unknownItem(_:)``, ``PlanError/illegalItemMove(_:from:to:)`` unless its
  ///   rollback has begun.
  @discardableResult
  public func markRolledBack(_ id: ID<PlanItem>) throws -> PlanItem {
    try endRollback(id, .rolledBack, error: nil)
  }

  /// Records that a change could not be undone; it stays applied and can be rolled back again.
  ///
  /// - Throws: the errors of ``markRolledBack(_:)``.
  @discardableResult
  public func markRollbackFailed(_ id: ID<PlanItem>, error: String) throws -> PlanItem {
    try endRollback(id, .applied, error: error)
  }

  private func endRollback(
    _ id: ID<PlanItem>, _ status: PlanItemStatus, error: String?
  ) throws -> PlanItem {
    let error = error?.prefix(bytes: TextBounds.text)
    return try access.write(reason: error) { transaction in
      let item = try Self.requireItem(id, transaction)
      guard item.status == .rollingBack else {
        throw PlanError.illegalItemMove(id, from: item.status, to: status)
      }
      return try Self.require(
        PlanItem.fetchOne(transaction, Self.end, id, status, transaction.now, error), id)
    }
  }

  /// Clears the inverses and the earlier states of changes that can no longer be rolled back; the
  /// records stay.
  ///
  /// - Parameter limit: the maximum number of items; 1,000 by default and at most.
  /// - Returns: the number of cleared items.
  /// - Throws: `StorageError` with `closed`, `readOnlyStore`, `busy`, `writerBusy`; `SQLiteError`.
  /// - Complexity: O(log n) for each item, by index.
  @discardableResult
  public func clearExpiredInverses(limit: Int = PageLimit.maximum) throws -> Int {
    try access.write { transaction in
      try transaction.execute(
        Self.clearInverses, transaction.now, PageLimit.clamped(limit))
    }
  }

  /// Links an item to the queue item that undoes it.
  static func linkRollback(
    of item: ID<PlanItem>, to queueItem: ID<QueueItem>, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(linkRollback, item, queueItem, transaction.now)
  }

  static func requireItem(
    _ id: ID<PlanItem>, _ transaction: borrowing WriteTransaction
  ) throws -> PlanItem {
    try require(PlanItem.find(id, in: transaction), id)
  }

  private static func require(_ item: PlanItem?, _ id: ID<PlanItem>) throws(PlanError) -> PlanItem {
    guard let item else { throw .unknownItem(id) }
    return item
  }
}
