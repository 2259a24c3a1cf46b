extension Plans {
  private static let pendingItems = SQLStatement(
    "SELECT id FROM plan_items WHERE plan_id = ? AND status = 'pending' ORDER BY position")
  private static let decideItem = SQLStatement(
    """
    UPDATE plan_items SET status = ?3, decided_by = ?4, decided_at = ?5, rejection_reason = ?6,
      updated_at = ?5
    WHERE id = ?1 AND plan_id = ?2 AND status = 'pending'
    """)
  private static let decidePlan = SQLStatement(
    """
    UPDATE plans SET status = ?2, approver = ?3,
      approved_at = CASE WHEN ?2 = 'approved' THEN ?4 END, approval_reason = ?5,
      rejected_at = CASE WHEN ?2 = 'rejected' THEN ?4 END, rejection_reason = ?6, updated_at = ?7
    WHERE id = ?1 AND status = 'pending' RETURNING \(Plan.selection)
    """)
  static let lapsed = SQLStatement(
    """
    SELECT id, expires_at FROM plans INDEXED BY plans_status
    WHERE status = 'pending' AND expires_at <= ?1 ORDER BY created_at, pk LIMIT ?2
    """)
  private static let rejectItems = SQLStatement(
    """
    UPDATE plan_items SET status = 'rejected', decided_by = ?2, decided_at = ?3,
      rejection_reason = ?4, updated_at = ?5
    WHERE plan_id = ?1 AND status = 'pending'
    """)

  /// Approves a plan with all its items on behalf of the current principal.
  ///
  /// - Throws: the errors of ``decide(_:_:reason:)``.
  @discardableResult
  public func approve(_ id: ID<Plan>, reason: String? = nil) throws -> Plan {
    try access.write(reason: reason) { transaction in
      try Self.requireOpen(id, approving: true, transaction)
      let items = try transaction.fetchAll(Self.pendingItems, id) { row in
        try row.value(at: 0, as: ID<PlanItem>.self)
      }
      return try Self.decide(
        id, Dictionary(uniqueKeysWithValues: items.map { ($0, .approve) }), reason: reason,
        transaction)
    }
  }

  /// Rejects a plan with all its items on behalf of the current principal.
  ///
  /// An expired plan can still be rejected.
  ///
  /// - Throws: the errors of ``decide(_:_:reason:)``.
  @discardableResult
  public func reject(_ id: ID<Plan>, reason: String) throws -> Plan {
    try access.write(reason: reason) { transaction in
      guard !reason.isBlank else { throw PlanError.reasonMissing(id) }
      try Self.requireOpen(id, approving: false, transaction)
      return try Self.reject(id, reason: reason, transaction)
    }
  }

  /// Decides on each item of a plan on behalf of the current principal, in one commit.
  ///
  /// If at least one item is approved, the plan is approved and the approved items may be carried
  /// out; otherwise the plan is rejected.
  ///
  /// - Parameters:
  ///   - id: the plan, which must be pending.
  ///   - verdicts: a verdict for each of its items.
  ///   - reason: the reason for the whole plan; nil takes the first item's reason for a rejection.
  /// - Throws: ``PlanError/unknownPlan(_:)``, ``PlanError/alreadyDecided(_:status:by:)``,
  ///   ``PlanError/authorMayNotDecide(_:author:)``, ``PlanError/mayNotDecide(_:principal:)``,
  ///   ``PlanError/expired(_:at:)``,
  ///   ``PlanError/undecidedItems(_:items:)``, ``PlanError/unknownItem(_:)``,
  ///   ``PlanError/reasonMissing(_:)``.
  @discardableResult
  public func decide(
    _ id: ID<Plan>, _ verdicts: [ID<PlanItem>: PlanVerdict], reason: String? = nil
  ) throws -> Plan {
    try access.write(reason: reason) { transaction in
      try Self.requireOpen(id, approving: verdicts.values.contains(.approve), transaction)
      return try Self.decide(id, verdicts, reason: reason, transaction)
    }
  }

  /// Rejects plans that expired without a decision, in one transaction; each as of the moment at which
  /// it expired.
  ///
  /// - Parameter limit: the maximum number of plans; 1,000 by default.
  /// - Returns: the rejected plans.
  /// - Throws: `StorageError` with `closed`, `readOnlyStore`, `busy`, `writerBusy`; `SQLiteError`.
  @discardableResult
  public func rejectExpired(limit: Int = PageLimit.maximum) throws -> [ID<Plan>] {
    try access.write { transaction in
      let lapsed = try transaction.fetchAll(Self.lapsed, transaction.now, max(0, limit)) { row in
        (id: try row.value(at: 0, as: ID<Plan>.self), at: try row.value(at: 1, as: Timestamp.self))
      }
      for plan in lapsed {
        try transaction.dated(plan.at) {
          _ = try Self.reject(plan.id, at: plan.at, reason: "expired", transaction)
        }
      }
      return lapsed.map(\.id)
    }
  }
}

