extension Actions {
  private static let stop = SQLStatement(
    """
    UPDATE pending_actions SET status = 'blocked', error_message = ?2, updated_at = ?3
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  private static let goOn = SQLStatement(
    """
    UPDATE pending_actions SET status = ?2, resolution_details = coalesce(?3, resolution_details),
      started_at = CASE WHEN ?2 = 'in_progress' THEN started_at END,
      assistant_id = CASE WHEN ?2 <> 'pending' THEN assistant_id END,
      assigned_at = CASE WHEN ?2 <> 'pending' THEN assigned_at END, updated_at = ?4
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  private static let ask = SQLStatement(
    """
    UPDATE pending_actions SET status = 'requires_customer', customer_response_required = 1,
      customer_response_deadline_at = ?2, customer_notified = ?3 IS NOT NULL,
      customer_notified_at = ?3, customer_response = NULL, customer_responded_at = NULL,
      updated_at = ?4
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  private static let notified = SQLStatement(
    """
    UPDATE pending_actions SET customer_notified = 1, customer_notified_at = ?2, updated_at = ?2
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  private static let answer = SQLStatement(
    """
    UPDATE pending_actions SET status = ?2, customer_response = ?3, customer_responded_at = ?4,
      customer_response_required = 0, started_at = CASE WHEN ?2 = 'in_progress' THEN started_at END,
      assistant_id = CASE WHEN ?2 <> 'pending' THEN assistant_id END,
      assigned_at = CASE WHEN ?2 <> 'pending' THEN assigned_at END, updated_at = ?4
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)

  /// Blocks an action until something else has happened.
  ///
  /// The assistant keeps the action, and its place in their capacity becomes free.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func block(_ id: ID<PendingAction>, reason: String) throws -> PendingAction {
    try ActionError.require(reason, "reason")
    return try move(id, to: .blocked, .assignee, "block", reason: reason) { _, transaction in
      try transaction.fetchOne(Self.stop, id, reason, transaction.now) { row in
        try PendingAction(row)
      }
    }
  }

  /// Unblocks an action.
  ///
  /// It returns to in progress or assigned; if it has no assistant, or the assistant has no
  /// capacity left, it becomes pending.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` if it is
  ///   not blocked, ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func unblock(
    _ id: ID<PendingAction>, resolution: String? = nil
  ) throws -> PendingAction {
    try ActionError.require(resolution, "resolution")
    return try access.write(reason: resolution) { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(.assignee, to: "unblock", transaction)
      guard gate.status == .blocked else {
        throw ActionError.illegalMove(id, from: gate.status, to: gate.nextWhenFree)
      }
      let moved = try PendingAction.fetchOne(
        transaction, Self.goOn, id, gate.whenFree(transaction), resolution, transaction.now)
      guard let moved else { throw ActionError.unknownAction(id) }
      return moved
    }
  }

  /// Makes an action wait for a response of the customer.
  ///
  /// The assistant keeps the action, and its place in their capacity becomes free.
  ///
  /// - Parameters:
  ///   - id: the action.
  ///   - deadline: the deadline of the response; nil for none.
  ///   - isNotified: whether the customer has been notified.
  ///   - reason: what the customer must provide.
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)``,
  ///   ``ActionError/noCustomer(_:)``, ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func waitForCustomer(
    _ id: ID<PendingAction>, until deadline: Timestamp? = nil, isNotified: Bool = false,
    reason: String? = nil
  ) throws -> PendingAction {
    try move(id, to: .requiresCustomer, .assignee, "wait for the customer of", reason: reason) {
      gate, transaction in
      guard gate.customer != nil else { throw ActionError.noCustomer(id) }
      return try PendingAction.fetchOne(
        transaction, Self.ask, id, deadline, isNotified ? transaction.now : nil, transaction.now)
    }
  }

  /// Records that the customer was notified.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func markCustomerNotified(_ id: ID<PendingAction>) throws -> PendingAction {
    try access.write { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(.assignee, to: "mark the notification of", transaction)
      let marked = try transaction.fetchOne(Self.notified, id, transaction.now) { row in
        try PendingAction(row)
      }
      guard let marked else { throw ActionError.unknownAction(id) }
      return marked
    }
  }

  /// Records the customer's response.
  ///
  /// The action returns to in progress or assigned; if its assistant has no capacity left, it
  /// becomes pending. A customer can respond to their own actions; other actions appear not to
  /// exist.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` if it is
  ///   not waiting for the customer, ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func customerResponded(
    _ id: ID<PendingAction>, response: String
  ) throws -> PendingAction {
    try ActionError.require(response, "response")
    return try access.write { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(.customer, to: "answer", transaction)
      guard gate.status == .requiresCustomer else {
        throw ActionError.illegalMove(id, from: gate.status, to: gate.nextWhenFree)
      }
      let moved = try PendingAction.fetchOne(
        transaction, Self.answer, id, gate.whenFree(transaction), response, transaction.now)
      guard let moved else { throw ActionError.unknownAction(id) }
      return moved
    }
  }
}

extension ActionGate {
  /// The status in which an action continues after a wait.
  var nextWhenFree: ActionStatus {
    guard assistant != nil else { return .pending }
    return startedAt == nil ? .assigned : .inProgress
  }

  /// The status in which an action continues if its assistant has capacity left, otherwise pending.
  func whenFree(_ transaction: borrowing some Transaction & ~Copyable) throws -> ActionStatus {
    try canGoBack(transaction) ? nextWhenFree : .pending
  }
}
