public import BackofficeStorage

extension Actions {
  private static let excludedOf = SQLStatement(
    """
    SELECT e.value FROM pending_actions a, json_each(a.metadata, '$.excluded_assistants') e
    WHERE a.id = ?
    """)
  private static let give = SQLStatement(
    """
    UPDATE pending_actions SET status = 'assigned', assistant_id = ?2, assigned_at = ?3,
      started_at = NULL, next_retry_at = NULL, updated_at = ?3
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  static let pendingInOrder = SQLStatement(
    """
    SELECT id, kind FROM pending_actions
    WHERE status = 'pending' AND (scheduled_at IS NULL OR scheduled_at <= ?1)
      AND (next_retry_at IS NULL OR next_retry_at <= ?1)
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
      return try AssistantPool(transaction).candidates(
        for: gate.kind, excluding: Self.excluded(from: id, transaction))
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
  /// pending, and the decision says why.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` when it
  ///   is not pending, ``ActionError/notPermitted(_:principal:operation:)``.
  /// - Complexity: as ``candidates(for:)``.
  @discardableResult
  public func assignAutomatically(_ id: ID<PendingAction>) throws -> AssignmentDecision {
    try access.write { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(.team, to: "assign", transaction)
      guard gate.status == .pending else {
        throw ActionError.illegalMove(id, from: gate.status, to: .assigned)
      }
      var pool = try AssistantPool(transaction)
      return try Self.decide(id, kind: gate.kind, from: &pool, transaction)
    }
  }

  /// Gives pending actions to the best assistants, most urgent first, in one transaction.
  ///
  /// Skips what is scheduled for later. An action that nobody can do stays pending, and its
  /// decision is kept when the reasons are new.
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
      ) { row in
        (
          id: try row.value(at: 0, as: ID<PendingAction>.self),
          kind: try row.value(at: 1, as: ActionKind.self)
        )
      }
      guard let first = waiting.first else { return [] }
      try ActionGate.require(first.id, transaction).authorise(.team, to: "assign", transaction)
      var pool = try AssistantPool(transaction)
      return try waiting.map { action in
        try Self.decide(action.id, kind: action.kind, from: &pool, transaction)
      }
    }
  }

  /// Gives an action to an assistant by hand, taking it from whoever had it.
  ///
  /// Working hours and availability are left to whoever decides. Giving it to whoever has it
  /// changes nothing.
  ///
  /// - Parameters:
  ///   - id: the action, unfinished.
  ///   - assistant: who gets it.
  ///   - overriding: gives it to somebody without the skill or above capacity, too.
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
      try Self.requireFit(
        assistant, for: id, kind: gate.kind, excluded: [], transaction, overriding: overriding)
      return try Self.hand(id, to: assistant, transaction)
    }
  }

  /// Takes an action that nobody has.
  ///
  /// Claiming it again changes nothing. An assistant claims for themselves; the team may claim for
  /// anybody.
  ///
  /// - Throws: ``ActionError/alreadyTaken(_:by:handle:)`` with who has it,
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
      try Self.requireFit(
        assistant, for: id, kind: gate.kind, excluded: Self.excluded(from: id, transaction),
        transaction)
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
    _ id: ID<PendingAction>, to assistant: ID<Assistant>,
    _ transaction: borrowing WriteTransaction
  ) throws -> PendingAction {
    let given = try transaction.fetchOne(give, id, assistant, transaction.now) { row in
      try PendingAction(row)
    }
    guard let given else { throw ActionError.unknownAction(id) }
    return given
  }

  /// Who is kept away from an action.
  static func excluded(
    from id: ID<PendingAction>, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Set<ID<Assistant>> {
    let texts = try transaction.fetchAll(excludedOf, id) { row in
      try row.value(at: 0, as: String.self)
    }
    return Set(texts.compactMap { ID<Assistant>($0) })
  }

  /// Refuses an assistant who must not get an action by hand: without the skill, inactive, at
  /// capacity or excluded.
  ///
  /// Working hours and availability do not matter: whoever claims is there.
  static func requireFit(
    _ assistant: ID<Assistant>, for id: ID<PendingAction>, kind: ActionKind,
    excluded: Set<ID<Assistant>>, _ transaction: borrowing WriteTransaction,
    overriding: Bool = false
  ) throws {
    guard let member = try AssistantPool.member(assistant, transaction) else {
      throw ActionError.unknownAssistant(assistant)
    }
    let reasons = member.exclusions(for: kind, excluding: excluded).filter { reason in
      switch reason {
      case .unavailable, .outsideWorkingHours: false
      case .inactive: true
      case .lacksSkill, .atCapacity, .excluded: !overriding
      }
    }
    guard reasons.isEmpty else {
      throw ActionError.notEligible(id, assistant: assistant, reasons: reasons)
    }
  }

  private static func decide(
    _ id: ID<PendingAction>, kind: ActionKind, from pool: inout AssistantPool,
    _ transaction: borrowing WriteTransaction
  ) throws -> AssignmentDecision {
    let candidates = try pool.candidates(
      for: kind, excluding: excluded(from: id, transaction))
    let chosen = candidates.first.flatMap { $0.isEligible ? $0.assistantID : nil }
    let decision = AssignmentDecision(
      actionID: id, chosen: chosen, candidates: candidates, decidedAt: transaction.now,
      decidedBy: transaction.principal, isAutomatic: true, reason: transaction.reason)
    // Written before the action changes, so that the rule that logs assignments finds it.
    try transaction.recordAssignment(decision)
    if let chosen {
      _ = try hand(id, to: chosen, transaction)
      pool.assign(to: chosen, at: transaction.now)
    }
    return decision
  }
}
