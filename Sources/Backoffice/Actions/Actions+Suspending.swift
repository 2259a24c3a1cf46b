extension Actions {
  private static let setAside = SQLStatement(
    """
    UPDATE pending_actions SET suspended_from = status, suspended_at = ?2, status = 'suspended',
      updated_at = ?2
    WHERE id = ?1
    """)
  // A statement may have taken the assistant away since.
  private static let takeUp = SQLStatement(
    """
    UPDATE pending_actions SET updated_at = ?2, status = CASE
      WHEN assistant_id IS NULL AND (suspended_from = 'assigned' OR suspended_from = 'in_progress')
      THEN 'pending' ELSE suspended_from END
    WHERE id = ?1 AND status = 'suspended'
    """)

  /// Suspends an open action until ``resume(_:reason:)``.
  ///
  /// The action keeps its assistant and the times of assignment and start. While it is suspended it
  /// is not overdue, does not escalate, is neither assigned nor offered, and its weight does not
  /// count towards its assistant's capacity. An open offer is withdrawn. A queue item that waits for
  /// it keeps waiting. The only other ways out are ``release(_:reason:excludingAssistant:)`` and
  /// ``cancel(_:reason:)``; a response of the customer is refused meanwhile.
  ///
  /// - Parameters:
  ///   - id: the action.
  ///   - reason: the reason, for the history; cut to 8 KiB.
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` if it is
  ///   finished or suspended, ``ActionError/notPermitted(_:principal:operation:)`` for principals
  ///   other than its assignee and the team.
  @discardableResult
  public func suspend(_ id: ID<PendingAction>, reason: String? = nil) throws -> PendingAction {
    try move(id, to: .suspended, .assignee, "suspend", reason: reason) { _, transaction in
      try transaction.execute(Self.setAside, id, transaction.now)
      return try Self.require(id, transaction)
    }
  }

  /// Resumes a suspended action in the status that it had, with its assistant and its times.
  ///
  /// The time for which it was suspended is added to its deadline, unless the deadline was moved by
  /// the statement that ends the suspension. The deadline remains the same one: if it has escalated,
  /// it does not escalate again. The deadline of the customer's response and the scheduled times
  /// are unchanged, and the actual duration includes the suspension. An action whose assistant was
  /// removed by another statement becomes pending.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/illegalMove(_:from:to:)`` if it is
  ///   not suspended, ``ActionError/notEligible(_:assistant:reasons:)`` if its assistant has no
  ///   capacity left; it then stays suspended and can be released.
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  @discardableResult
  public func resume(_ id: ID<PendingAction>, reason: String? = nil) throws -> PendingAction {
    try access.write(reason: reason?.prefix(bytes: TextBounds.text)) { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(.assignee, to: "resume", transaction)
      guard gate.status == .suspended else {
        throw ActionError.illegalMove(id, from: gate.status, to: gate.nextWhenFree)
      }
      try transaction.execute(Self.takeUp, id, transaction.now)
      return try Self.require(id, transaction)
    }
  }
}
