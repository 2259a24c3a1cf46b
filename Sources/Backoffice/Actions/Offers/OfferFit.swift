/// Keeps open offers with assistants who may take the action.
///
/// Whether an assistant may have an action is asked when it is offered, and again when the assistant or
/// the action changes: an open offer would otherwise keep the action from all others until it lapses.
enum OfferFit {
  static let triggers = [people, skills, needs, actions]

  static let toAssistant = ActionOffer.select(
    "INDEXED BY action_offers_load WHERE assistant_id = ? AND status = 'open'")
  private static let changeWeight = SQLStatement(
    "UPDATE action_offers SET weight = ?2 WHERE id = ?1 AND status = 'open'")

  /// Asks again when an assistant leaves, returns or gets another capacity.
  static let people = Trigger.after(
    "action_offers.people", .update(of: "is_active", "max_concurrent_tasks", "capacity"),
    on: Person.self
  ) { change, transaction in
    guard let new = change.new else { return }
    try check(new.id, transaction)
  }

  /// Asks again when an assistant's skills change; at the commit, since they are replaced one by one.
  static let skills = Trigger.atCommit(
    "action_offers.skills", .any, on: PersonSkill.self
  ) { change, emit in
    if let old = change.old { emit(old.assistant, true) }
  } combine: { _, _ in
  } perform: { (assistant: ID<Assistant>, _: Bool, transaction) in
    try check(assistant, transaction)
  }

  /// Asks again when the skills that an action needs change.
  static let needs = Trigger.atCommit(
    "action_offers.needs", .any, on: ActionSkill.self
  ) { change, emit in
    if let row = change.new ?? change.old { emit(row.action, true) }
  } combine: { _, _ in
  } perform: { (action: ID<PendingAction>, _: Bool, transaction) in
    try check(action, transaction)
  }

  /// Asks again when an action changes its kind, its weight or the assistants whom it excludes.
  static let actions = Trigger.atCommit(
    "action_offers.actions", .update(of: "kind", "weight", "metadata"), on: Action.self
  ) { change, emit in
    if let new = change.new { emit(new.id, true) }
  } combine: { _, _ in
  } perform: { (action: ID<PendingAction>, _: Bool, transaction) in
    try check(action, transaction)
  }

  private static func check(
    _ assistant: ID<Assistant>, _ transaction: borrowing WriteTransaction
  ) throws {
    for offer in try ActionOffer.fetchAll(transaction, toAssistant, assistant) {
      try check(offer, transaction)
    }
  }

  private static func check(
    _ action: ID<PendingAction>, _ transaction: borrowing WriteTransaction
  ) throws {
    guard let offer = try Actions.openOffer(of: action, transaction) else { return }
    try check(offer, transaction)
  }

  /// Withdraws an offer that its assistant could not accept, and makes the next one.
  private static func check(
    _ offer: ActionOffer, _ transaction: borrowing WriteTransaction
  ) throws {
    guard let member = try AssistantPool.member(offer.assistantID, transaction) else { return }
    let gate = try ActionGate.require(offer.actionID, transaction)
    let obstacles = try member.without(offer).obstacles(for: ActionNeeds(of: gate, transaction))
    if obstacles.isEmpty {
      if gate.weight != offer.weight {
        try transaction.execute(changeWeight, offer.id, gate.weight)
      }
      return
    }
    _ = try transaction.endOffer(offer, as: .withdrawn)
    var pool = try AssistantPool(transaction)
    _ = try transaction.offerToNext(gate, time: offer.time, &pool)
  }
}

extension OfferFit {
  struct Person: TableRow {
    static let tableName = Assistant.tableName
    let id: ID<Assistant>

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) { id = try column("id") }
  }

  struct PersonSkill: TableRow {
    static let tableName = "assistant_skills"
    let assistant: ID<Assistant>

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      assistant = try column("assistant_id")
    }
  }

  struct ActionSkill: TableRow {
    static let tableName = "action_skills"
    let action: ID<PendingAction>

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      action = try column("action_id")
    }
  }

  struct Action: TableRow {
    static let tableName = PendingAction.tableName
    let id: ID<PendingAction>

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) { id = try column("id") }
  }
}
