extension Assistants {
  private static let allSkillsOf = SQLStatement(
    "SELECT skill FROM assistant_skills WHERE assistant_id = ? ORDER BY skill")
  private static let addSkill = SQLStatement(
    "INSERT INTO assistant_skills (assistant_id, skill) VALUES (?, ?) ON CONFLICT DO NOTHING")
  private static let removeSkill = SQLStatement(
    "DELETE FROM assistant_skills WHERE assistant_id = ? AND skill = ?")

  /// All skills of an assistant, both kinds of action and other skills; empty if the assistant does
  /// not exist.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func allSkills(of id: ID<Assistant>) throws -> Set<Skill> {
    try access.readOnce { transaction in
      Set(try transaction.fetchAll(Self.allSkillsOf, id) { row in try row.value(at: 0) })
    }
  }

  /// Adds skills to an assistant in one transaction.
  ///
  /// Existing skills are kept.
  ///
  /// - Throws: ``AssistantError/unknownAssistant(_:)``,
  ///   ``AssistantError/invalidValue(field:problem:)`` for a blank skill.
  public func addSkills(_ skills: Set<Skill>, to id: ID<Assistant>) throws {
    guard !skills.contains(where: \.rawValue.isBlank) else {
      throw AssistantError.invalidValue(field: "skill", problem: "is blank")
    }
    try access.write { transaction in
      guard try transaction.assistants.find(id) != nil else {
        throw AssistantError.unknownAssistant(id)
      }
      for skill in skills.sorted() { try transaction.execute(Self.addSkill, id, skill) }
    }
  }

  /// Removes skills from an assistant in one transaction.
  ///
  /// The assistant keeps their current actions.
  ///
  /// - Throws: ``AssistantError/unknownAssistant(_:)``.
  public func removeSkills(_ skills: Set<Skill>, from id: ID<Assistant>) throws {
    try access.write { transaction in
      guard try transaction.assistants.find(id) != nil else {
        throw AssistantError.unknownAssistant(id)
      }
      for skill in skills.sorted() { try transaction.execute(Self.removeSkill, id, skill) }
    }
  }
}
