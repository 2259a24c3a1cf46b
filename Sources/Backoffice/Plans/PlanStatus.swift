/// Where a plan stands.
public enum PlanStatus: String, TextEnum {
  /// Waits for a decision.
  case pending
  /// At least one of its items may be carried out.
  case approved
  /// Nothing of it may be carried out.
  case rejected
  /// Is being carried out.
  case executing
  /// All approved items are carried out.
  case completed
  /// At least one approved item could not be carried out.
  case failed

  /// The legal moves, from each status to the ones it may become.
  public static let transitions: [PlanStatus: Set<PlanStatus>] = [
    .pending: [.approved, .rejected],
    .approved: [.executing],
    .rejected: [],
    .executing: [.completed, .failed],
    .completed: [],
    .failed: [],
  ]

  /// Whether a plan may go from this status to `next`.
  public func canMove(to next: PlanStatus) -> Bool {
    Self.transitions[self]?.contains(next) ?? false
  }
}

/// Where one change of a plan stands.
public enum PlanItemStatus: String, TextEnum {
  /// Waits for a decision.
  case pending
  /// May be carried out.
  case approved
  /// Must not be carried out.
  case rejected
  /// Is carried out.
  case applied
  /// Could not be carried out.
  case failed

  /// The legal moves, from each status to the ones it may become.
  public static let transitions: [PlanItemStatus: Set<PlanItemStatus>] = [
    .pending: [.approved, .rejected],
    .approved: [.applied, .failed],
    .rejected: [],
    .applied: [],
    .failed: [],
  ]

  /// Whether an item may go from this status to `next`.
  public func canMove(to next: PlanItemStatus) -> Bool {
    Self.transitions[self]?.contains(next) ?? false
  }
}

/// The decision on one change of a plan.
public enum PlanVerdict: Sendable, Hashable {
  /// It may be carried out.
  case approve
  /// It must not, for this reason.
  case reject(reason: String)
}
