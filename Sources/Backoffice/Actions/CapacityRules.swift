/// The capacity of an assistant and its use by current actions and open offers, exact even inside a
/// transaction.
struct AssistantRoom {
  let maxTasks: Int
  let capacity: Int
  let tasks: Int
  let weight: Int

  static let statement = SQLStatement(
    """
    SELECT a.max_concurrent_tasks, coalesce(a.capacity, 10 * min(a.max_concurrent_tasks, 100000000)),
      (SELECT count(*) FROM pending_actions p INDEXED BY pending_actions_load
        WHERE p.assistant_id = ?1 AND p.status IN ('assigned', 'in_progress'))
      + (SELECT count(*) FROM action_offers o INDEXED BY action_offers_load
        WHERE o.assistant_id = ?1 AND o.status = 'open'),
      (SELECT coalesce(sum(p.weight), 0) FROM pending_actions p INDEXED BY pending_actions_load
        WHERE p.assistant_id = ?1 AND p.status IN ('assigned', 'in_progress'))
      + (SELECT coalesce(sum(o.weight), 0) FROM action_offers o INDEXED BY action_offers_load
        WHERE o.assistant_id = ?1 AND o.status = 'open')
    FROM assistants a WHERE a.id = ?1
    """)

  /// Nil if the assistant does not exist.
  static func of(
    _ assistant: ID<Assistant>, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> AssistantRoom? {
    try transaction.fetchOne(statement, assistant) { row in
      AssistantRoom(
        maxTasks: try row.value(at: 0), capacity: try row.value(at: 1),
        tasks: try row.value(at: 2), weight: try row.value(at: 3))
    }
  }

  var isOverfull: Bool { tasks > maxTasks || weight > capacity }
}

/// Keeps assistants within their capacity, for every statement that assigns work.
///
/// Only an increase of the load is rejected. A load above the capacity remains if the capacity was
/// lowered or an override was given.
enum CapacityRules {
  static let triggers = [actions, offers]

  /// Rejects an action that exceeds its assistant's capacity.
  static let actions = Trigger.after(
    "pending_actions.capacity",
    .insertOrUpdate(of: "assistant_id", "status", "weight", "over_capacity"), on: Row.self,
    when: { change in change.new?.adds(to: change.old) ?? false },
    perform: { change, transaction in
      guard let new = change.new, let assistant = new.assistant else { return }
      try require(assistant, new.id, transaction)
    })

  /// Rejects an offer that exceeds its assistant's capacity.
  static let offers = Trigger.after(
    "action_offers.capacity", .insertOrUpdate(of: "assistant_id", "status", "weight"),
    on: OfferRow.self,
    when: { $0.new?.status == .open },
    perform: { change, transaction in
      guard let new = change.new else { return }
      try require(new.assistant, new.action, transaction)
    })

  private static func require(
    _ assistant: ID<Assistant>, _ action: ID<PendingAction>,
    _ transaction: borrowing WriteTransaction
  ) throws {
    guard let room = try AssistantRoom.of(assistant, transaction), room.isOverfull else { return }
    throw ActionError.notEligible(action, assistant: assistant, reasons: [.atCapacity])
  }

  struct Row: TableRow {
    static let tableName = PendingAction.tableName
    let id: ID<PendingAction>
    let assistant: ID<Assistant>?
    let status: ActionStatus
    let weight: Int
    let isOverCapacity: Bool

    /// Whether the load of the assistant increases without an override.
    func adds(to old: Row?) -> Bool {
      guard assistant != nil, status.occupiesAssistant, !isOverCapacity else { return false }
      guard let old, old.assistant == assistant, old.status.occupiesAssistant,
        !old.isOverCapacity
      else { return true }
      return weight > old.weight
    }
  }
}

extension CapacityRules.Row {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), assistant: column("assistant_id"), status: column("status"),
      weight: column("weight"), isOverCapacity: column("over_capacity"))
  }
}

extension ActionGate {
  /// Whether the action can go back to its assistant.
  func canGoBack(_ transaction: borrowing some Transaction & ~Copyable) throws -> Bool {
    guard let assistant, let member = try AssistantPool.member(assistant, transaction) else {
      return false
    }
    let hasPlace = isOverCapacity || status.occupiesAssistant
    return try member.obstacles(for: ActionNeeds(of: self, transaction)).allSatisfy { reason in
      reason == .atCapacity && hasPlace
    }
  }
}
