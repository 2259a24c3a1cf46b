import Backoffice
import BackofficeTesting
import Testing

/// An in-memory store with a customer, a clock that the test moves, and seeded randomness.
struct Office {
  let store: BackofficeStore
  let clock: ManualClock
  let customer: ID<Customer>

  /// Monday, 5 January 2026, 10:00 UTC.
  static let monday =
    Timestamp(year: 2026, month: 1, day: 5, hour: 10) ?? Timestamp(microseconds: 0)

  /// The kinds of action in every new file.
  static let kinds = ActionKindDefinition.directoryChores.map(\.name)

  init(
    _ seed: UInt64 = 1, at start: Timestamp = Office.monday, triggers: [Trigger] = []
  ) throws {
    let test = try TestStore(startingAt: start, seed: seed) { $0.triggers = triggers }
    clock = test.clock
    store = test.store
    customer = try Self.customer("ada", in: store)
  }

  /// Another customer, inserted without the repository.
  static func customer(_ name: String, in store: BackofficeStore) throws -> ID<Customer> {
    try store.write { transaction in
      let id = transaction.makeID(Customer.self)
      try transaction.execute(
        sql: """
          INSERT INTO customers (id, full_name, email, email_key, created_at, updated_at)
          VALUES (?1, ?2, ?2 || '@example.com', ?2 || '@example.com', ?3, ?3)
          """, id, name, transaction.now)
      return id
    }
  }

  /// An assistant with all skills who always works, by default.
  @discardableResult
  func assistant(
    _ handle: String, skills: Set<ActionKind> = Set(Office.kinds),
    hours: WorkingHours = .always, zone: Zone = .utc, capacity: Int = 10
  ) throws -> Assistant {
    try store.assistants.create(
      NewAssistant(
        handle: handle, name: handle.uppercased(), email: "\(handle)@example.com", skills: skills,
        zone: zone, workingHours: hours, maxConcurrentTasks: capacity))
  }

  /// A pending action.
  func action(
    _ kind: ActionKind = .captchaSolving, priority: Int = 3, assistant: ID<Assistant>? = nil
  ) throws -> PendingAction {
    try store.actions.create(
      NewAction(
        kind, title: "Solve it", customerID: customer, priority: priority, assistantID: assistant))
  }

  /// The action as it is now.
  func now(_ id: ID<PendingAction>) throws -> PendingAction {
    try #require(try store.actions.find(id))
  }

  /// The assistant as they are now.
  func now(_ id: ID<Assistant>) throws -> Assistant {
    try #require(try store.assistants.find(id))
  }

  /// The findings of all checks, which must be empty.
  func findings() throws -> [String] { try store.check().map(\.description) }

  /// A history as `from>to` words.
  func history(_ entity: ID<AnyEntity>) throws -> [String] {
    try store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT from_status, to_status FROM status_history WHERE entity_id = ? ORDER BY pk",
        entity
      ) { row in
        let from = try row.value(at: 0, as: String?.self)
        let to = try row.value(at: 1, as: String.self)
        return from.map { "\($0)>\(to)" } ?? to
      }
    }
  }
}
