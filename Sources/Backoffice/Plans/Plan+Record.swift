extension Plan: Record {
  /// `plans`.
  public static let tableName = "plans"

  /// Maps each column to the property that it stores.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), customerID: column("customer_id", \.customerID),
      batchID: column("batch_id", \.batchID), title: column("title", \.title),
      description: column("description", \.description), status: column("status", \.status),
      estimatedImpact: column("estimated_impact", \.estimatedImpact),
      author: column("author", \.author), approver: column("approver", \.approver),
      approvalReason: column("approval_reason", \.approvalReason),
      rejectionReason: column("rejection_reason", \.rejectionReason),
      failureReason: column("failure_reason", \.failureReason),
      expiresAt: column("expires_at", \.expiresAt), approvedAt: column("approved_at", \.approvedAt),
      rejectedAt: column("rejected_at", \.rejectedAt), startedAt: column("started_at", \.startedAt),
      finishedAt: column("finished_at", \.finishedAt), metadata: column("metadata", \.metadata),
      createdAt: column("created_at", \.createdAt), updatedAt: column("updated_at", \.updatedAt))
  }
}

extension PlanItem: Record {
  /// `plan_items`.
  public static let tableName = "plan_items"

  /// Maps each column to the property that it stores.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), planID: column("plan_id", \.planID),
      position: column("position", \.position), title: column("title", \.title),
      description: column("description", \.description), change: column("change", \.change),
      beforeState: column("before_state", \.beforeState),
      afterState: column("after_state", \.afterState), inverse: column("inverse", \.inverse),
      status: column("status", \.status),
      queueItemID: column("queue_item_id", \.queueItemID),
      decidedBy: column("decided_by", \.decidedBy), decidedAt: column("decided_at", \.decidedAt),
      rejectionReason: column("rejection_reason", \.rejectionReason),
      finishedAt: column("finished_at", \.finishedAt),
      errorMessage: column("error_message", \.errorMessage),
      rollbackDeadlineAt: column("rollback_deadline_at", \.rollbackDeadlineAt),
      rollbackQueueItemID: column("rollback_queue_item_id", \.rollbackQueueItemID),
      rolledBackAt: column("rolled_back_at", \.rolledBackAt),
      rolledBackBy: column("rolled_back_by", \.rolledBackBy),
      createdAt: column("created_at", \.createdAt), updatedAt: column("updated_at", \.updatedAt))
  }
}
