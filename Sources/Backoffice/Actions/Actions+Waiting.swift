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

  /// Says that something else has to happen first; the assistant keeps the action and has a place
  /// free for another.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func block(_ id: ID<PendingAction>, reason: String) throws -> PendingAction {
    try move(id, to: .blocked, .assignee, "block", reason: reason) { _, transaction in
      try transaction.fetchOne(Self.stop, id, reason, transaction.now) { row in
        try PendingAction(row)
      }
    }
  }

  /// Lets a blocked action go on where it stopped: in progress, assigned, or pending when nobody
  /// has it, or whoever had it has no room for it any more.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` when it
  ///   is not blocked, ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func unblock(
    _ id: ID<PendingAction>, resolution: String? = nil
  ) throws -> PendingAction {
    try access.write(reason: resolution) { transaction in
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

  /// Says that the customer has to answer first; the assistant keeps the action and has a place
  /// free for another.
  ///
  /// - Parameters:
  ///   - id: the action.
  ///   - deadline: by when the customer should answer; nil for no limit.
  ///   - isNotified: whether the customer has been told.
  ///   - reason: what is needed.
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

  /// Notes that the customer was told what they have to do.
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

  /// Notes the customer's answer; the action goes on where it stopped, or is pending when whoever
  /// had it has no room for it any more.
  ///
  /// A customer may answer for their own actions; others do not exist for them.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` when it
  ///   does not wait for the customer, ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func customerResponded(
    _ id: ID<PendingAction>, response: String
  ) throws -> PendingAction {
    try access.write { transaction in
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
  /// Where an action goes on when what stopped it is over.
  var nextWhenFree: ActionStatus {
    guard assistant != nil else { return .pending }
    return startedAt == nil ? .assigned : .inProgress
  }

  /// The same, when its assistant has room for it; else it is there for anybody.
  func whenFree(_ transaction: borrowing some Transaction & ~Copyable) throws -> ActionStatus {
    try hasRoom(transaction) ? nextWhenFree : .pending
  }
}