extension Plans {
  private static func requireOpen(
    _ id: ID<Plan>, approving: Bool, _ transaction: borrowing WriteTransaction
  ) throws {
    let plan = try require(id, transaction)
    guard plan.status == .pending else {
      throw PlanError.alreadyDecided(id, status: plan.status, by: plan.approver)
    }
    if let author = plan.author, author == transaction.principal {
      throw PlanError.authorMayNotDecide(id, author: author)
    }
    guard transaction.principal.mayDecide(about: plan.customerID) else {
      throw PlanError.mayNotDecide(id, principal: transaction.principal)
    }
    if approving, let expiry = plan.expiresAt, expiry <= transaction.now {
      throw PlanError.expired(id, at: expiry)
    }
  }

  /// Approves all items of a pending plan without a decision.
  static func approveAutomatically(
    _ id: ID<Plan>, by approver: Principal, _ transaction: borrowing WriteTransaction
  ) throws -> Plan {
    let items = try transaction.fetchAll(pendingItems, id) { row in
      try row.value(at: 0, as: ID<PlanItem>.self)
    }
    for item in items {
      try transaction.execute(
        decideItem, item, id, PlanItemStatus.approved, approver, transaction.now, String?.none)
    }
    return try write(
      id, .approved, by: approver, approvalReason: nil, rejectionReason: nil, transaction)
  }

  private static func decide(
    _ id: ID<Plan>, _ verdicts: [ID<PlanItem>: PlanVerdict], reason: String?,
    _ transaction: borrowing WriteTransaction
  ) throws -> Plan {
    let items = try transaction.fetchAll(pendingItems, id) { row in
      try row.value(at: 0, as: ID<PlanItem>.self)
    }
    let open = items.filter { verdicts[$0] == nil }
    guard open.isEmpty else { throw PlanError.undecidedItems(id, items: open) }
    let known = Set(items)
    if let stranger = verdicts.keys.filter({ !known.contains($0) }).min() {
      throw PlanError.unknownItem(stranger)
    }
    var firstRefusal: String?
    var isApproved = false
    for item in items {
      guard let verdict = verdicts[item] else { continue }
      switch verdict {
      case .approve:
        isApproved = true
        try transaction.execute(
          decideItem, item, id, PlanItemStatus.approved, transaction.principal, transaction.now,
          String?.none)
      case .reject(let why):
        guard !why.isBlank else { throw PlanError.reasonMissing(id) }
        if firstRefusal == nil { firstRefusal = why }
        try transaction.execute(
          decideItem, item, id, PlanItemStatus.rejected, transaction.principal, transaction.now,
          why)
      }
    }
    let status: PlanStatus = isApproved ? .approved : .rejected
    return try write(
      id, status, approvalReason: isApproved ? reason : nil,
      rejectionReason: isApproved ? nil : reason ?? firstRefusal, transaction)
  }

  private static func reject(
    _ id: ID<Plan>, at time: Timestamp? = nil, reason: String,
    _ transaction: borrowing WriteTransaction
  ) throws -> Plan {
    try transaction.execute(
      rejectItems, id, transaction.principal, time ?? transaction.now, reason, transaction.now)
    return try write(
      id, .rejected, at: time, approvalReason: nil, rejectionReason: reason, transaction)
  }

  private static func write(
    _ id: ID<Plan>, _ status: PlanStatus, by approver: Principal? = nil, at time: Timestamp? = nil,
    approvalReason: String?,
    rejectionReason: String?, _ transaction: borrowing WriteTransaction
  ) throws -> Plan {
    let plan = try Plan.fetchOne(
      transaction, decidePlan, id, status, approver ?? transaction.principal,
      time ?? transaction.now,
      approvalReason, rejectionReason, transaction.now)
    guard let plan else { throw PlanError.unknownPlan(id) }
    return plan
  }
}
