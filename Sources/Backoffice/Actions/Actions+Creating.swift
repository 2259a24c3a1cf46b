extension Actions {
  private static let openOfItem = SQLStatement(
    "SELECT id FROM pending_actions WHERE queue_item_id = ? AND finished_at IS NULL")
  private static let references = SQLStatement(
    """
    SELECT "from", "table" FROM pragma_foreign_key_list('pending_actions') ORDER BY id DESC
    """)

  /// Creates an action, which is pending, or assigned if it names an assistant.
  ///
  /// Priority, weight, duration and deadline default to those of the kind
  /// (``ActionKindDefinition``). The action requires its kind, the skills of its kind and its own
  /// skills (``RequiredSkill``).
  ///
  /// - Throws: ``ActionError/unknownKind(_:declared:)``, ``ActionError/retiredKind(_:offered:)``,
  ///   ``ActionError/invalidValue(field:problem:)``,
  ///   ``ActionError/unknownReference(column:id:)``,
  ///   ``ActionError/itemHasOpenAction(item:action:)``,
  ///   ``ActionError/unknownAssistant(_:)``, ``ActionError/notEligible(_:assistant:reasons:)``.
  @discardableResult
  public func create(_ new: NewAction) throws -> PendingAction {
    try access.write { transaction in
      try transaction.actions.create(
        new, as: transaction.requireOfferedActionKind(new.kind), transaction)
    }
  }

  /// Creates an action of a kind, which may be retired.
  func create(
    _ new: NewAction, as kind: ActionKindDefinition, _ transaction: borrowing WriteTransaction
  ) throws -> PendingAction {
    try Self.validate(new)
    return try access.write { transaction in
      let id = transaction.makeID(PendingAction.self)
      if let assistant = new.assistantID {
        let needs = try ActionNeeds(of: new, weight: new.weight ?? kind.weight, transaction)
        try Self.requireFit(assistant, for: id, needs, transaction)
      }
      do {
        let action = try transaction.insert(
          Self.record(new, of: kind, id: id, now: transaction.now))
        try Self.require(new.requiredSkills, of: id, transaction)
        return action
      } catch {
        throw try Self.translate(error, of: new, transaction)
      }
    }
  }

  /// Creates actions in one transaction, in order.
  ///
  /// - Throws: the errors of ``create(_:)-(NewAction)``; in this case no action is created.
  @discardableResult
  public func create(_ new: [NewAction]) throws -> [PendingAction] {
    try access.write { transaction in try new.map { try transaction.actions.create($0) } }
  }

  /// The action with an id, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func find(_ id: ID<PendingAction>) throws -> PendingAction? {
    try access.readOnce { try PendingAction.find(id, in: $0) }
  }

  private static func record(
    _ new: NewAction, of kind: ActionKindDefinition, id: ID<PendingAction>, now: Timestamp
  ) -> PendingAction {
    let priority = new.priority ?? kind.priority
    let subject =
      new.subject ?? new.submissionID.map { EntityReference(.submission, $0) }
      ?? new.directoryID.map { EntityReference(.directory, $0) }
    return PendingAction(
      id: id, kind: new.kind, title: new.title, description: new.description,
      status: new.assistantID == nil ? .pending : .assigned, priority: priority,
      weight: new.weight ?? kind.weight, subjectKind: subject?.kind, subjectID: subject?.id,
      customerID: new.customerID, queueItemID: new.queueItemID, submissionID: new.submissionID,
      directoryID: new.directoryID, batchID: new.batchID, assistantID: new.assistantID,
      isOverCapacity: false,
      times: PendingAction.Times(
        assignedAt: new.assistantID == nil ? nil : now, scheduledAt: new.scheduledAt,
        deadlineAt: new.deadlineAt ?? kind.deadline(from: now, priority: priority),
        estimatedDurationMinutes: new.estimatedDurationMinutes ?? kind.estimatedDurationMinutes),
      outcome: PendingAction.Outcome(complexityScore: new.complexityScore),
      escalation: PendingAction.Escalation(count: 0),
      customerPart: PendingAction.CustomerPart(
        isResponseRequired: new.isResponseRequired, responseDeadlineAt: new.responseDeadlineAt),
      verification: PendingAction.Verification(isRequired: new.requiresVerification),
      retries: PendingAction.Retries(
        count: 0, maximum: new.maxRetries, isFollowUpRequired: false),
      origin: PendingAction.Origin(
        wasAutomationAttempted: new.wasAutomationAttempted,
        manualInterventionReason: new.manualInterventionReason,
        externalReferenceID: new.externalReferenceID,
        externalReferenceURL: new.externalReferenceURL),
      documents: PendingAction.Documents(
        data: new.data, businessContext: new.businessContext,
        directoryContext: new.directoryContext, result: .emptyObject,
        attachmentURLs: .emptyArray, screenshotURLs: .emptyArray, metadata: new.metadata),
      createdAt: now, updatedAt: now)
  }

  private static func validate(_ new: NewAction) throws(ActionError) {
    guard !new.title.isBlank else { throw .invalidValue(field: "title", problem: "is blank") }
    try ActionError.require(new.title, "title", most: TextBounds.line)
    try ActionError.require(new.description, "description")
    try ActionError.require(new.manualInterventionReason, "manualInterventionReason")
    try ActionError.require(
      new.externalReferenceID, "externalReferenceID", most: TextBounds.line)
    try ActionError.require(new.externalReferenceURL, "externalReferenceURL")
    try ActionError.require(new.data, "data")
    try ActionError.require(new.businessContext, "businessContext")
    try ActionError.require(new.directoryContext, "directoryContext")
    try ActionError.require(new.metadata, "metadata")
    if let priority = new.priority { try validate(priority: priority) }
    if let weight = new.weight { try validate(weight: weight) }
    if let minutes = new.estimatedDurationMinutes { try validate(minutes: minutes) }
    for skill in new.requiredSkills { try skill.validate() }
    guard new.customerID != nil || !new.isResponseRequired else {
      throw .invalidValue(field: "isResponseRequired", problem: "is set without a customer")
    }
    if let subject = new.subject, subject.kind.rawValue.isBlank {
      throw .invalidValue(field: "subject", problem: "has a blank kind")
    }
    guard (1...10).contains(new.complexityScore) else {
      throw .invalidValue(
        field: "complexityScore", problem: "is \(new.complexityScore), not 1 to 10")
    }
    guard new.maxRetries >= 0 else {
      throw .invalidValue(field: "maxRetries", problem: "is \(new.maxRetries), not 0 or more")
    }
  }

  static func validate(priority: Int) throws(ActionError) {
    guard (1...5).contains(priority) else {
      throw .invalidValue(field: "priority", problem: "is \(priority), not 1 (urgent) to 5 (low)")
    }
  }

  static func validate(minutes: Int) throws(ActionError) {
    guard minutes >= 0 else {
      throw .invalidValue(
        field: "estimatedDurationMinutes", problem: "is \(minutes), not 0 or more")
    }
  }

  static func validate(weight: Int) throws(ActionError) {
    guard PendingAction.weights.contains(weight) else {
      throw .invalidValue(field: "weight", problem: "is \(weight), not 1 to 1000000")
    }
  }

  /// Maps a refused reference to an error that names it.
  private static func translate(
    _ error: any Error, of new: NewAction, _ transaction: borrowing WriteTransaction
  ) throws -> any Error {
    guard let failure = error as? SQLiteError else { return error }
    if .constraintUnique ~= failure.code, let item = new.queueItemID {
      let open = try transaction.fetchOne(openOfItem, item) { row in
        try row.value(at: 0, as: ID<PendingAction>.self)
      }
      if let open { return ActionError.itemHasOpenAction(item: item, action: open) }
    }
    guard .constraintForeignKey ~= failure.code else { return error }
    let ids: [String: ID<AnyEntity>?] = [
      "customer_id": new.customerID.map { ID(retyping: $0) },
      "queue_item_id": new.queueItemID.map { ID(retyping: $0) },
      "submission_id": new.submissionID.map { ID(retyping: $0) },
      "directory_id": new.directoryID.map { ID(retyping: $0) },
      "batch_id": new.batchID.map { ID(retyping: $0) },
    ]
    let references = try transaction.fetchAll(references) { row in
      (column: try row.value(at: 0, as: String.self), table: try row.value(at: 1, as: String.self))
    }
    for (column, table) in references {
      guard let id = ids[column] ?? nil else { continue }
      let found = try transaction.fetchOne(sql: "SELECT 1 FROM \"\(table)\" WHERE id = ?", id) {
        _ in
        true
      }
      if found == nil { return ActionError.unknownReference(column: column, id: id) }
    }
    return error
  }
}
