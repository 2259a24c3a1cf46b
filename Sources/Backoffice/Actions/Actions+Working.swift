extension Actions {
  private static let begin = SQLStatement(
    """
    UPDATE pending_actions SET status = 'in_progress', started_at = ?2, updated_at = ?2
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  private static let finish = SQLStatement(
    """
    UPDATE pending_actions SET status = ?2, finished_at = ?3,
      actual_duration_microseconds = max(0, ?3 - started_at),
      quality_score = coalesce(?4, quality_score),
      completion_notes = coalesce(?5, completion_notes), result = coalesce(?6, result),
      error_message = coalesce(?7, error_message), updated_at = ?3
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  private static let retryLater = SQLStatement(
    """
    UPDATE pending_actions SET status = 'pending', assistant_id = NULL, assigned_at = NULL,
      started_at = NULL, over_capacity = 0, retry_count = retry_count + 1, next_retry_at = ?2,
      error_message = ?3, updated_at = ?4
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  static let takeAway = SQLStatement(
    """
    UPDATE pending_actions SET status = 'pending', assistant_id = NULL, assigned_at = NULL,
      started_at = NULL, over_capacity = 0, updated_at = ?2
    WHERE id = ?1 RETURNING \(PendingAction.selection)
    """)
  private static let exclude = SQLStatement(
    """
    UPDATE pending_actions SET updated_at = ?3, metadata = json_set(
      json_insert(metadata, '$.excluded_assistants', json('[]')),
      '$.excluded_assistants[#]', ?2)
    WHERE id = ?1
    """)

  /// Starts an action.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for principals other than its assignee
  ///   and the team.
  @discardableResult
  public func start(_ id: ID<PendingAction>) throws -> PendingAction {
    try move(id, to: .inProgress, .assignee, "start") { gate, transaction in
      guard gate.status == .assigned else {
        throw ActionError.illegalMove(id, from: gate.status, to: .inProgress)
      }
      return try transaction.fetchOne(Self.begin, id, transaction.now) { row in
        try PendingAction(row)
      }
    }
  }

  /// Completes an action.
  ///
  /// A queue item that waits for it resumes in the same commit.
  ///
  /// - Parameters:
  ///   - id: the action.
  ///   - quality: the quality of the result, 1 to 5; nil if it was not assessed.
  ///   - notes: the assistant's notes.
  ///   - result: the result for the waiting program; nil keeps the current one.
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` if it is
  ///   finished or unassigned, ``ActionError/invalidValue(field:problem:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func complete(
    _ id: ID<PendingAction>, quality: Int? = nil, notes: String? = nil, result: JSONText? = nil
  ) throws -> PendingAction {
    if let quality, !(1...5).contains(quality) {
      throw ActionError.invalidValue(field: "quality", problem: "is \(quality), not 1 to 5")
    }
    try ActionError.require(notes, "notes")
    try ActionError.require(result, "result")
    return try move(id, to: .completed, .assignee, "complete") { _, transaction in
      try PendingAction.fetchOne(
        transaction, Self.finish, id, ActionStatus.completed, transaction.now, quality, notes,
        result, String?.none)
    }
  }

  /// Marks an action as failed, or schedules it for another attempt.
  ///
  /// - Parameters:
  ///   - id: the action.
  ///   - error: what went wrong; cut to 8 KiB.
  ///   - delay: the delay of the next attempt. If it is set and retries are left, the action
  ///     becomes pending again without an assistant; otherwise the action and the queue item that
  ///     waits for it fail permanently.
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func fail(
    _ id: ID<PendingAction>, error: String, retryAfter delay: Duration? = nil
  ) throws -> PendingAction {
    let error = error.prefix(bytes: TextBounds.text)
    return try move(id, to: .failed, .assignee, "fail", reason: error) { gate, transaction in
      if let delay, gate.retryCount < gate.maxRetries {
        guard gate.status != .pending else {
          throw ActionError.illegalMove(id, from: .pending, to: .pending)
        }
        return try PendingAction.fetchOne(
          transaction, Self.retryLater, id, transaction.now + delay, error, transaction.now)
      }
      return try PendingAction.fetchOne(
        transaction, Self.finish, id, ActionStatus.failed, transaction.now, Int?.none, String?.none,
        JSONText?.none, error)
    }
  }

  /// Cancels an action together with the queue item that waits for it.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for principals outside the team.
  @discardableResult
  public func cancel(
    _ id: ID<PendingAction>, reason: String? = nil
  ) throws -> PendingAction {
    try move(id, to: .cancelled, .team, "cancel", reason: reason) { _, transaction in
      try PendingAction.fetchOne(
        transaction, Self.finish, id, ActionStatus.cancelled, transaction.now, Int?.none,
        String?.none, JSONText?.none, String?.none)
    }
  }

  /// Releases an action, which becomes pending again without an assistant.
  ///
  /// The next automatic assignment or offer goes to another assistant where one is eligible.
  ///
  /// - Parameters:
  ///   - id: the action.
  ///   - reason: the reason.
  ///   - isFinal: whether to exclude the previous assistant from the action.
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` if it is
  ///   pending or finished, ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func release(
    _ id: ID<PendingAction>, reason: String? = nil, excludingAssistant isFinal: Bool = false
  ) throws -> PendingAction {
    try move(id, to: .pending, .assignee, "release", reason: reason) { gate, transaction in
      guard !gate.status.isFinished else {
        throw ActionError.illegalMove(id, from: gate.status, to: .pending)
      }
      if isFinal, let assistant = gate.assistant {
        try transaction.execute(Self.exclude, id, assistant.description, transaction.now)
      }
      return try transaction.fetchOne(Self.takeAway, id, transaction.now) { row in
        try PendingAction(row)
      }
    }
  }

  /// Excludes an assistant from an action that they do not have.
  ///
  /// An open offer to them is withdrawn.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for principals outside the team.
  public func exclude(_ assistant: ID<Assistant>, from id: ID<PendingAction>) throws {
    try access.write { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(.team, to: "exclude an assistant from", transaction)
      guard try !ActionNeeds.excluded(from: id, transaction).contains(assistant) else { return }
      try transaction.execute(Self.exclude, id, assistant.description, transaction.now)
      if let open = try Self.openOffer(of: id, transaction), open.assistantID == assistant {
        _ = try transaction.endOffer(open, as: .withdrawn)
      }
    }
  }

  /// Moves one action: looks it up, checks permissions and the transition, and writes it.
  func move(
    _ id: ID<PendingAction>, to next: ActionStatus, _ permission: ActionGate.Permission,
    _ operation: String, reason: String? = nil,
    _ body: (ActionGate, borrowing WriteTransaction) throws -> PendingAction?
  ) throws -> PendingAction {
    try access.write(reason: reason?.prefix(bytes: TextBounds.text)) { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(permission, to: operation, transaction)
      try gate.requireMove(to: next)
      guard let moved = try body(gate, transaction) else { throw ActionError.unknownAction(id) }
      return moved
    }
  }
}
