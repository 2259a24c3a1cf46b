/// A set of changes that one decision lets through, item by item.
///
/// A row of `plans`.
public struct Plan: Sendable, Hashable {
  /// Its id.
  public var id: ID<Plan>
  /// The customer whose business it changes.
  public var customerID: ID<Customer>?
  /// The work that carries it out.
  public var batchID: ID<Batch>?
  /// What it is about.
  public var title: String
  /// More of it.
  public var description: String?
  /// Where it stands.
  public var status: PlanStatus
  /// What it is expected to bring.
  public var estimatedImpact: JSONText
  /// Who made it; that one may not decide on it.
  public var author: Principal?
  /// Who decided, either way.
  public var approver: Principal?
  /// Why it was approved.
  public var approvalReason: String?
  /// Why it was rejected.
  public var rejectionReason: String?
  /// Why it failed.
  public var failureReason: String?
  /// From then on it can no longer be approved.
  public var expiresAt: Timestamp?
  /// When it was approved.
  public var approvedAt: Timestamp?
  /// When it was rejected.
  public var rejectedAt: Timestamp?
  /// When carrying it out began.
  public var startedAt: Timestamp?
  /// When carrying it out ended.
  public var finishedAt: Timestamp?
  /// A program's own data.
  public var metadata: JSONText
  /// When it was made.
  public var createdAt: Timestamp
  /// When it last changed.
  public var updatedAt: Timestamp
}

/// One change of a plan.
///
/// A row of `plan_items`.
public struct PlanItem: Sendable, Hashable {
  /// Its id.
  public var id: ID<PlanItem>
  /// The plan it belongs to.
  public var planID: ID<Plan>
  /// Its place in the plan, from 0.
  public var position: Int
  /// What it changes.
  public var title: String
  /// More of it.
  public var description: String?
  /// The change, in the program's own terms.
  public var change: JSONText
  /// What it changes, as it was.
  public var beforeState: JSONText
  /// What it changes, as it shall be.
  public var afterState: JSONText
  /// Where it stands.
  public var status: PlanItemStatus
  /// The queue item that carries it out.
  public var queueItemID: ID<QueueItem>?
  /// Who decided.
  public var decidedBy: Principal?
  /// When.
  public var decidedAt: Timestamp?
  /// Why it was rejected.
  public var rejectionReason: String?
  /// When it was carried out, or failed.
  public var finishedAt: Timestamp?
  /// Why it failed.
  public var errorMessage: String?
  /// When it was made.
  public var createdAt: Timestamp
  /// When it last changed.
  public var updatedAt: Timestamp
}

/// What is known of a plan when it is made.
public struct NewPlan: Sendable, Hashable {
  /// What it is about; must not be blank.
  public var title: String
  /// More of it.
  public var description: String?
  /// The customer whose business it changes.
  public var customerID: ID<Customer>?
  /// The work that carries it out.
  public var batchID: ID<Batch>?
  /// The changes, in order; at least one, at most 10,000.
  public var items: [Item]
  /// What it is expected to bring.
  public var estimatedImpact = JSONText.emptyObject
  /// Who made it; nil for whoever acts.
  public var author: Principal?
  /// From then on it can no longer be approved; nil for no limit.
  public var expiresAt: Timestamp?
  /// A program's own data.
  public var metadata = JSONText.emptyObject

  /// A change of a new plan.
  public struct Item: Sendable, Hashable {
    /// What it changes; must not be blank.
    public var title: String
    /// More of it.
    public var description: String?
    /// The change, in the program's own terms.
    public var change: JSONText
    /// What it changes, as it is.
    public var beforeState: JSONText
    /// What it changes, as it shall be.
    public var afterState: JSONText

    /// Describes a change.
    public init(
      title: String, description: String? = nil, change: JSONText = .emptyObject,
      beforeState: JSONText = .emptyObject, afterState: JSONText = .emptyObject
    ) {
      self.title = title
      self.description = description
      self.change = change
      self.beforeState = beforeState
      self.afterState = afterState
    }
  }

  /// Describes a plan; what is not named here is set on the value.
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
