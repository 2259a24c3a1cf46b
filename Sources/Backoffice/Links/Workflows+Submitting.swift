/// The outcome of ``Workflows/submit(_:mode:work:)``.
public struct SubmittedChanges: Sendable, Hashable {
  /// The mode that was obeyed.
  public let mode: Customer.ExecutionMode
  /// The plans, in the order of the changes.
  public let plans: [Plan]
  /// The queue items that carry the changes out, in the order of the changes; empty if the plans await
  /// a decision.
  public let work: [ID<QueueItem>]
}

extension Workflows {
  /// The modes in which changes can be submitted.
  public static let modes: [Customer.ExecutionMode] = [.automatic, .plan, .approve]

  /// Submits changes in the mode of their customer, in one commit.
  ///
  /// - `automatic`: the changes are approved by ``automaticApprover`` and enqueued.
  /// - `plan`: the changes are one pending plan, which is decided as a whole.
  /// - `approve`: each change is a pending plan of its own, which is decided on its own.
  ///
  /// Carry out what is approved later with ``decide(_:_:reason:work:)``.
  ///
  /// - Parameters:
  ///   - changes: the changes, as for ``Plans/create(_:)``.
  ///   - mode: the mode; nil for that of the customer, which is `plan` without a customer.
  ///   - work: creates the queue item of a change. It is called only for `automatic`.
  /// - Throws: the errors of ``Plans/create(_:)`` and ``carryOut(_:work:)``,
  ///   ``WorkflowError/unknownMode(_:known:)``, ``PlanError/unknownReference(customer:batch:)``, and any
  ///   error that `work` throws.
  @discardableResult
  public func submit(
    _ changes: NewPlan, mode: Customer.ExecutionMode? = nil,
    work: (PlanItem) throws -> NewQueueItem
  ) throws -> SubmittedChanges {
    try access.write { transaction in
      let mode = try mode ?? Self.mode(of: changes, transaction)
      switch mode {
      case .automatic:
        let plan = try transaction.plans.create(changes)
        let approved = try Plans.approveAutomatically(
          plan.id, by: Self.automaticApprover, transaction)
        let work = try transaction.workflows.carryOut(approved.id, work: work)
        return SubmittedChanges(
          mode: mode, plans: [try Plans.require(plan.id, transaction)], work: work)
      case .plan:
        return SubmittedChanges(
          mode: mode, plans: [try transaction.plans.create(changes)], work: [])
      case .approve:
        try Plans.validate(changes)
        let plans = try changes.items.map { item in
          var single = changes
          single.title = item.title
          single.description = item.description ?? changes.description
          single.items = [item]
          return try transaction.plans.create(single)
        }
        return SubmittedChanges(mode: mode, plans: plans, work: [])
      default:
        throw WorkflowError.unknownMode(mode, known: Self.modes)
      }
    }
  }

  /// Approves the changes of customers whose mode is automatic.
  public static let automaticApprover = Principal(kind: .system, id: "automatic")

  private static func mode(
    of changes: NewPlan, _ transaction: borrowing WriteTransaction
  ) throws -> Customer.ExecutionMode {
    guard let id = changes.customerID else { return .plan }
    guard let customer = try transaction.customers.find(id) else {
      throw PlanError.unknownReference(customer: id, batch: changes.batchID)
    }
    return customer.executionMode
  }
}
