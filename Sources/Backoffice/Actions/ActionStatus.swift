/// Where an action stands.
public enum ActionStatus: String, TextEnum {
  /// Nobody has it.
  case pending
  /// Somebody has it and has not begun.
  case assigned
  /// Somebody works on it.
  case inProgress = "in_progress"
  /// Something else has to happen first.
  case blocked
  /// The customer has to answer first.
  case requiresCustomer = "requires_customer"
  /// Done.
  case completed
  /// Given up.
  case failed
  /// No longer wanted.
  case cancelled

  /// The legal moves, from each status to the ones it may become.
  ///
  /// Completed and failed actions may be reopened; a cancelled one stays cancelled.
  public static let transitions: [ActionStatus: Set<ActionStatus>] = [
    .pending: [.assigned, .blocked, .requiresCustomer, .failed, .cancelled],
    .assigned: [
      .pending, .inProgress, .blocked, .requiresCustomer, .completed, .failed, .cancelled,
    ],
    .inProgress: [
      .pending, .assigned, .blocked, .requiresCustomer, .completed, .failed, .cancelled,
    ],
    .blocked: [
      .pending, .assigned, .inProgress, .requiresCustomer, .completed, .failed, .cancelled,
    ],
    .requiresCustomer: [
      .pending, .assigned, .inProgress, .blocked, .completed, .failed, .cancelled,
    ],
    .completed: [.pending, .assigned],
    .failed: [.pending, .assigned],
    .cancelled: [],
  ]

  /// Whether an action may go from this status to `next`.
  public func canMove(to next: ActionStatus) -> Bool {
    Self.transitions[self]?.contains(next) ?? false
  }

  /// Whether nothing more happens to it by itself: completed, failed or cancelled.
  public var isFinished: Bool { self == .completed || self == .failed || self == .cancelled }

  /// Whether it takes one of its assistant's places: assigned or in progress.
  ///
  /// A blocked action, and one that waits for the customer, leave the place free for other work.
  public var occupiesAssistant: Bool { self == .assigned || self == .inProgress }
}
