/// An error that ``Actions`` throws.
///
/// A method that throws it has changed nothing.
public enum ActionError: Error, Sendable, Hashable {
  /// The action does not exist, or belongs to another customer than the acting one.
  case unknownAction(ID<PendingAction>)
  /// The assistant does not exist.
  case unknownAssistant(ID<Assistant>)
  /// The row that the action references in this column does not exist.
  case unknownReference(column: String, id: ID<AnyEntity>)
  /// A value is out of range.
  case invalidValue(field: String, problem: String)
  /// The transition between the two statuses is not allowed.
  case illegalMove(ID<PendingAction>, from: ActionStatus, to: ActionStatus)
  /// The action is suspended; it must be resumed, released or cancelled first.
  case suspended(ID<PendingAction>)
  /// Another assistant has the action.
  case alreadyTaken(ID<PendingAction>, by: ID<Assistant>, handle: String)
  /// The principal is neither the action's assignee nor a member of the team.
  case notPermitted(ID<PendingAction>, principal: Principal, operation: String)
  /// The assistant is not eligible for the action, for the given reasons.
  case notEligible(ID<PendingAction>, assistant: ID<Assistant>, reasons: [AssignmentExclusion])
  /// The offer does not exist.
  case unknownOffer(ID<ActionOffer>)
  /// The offer has ended.
  case offerEnded(ID<ActionOffer>, status: ActionOffer.Status)
  /// The action is offered to another assistant until the given time.
  case alreadyOffered(ID<PendingAction>, to: ID<Assistant>, until: Timestamp)
  /// The action cannot escalate because it is finished or its deadline has not passed.
  case notOverdue(ID<PendingAction>)
  /// The queue item already waits for another action.
  case itemHasOpenAction(item: ID<QueueItem>, action: ID<PendingAction>)
  /// The kind is not declared.
  ///
  /// The error lists the declared kinds.
  case unknownKind(ActionKind, declared: [ActionKind])
  /// The kind is retired.
  ///
  /// The error lists the offered kinds.
  case retiredKind(ActionKind, offered: [ActionKind])
  /// The action has no customer to wait for.
  case noCustomer(ID<PendingAction>)
}

extension ActionError: CustomStringConvertible {
  /// A one-line message that says what failed, what was expected, and how to resolve it.
  public var description: String {
    switch self {
    case .unknownAction(let id):
      "There is no action \(id); look it up with actions.find(_:) before acting on it."
    case .unknownAssistant(let id):
      "There is no assistant \(id); create one with assistants.create(_:) first."
    case .unknownReference(let column, let id):
      "The action names \(id) in \(column), but there is no such row; create it first or leave "
        + "\(column) out."
    case .invalidValue(let field, let problem):
      "The action's \(field) \(problem); nothing was written."
    case .illegalMove(let id, let from, let to):
      "Action \(id) is \(from.rawValue) and cannot become \(to.rawValue); from "
        + "\(from.rawValue) it may become \(from.nextText)."
    case .suspended(let id):
      "Action \(id) is suspended; continue it with actions.resume(_:), or return it to the list "
        + "with actions.release(_:) first."
    case .alreadyTaken(let id, let assistant, let handle):
      "Action \(id) already belongs to \(handle) (assistant \(assistant)); pick another one, or "
        + "have it released first."
    case .notPermitted(let id, let principal, let operation):
      "\(principal) may not \(operation) action \(id); only its assignee, staff and the system "
        + "may. Claim it first, or act as its assignee."
    case .notEligible(let id, let assistant, let reasons):
      "Assistant \(assistant) is not eligible for action \(id): "
        + reasons.map(\.explanation).joined(separator: ", ")
        + "; choose one from actions.eligibleAssistants(for:)."
    case .unknownOffer(let id):
      "There is no offer \(id); list an assistant's with actions.offers(_:to:) before answering."
    case .offerEnded(let id, let status):
      "Offer \(id) was \(status.rawValue) and can no longer be answered; claim the action with "
        + "actions.claim(_:by:) while it is unassigned."
    case .alreadyOffered(let id, let assistant, let until):
      "Action \(id) is offered to assistant \(assistant) until \(until); wait for the answer, or "
        + "have the offer withdrawn."
    case .notOverdue(let id):
      "Action \(id) is finished or not overdue and cannot escalate; read "
        + "actions.overdue() for those that are."
    case .itemHasOpenAction(let item, let action):
      "Queue item \(item) already waits for action \(action); finish or cancel that one first."
    case .unknownKind(let kind, let declared):
      "There is no kind of action \(kind); declare it with actions.declare(_:) first. Declared "
        + "kinds: \(declared.list)."
    case .retiredKind(let kind, let offered):
      "The kind of action \(kind) is retired; offered kinds: \(offered.list)."
    case .noCustomer(let id):
      "Action \(id) has no customer and cannot wait for one; block it instead."
    }
  }
}

extension ActionError {
  static func require(
    _ text: String?, _ field: String, most: Int = TextBounds.text
  ) throws(ActionError) {
    if let problem = TextBounds.problem(text, most: most) {
      throw .invalidValue(field: field, problem: problem)
    }
  }

  static func require(_ document: JSONText?, _ field: String) throws(ActionError) {
    try require(document?.text, field, most: TextBounds.document)
  }
}

extension ActionStatus {
  var nextText: String {
    let next = ActionStatus.allCases.filter(canMove(to:))
    return next.isEmpty ? "nothing else" : next.map(\.rawValue).joined(separator: ", ")
  }
}
