/// What the actions refuse; nothing has changed when one is thrown.
public enum ActionError: Error, Sendable, Hashable {
  /// There is no such action, or it belongs to another customer than the one who acts.
  case unknownAction(ID<PendingAction>)
  /// There is no such assistant.
  case unknownAssistant(ID<Assistant>)
  /// The row that the action names in this column is not there.
  case unknownReference(column: String, id: ID<AnyEntity>)
  /// A value is out of its range.
  case invalidValue(field: String, problem: String)
  /// The action cannot go from one status to the other.
  case illegalMove(ID<PendingAction>, from: ActionStatus, to: ActionStatus)
  /// Somebody else has the action already.
  case alreadyTaken(ID<PendingAction>, by: ID<Assistant>, handle: String)
  /// Whoever acts is neither the action's assignee nor one of the team.
  case notPermitted(ID<PendingAction>, principal: Principal, operation: String)
  /// The assistant must not get the action, for these reasons.
  case notEligible(ID<PendingAction>, assistant: ID<Assistant>, reasons: [AssignmentExclusion])
  /// There is no such offer.
  case unknownOffer(ID<ActionOffer>)
  /// The offer can no longer be answered.
  case offerEnded(ID<ActionOffer>, status: ActionOffer.Status)
  /// Somebody else may take the action until then.
  case alreadyOffered(ID<PendingAction>, to: ID<Assistant>, until: Timestamp)
  /// The action cannot escalate: it is finished, or its deadline has not passed.
  case notOverdue(ID<PendingAction>)
  /// The queue item waits for another action already.
  case itemHasOpenAction(item: ID<QueueItem>, action: ID<PendingAction>)
  /// No kind of that name is declared; these are.
  case unknownKind(ActionKind, declared: [ActionKind])
  /// The kind is no longer offered; these are.
  case retiredKind(ActionKind, offered: [ActionKind])
  /// The action is for no customer, and so cannot wait for one.
  case noCustomer(ID<PendingAction>)
}

extension ActionError: CustomStringConvertible {
  /// What failed, what was expected, and what to do.
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
    case .alreadyTaken(let id, let assistant, let handle):
      "Action \(id) already belongs to \(handle) (assistant \(assistant)); pick another one, or "
        + "have it released first."
    case .notPermitted(let id, let principal, let operation):
      "\(principal) may not \(operation) action \(id); only its assignee, staff and the system "
        + "may. Claim it first, or act as its assignee."
    case .notEligible(let id, let assistant, let reasons):
      "Assistant \(assistant) cannot get action \(id): "
        + reasons.map(\.explanation).joined(separator: ", ")
        + "; choose one from actions.eligibleAssistants(for:)."
    case .unknownOffer(let id):
      "There is no offer \(id); list an assistant's with actions.offers(_:to:) before answering."
    case .offerEnded(let id, let status):
      "Offer \(id) was \(status.rawValue) and cannot be answered any more; claim the action with "
        + "actions.claim(_:by:) while nobody has it."
    case .alreadyOffered(let id, let assistant, let until):
      "Action \(id) is offered to assistant \(assistant) until \(until); wait for the answer, or "
        + "have the offer withdrawn."
    case .notOverdue(let id):
      "Action \(id) is finished or not overdue, and does not escalate; read "
        + "actions.overdue() for those that are."
    case .itemHasOpenAction(let item, let action):
      "Queue item \(item) already waits for action \(action); finish or cancel that one first."
    case .unknownKind(let kind, let declared):
      "There is no kind of action \(kind); declared are \(declared.list). Declare it with "
        + "actions.declare(_:) first."
    case .retiredKind(let kind, let offered):
      "The kind of action \(kind) is retired; offered are \(offered.list)."
    case .noCustomer(let id):
      "Action \(id) is for no customer and cannot wait for one; block it instead."
    }
  }
}

extension ActionStatus {
  var nextText: String {
    let next = ActionStatus.allCases.filter(canMove(to:))
    return next.isEmpty ? "nothing else" : next.map(\.rawValue).joined(separator: ", ")
  }
}
