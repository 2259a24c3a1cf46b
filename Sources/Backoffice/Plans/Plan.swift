/// A set of changes that is approved or rejected as a whole or item by item.
///
/// A row of `plans`.
public struct Plan: Sendable, Hashable {
  /// The plan's id.
  public var id: ID<Plan>
  /// The customer whose business it changes.
  public var customerID: ID<Customer>?
  /// The batch that carries it out.
  public var batchID: ID<Batch>?
  /// The title.
  public var title: String
  /// The description.
  public var description: String?
  /// The status.
  public var status: PlanStatus
  /// The estimated impact.
  public var estimatedImpact: JSONText
  /// The author, who may not decide on the plan.
  public var author: Principal?
  /// The principal who decided, either way.
  public var approver: Principal?
  /// The reason of the approval.
  public var approvalReason: String?
  /// The reason of the rejection.
  public var rejectionReason: String?
  /// The reason of the failure.
  public var failureReason: String?
  /// When the plan expires and can no longer be approved.
  public var expiresAt: Timestamp?
  /// When it was approved.
  public var approvedAt: Timestamp?
  /// When it was rejected.
  public var rejectedAt: Timestamp?
  /// When its execution began.
  public var startedAt: Timestamp?
  /// When its execution ended.
  public var finishedAt: Timestamp?
  /// Further data of the program.
  public var metadata: JSONText
  /// When it was created.
  public var createdAt: Timestamp
  /// When the row was last changed.
  public var updatedAt: Timestamp
}

/// One change of a plan.
///
/// A row of `plan_items`.
public struct PlanItem: Sendable, Hashable {
  /// The item's id.
  public var id: ID<PlanItem>
  /// The plan.
  public var planID: ID<Plan>
  /// The position in the plan, starting at 0.
  public var position: Int
  /// The title.
  public var title: String
  /// The description.
  public var description: String?
  /// The change, in the program's own format.
  public var change: JSONText
  /// The state before the change.
  public var beforeState: JSONText
  /// The state after the change.
  public var afterState: JSONText
  /// The change that undoes it, in the program's own format; nil if it cannot be undone, or no longer.
  public var inverse: JSONText?
  /// The status.
  public var status: PlanItemStatus
  /// The queue item that carries it out.
  public var queueItemID: ID<QueueItem>?
  /// The principal who decided.
  public var decidedBy: Principal?
  /// When the decision was made.
  public var decidedAt: Timestamp?
  /// The reason of the rejection.
  public var rejectionReason: String?
  /// When it was carried out, or failed.
  public var finishedAt: Timestamp?
  /// The reason of the failure, or of that of its rollback.
  public var errorMessage: String?
  /// Until when it can be rolled back: ``Plans/rollbackWindow`` after it was applied; nil before.
  public var rollbackDeadlineAt: Timestamp?
  /// The queue item that undoes it.
  public var rollbackQueueItemID: ID<QueueItem>?
  /// When it was rolled back.
  public var rolledBackAt: Timestamp?
  /// The principal who rolled it back.
  public var rolledBackBy: Principal?
  /// When it was created.
  public var createdAt: Timestamp
  /// When the row was last changed.
  public var updatedAt: Timestamp
}

/// A plan to create.
public struct NewPlan: Sendable, Hashable {
  /// The title, which must not be blank.
  public var title: String
  /// The description.
  public var description: String?
  /// The customer whose business it changes.
  public var customerID: ID<Customer>?
  /// The batch that carries it out.
  public var batchID: ID<Batch>?
  /// The changes in order, 1 to 10,000.
  public var items: [Item]
  /// The estimated impact.
  public var estimatedImpact = JSONText.emptyObject
  /// The author; nil for the current principal.
  public var author: Principal?
  /// When the plan expires and can no longer be approved; nil for never.
  public var expiresAt: Timestamp?
  /// Further data of the program.
  public var metadata = JSONText.emptyObject

  /// A change of a new plan.
  public struct Item: Sendable, Hashable {
    /// The title, which must not be blank.
    public var title: String
    /// The description.
    public var description: String?
    /// The change, in the program's own format.
    public var change: JSONText
    /// The state before the change.
    public var beforeState: JSONText
    /// The state after the change.
    public var afterState: JSONText
    /// The change that undoes it; nil if it cannot be undone, or ``Plans/setInverse(_:of:)`` sets it
    /// later.
    public var inverse: JSONText?

    /// Creates a change.
    public init(
      title: String, description: String? = nil, change: JSONText = .emptyObject,
      beforeState: JSONText = .emptyObject, afterState: JSONText = .emptyObject,
      inverse: JSONText? = nil
    ) {
      self.title = title
      self.description = description
      self.change = change
      self.beforeState = beforeState
      self.afterState = afterState
      self.inverse = inverse
    }
  }

  /// Creates a plan; set further properties on the value.
  public init(
    title: String, items: [Item], customerID: ID<Customer>? = nil, batchID: ID<Batch>? = nil,
    expiresAt: Timestamp? = nil
  ) {
    self.title = title
    self.items = items
    self.customerID = customerID
    self.batchID = batchID
    self.expiresAt = expiresAt
  }
}
