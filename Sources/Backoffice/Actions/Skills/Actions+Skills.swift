extension Actions {
  private static let ask = SQLStatement(
    """
    INSERT INTO action_skills (action_id, skill, relaxes_after_microseconds) VALUES (?1, ?2, ?3)
    ON CONFLICT (action_id, skill) DO UPDATE
      SET relaxes_after_microseconds = excluded.relaxes_after_microseconds,
        unmet_since = NULL, look_at = NULL, relaxed_at = NULL
    """)
  private static let askNothing = SQLStatement("DELETE FROM action_skills WHERE action_id = ?")
  private static let askOfKind = SQLStatement(
    """
    INSERT INTO action_kind_skills (kind, skill, relaxes_after_microseconds) VALUES (?1, ?2, ?3)
    """)
  private static let askNothingOfKind = SQLStatement(
    "DELETE FROM action_kind_skills WHERE kind = ?")
  static let toLookAt = SQLStatement(
    """
    SELECT action_id FROM action_skills INDEXED BY action_skills_look
    WHERE look_at IS NOT NULL AND look_at <= ?1 ORDER BY look_at LIMIT ?2
    """)

  /// The required skills of an action in addition to its kind, including relaxed ones, sorted by
  /// name.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func requiredSkills(of id: ID<PendingAction>) throws -> [RequiredSkill] {
    try access.readOnce { transaction in try ActionNeeds.required(of: id, transaction) }
  }

  /// The required skills of new actions of a kind in addition to the kind, sorted by name.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func requiredSkills(ofKind kind: ActionKind) throws -> [RequiredSkill] {
    try access.readOnce { transaction in
      try transaction.fetchAll(ActionNeeds.requiredOfKind, kind) { row in
        var column = row.reader()
        return try RequiredSkill(&column)
      }
    }
  }

  /// Replaces the required skills of an action in one transaction.
  ///
  /// The action stays with its assistant. The clock of skills that may be relaxed restarts, and
  /// relaxed skills are required again.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/invalidValue(field:problem:)`` for
  ///   a blank skill or a time out of range, ``ActionError/notPermitted(_:principal:operation:)``
  ///   for principals outside the team.
  public func setRequiredSkills(
    _ skills: [RequiredSkill], of id: ID<PendingAction>
  ) throws {
    for skill in skills { try skill.validate() }
    try access.write { transaction in
      let gate = try ActionGate.require(id, transaction)
      try gate.authorise(.team, to: "change the skills of", transaction)
      try transaction.execute(Self.askNothing, id)
      try Self.require(skills, of: id, transaction)
    }
  }

  /// Replaces the required skills of new actions of a kind in one transaction.
  ///
  /// Existing actions keep their skills. To let the kind itself be relaxed, include it with a time.
  ///
  /// - Throws: ``ActionError/invalidValue(field:problem:)`` for a blank or repeated skill or a time
  ///   out of range, ``ActionError/unknownKind(_:declared:)``.
  public func setRequiredSkills(_ skills: [RequiredSkill], ofKind kind: ActionKind) throws {
    var names: Set<Skill> = []
    for skill in skills {
      try skill.validate()
      guard names.insert(skill.skill).inserted else {
        throw ActionError.invalidValue(field: "skill", problem: "is named twice for one kind")
      }
    }
    try access.write { transaction in
      _ = try transaction.requireActionKind(kind)
      try transaction.execute(Self.askNothingOfKind, kind)
      for skill in skills {
        try transaction.execute(
          Self.askOfKind, kind, skill.skill, skill.relaxesAfter?.microseconds)
      }
    }
  }

  /// Relaxes required skills that no present assistant has had for their
  /// ``RequiredSkill/relaxesAfter``.
  ///
  /// The clock of an action starts when ``assignPending(limit:)``, ``offerPending(for:limit:)`` or
  /// this method first finds that no assistant who is present, free and not excluded has all
  /// required skills. It stops when an assistant has them. Skills are relaxed in the order of their
  /// times, and only if this makes an assistant eligible. While no assistant is present, such as at
  /// night, no skill is relaxed. The audit log records each relaxed skill as
  /// `action.skill_relaxed`.
  ///
  /// Assigning and offering relax skills by themselves. Call this method if actions should become
  /// available to other assistants without being assigned.
  ///
  /// - Parameter limit: the maximum number of skills to examine; 100 by default, at most 1,000.
  /// - Returns: the relaxed skills. A skill that is due but whose relaxation does not help is
  ///   examined again later.
  /// - Throws: ``ActionError/notPermitted(_:principal:operation:)`` for principals outside the
  ///   team.
  /// - Complexity: reads all assistants once, and O(log n) for each skill that is due.
  @discardableResult
  public func relaxSkills(limit: Int = 100) throws -> [RelaxedSkill] {
    try access.write { transaction in
      let ids = try transaction.fetchAll(
        Self.toLookAt, transaction.now, PageLimit.clamped(limit)
      ) { row in try row.value(at: 0, as: ID<PendingAction>.self) }
      guard let first = ids.first else { return [] }
      try ActionGate.require(first, transaction)
        .authorise(.team, to: "relax the skills of", transaction)
      let pool = try AssistantPool(transaction)
      var relaxed: [RelaxedSkill] = []
      var seen: Set<ID<PendingAction>> = []
      for id in ids where seen.insert(id).inserted {
        var skills: [RelaxedSkill] = []
        let refusal = try transaction.messageIfRefused { transaction in
          var needs = try ActionNeeds(of: ActionGate.require(id, transaction), transaction)
          skills = try transaction.relaxSkills(of: id, &needs, pool).map {
            RelaxedSkill(actionID: id, skill: $0)
          }
        }
        if refusal == nil { relaxed += skills }
      }
      return relaxed
    }
  }

  static func require(
    _ skills: [RequiredSkill], of id: ID<PendingAction>, _ transaction: borrowing WriteTransaction
  ) throws {
    for skill in skills {
      try transaction.execute(Self.ask, id, skill.skill, skill.relaxesAfter?.microseconds)
    }
  }
}
