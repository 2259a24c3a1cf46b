extension Workflows {
  /// Begins to undo an applied change, and enqueues the work, in one commit.
  ///
  /// When the queue item completes, the change is rolled back; when it fails permanently or is
  /// cancelled, the change stays applied with the message, and can be rolled back again.
  ///
  /// - Parameters:
  ///   - id: the item of a plan, which must be applied.
  ///   - reason: the reason.
  ///   - work: creates the queue item from the change and its inverse. Customer and batch default to
  ///     those of the plan.
  /// - Returns: the queue item.
  /// - Throws: the errors of ``Plans/beginRollback(_:reason:)`` and
  ///   `WorkQueue/enqueue(_:)-(NewQueueItem)`, ``WorkflowError/duplicateWork(item:queueItem:)``,
  ///   and any error that `work` throws.
  @discardableResult
  public func rollBack(
    _ id: ID<PlanItem>, reason: String? = nil, work: (PlanItem) throws -> NewQueueItem
  ) throws -> ID<QueueItem> {
    try access.write(reason: reason) { transaction in
      let item = try transaction.plans.beginRollback(id, reason: reason)
      let queueItem = try Self.enqueue(
        work(item), for: item, of: Plans.require(item.planID, transaction), transaction)
      try Plans.linkRollback(of: id, to: queueItem, transaction)
      return queueItem
    }
  }

  /// Enqueues the work of a plan's item.
  static func enqueue(
    _ work: NewQueueItem, for item: PlanItem, of plan: Plan,
    _ transaction: borrowing WriteTransaction
  ) throws -> ID<QueueItem> {
    var work = work
    work.account = work.account ?? Account(customer: plan.customerID)
    work.batchID = work.batchID ?? plan.batchID
    switch try transaction.queue.enqueue(work) {
    case .enqueued(let queueItem): return queueItem
    case .duplicate(let queueItem), .updated(let queueItem):
      throw WorkflowError.duplicateWork(item: item.id, queueItem: queueItem)
    }
  }
}
