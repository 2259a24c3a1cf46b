/// What happens to an action when its deadline passes.
public struct ActionEscalation: Sendable, Hashable {
  /// The number of levels by which its priority is raised, 0 to 4 and at most to priority 1; 1 by
  /// default.
  public var raisesPriorityBy: Int
  /// Whether it is reassigned to another assistant.
  public var handover: Handover

  /// Whether an action whose deadline has passed is reassigned to another assistant.
  public enum Handover: Sendable, Hashable {
    /// It stays with its assistant.
    case never
    /// It is reassigned if its assistant has not started it.
    case unstarted
    /// It is reassigned even if its assistant has started it.
    case always
  }

  /// Raises the priority by one level and keeps the assistant.
  public static let standard = ActionEscalation()

  /// Creates an escalation.
  public init(raisesPriorityBy: Int = 1, handover: Handover = .never) {
    self.raisesPriorityBy = raisesPriorityBy
    self.handover = handover
  }
}

extension Actions {
  static let unescalated = SQLStatement(
    """
    SELECT id FROM pending_actions INDEXED BY pending_actions_unescalated
    WHERE finished_at IS NULL AND escalated_at IS NULL AND deadline_at < ?1
      AND status <> 'suspended'
    ORDER BY deadline_at, pk LIMIT ?2 OFFSET ?3
    """)
  private static let escalate = SQLStatement(
    """
    UPDATE pending_actions SET escalated_at = ?2, escalation_count = escalation_count + 1,
      priority = max(1, priority - ?3), updated_at = ?2
    WHERE id = ?1 AND finished_at IS NULL AND escalated_at IS NULL
    RETURNING \(PendingAction.selection)
    """)

  /// Escalates unfinished actions whose deadline has passed, each deadline once, longest overdue
  /// first, in one transaction.
  ///
  /// ``PendingAction/Escalation`` and the audit log (`action.escalated`) record the escalation.
  /// Several processes may call this method; each deadline escalates once. Actions that are
  /// suspended, completed, failed or cancelled do not escalate. A new deadline (``setDeadline(_:of:)``, or any
  /// statement) can escalate again; a new priority, another assistant or a reopening does not rearm
  /// it.
  ///
  /// - Parameters:
  ///   - escalation: what happens to each action; by default its priority is raised by one level. A
  ///     reassigned action goes to the best other assistant and stays if there is none. An
  ///     unassigned action without an offer is assigned. Blocked actions and actions waiting for
  ///     the customer stay.
  ///   - limit: the maximum number of actions; 100 by default, at most 1,000.
  /// - Returns: the escalated actions. Call the method again while their number equals the limit.
  /// - Throws: ``ActionError/invalidValue(field:problem:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for principals outside the team.
  /// - Complexity: O(log n) for each overdue action. A reassignment reads all assistants once.
  @discardableResult
  public func escalateOverdue(
    _ escalation: ActionEscalation = .standard, limit: Int = 100
  ) throws -> [PendingAction] {
    guard (0...4).contains(escalation.raisesPriorityBy) else {
      throw ActionError.invalidValue(
        field: "raisesPriorityBy", problem: "is \(escalation.raisesPriorityBy), not 0 to 4")
    }
    return try access.write(reason: "the deadline has passed") { transaction in
      let limit = PageLimit.clamped(limit)
      var pool: AssistantPool?
      var escalated: [PendingAction] = []
      // Refused actions are still overdue: the next page begins behind them.
      var refused = 0
      while escalated.count < limit {
        let ids = try transaction.fetchAll(
          Self.unescalated, transaction.now, limit, refused
        ) { row in try row.value(at: 0, as: ID<PendingAction>.self) }
        if pool == nil, !ids.isEmpty, escalation.handover != .never {
          pool = try AssistantPool(transaction)
        }
        for id in ids where escalated.count < limit {
          try ActionGate.require(id, transaction).authorise(.team, to: "escalate", transaction)
          var action: PendingAction?
          let refusal = try transaction.messageIfRefused { transaction in
            action = try Self.escalate(id, escalation, &pool, transaction)
          }
          if refusal != nil {
            refused += 1
          } else if let action {
            escalated.append(action)
          }
        }
        if ids.count < limit { break }
      }
      return escalated
    }
  }

  /// Reassigns an overdue action to the best other assistant; nil if it stays.
  private static func escalate(
    _ id: ID<PendingAction>, _ escalation: ActionEscalation, _ pool: inout AssistantPool?,
    _ transaction: borrowing WriteTransaction
  ) throws -> PendingAction? {
    let action = try PendingAction.fetchOne(
      transaction, Self.escalate, id, transaction.now, escalation.raisesPriorityBy)
    guard let action, let known = pool else { return action }
    guard let moved = try handOver(action, escalation.handover, known, transaction) else {
      return action
    }
    pool = try AssistantPool(transaction)
    return moved
  }

  private static func handOver(
    _ action: PendingAction, _ handover: ActionEscalation.Handover, _ pool: AssistantPool,
    _ transaction: borrowing WriteTransaction
  ) throws -> PendingAction? {
    switch action.status {
    case .pending where try openOffer(of: action.id, transaction) == nil: break
    case .assigned: break
    case .inProgress where handover == .always: break
    default: return nil
    }
    var needs = try ActionNeeds(
      of: action.id, kind: action.kind, weight: action.weight, transaction)
    if let holder = action.assistantID { needs.excluded.insert(holder) }
    let candidates = pool.candidates(for: needs)
    guard let best = candidates.first, best.isEligible else { return nil }
    try transaction.recordAssignment(
      AssignmentDecision(
        actionID: action.id, chosen: best.assistantID, candidates: candidates,
        decidedAt: transaction.now, decidedBy: transaction.principal, isAutomatic: true,
        reason: transaction.reason))
    return try hand(action.id, to: best.assistantID, transaction)
  }
}
