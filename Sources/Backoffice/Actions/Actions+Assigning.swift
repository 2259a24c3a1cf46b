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

  /// How many pending actions ``assignPending(limit:)`` looks at when nothing else is said: 1,000.
  public static let standardAssignmentLimit = 1000

  /// Everybody in the light of an action: who comes into question first, the best at the top, then
  /// the others with the reasons.
  ///
  /// Lowest share of the capacity in use, then longest without new work, then by handle.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``.
  /// - Complexity: reads all assistants, and counts what each is busy with.
  public func candidates(
    for id: ID<PendingAction>
  ) throws -> [AssignmentDecision.Candidate] {
    try access.read { transaction in
      let gate = try ActionGate.require(id, transaction)
      return try AssistantPool(transaction).candidates(for: ActionNeeds(of: gate, transaction))
    }
  }

  /// The assistants who could get an action now, the best at the top.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``.
  /// - Complexity: as ``candidates(for:)``.
  public func eligibleAssistants(for id: ID<PendingAction>) throws -> [ID<Assistant>] {
    try candidates(for: id).filter(\.isEligible).map(\.assistantID)
  }

  /// Gives a pending action to the best assistant, and keeps the decision with its reasons.
  ///
  /// Best is the lowest share of the capacity in use, then the longest without new work, then the
  /// first handle: the same state gives the same choice. When nobody can do it the action stays
  /// pending, and the decision says why. Skills that are due are given up first, as in
  /// ``relaxSkills(limit:)``.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` when it
  ///   is not pending, ``ActionError/alreadyOffered(_:to:until:)`` while an assistant may take it,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  /// - Complexity: as ``candidates(for:)``.
  @discardableResult
  public func assignAutomatically(_ id: ID<PendingAction>) throws -> AssignmentDecision {
    try access.write { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(.team, to: "assign", transaction)
      guard gate.status == .pending else {
        throw ActionError.illegalMove(id, from: gate.status, to: .assigned)
      }
      if let open = try Self.endLapsed(Self.openOffer(of: id, transaction), transaction) {
        throw ActionError.alreadyOffered(id, to: open.assistantID, until: open.expiresAt)
      }
      var pool = try AssistantPool(transaction)
      return try Self.decide(gate, from: &pool, transaction)
    }
  }

  /// Gives pending actions to the best assistants, most urgent first, in one transaction.
  ///
  /// Skips what is scheduled for later, and what is offered to an assistant. An action that none can
  /// do stays pending, and its decision is kept when the reasons are new.
  ///
  /// - Parameter limit: how many pending actions to look at; 1,000 by default.
  /// - Returns: the decisions, in the order in which they were made.
  /// - Complexity: reads all assistants once.
  @discardableResult
  public func assignPending(
    limit: Int = Actions.standardAssignmentLimit
  ) throws -> [AssignmentDecision] {
    try access.write { transaction in
      let waiting = try transaction.fetchAll(
        Self.pendingInOrder, transaction.now, max(0, limit)
      ) { row in try row.value(at: 0, as: ID<PendingAction>.self) }
      guard let first = waiting.first else { return [] }
      try ActionGate.require(first, transaction).authorise(.team, to: "assign", transaction)
      var pool = try AssistantPool(transaction)
      return try waiting.map { id in
        try Self.decide(ActionGate.require(id, transaction), from: &pool, transaction)
      }
    }
  }

  /// Gives an action to an assistant by hand, taking it from whoever had it.
  ///
  /// Working hours and availability are left to whoever decides. Giving it to whoever has it
  /// changes nothing; an open offer of it is withdrawn.
  ///
  /// - Parameters:
  ///   - id: the action, unfinished.
  ///   - assistant: who gets it.
  ///   - overriding: gives it to somebody without the skills or above capacity, too; nothing else
  ///     gives anybody more than their capacity, and ``PendingAction/isOverCapacity`` keeps that it
  ///     did.
  ///   - reason: why.
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
      // First the offer: its weight may be this assistant's.
      if try Self.endLapsed(Self.openOffer(of: id, transaction), transaction) != nil {
        try transaction.execute(OfferRules.withdrawOpen, id, transaction.now, transaction.reason)
      }
      var needs = try ActionNeeds(of: gate, transaction)
      needs.excluded = []
      let isOver = try Self.requireFit(
        assistant, for: id, needs, transaction, overriding: overriding)
      // What was insisted on for the one before does not hold for this one: it is put back first.
      if isOver, gate.isOverCapacity {
        _ = try transaction.fetchOne(Self.takeAway, id, transaction.now) { _ in true }
      }
      return try Self.hand(id, to: assistant, isOverCapacity: isOver, transaction)
    }
  }

  /// Takes an action that nobody has.
  ///
  /// Claiming it again changes nothing. An assistant claims for themselves; the team may claim for
  /// anybody. Whoever was offered it takes the offer by it; an offer that has lapsed keeps nobody
  /// away.
  ///
  /// - Throws: ``ActionError/alreadyTaken(_:by:handle:)`` with who has it,
  ///   ``ActionError/alreadyOffered(_:to:until:)`` while somebody else may take it,
  ///   ``ActionError/notEligible(_:assistant:reasons:)`` for somebody without the skill, inactive,
  ///   at capacity or excluded, ``ActionError/illegalMove(_:from:to:)`` for a finished one,
  ///   ``ActionError/unknownAction(_:)``, ``ActionError/unknownAssistant(_:)``,
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
      if let open = try Self.endLapsed(Self.openOffer(of: id, transaction), transaction) {
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

  /// Refuses an assistant who must not get an action by hand: without the skill, inactive, at
  /// capacity or excluded.
  ///
  /// Working hours and availability do not matter: whoever claims is there.
  ///
  /// - Returns: whether it is above their capacity, and `overriding` lets it.
  @discardableResult
  static func requireFit(
    _ assistant: ID<Assistant>, for id: ID<PendingAction>, _ needs: ActionNeeds,
    _ transaction: borrowing WriteTransaction, overriding: Bool = false
  ) throws -> Bool {
    guard let member = try AssistantPool.member(assistant, transaction) else {
      throw ActionError.unknownAssistant(assistant)
    }
    let all = member.exclusions(for: needs)
    let reasons = all.filter { reason in
      switch reason {
      case .unavailable, .outsideWorkingHours, .askedBefore: false
      case .inactive: true
      case .lacksSkill, .atCapacity, .excluded, .advisedAgainst: !overriding
      }
    }
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
    // Written before the action changes, so that the rule that logs assignments finds it.
    try transaction.recordAssignment(decision)
    if let chosen {
      _ = try hand(id, to: chosen, transaction)
      pool.assign(to: chosen, weight: gate.weight, at: transaction.now)
    }
    return decision
  }
}
