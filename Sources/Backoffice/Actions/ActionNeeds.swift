/// The requirements of an action on its assistant.
struct ActionNeeds: Sendable {
  /// The skills that are still required, including the kind.
  var skills: Set<String>
  /// The required skills that may be relaxed or have been relaxed.
  var relaxable: [RequiredSkill] = []
  var weight: Int
  /// The assistants excluded from the action.
  var excluded: Set<ID<Assistant>> = []
  /// The assistants who did not accept the action in this round of offers.
  var askedBefore: Set<ID<Assistant>> = []
  /// The assistant who had the action before it was released, who is chosen only if no other is
  /// eligible.
  var previous: ID<Assistant>?
  /// The advice of packs about the assignment.
  var advice = JoinedAdvice()

  static let required = SQLStatement(
    """
    SELECT skill, relaxes_after_microseconds, unmet_since, relaxed_at FROM action_skills
    WHERE action_id = ? ORDER BY skill
    """)
  static let requiredOfKind = SQLStatement(
    """
    SELECT skill, relaxes_after_microseconds, NULL, NULL FROM action_kind_skills
    WHERE kind = ? ORDER BY skill
    """)
  static let lastHolder = SQLStatement(
    """
    SELECT assistant_id FROM action_assignments WHERE action_id = ? AND assistant_id IS NOT NULL
    ORDER BY decided_at DESC, pk DESC LIMIT 1
    """)
  private static let excludedOf = SQLStatement(
    """
    SELECT e.value FROM pending_actions a, json_each(a.metadata, '$.excluded_assistants') e
    WHERE a.id = ?
    """)

  /// The current requirements of an action.
  init(
    of id: ID<PendingAction>, kind: ActionKind, weight: Int,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws {
    self.weight = weight
    skills = [kind.rawValue]
    let required = try Self.required(of: id, transaction)
    for skill in required {
      if skill.relaxedAt == nil {
        skills.insert(skill.skill.rawValue)
      } else {
        skills.remove(skill.skill.rawValue)
      }
    }
    relaxable = required.filter { $0.relaxesAfter != nil && $0.relaxedAt == nil }
    excluded = try Self.excluded(from: id, transaction)
    previous = try transaction.fetchOne(Self.lastHolder, id) { row in try row.value(at: 0) }
    advice = try JoinedAdvice(on: id, transaction)
  }

  init(
    of gate: ActionGate, _ transaction: borrowing some Transaction & ~Copyable
  ) throws {
    try self.init(of: gate.id, kind: gate.kind, weight: gate.weight, transaction)
  }

  /// The requirements of an action that is not written yet.
  init(of new: NewAction, weight: Int, _ transaction: borrowing WriteTransaction) throws {
    self.weight = weight
    skills = [new.kind.rawValue]
    skills.formUnion(new.requiredSkills.map(\.skill.rawValue))
    skills.formUnion(
      try transaction.fetchAll(Self.requiredOfKind, new.kind) { row in try row.value(at: 0) })
  }

  static func required(
    of id: ID<PendingAction>, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [RequiredSkill] {
    try transaction.fetchAll(required, id) { row in
      var column = row.reader()
      return try RequiredSkill(&column)
    }
  }

  /// The assistants excluded from an action.
  static func excluded(
    from id: ID<PendingAction>, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Set<ID<Assistant>> {
    let texts = try transaction.fetchAll(excludedOf, id) { row in
      try row.value(at: 0, as: String.self)
    }
    return Set(texts.compactMap { ID<Assistant>($0) })
  }
}
