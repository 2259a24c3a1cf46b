/// The rules that every statement that changes plans must satisfy.
enum PlanRules {
  static var triggers: [Trigger] {
    [
      history, itemMoves, finishing, .updatedAt(of: Plan.self),
      .updatedAt(of: PlanItem.self),
    ]
  }

  /// Rejects illegal transitions and decisions, and records the history.
  static let history = Trigger.statusHistory(of: .plan, on: PlanHistoryRow.self) { old, new in
    guard old.status.canMove(to: new.status) else {
      return PlanError.illegalMove(new.id, from: old.status, to: new.status)
    }
    guard old.status == .pending else { return nil }
    guard let approver = new.approver else { return PlanError.approverMissing(new.id) }
    if new.status == .approved {
      if let author = new.author, author == approver {
        return PlanError.authorMayNotDecide(new.id, author: author)
      }
      guard approver.mayDecide(about: new.customer) else {
        return PlanError.mayNotDecide(new.id, principal: approver)
      }
      if let expiry = new.expiresAt, let approved = new.approvedAt, expiry <= approved {
        return PlanError.expired(new.id, at: expiry)
      }
    }
    return nil
  }

  /// Rejects illegal transitions of items.
  static let itemMoves = Trigger.after(
    "plan_items.moves", .update(of: "status"), on: PlanItemMove.self
  ) { change, _ in
    guard let old = change.old, let new = change.new, !old.status.canMove(to: new.status)
    else { return }
    throw PlanError.illegalItemMove(new.id, from: old.status, to: new.status)
  }

  private static let finish = SQLStatement(
    """
    UPDATE plans SET updated_at = ?2, finished_at = ?2,
      status = CASE WHEN (SELECT count(*) FROM plan_items
        WHERE plan_id = ?1 AND status = 'failed') > 0 THEN 'failed' ELSE 'completed' END,
      failure_reason = (SELECT error_message FROM plan_items
        WHERE plan_id = ?1 AND status = 'failed' ORDER BY position LIMIT 1)
    WHERE id = ?1 AND status = 'executing'
      AND NOT EXISTS (SELECT 1 FROM plan_items
        WHERE plan_id = ?1 AND status IN ('pending', 'approved'))
    """)

  /// Finishes a plan with its last item.
  static let finishing = Trigger.after(
    "plans.finishing", .update(of: "status"), on: PlanItemMove.self,
    when: { $0.new?.status == .applied || $0.new?.status == .failed },
    perform: { change, transaction in
      guard let new = change.new else { return }
      try transaction.execute(finish, new.plan, transaction.now)
    })
}

struct PlanHistoryRow: StatusTracked {
  static let tableName = Plan.tableName
  let id: ID<Plan>
  let status: PlanStatus
  let customer: ID<Customer>?
  let author: Principal?
  let approver: Principal?
  let expiresAt: Timestamp?
  let approvedAt: Timestamp?

  var historyEntity: ID<AnyEntity> { ID(retyping: id) }
  var historyStatus: String { status.rawValue }
}

extension PlanHistoryRow {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), status: column("status"), customer: column("customer_id"),
      author: column("author"),
      approver: column("approver"), expiresAt: column("expires_at"),
      approvedAt: column("approved_at"))
  }
}

extension Principal {
  /// Whether the principal may decide on changes for a customer: a customer only on its own, and those
  /// who do the work on none.
  func mayDecide(about customer: ID<Customer>?) -> Bool {
    switch kind {
    case .customer: id != nil && id == customer?.description
    case .assistant, .worker, .importer, .unknown: false
    default: true
    }
  }
}

struct PlanItemMove: TableRow {
  static let tableName = PlanItem.tableName
  let id: ID<PlanItem>
  let plan: ID<Plan>
  let status: PlanItemStatus

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    id = try column("id")
    plan = try column("plan_id")
    status = try column("status")
  }
}

extension ConsistencyCheck where Self == QueryCheck {
  /// Checks that the statuses of a plan and its items agree.
  static var planItems: QueryCheck {
    QueryCheck(
      "plans.items",
      """
      SELECT 'plans', p.id, 'its items do not fit its status, or their rollback deadlines their times; the status is ' || p.status FROM plans p
      WHERE p.status <> 'pending' AND EXISTS (SELECT 1 FROM plan_items i
          WHERE i.plan_id = p.id AND i.status = 'pending')
        OR p.status = 'pending' AND EXISTS (SELECT 1 FROM plan_items i
          WHERE i.plan_id = p.id AND i.status <> 'pending')
        OR p.status = 'rejected' AND EXISTS (SELECT 1 FROM plan_items i
          WHERE i.plan_id = p.id AND i.status <> 'rejected')
        OR p.status IN ('completed', 'failed') AND EXISTS (SELECT 1 FROM plan_items i
          WHERE i.plan_id = p.id AND i.status = 'approved')
        OR p.status = 'completed' AND EXISTS (SELECT 1 FROM plan_items i
          WHERE i.plan_id = p.id AND i.status = 'failed')
        OR EXISTS (SELECT 1 FROM plan_items i WHERE i.plan_id = p.id
          AND i.rollback_deadline_at <> i.finished_at + \(Plans.rollbackWindow.microseconds))
      LIMIT ?
      """)
  }
}
