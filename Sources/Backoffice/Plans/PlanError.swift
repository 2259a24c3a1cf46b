/// An error that ``Plans`` throws.
///
/// A method that throws it has changed nothing.
public enum PlanError: Error, Sendable, Hashable {
  /// The plan does not exist.
  case unknownPlan(ID<Plan>)
  /// The item does not exist or belongs to another plan.
  case unknownItem(ID<PlanItem>)
  /// The customer or the batch of the plan does not exist.
  case unknownReference(customer: ID<Customer>?, batch: ID<Batch>?)
  /// A value is out of range.
  case invalidValue(field: String, problem: String)
  /// The plan has already been decided, which cannot be changed.
  case alreadyDecided(ID<Plan>, status: PlanStatus, by: Principal?)
  /// The author of the plan may not decide on it.
  case authorMayNotDecide(ID<Plan>, author: Principal)
  /// The principal may not decide about the customer of the plan.
  case mayNotDecide(ID<Plan>, principal: Principal)
  /// The plan expired at the given time and can no longer be approved.
  case expired(ID<Plan>, at: Timestamp)
  /// The decision leaves out these items.
  case undecidedItems(ID<Plan>, items: [ID<PlanItem>])
  /// The rejection has no reason.
  case reasonMissing(ID<Plan>)
  /// The transition of the plan between the two statuses is not allowed.
  case illegalMove(ID<Plan>, from: PlanStatus, to: PlanStatus)
  /// The transition of the item between the two statuses is not allowed.
  case illegalItemMove(ID<PlanItem>, from: PlanItemStatus, to: PlanItemStatus)
  /// The approval has no approver.
  case approverMissing(ID<Plan>)
  /// The item has no inverse, and cannot be rolled back.
  case noInverse(ID<PlanItem>)
  /// The item could be rolled back only before the given time.
  case rollbackExpired(ID<PlanItem>, at: Timestamp)
}

extension PlanError {
  static func require(
    _ text: String?, _ field: String, most: Int = TextBounds.text
  ) throws(PlanError) {
    if let problem = TextBounds.problem(text, most: most) {
      throw .invalidValue(field: field, problem: problem)
    }
  }

  static func require(_ document: JSONText?, _ field: String) throws(PlanError) {
    try require(document?.text, field, most: TextBounds.document)
  }
}

extension PlanError: CustomStringConvertible {
  /// A one-line message that says what failed, what was expected, and how to resolve it.
  public var description: String {
    switch self {
    case .unknownPlan(let id):
      "There is no plan \(id); look it up with plans.find(_:)."
    case .unknownItem(let id):
      "There is no item \(id) in this plan; see plans.items(of:)."
    case .unknownReference(let customer, let batch):
      "The plan names customer \(customer?.description ?? "none") and batch "
        + "\(batch?.description ?? "none"), and one of them does not exist; create it first."
    case .invalidValue(let field, let problem):
      "The plan's \(field) \(problem); nothing was written."
    case .alreadyDecided(let id, let status, let approver):
      "Plan \(id) has already been \(status.rawValue) by \(approver?.description ?? "the store"); "
        + "create a new plan instead."
    case .authorMayNotDecide(let id, let author):
      "\(author) is the author of plan \(id) and may not decide on it; decide as another principal "
        + "with store.acting(as:)."
    case .mayNotDecide(let id, let principal):
      "\(principal) may not decide on plan \(id); staff, the system and the plan's own customer may. "
        + "Decide as one of them with store.acting(as:)."
    case .expired(let id, let time):
      "Plan \(id) expired at \(time) and can no longer be approved; reject it, or create a new plan."
    case .undecidedItems(let id, let items):
      "The decision on plan \(id) leaves out \(items.count) of its items, the first of which is "
        + "\(items.first?.description ?? "unknown"); approve or reject each item."
    case .reasonMissing(let id):
      "A rejection in plan \(id) has no reason; give one."
    case .illegalMove(let id, let from, let to):
      "Plan \(id) is \(from.rawValue) and cannot become \(to.rawValue)."
    case .illegalItemMove(let id, let from, let to):
      "Plan item \(id) is \(from.rawValue) and cannot become \(to.rawValue)."
    case .approverMissing(let id):
      "Plan \(id) has a decision without an approver; set approver together with the status."
    case .noInverse(let id):
      "Plan item \(id) has no inverse and cannot be rolled back; set one with "
        + "plans.setInverse(_:of:) before it is applied."
    case .rollbackExpired(let id, let time):
      "Plan item \(id) could be rolled back until \(time); create a new plan that changes it back."
    }
  }
}
