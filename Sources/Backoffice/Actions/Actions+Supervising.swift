extension Actions {
  private static let verified = SQLStatement(
    """
    UPDATE pending_actions SET verified_by_supervisor = 1, verified_by = ?2, verified_at = ?3,
      verification_notes = coalesce(?4, verification_notes),
      quality_score = coalesce(?5, quality_score), updated_at = ?3
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  // The notes keep the supervisor's refusal; an earlier verification no longer counts.
  private static let openAgain = SQLStatement(
    """
    UPDATE pending_actions SET status = ?2, assistant_id = ?3, assigned_at = ?4,
      over_capacity = CASE WHEN ?3 IS NOT NULL THEN over_capacity ELSE 0 END,
      started_at = NULL, finished_at = NULL, actual_duration_microseconds = NULL,
      verified_by_supervisor = 0, verified_by = ?5, verified_at = NULL,
      verification_notes = coalesce(?6, verification_notes), quality_score = NULL, updated_at = ?7
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  private static let changePriority = SQLStatement(
    """
    UPDATE pending_actions SET priority = ?2, updated_at = ?3
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  private static let changeWeight = SQLStatement(
    """
    UPDATE pending_actions SET weight = ?2, updated_at = ?3
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  private static let moveDeadline = SQLStatement(
    """
    UPDATE pending_actions SET deadline_at = ?2, updated_at = ?3,
      escalated_at = CASE WHEN deadline_at = ?2 THEN escalated_at END
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  private static let remind = SQLStatement(
    """
    UPDATE pending_actions SET follow_up_required = ?2 IS NOT NULL, follow_up_at = ?2,
      updated_at = ?3
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)

  /// Verifies the result of a completed action on behalf of the current principal.
  ///
  /// - Parameters:
  ///   - id: the action.
  ///   - quality: the quality of the result, 1 to 5; nil keeps the current score.
  ///   - notes: the supervisor's notes.
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` if it is
  ///   not completed, ``ActionError/invalidValue(field:problem:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for principals outside the team.
  @discardableResult
  public func verify(
    _ id: ID<PendingAction>, quality: Int? = nil, notes: String? = nil
  ) throws -> PendingAction {
    if let quality, !(1...5).contains(quality) {
      throw ActionError.invalidValue(field: "quality", problem: "is \(quality), not 1 to 5")
    }
    try ActionError.require(notes, "notes")
    return try change(id, "verify") { gate, transaction in
      guard gate.status == .completed else {
        throw ActionError.illegalMove(id, from: gate.status, to: .completed)
      }
      return try PendingAction.fetchOne(
        transaction, Self.verified, id, transaction.principal, transaction.now, notes, quality)
    }
  }

  /// Refuses the result of a completed action.
  ///
  /// The action returns to its assistant, or becomes pending if the assistant has no capacity left.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` if it is
  ///   not completed, ``ActionError/itemHasOpenAction(item:action:)`` if its queue item waits for
  ///   another action, ``ActionError/notPermitted(_:principal:operation:)`` for principals outside
  ///   the team.
  @discardableResult
  public func refuse(_ id: ID<PendingAction>, notes: String) throws -> PendingAction {
    try ActionError.require(notes, "notes")
    return try change(id, "refuse the result of", reason: notes) { gate, transaction in
      guard gate.status == .completed else {
        throw ActionError.illegalMove(id, from: gate.status, to: .assigned)
      }
      let assistant = try gate.canGoBack(transaction) ? gate.assistant : nil
      return try Self.refusingSecondAction(id, transaction) {
        try PendingAction.fetchOne(
          transaction, Self.openAgain, id, assistant == nil ? ActionStatus.pending : .assigned,
          assistant, assistant == nil ? nil : transaction.now, transaction.principal.description,
          notes, transaction.now)
      }
    }
  }

  /// Makes a completed or failed action pending again, without an assistant.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` if it is
  ///   open or cancelled, ``ActionError/itemHasOpenAction(item:action:)`` if its queue item waits
  ///   for another action, ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func reopen(_ id: ID<PendingAction>, reason: String? = nil) throws -> PendingAction {
    try change(id, "reopen", reason: reason) { gate, transaction in
      guard gate.status.isFinished, gate.status.canMove(to: .pending) else {
        throw ActionError.illegalMove(id, from: gate.status, to: .pending)
      }
      return try Self.refusingSecondAction(id, transaction) {
        try PendingAction.fetchOne(
          transaction, Self.openAgain, id, ActionStatus.pending, ID<Assistant>?.none,
          Timestamp?.none, String?.none, String?.none, transaction.now)
      }
    }
  }

  private static let openOfSameItem = SQLStatement(
    """
    SELECT other.queue_item_id, other.id FROM pending_actions AS other
    WHERE other.finished_at IS NULL
      AND other.queue_item_id = (SELECT queue_item_id FROM pending_actions WHERE id = ?)
    """)

  /// Maps a violation of the one-open-action rule to an error that names the open action.
  private static func refusingSecondAction<Result>(
    _ id: ID<PendingAction>, _ transaction: borrowing WriteTransaction,
    _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch {
      guard let failure = error as? SQLiteError, .constraintUnique ~= failure.code,
        let refusal = try transaction.fetchOne(
          openOfSameItem, id,
          decode: { row in
            ActionError.itemHasOpenAction(
              item: try row.value(at: 0), action: try row.value(at: 1))
          })
      else { throw error }
      throw refusal
    }
  }

  /// Sets the priority of an unfinished action; its deadline is unchanged.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/invalidValue(field:problem:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func setPriority(_ priority: Int, of id: ID<PendingAction>) throws -> PendingAction {
    try Self.validate(priority: priority)
    return try change(id, "change the priority of") { _, transaction in
      try transaction.fetchOne(Self.changePriority, id, priority, transaction.now) { row in
        try PendingAction(row)
      }
    }
  }

  /// Sets the weight of an action; an open offer keeps its weight.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/invalidValue(field:problem:)``,
  ///   ``ActionError/notEligible(_:assistant:reasons:)`` if its assistant lacks the capacity,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func setWeight(_ weight: Int, of id: ID<PendingAction>) throws -> PendingAction {
    try Self.validate(weight: weight)
    return try change(id, "change the weight of") { _, transaction in
      try transaction.fetchOne(Self.changeWeight, id, weight, transaction.now) { row in
        try PendingAction(row)
      }
    }
  }

  /// Sets the deadline of an action.
  ///
  /// An action that has escalated can escalate again.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func setDeadline(
    _ deadline: Timestamp, of id: ID<PendingAction>
  ) throws -> PendingAction {
    try change(id, "move the deadline of") { _, transaction in
      try transaction.fetchOne(Self.moveDeadline, id, deadline, transaction.now) { row in
        try PendingAction(row)
      }
    }
  }

  /// Schedules a follow-up of an action; nil removes it.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func setFollowUp(
    _ time: Timestamp?, of id: ID<PendingAction>
  ) throws -> PendingAction {
    try change(id, "set the follow-up of", .assignee) { _, transaction in
      try transaction.fetchOne(Self.remind, id, time, transaction.now) { row in
        try PendingAction(row)
      }
    }
  }

  /// Changes one action: looks it up, checks permissions and writes it.
  private func change(
    _ id: ID<PendingAction>, _ operation: String, _ permission: ActionGate.Permission = .team,
    reason: String? = nil,
    _ body: (ActionGate, borrowing WriteTransaction) throws -> PendingAction?
  ) throws -> PendingAction {
    try access.write(reason: reason?.prefix(bytes: TextBounds.text)) { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(permission, to: operation, transaction)
      guard let changed = try body(gate, transaction) else {
        throw ActionError.unknownAction(id)
      }
      return changed
    }
  }
}
