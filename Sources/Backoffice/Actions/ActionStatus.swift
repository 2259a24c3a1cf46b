/// The status of an action.
public enum ActionStatus: String, TextEnum {
  /// No assistant has the action.
  case pending
  /// An assistant has the action but has not started it.
  case assigned
  /// An assistant is working on the action.
  case inProgress = "in_progress"
  /// The action waits for something else to happen.
  case blocked
  /// The action waits for a response of the customer.
  case requiresCustomer = "requires_customer"
  /// The action is suspended and keeps its former status; see ``Actions/suspend(_:reason:)``.
  case suspended
  /// The action is done.
  case completed
  /// The action failed.
  case failed
  /// The action is no longer needed.
  case cancelled

  /// The allowed transitions from each status.
  ///
  /// Completed and failed actions can be reopened; a cancelled one cannot.
  public static let transitions: [ActionStatus: Set<ActionStatus>] = [
    .pending: [.assigned, .blocked, .requiresCustomer, .suspended, .failed, .cancelled],
    .assigned: [
      .pending, .inProgress, .blocked, .requiresCustomer, .suspended, .completed, .failed,
      .cancelled,
    ],
    .inProgress: [
      .pending, .assigned, .blocked, .requiresCustomer, .suspended, .completed, .failed,
      .cancelled,
    ],
    .blocked: [
      .pending, .assigned, .inProgress, .requiresCustomer, .suspended, .completed, .failed,
      .cancelled,
    ],
    .requiresCustomer: [
      .pending, .assigned, .inProgress, .blocked, .suspended, .completed, .failed, .cancelled,
    ],
    .suspended: [.pending, .assigned, .inProgress, .blocked, .requiresCustomer, .cancelled],
    .completed: [.pending, .assigned],
    .failed: [.pending, .assigned],
    .cancelled: [],
  ]

  /// Whether an action may move from this status to `next`.
  public func canMove(to next: ActionStatus) -> Bool {
    Self.transitions[self]?.contains(next) ?? false
  }

  /// Whether the action is completed, failed or cancelled.
  public var isFinished: Bool { self == .completed || self == .failed || self == .cancelled }

  /// Whether the action takes a place in its assistant's capacity: assigned or in progress.
  ///
  /// Blocked and suspended actions, and actions waiting for the customer, leave the place free.
  public var occupiesAssistant: Bool { self == .assigned || self == .inProgress }
}
