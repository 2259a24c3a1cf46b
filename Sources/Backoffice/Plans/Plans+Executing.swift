extension Plans {
  private static let begin = SQLStatement(
    """
    UPDATE plans SET status = 'executing', started_at = ?2, updated_at = ?2
    WHERE id = ?1 RETURNING \(Plan.selection)
    """)
  private static let approvedItems = PlanItem.select(
    "WHERE plan_id = ? AND status = 'approved' ORDER BY position")
  /// Sets the end of a change, and once until when it can be rolled back.
  static let finishing = """
    UPDATE plan_items SET status = ?2, finished_at = ?3, error_message = ?4, updated_at = ?3,
      rollback_deadline_at = CASE WHEN ?2 = 'applied' THEN ?3 + \(rollbackWindow.microseconds) END
    """
  private static let finishItem = SQLStatement(
    """
    \(finishing) WHERE id = ?1 RETURNING \(PlanItem.selection)
    """)
  private static let link = SQLStatement(
    "UPDATE plan_items SET queue_item_id = ?2, updated_at = ?3 WHERE id = ?1")

  /// Starts the execution of an approved plan and returns its approved items.
  ///
  /// - Throws: ``PlanError/unknownPlan(_:)``, ``PlanError/illegalMove(_:from:to:)`` if it is not
  ///   approved.
  @discardableResult
  public func beginExecution(_ id: ID<Plan>) throws -> [PlanItem] {
    try access.write { transaction in
      let plan = try Self.require(id, transaction)
      guard plan.status.canMove(to: .executing) else {
        throw PlanError.illegalMove(id, from: plan.status, to: .executing)
      }
      _ = try transaction.fetchOne(Self.begin, id, transaction.now) { _ in true }
      return try PlanItem.fetchAll(transaction, Self.approvedItems, id)
    }
  }

  /// Records that an item was carried out.
  ///
  /// The plan is finished with its last item.
  ///
  /// - Throws: ``PlanError/unknownItem(_:)``, ``PlanError/illegalItemMove(_:from:to:)``,
  ///   ``PlanError/illegalMove(_:from:to:)`` if the plan is not being carried out.
  @discardableResult
  public func markApplied(_ item: ID<PlanItem>) throws -> PlanItem {
    try finish(item, .applied, error: nil)
  }

  /// Records that an item could not be carried out.
  ///
  /// The plan is finished with its last item.
  ///
  /// - Throws: the errors of ``markApplied(_:)``.
  @discardableResult
  public func markFailed(_ item: ID<PlanItem>, error: String) throws -> PlanItem {
    try finish(item, .failed, error: error)
  }

  private func finish(
    _ id: ID<PlanItem>, _ status: PlanItemStatus, error: String?
  ) throws -> PlanItem {
    let error = error?.prefix(bytes: TextBounds.text)
    return try access.write(reason: error) { transaction in
      guard let item = try PlanItem.find(id, in: transaction) else {
        throw PlanError.unknownItem(id)
      }
      guard item.status.canMove(to: status) else {
        throw PlanError.illegalItemMove(id, from: item.status, to: status)
      }
      let plan = try Self.require(item.planID, transaction)
      guard plan.status == .executing else {
        throw PlanError.illegalMove(
          plan.id, from: plan.status, to: status == .applied ? .completed : .failed)
      }
      let finished = try PlanItem.fetchOne(
        transaction, Self.finishItem, id, status, transaction.now, error)
      guard let finished else { throw PlanError.unknownItem(id) }
      return finished
    }
  }

  /// Links an item to the queue item that carries it out.
  static func link(
    _ item: ID<PlanItem>, to queueItem: ID<QueueItem>, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(link, item, queueItem, transaction.now)
  }
}
