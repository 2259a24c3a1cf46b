extension WriteTransaction {
  private static let insertAssignment = SQLStatement(
    """
    INSERT INTO action_assignments
      (action_id, assistant_id, decided_at, decided_by, is_automatic, reason, candidates)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    """)
  private static let lastAssignment = SQLStatement(
    """
    SELECT assistant_id, is_automatic, candidates FROM action_assignments WHERE action_id = ?
    ORDER BY decided_at DESC, pk DESC LIMIT 1
    """)

  /// Records a decision.
  ///
  /// A decision without an eligible assistant is recorded once, until the reasons change.
  func recordAssignment(_ decision: AssignmentDecision) throws {
    let candidates = decision.candidatesText
    if decision.chosen == nil, decision.isAutomatic {
      let last = try fetchOne(Self.lastAssignment, decision.actionID) { row in
        (
          assistant: try row.value(at: 0, as: ID<Assistant>?.self),
          isAutomatic: try row.value(at: 1, as: Bool.self),
          candidates: try row.value(at: 2, as: JSONText.self)
        )
      }
      if let last, last.assistant == nil, last.isAutomatic,
        try last.candidates.text == candidates
          || AssignmentDecision.reasons(last.candidates.decode())
            == AssignmentDecision.reasons(
              Array(decision.candidates.prefix(AssignmentDecision.storedCandidates)))
      {
        return
      }
    }
    try execute(
      Self.insertAssignment, decision.actionID, decision.chosen, decision.decidedAt,
      decision.decidedBy, decision.isAutomatic, decision.reason, candidates)
  }

  /// Records that an action was assigned or taken away, unless the log already contains it.
  func recordManualAssignment(
    _ action: ID<PendingAction>, to assistant: ID<Assistant>?
  ) throws {
    let last = try fetchOne(Self.lastAssignment, action) { row in
      try row.value(at: 0, as: ID<Assistant>?.self)
    }
    if let last, last == assistant { return }
    if last == nil, assistant == nil { return }
    try execute(
      Self.insertAssignment, action, assistant, now, principal, false, reason, "[]")
  }
}

extension AssignmentDecision {
  fileprivate static func reasons(
    _ candidates: [Candidate]
  ) -> [ID<Assistant>: [AssignmentExclusion]] {
    Dictionary(candidates.map { ($0.assistantID, $0.exclusions) }) { first, _ in first }
  }
}

extension Actions {
  private static let decisionsOf = SQLStatement(
    """
    SELECT assistant_id, decided_at, decided_by, is_automatic, reason, candidates
    FROM action_assignments WHERE action_id = ?1 ORDER BY decided_at DESC, pk DESC LIMIT ?2
    """)

  /// The decisions about the assignment of an action, newest first: automatic and manual
  /// assignments and removals.
  ///
  /// - Parameters:
  ///   - id: the action.
  ///   - limit: the maximum number of results, 1 to 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func decisions(
    for id: ID<PendingAction>, limit: Int = PageLimit.standard
  ) throws -> [AssignmentDecision] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.decisionsOf, id, PageLimit.clamped(limit)) { row in
        AssignmentDecision(
          actionID: id, chosen: try row.value(at: 0),
          candidates: try row.value(at: 5, as: JSONText.self).decode(),
          decidedAt: try row.value(at: 1), decidedBy: try row.value(at: 2),
          isAutomatic: try row.value(at: 3), reason: try row.value(at: 4))
      }
    }
  }
}
