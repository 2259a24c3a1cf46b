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

  /// The skills that an action asks for beside its kind, those that were given up included; by
  /// their words.
  public func requiredSkills(of id: ID<PendingAction>) throws -> [RequiredSkill] {
    try access.readOnce { transaction in try ActionNeeds.required(of: id, transaction) }
  }

  /// The skills that new actions of a kind ask for beside their kind; by their words.
  public func requiredSkills(ofKind kind: ActionKind) throws -> [RequiredSkill] {
    try access.readOnce { transaction in
      try transaction.fetchAll(ActionNeeds.requiredOfKind, kind) { row in
        var column = row.reader()
        return try RequiredSkill(&column)
      }
    }
  }

  /// Replaces the skills that an action asks for beside its kind, in one transaction.
  ///
  /// Whoever has it keeps it. The clock of skills that may be given up starts anew, and what was
  /// given up is asked for again.
  ///
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/invalidValue(field:problem:)`` for a
  ///   blank skill or an absurd time,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for anybody but the team.
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

  /// Replaces the skills that new actions of a kind ask for beside their kind, in one transaction;
  /// actions that are there already keep theirs.
  ///
  /// Named with a time, the kind itself is given up after it.
  ///
  /// - Throws: ``ActionError/invalidValue(field:problem:)`` for a blank or repeated skill or an
  ///   absurd time, ``ActionError/unknownKind(_:declared:)``.
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

  /// Gives up skills that nobody who is there has had for as long as they say.
  ///
  /// The clock of an action starts when ``assignPending(limit:)``, ``offerPending(for:limit:)`` or
  /// this first finds that nobody who is there, free and not kept away has all that it asks for; it
  /// stops when somebody has. Skills go in the order of their times, and only those without which
  /// somebody comes into question: at night, when nobody is there at all, none is given up. Each
  /// that goes is in the audit log as `action.skill_relaxed`.
  ///
  /// Assigning and offering give up what is due by themselves; this is for a program that only
  /// wants the actions opened to others in time.
  ///
  /// - Parameter limit: the most skills of one sweep that are looked at; 100 by default, 1,000 at
  ///   most.
  /// - Returns: what was given up. What is due and would not help is looked at again after its time.
  /// - Throws: ``ActionError/notPermitted(_:principal:operation:)`` for anybody but the team.
  /// - Complexity: reads all assistants once; O(log n) for each skill that is due.
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
        var needs = try ActionNeeds(of: ActionGate.require(id, transaction), transaction)
        let skills = try transaction.relaxSkills(of: id, &needs, pool)
        relaxed += skills.map { RelaxedSkill(actionID: id, skill: $0) }
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
