extension Actions {
  private static let give = SQLStatement(
    """
    UPDATE pending_actions SET status = 'assigned', assistant_id = ?2, assigned_at = ?3,
      started_at = NULL, next_retry_at = NULL, over_capacity = ?4, updated_at = ?3
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  static let pendingInOrder = SQLStatement(
    """
    SELECT id FROM pending_actions
    WHERE status = 'pending' AND (scheduled_at IS NULL OR scheduled_at <= ?1)
      AND (next_retry_at IS NULL OR next_retry_at <= ?1)
      AND NOT EXISTS (SELECT 1 FROM action_offers o INDEXED BY action_offers_open
        WHERE o.action_id = pending_actions.id AND o.status = 'open')
    ORDER BY priority, deadline_at, pk LIMIT ?2
    """)

  /// The default number of pending actions that ``assignPending(limit:)`` examines.
  public static let standardAssignmentLimit = 1000

  /// All assistants evaluated for an action: eligible ones first, best first, then the others with
  /// the reasons of exclusion.
  ///
  /// The best assistant has the lowest fraction of the capacity in use, then the longest time
  /// without a new assignment, then the first handle. One who had the action before and released it
  /// is the last of the eligible ones.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``.
  /// - Complexity: reads all assistants and their current actions.
  public func candidates(
    for id: ID<PendingAction>
  ) throws -> [AssignmentDecision.Candidate] {
    try access.read { transaction in
      let gate = try ActionGate.require(id, transaction)
      return try AssistantPool(transaction).candidates(for: ActionNeeds(of: gate, transaction))
    }
  }

  /// The assistants who are eligible for an action now, best first.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``.
  /// - Complexity: that of ``candidates(for:)``.
  public func eligibleAssistants(for id: ID<PendingAction>) throws -> [ID<Assistant>] {
    try candidates(for: id).filter(\.isEligible).map(\.assistantID)
  }

  /// Assigns a pending action to the best assistant and records the decision with its reasons.
  ///
  /// The best assistant has the lowest fraction of the capacity in use, then the longest time
  /// without a new assignment, then the first handle, so the same state gives the same choice. If
  /// no assistant is eligible, the action stays pending and the decision states the reasons. Skills
  /// that are due are relaxed first, as in ``relaxSkills(limit:)``.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` if it is
  ///   not pending, ``ActionError/alreadyOffered(_:to:until:)`` while it is offered,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  /// - Complexity: that of ``candidates(for:)``.
  @discardableResult
  public func assignAutomatically(_ id: ID<PendingAction>) throws -> AssignmentDecision {
    try access.write { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(.team, to: "assign", transaction)
      guard gate.status == .pending else {
        throw ActionError.illegalMove(id, from: gate.status, to: .assigned)
      }
      if let open = try Self.endExpired(Self.openOffer(of: id, transaction), transaction) {
        throw ActionError.alreadyOffered(id, to: open.assistantID, until: open.expiresAt)
      }
      var pool = try AssistantPool(transaction)
      return try Self.decide(gate, from: &pool, transaction)
    }
  }

  /// Assigns pending actions to the best assistants, most urgent first, in one transaction.
  ///
  /// Actions that are scheduled for later or offered are skipped. An action without an eligible
  /// assistant stays pending, and its decision is recorded if the reasons have changed; it does not
  /// keep those behind it from being assigned. Neither does one whose assignment a rule of the store
  /// refuses: its decision has the message as its reason.
  ///
  /// - Parameter limit: the maximum number of actions to assign; 1,000 by default. More actions than
  ///   that are examined while an assistant has room.
  /// - Returns: the decisions, in the order in which they were made.
  /// - Throws: ``ActionError/notPermitted(_:principal:operation:)`` for principals outside the
  ///   team.
  /// - Complexity: reads all assistants once, and the ids of all pending actions.
  @discardableResult
  public func assignPending(
    limit: Int = Actions.standardAssignmentLimit
  ) throws -> [AssignmentDecision] {
    try access.write { transaction in
      let waiting = try transaction.fetchAll(Self.pendingInOrder, transaction.now, -1) { row in
        try row.value(at: 0, as: ID<PendingAction>.self)
      }
      guard let first = waiting.first else { return [] }
      try ActionGate.require(first, transaction).authorise(.team, to: "assign", transaction)
      var pool = try AssistantPool(transaction)
      var decisions: [AssignmentDecision] = []
      var assigned = 0
      for (index, id) in waiting.enumerated() {
        // Those that cannot be assigned do not stand in the way of others, while there is room.
        guard assigned < limit, index < limit || pool.hasRoom else { break }
        let before = pool
        var decision: AssignmentDecision?
        let refusal = try transaction.messageIfRefused { transaction in
          decision = try Self.decide(ActionGate.require(id, transaction), from: &pool, transaction)
        }
        if let refusal {
          pool = before
          decision = AssignmentDecision(
            actionID: id, chosen: nil, candidates: [], decidedAt: transaction.now,
            decidedBy: transaction.principal, isAutomatic: true, reason: refusal)
        }
        if let decision { decisions.append(decision) }
        if decision?.chosen != nil { assigned += 1 }
      }
      return decisions
    }
  }

  /// Assigns an action to an assistant manually, taking it from its current assistant.
  ///
  /// Working hours and availability are not checked. Assigning the action to its current assistant
  /// changes nothing. An open offer is withdrawn.
  ///
  /// - Parameters:
  ///   - id: the action, which must be unfinished.
  ///   - assistant: the assistant.
  ///   - overriding: whether to assign it even if the assistant lacks the skills or the capacity.
  ///     Only an override exceeds the capacity; ``PendingAction/isOverCapacity`` records it.
  ///   - reason: the reason.
  /// - Throws: ``ActionError/notEligible(_:assistant:reasons:)``,
  ///   ``ActionError/unknownAssistant(_:)``, ``ActionError/unknownAction(_:)``,
  ///   ``ActionError/illegalMove(_:from:to:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func assign(
    _ id: ID<PendingAction>, to assistant: ID<Assistant>, overriding: Bool = false,
    reason: String? = nil
  ) throws -> PendingAction {
    try access.write(reason: reason) { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(.team, to: "assign", transaction)
      if gate.assistant == assistant, !gate.status.isFinished {
        return try Self.require(id, transaction)
      }
      if gate.status != .assigned || gate.status.isFinished { try gate.requireMove(to: .assigned) }
      guard !gate.status.isFinished else {
        throw ActionError.illegalMove(id, from: gate.status, to: .assigned)
      }
      // The offer ends first because its weight may count against this assistant.
      if try Self.endExpired(Self.openOffer(of: id, transaction), transaction) != nil {
        try transaction.execute(OfferRules.withdrawOpen, id, transaction.now, transaction.reason)
      }
      var needs = try ActionNeeds(of: gate, transaction)
      needs.excluded = []
      let isOver = try Self.requireFit(
        assistant, for: id, needs, transaction, overriding: overriding)
      // An override for the previous assistant does not apply to this one, so the action is
      // released first.
      if isOver, gate.isOverCapacity {
        _ = try transaction.fetchOne(Self.takeAway, id, transaction.now) { _ in true }
      }
      return try Self.hand(id, to: assistant, isOverCapacity: isOver, transaction)
    }
  }

  /// Claims an unassigned action.
  ///
  /// Claiming it again changes nothing. An assistant claims for themselves; the team may claim for
  /// any assistant. If the action is offered to the assistant, claiming it accepts the offer. An
  /// expired offer does not prevent a claim.
  ///
  /// - Throws: ``ActionError/alreadyTaken(_:by:handle:)`` if another assistant has it,
  ///   ``ActionError/alreadyOffered(_:to:until:)`` while it is offered to another assistant,
  ///   ``ActionError/notEligible(_:assistant:reasons:)`` if the assistant lacks a skill, is
  ///   inactive, at capacity or excluded, ``ActionError/illegalMove(_:from:to:)`` if it is
  ///   finished, ``ActionError/unknownAction(_:)``, ``ActionError/unknownAssistant(_:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func claim(
    _ id: ID<PendingAction>, by assistant: ID<Assistant>
  ) throws -> PendingAction {
    try access.write { transaction in
      let gate = try ActionGate.require(id, transaction)
      if try !ActionGate.isPrincipal(transaction.principal, assistant, transaction) {
        try gate.authorise(.team, to: "claim", transaction)
      }
      guard !gate.status.isFinished else {
        throw ActionError.illegalMove(id, from: gate.status, to: .assigned)
      }
      if let holder = gate.assistant {
        if holder == assistant { return try Self.require(id, transaction) }
        let handle = try AssistantPool.member(holder, transaction)?.handle ?? ""
        throw ActionError.alreadyTaken(id, by: holder, handle: handle)
      }
      try gate.requireMove(to: .assigned)
      if let open = try Self.endExpired(Self.openOffer(of: id, transaction), transaction) {
        guard open.assistantID == assistant else {
          throw ActionError.alreadyOffered(id, to: open.assistantID, until: open.expiresAt)
        }
        return try Self.take(open, gate, transaction)
      }
      try Self.requireFit(assistant, for: id, ActionNeeds(of: gate, transaction), transaction)
      return try Self.hand(id, to: assistant, transaction)
    }
  }
}

extension Actions {
  static func require(
    _ id: ID<PendingAction>, _ transaction: borrowing WriteTransaction
  ) throws -> PendingAction {
    guard let action = try transaction.actions.find(id) else {
      throw ActionError.unknownAction(id)
    }
    return action
  }

  static func hand(
    _ id: ID<PendingAction>, to assistant: ID<Assistant>, isOverCapacity: Bool = false,
    _ transaction: borrowing WriteTransaction
  ) throws -> PendingAction {
    let given = try PendingAction.fetchOne(
      transaction, give, id, assistant, transaction.now, isOverCapacity)
    guard let given else { throw ActionError.unknownAction(id) }
    return given
  }

  /// Throws if an assistant is not eligible for a manual assignment: lacking a skill, inactive, at
  /// capacity or excluded.
  ///
  /// Working hours and availability are not checked because a claiming assistant is present.
  ///
  /// - Returns: whether the assignment exceeds the capacity and `overriding` allows it.
  @discardableResult
  static func requireFit(
    _ assistant: ID<Assistant>, for id: ID<PendingAction>, _ needs: ActionNeeds,
    _ transaction: borrowing WriteTransaction, overriding: Bool = false
  ) throws -> Bool {
    guard let member = try AssistantPool.member(assistant, transaction) else {
      throw ActionError.unknownAssistant(assistant)
    }
    let all = member.obstacles(for: needs)
    let reasons = overriding ? all.filter { $0 == .inactive } : all
    guard reasons.isEmpty else {
      throw ActionError.notEligible(id, assistant: assistant, reasons: reasons)
    }
    return all.contains(.atCapacity)
  }

  private static func decide(
    _ gate: ActionGate, from pool: inout AssistantPool, _ transaction: borrowing WriteTransaction
  ) throws -> AssignmentDecision {
    let id = gate.id
    var needs = try ActionNeeds(of: gate, transaction)
    _ = try transaction.relaxSkills(of: id, &needs, pool)
    let candidates = pool.candidates(for: needs)
    let chosen = candidates.first.flatMap { $0.isEligible ? $0.assistantID : nil }
    let decision = AssignmentDecision(
      actionID: id, chosen: chosen, candidates: candidates, decidedAt: transaction.now,
      decidedBy: transaction.principal, isAutomatic: true, reason: transaction.reason)
    // Recorded before the action changes, so that the rule that logs assignments finds it.
    try transaction.recordAssignment(decision)
    if let chosen {
      _ = try hand(id, to: chosen, transaction)
      pool.assign(to: chosen, weight: gate.weight, at: transaction.now)
    }
    return decision
  }
}
