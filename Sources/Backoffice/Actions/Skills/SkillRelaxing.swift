extension WriteTransaction {
  private static let startClock = SQLStatement(
    """
    UPDATE action_skills SET unmet_since = ?2, look_at = ?2 + relaxes_after_microseconds
    WHERE action_id = ?1 AND relaxes_after_microseconds IS NOT NULL AND unmet_since IS NULL
    """)
  static let stopClock = SQLStatement(
    """
    UPDATE action_skills SET unmet_since = NULL, look_at = NULL
    WHERE action_id = ?1 AND unmet_since IS NOT NULL AND relaxed_at IS NULL
    """)
  private static let lookLater = SQLStatement(
    """
    UPDATE action_skills SET look_at = ?2 + relaxes_after_microseconds
    WHERE action_id = ?1 AND look_at <= ?2
    """)
  private static let relax = SQLStatement(
    """
    UPDATE action_skills SET relaxed_at = ?3, look_at = NULL WHERE action_id = ?1 AND skill = ?2
    """)

  /// Checks whether a present assistant meets all requirements of a pending action; if not, relaxes
  /// the skills that are due if this makes an assistant eligible.
  ///
  /// Assistants who declined the action in this round count as well, since they meet the
  /// requirements.
  ///
  /// - Returns: the relaxed skills, which are removed from `needs`.
  func relaxSkills(
    of id: ID<PendingAction>, _ needs: inout ActionNeeds, _ pool: AssistantPool
  ) throws -> [Skill] {
    guard !needs.relaxable.isEmpty else { return [] }
    var all = needs
    all.askedBefore = []
    if pool.hasCandidate(for: all) {
      if needs.relaxable.contains(where: { $0.unmetSince != nil }) {
        try execute(Self.stopClock, id)
      }
      return []
    }
    if needs.relaxable.contains(where: { $0.unmetSince == nil }) {
      try execute(Self.startClock, id, now)
    }
    let skills = Self.helpful(all, pool, now: now)
    if skills.isEmpty { try execute(Self.lookLater, id, now) }
    for skill in skills {
      try execute(Self.relax, id, skill, now)
      needs.skills.remove(skill.rawValue)
      needs.relaxable.removeAll { $0.skill == skill }
    }
    return skills
  }

  /// The smallest set of due skills, in the order of their times, whose removal makes an assistant
  /// eligible; empty if removing all of them does not.
  private static func helpful(
    _ needs: ActionNeeds, _ pool: AssistantPool, now: Timestamp
  ) -> [Skill] {
    let due =
      needs.relaxable
      .compactMap { skill in skill.relaxesAt.map { (at: $0, skill: skill.skill) } }
      .filter { $0.at <= now }
      .sorted { ($0.at, $0.skill) < ($1.at, $1.skill) }
      .map(\.skill)
    var fewer = needs
    var gone: [Skill] = []
    for skill in due {
      fewer.skills.remove(skill.rawValue)
      gone.append(skill)
      guard pool.hasCandidate(for: fewer) else { continue }
      // Some of the skills removed so far may not have been necessary.
      for earlier in gone.dropLast() {
        fewer.skills.insert(earlier.rawValue)
        if pool.hasCandidate(for: fewer) {
          gone.removeAll { $0 == earlier }
        } else {
          fewer.skills.remove(earlier.rawValue)
        }
      }
      return gone
    }
    return []
  }
}

/// The rules of the skills that actions require.
enum SkillRules {
  static let triggers = [inherit, stop, record]

  private static let takeFromKind = SQLStatement(
    """
    INSERT INTO action_skills (action_id, skill, relaxes_after_microseconds)
    SELECT ?1, skill, relaxes_after_microseconds FROM action_kind_skills WHERE kind = ?2
    ON CONFLICT DO NOTHING
    """)

  /// Adds the skills of the kind to a new action.
  static let inherit = Trigger.after(
    "action_skills.of_kind", .insert, on: ActionKindRow.self
  ) { change, transaction in
    guard let new = change.new else { return }
    try transaction.execute(takeFromKind, new.id, new.kind)
  }

  /// Stops the clock of an action that is assigned or finished.
  static let stop = Trigger.after(
    "action_skills.clock", .update(of: "status"), on: ActionKindRow.self,
    when: { $0.old?.status == .pending && $0.new?.status != .pending },
    perform: { change, transaction in
      guard let new = change.new else { return }
      try transaction.execute(WriteTransaction.stopClock, new.id)
    })

  /// Records relaxed skills in the audit log, for every statement.
  static let record = Trigger.after(
    "action_skills.record", .update(of: "relaxed_at"), on: RelaxingSkill.self,
    when: { $0.old?.skill.relaxedAt == nil && $0.new?.skill.relaxedAt != nil },
    perform: { change, transaction in
      guard let new = change.new else { return }
      var entry = NewAuditEntry(
        action: "action.skill_relaxed", kind: .action, entity: ID(retyping: new.action))
      entry.metadata = try JSONText(
        encoding: [
          "skill": new.skill.skill.rawValue,
          "unmet_since": new.skill.unmetSince.map { "\($0)" } ?? "",
        ])
      try transaction.audit.record(entry)
    })
}

struct ActionKindRow: TableRow {
  static let tableName = PendingAction.tableName
  let id: ID<PendingAction>
  let kind: ActionKind
  let status: ActionStatus

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    id = try column("id")
    kind = try column("kind")
    status = try column("status")
  }
}

struct RelaxingSkill: TableRow {
  static let tableName = "action_skills"
  let action: ID<PendingAction>
  let skill: RequiredSkill

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    action = try column("action_id")
    skill = try RequiredSkill(&column)
  }
}
