/// The status of a plan.
public enum PlanStatus: String, TextEnum {
  /// The plan awaits a decision.
  case pending
  /// At least one of its items is approved.
  case approved
  /// All of its items are rejected.
  case rejected
  /// The plan is being carried out.
  case executing
  /// All approved items were carried out.
  case completed
  /// At least one approved item could not be carried out.
  case failed

  /// The allowed transitions from each status.
  public static let transitions: [PlanStatus: Set<PlanStatus>] = [
    .pending: [.approved, .rejected],
    .approved: [.executing],
    .rejected: [],
    .executing: [.completed, .failed],
    .completed: [],
    .failed: [],
  ]

  /// Whether a plan may move from this status to `next`.
  public func canMove(to next: PlanStatus) -> Bool {
    Self.transitions[self]?.contains(next) ?? false
  }
}

/// The status of an item of a plan.
public enum PlanItemStatus: String, TextEnum {
  /// The item awaits a decision.
  case pending
  /// The item may be carried out.
  case approved
  /// The item must not be carried out.
  case rejected
  /// The item was carried out.
  case applied
  /// The item could not be carried out.
  case failed
  /// The item was carried out and is being undone.
  case rollingBack = "rolling_back"
  /// The item was carried out and undone.
  case rolledBack = "rolled_back"

  /// The allowed transitions from each status.
  public static let transitions: [PlanItemStatus: Set<PlanItemStatus>] = [
    .pending: [.approved, .rejected],
    .approved: [.applied, .failed],
    .rejected: [],
    .applied: [.rollingBack, .rolledBack],
    .failed: [],
    .rollingBack: [.applied, .rolledBack],
    .rolledBack: [],
  ]

  /// Whether an item may move from this status to `next`.
  public func canMove(to next: PlanItemStatus) -> Bool {
    Self.transitions[self]?.contains(next) ?? false
  }
}

/// The decision on an item of a plan.
public enum PlanVerdict: Sendable, Hashable {
  /// The item is approved.
  case approve
  /// The item is rejected, with a reason.
  case reject(reason: String)
}
