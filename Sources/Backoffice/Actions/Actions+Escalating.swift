/// What happens to an action whose deadline passes.
public struct ActionEscalation: Sendable, Hashable {
  /// By how many levels it becomes more urgent, 0 to 4 and at most to priority 1; 1 by default.
  public var raisesPriorityBy: Int
  /// Whether it goes to somebody else.
  public var handover: Handover

  /// Whether an action whose deadline passes goes to somebody else.
  public enum Handover: Sendable, Hashable {
    /// It stays with whoever has it.
    case never
    /// It goes on when nobody has begun with it.
    case unstarted
    /// It goes on even when somebody works on it.
    case always
  }

  /// One level more urgent, and it stays with whoever has it.
  public static let standard = ActionEscalation()

  /// Describes an escalation.
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
    ORDER BY deadline_at, pk LIMIT ?2
    """)
  private static let escalate = SQLStatement(
    """
    UPDATE pending_actions SET escalated_at = ?2, escalation_count = escalation_count + 1,
      priority = max(1, priority - ?3), updated_at = ?2
    WHERE id = ?1 AND finished_at IS NULL AND escalated_at IS NULL
    RETURNING \(PendingAction.selection)
    """)

  /// Escalates unfinished actions whose deadline has passed, each deadline once, the longest overdue
  /// first, in one transaction.
  ///
  /// ``PendingAction/Escalation`` and the audit log (`action.escalated`) keep that it happened.
  /// Several processes may sweep: each deadline escalates once. What is completed, failed or
  /// cancelled before never does. Another deadline (``setDeadline(_:of:)``, or any statement) arms
  /// it again; a new priority, another assistant and opening it again do not.
  ///
  /// - Parameters:
  ///   - escalation: what happens to each; one level more urgent by default. An action that goes to
  ///     somebody else goes to the best assistant but the one who has it, and stays when there is
  ///     none; one that nobody has and that is not offered is handed out. What is blocked or waits
  ///     for the customer stays.
  ///   - limit: the most actions of one sweep; 100 by default, 1,000 at most.
  /// - Returns: the actions as they are now; call again while there are as many as the limit.
  /// - Throws: ``ActionError/invalidValue(field:problem:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for anybody but the team.
  /// - Complexity: O(log n) for each overdue action; the others are not looked at. A handover reads
  ///   all assistants once.
  @discardableResult
  public func escalateOverdue(
    _ escalation: ActionEscalation = .standard, limit: Int = 100
  ) throws -> [PendingAction] {
    guard (0...4).contains(escalation.raisesPriorityBy) else {
      throw ActionError.invalidValue(
        field: "raisesPriorityBy", problem: "is \(escalation.raisesPriorityBy), not 0 to 4")
    }
    return try access.write(reason: "the deadline has passed") { transaction in
      let ids = try transaction.fetchAll(
        Self.unescalated, transaction.now, PageLimit.clamped(limit)
      ) { row in try row.value(at: 0, as: ID<PendingAction>.self) }
      guard !ids.isEmpty else { return [] }
      var pool = escalation.handover == .never ? nil : try AssistantPool(transaction)
      var escalated: [PendingAction] = []
      for id in ids {
        try ActionGate.require(id, transaction).authorise(.team, to: "escalate", transaction)
        let action = try PendingAction.fetchOne(
          transaction, Self.escalate, id, transaction.now, escalation.raisesPriorityBy)
        guard let action else { continue }
        let moved = try pool.map { pool in
          try Self.handOver(action, escalation.handover, pool, transaction)
        }
        if let moved = moved ?? nil {
          escalated.append(moved)
          pool = try AssistantPool(transaction)
        } else {
          escalated.append(action)
        }
      }
      return escalated
    }
  }

  /// Gives an overdue action to the best assistant but the one who has it; nil when it stays.
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
