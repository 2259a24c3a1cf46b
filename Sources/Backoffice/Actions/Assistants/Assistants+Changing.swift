extension Assistants {
  private static let addSkill = SQLStatement(
    "INSERT INTO assistant_skills (assistant_id, skill) VALUES (?, ?) ON CONFLICT DO NOTHING")
  private static let removeSkills = SQLStatement(
    "DELETE FROM assistant_skills WHERE assistant_id = ?")
  private static let updateProfile = SQLStatement(
    """
    UPDATE assistants SET handle = ?2, name = ?3, email = ?4, phone = ?5, is_active = ?6,
      is_available = ?7, time_zone = ?8, working_hours = ?9, specializations = ?10,
      languages = ?11, max_concurrent_tasks = ?12, communication_preferences = ?13,
      metadata = ?14, updated_at = ?15, capacity = ?16
    WHERE id = ?1
    """)
  private static let satisfaction = SQLStatement(
    """
    UPDATE assistants SET satisfaction_sum = satisfaction_sum + ?2,
      satisfaction_count = satisfaction_count + 1, updated_at = ?3
    WHERE id = ?1 RETURNING \(Assistant.selection)
    """)
  private static let supervisorRating = SQLStatement(
    """
    UPDATE assistants SET supervisor_rating_sum = supervisor_rating_sum + ?2,
      supervisor_rating_count = supervisor_rating_count + 1, updated_at = ?3
    WHERE id = ?1 RETURNING \(Assistant.selection)
    """)
  private static let deleteByID = SQLStatement("DELETE FROM assistants WHERE id = ?")

  private static let standardPreferences = """
    {"preferred_contact_method":"email","email_notifications":true,\
    "phone_notifications":true,"slack_id":null}
    """

  /// Adds an assistant with their skills in one transaction.
  ///
  /// - Throws: ``AssistantError/handleTaken(handle:)``,
  ///   ``AssistantError/invalidValue(field:problem:)``,
  ///   ``AssistantError/unknownKinds(_:declared:)``.
  @discardableResult
  public func create(_ new: NewAssistant) throws -> Assistant {
    try access.write { transaction in
      try transaction.requireActionKinds(new.skills)
      let assistant = Assistant(
        id: transaction.makeID(), handle: new.handle.keyForm, name: new.name, email: new.email,
        phone: new.phone, isActive: new.isActive, isAvailable: new.isAvailable, zone: new.zone,
        workingHours: new.workingHours,
        specializations: try JSONText(encoding: new.specializations),
        languages: try JSONText(encoding: new.languages),
        maxConcurrentTasks: new.maxConcurrentTasks, capacity: new.capacity, statistics: .none,
        communicationPreferences: try new.communicationPreferences
          ?? JSONText(Self.standardPreferences),
        metadata: new.metadata, createdAt: transaction.now, updatedAt: transaction.now)
      try Self.validate(assistant)
      try Self.translating(handle: new.handle) { try transaction.insert(assistant) }
      for skill in new.skills { try transaction.execute(Self.addSkill, assistant.id, skill) }
      return assistant
    }
  }

  /// Changes an assistant in one transaction.
  ///
  /// The statistics, the id and the timestamps cannot be changed. If the capacity falls below the
  /// current load, the assistant keeps their actions and receives no new ones until there is
  /// capacity.
  ///
  /// - Throws: ``AssistantError/unknownAssistant(_:)``, ``AssistantError/handleTaken(handle:)``,
  ///   ``AssistantError/invalidValue(field:problem:)``, and any error that `change` throws.
  @discardableResult
  public func update(
    _ id: ID<Assistant>, _ change: (inout Assistant) throws -> Void
  ) throws -> Assistant {
    try access.write { transaction in
      guard let old = try transaction.assistants.find(id) else {
        throw AssistantError.unknownAssistant(id)
      }
      var new = old
      try change(&new)
      new.id = old.id
      new.statistics = old.statistics
      new.createdAt = old.createdAt
      new.updatedAt = transaction.now
      new.handle = new.handle.keyForm
      try Self.validate(new)
      let written = new
      try Self.translating(handle: written.handle) {
        try transaction.execute(
          Self.updateProfile, id, written.handle, written.name, written.email, written.phone,
          written.isActive, written.isAvailable, written.zone, written.workingHours,
          written.specializations, written.languages, written.maxConcurrentTasks,
          written.communicationPreferences, written.metadata, transaction.now, written.capacity)
      }
      return written
    }
  }

  /// Sets whether an assistant currently accepts work.
  ///
  /// - Throws: ``AssistantError/unknownAssistant(_:)``.
  @discardableResult
  public func setAvailable(_ isAvailable: Bool, for id: ID<Assistant>) throws -> Assistant {
    try update(id) { $0.isAvailable = isAvailable }
  }

  /// Sets whether an assistant is active.
  ///
  /// Their actions stay assigned until they are released.
  ///
  /// - Throws: ``AssistantError/unknownAssistant(_:)``.
  @discardableResult
  public func setActive(_ isActive: Bool, for id: ID<Assistant>) throws -> Assistant {
    try update(id) { $0.isActive = isActive }
  }

  /// Replaces all skills of an assistant, including those that are not kinds of action.
  ///
  /// - Throws: ``AssistantError/unknownAssistant(_:)``,
  ///   ``AssistantError/unknownKinds(_:declared:)``.
  public func setSkills(_ skills: Set<ActionKind>, of id: ID<Assistant>) throws {
    try access.write { transaction in
      guard try transaction.assistants.find(id) != nil else {
        throw AssistantError.unknownAssistant(id)
      }
      try transaction.requireActionKinds(skills)
      try transaction.execute(Self.removeSkills, id)
      for skill in skills { try transaction.execute(Self.addSkill, id, skill) }
    }
  }

  /// Adds a customer's score of 1 to 5.
  ///
  /// - Throws: ``AssistantError/unknownAssistant(_:)``,
  ///   ``AssistantError/invalidValue(field:problem:)``.
  @discardableResult
  public func rateSatisfaction(_ score: Int, of id: ID<Assistant>) throws -> Assistant {
    try rate(score, of: id, field: "satisfaction score", Self.satisfaction)
  }

  /// Adds a supervisor's score of 1 to 5.
  ///
  /// - Throws: ``AssistantError/unknownAssistant(_:)``,
  ///   ``AssistantError/invalidValue(field:problem:)``.
  @discardableResult
  public func rateAsSupervisor(_ score: Int, of id: ID<Assistant>) throws -> Assistant {
    try rate(score, of: id, field: "supervisor rating", Self.supervisorRating)
  }

  private func rate(
    _ score: Int, of id: ID<Assistant>, field: String, _ statement: SQLStatement
  ) throws -> Assistant {
    guard (1...5).contains(score) else {
      throw AssistantError.invalidValue(field: field, problem: "is \(score), not 1 to 5")
    }
    return try access.write { transaction in
      let rated = try transaction.fetchOne(statement, id, score, transaction.now) { row in
        try Assistant(row)
      }
      guard let rated else { throw AssistantError.unknownAssistant(id) }
      return rated
    }
  }

  /// Deletes an assistant who never had an action.
  ///
  /// - Throws: ``AssistantError/hasActions(_:)`` if the assistant has or had actions,
  ///   ``AssistantError/unknownAssistant(_:)``.
  public func delete(_ id: ID<Assistant>) throws {
    try access.write { transaction in
      do {
        guard try transaction.execute(Self.deleteByID, id) > 0 else {
          throw AssistantError.unknownAssistant(id)
        }
      } catch {
        guard let failure = error as? SQLiteError, .constraint ~= failure.code else { throw error }
        throw AssistantError.hasActions(id)
      }
    }
  }

  private static func validate(_ assistant: Assistant) throws(AssistantError) {
    guard !assistant.handle.isBlank else {
      throw .invalidValue(field: "handle", problem: "is blank")
    }
    guard !assistant.name.isBlank else { throw .invalidValue(field: "name", problem: "is blank") }
    guard assistant.maxConcurrentTasks >= 1 else {
      throw .invalidValue(
        field: "maxConcurrentTasks", problem: "is \(assistant.maxConcurrentTasks), not 1 or more")
    }
    if let capacity = assistant.capacity, !(1...1_000_000_000).contains(capacity) {
      throw .invalidValue(field: "capacity", problem: "is \(capacity), not 1 to 1000000000")
    }
  }

  /// Runs a statement and maps a violation of the unique handle.
  @discardableResult
  private static func translating<Result>(
    handle: String, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch {
      guard let failure = error as? SQLiteError, .constraintUnique ~= failure.code else {
        throw error
      }
      throw AssistantError.handleTaken(handle: handle)
    }
  }
}
