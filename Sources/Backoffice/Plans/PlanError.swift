/// What the plans refuse; nothing has changed when one is thrown.
public enum PlanError: Error, Sendable, Hashable {
  /// There is no such plan.
  case unknownPlan(ID<Plan>)
  /// There is no such item, or it belongs to another plan.
  case unknownItem(ID<PlanItem>)
  /// The customer or the batch that the plan names does not exist.
  case unknownReference(customer: ID<Customer>?, batch: ID<Batch>?)
  /// A value is out of its range.
  case invalidValue(field: String, problem: String)
  /// The plan was decided already, and the first decision stands.
  case alreadyDecided(ID<Plan>, status: PlanStatus, by: Principal?)
  /// Whoever made the plan may not decide on it.
  case authorMayNotDecide(ID<Plan>, author: Principal)
  /// The plan could only be approved before this time.
  case expired(ID<Plan>, at: Timestamp)
  /// A decision says nothing of these items.
  case undecidedItems(ID<Plan>, items: [ID<PlanItem>])
  /// A rejection gives no reason.
  case reasonMissing(ID<Plan>)
  /// The plan cannot go from one status to the other.
  case illegalMove(ID<Plan>, from: PlanStatus, to: PlanStatus)
  /// The item cannot go from one status to the other.
  case illegalItemMove(ID<PlanItem>, from: PlanItemStatus, to: PlanItemStatus)
  /// An approval names nobody who gave it.
  case approverMissing(ID<Plan>)
}

extension PlanError: CustomStringConvertible {
  /// What failed, what was expected, and what to do.
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
      "Plan \(id) is \(status.rawValue) by decision of \(approver?.description ?? "somebody"); "
        + "the first decision stands, so make a new plan instead."
    case .authorMayNotDecide(let id, let author):
      "\(author) made plan \(id) and may not decide on it; somebody else has to, by "
        + "store.acting(as:)."
    case .expired(let id, let time):
      "Plan \(id) could be approved until \(time); reject it, or make a new one."
    case .undecidedItems(let id, let items):
      "The decision on plan \(id) says nothing of \(items.count) of its items, the first is "
        + "\(items.first?.description ?? "unknown"); approve or reject each."
    case .reasonMissing(let id):
      "A rejection in plan \(id) gives no reason; say why."
    case .illegalMove(let id, let from, let to):
      "Plan \(id) is \(from.rawValue) and cannot become \(to.rawValue)."
    case .illegalItemMove(let id, let from, let to):
      "Plan item \(id) is \(from.rawValue) and cannot become \(to.rawValue)."
    case .approverMissing(let id):
      "Plan \(id) was decided without saying by whom; set approver with the status."
    }
  }
}
