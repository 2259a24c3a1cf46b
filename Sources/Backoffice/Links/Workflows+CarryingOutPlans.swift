extension Workflows {
  /// Decides on a plan and enqueues the approved items in one commit.
  ///
  /// Each approved item becomes a queue item. When the queue item completes, the plan's item is
  /// applied; when it fails permanently or is cancelled, the plan's item fails. The plan is
  /// finished with its last item. A plan without approved items is rejected, and nothing is
  /// enqueued.
  ///
  /// - Parameters:
  ///   - id: the plan, which must be pending.
  ///   - verdicts: a verdict for each of its items.
  ///   - reason: the reason.
  ///   - work: creates the queue item of a plan's item. Customer and batch default to those of the
  ///     plan.
  /// - Returns: the queue items, in the order of the plan.
  /// - Throws: the errors of ``Plans/decide(_:_:reason:)`` and
  ///   `WorkQueue/enqueue(_:)-(NewQueueItem)`, ``WorkflowError/duplicateWork(item:queueItem:)``,
  ///   and any error that `work` throws.
  @discardableResult
  public func decide(
    _ id: ID<Plan>, _ verdicts: [ID<PlanItem>: PlanVerdict], reason: String? = nil,
    work: (PlanItem) throws -> NewQueueItem
  ) throws -> [ID<QueueItem>] {
    try access.write(reason: reason) { transaction in
      let plan = try transaction.plans.decide(id, verdicts, reason: reason)
      guard plan.status == .approved else { return [] }
      return try transaction.workflows.carryOut(id, work: work)
    }
  }

  /// Enqueues the approved items of an approved plan and links them as ``decide(_:_:reason:work:)``
  /// does.
  ///
  /// - Throws: ``PlanError/unknownPlan(_:)``, ``PlanError/illegalMove(_:from:to:)`` if the plan is
  ///   not approved, and the errors of ``decide(_:_:reason:work:)``.
  @discardableResult
  public func carryOut(
    _ id: ID<Plan>, work: (PlanItem) throws -> NewQueueItem
  ) throws -> [ID<QueueItem>] {
    try access.write { transaction in
      let items = try transaction.plans.beginExecution(id)
      let plan = try Plans.require(id, transaction)
      return try items.map { item in
        let queueItem = try Self.enqueue(work(item), for: item, of: plan, transaction)
        try Plans.link(item.id, to: queueItem, transaction)
        return queueItem
      }
    }
  }
}

/// Transfers the outcome of queued work to its plan.
enum PlanWorkRules {
  static let triggers = [workEnds]

  static let finishItem = SQLStatement(
    "\(Plans.finishing) WHERE queue_item_id = ?1 AND status = 'approved'")

  static let finishRollback = SQLStatement(
    """
    \(Plans.endingRollback)
    WHERE rollback_queue_item_id = ?1 AND status = 'rolling_back'
    """)

  static let hasPlans = RuleSwitch(
    tables: ["plans", "plan_items"],
    """
    SELECT EXISTS (SELECT 1 FROM plans WHERE status = 'executing')
      OR EXISTS (SELECT 1 FROM plan_items WHERE rollback_queue_item_id IS NOT NULL)
    """)

  /// Completes or fails a plan item when the work that carries it out has ended.
  static let workEnds = Trigger.afterUpdate(
    "workflows.plan_work_ends",
    .update(of: "status").where(
      .isOn(hasPlans), .becomes("status", ["completed", "failed", "cancelled"])),
    to: EndingItem.self
  ) { item, transaction in
    let isDone = item.status == .completed
    let message = isDone ? nil : item.errorMessage ?? "its work was \(item.status.rawValue)"
    let now = transaction.now
    try transaction.execute(
      finishItem, item.id, isDone ? PlanItemStatus.applied : .failed, now, message)
    try transaction.execute(
      finishRollback, item.id, isDone ? PlanItemStatus.rolledBack : .applied, now, message)
  }

  /// The columns of an item that determine its plan's status.
  struct EndingItem: TableRow {
    static let tableName = QueueItem.tableName
    let id: ID<QueueItem>
    let status: QueueItem.Status
    let errorMessage: String?

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      id = try column("id")
      status = try column("status")
      errorMessage = try column("error_message")
    }
  }
}
