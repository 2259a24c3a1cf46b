import BackofficeStorage
import CLimit

/// The lean queue of `lean.c` on the storage layer of the library: the same tables and statements.
struct LeanQueue {
  /// An item as its worker gets it.
  struct Item {
    let id: ID<Item>
    let token: ID<LeanQueue>
    let kind: String
    let priority: Int
    let attempts: Int
    let payload: String
    let createdAt: Timestamp
    let dueAt: Timestamp
    let maxAttempts: Int
    let group: String?
  }

  struct LeaseLost: Error {}

  static let schema = String(cString: climit_lean_schema())
  private static let enqueue = SQLStatement(String(cString: climit_lean_enqueue_sql()))
  private static let next = SQLStatement(String(cString: climit_lean_next_sql()))
  private static let claim = SQLStatement(String(cString: climit_lean_claim_sql()))
  private static let complete = SQLStatement(String(cString: climit_lean_complete_sql()))

  let database: Database

  init(_ path: String) throws {
    var configuration = Database.Configuration()
    configuration.durability = .normal
    database = try Database(.file(path), configuration: configuration)
  }

  func enqueue(_ payload: String) throws {
    try database.write { transaction in
      _ = try transaction.execute(
        Self.enqueue, transaction.makeID(Item.self), 3, transaction.now, payload)
    }
  }

  func claim(_ limit: Int) throws -> [Item] {
    try database.write { transaction in
      let now = transaction.now
      var items: [Item] = []
      var priority = 1
      while items.count < limit, priority <= 5 {
        let key = try transaction.fetchOne(Self.next, priority, now) { row in
          try row.value(at: 0, as: Int64.self)
        }
        guard let key else {
          priority += 1
          continue
        }
        let token = transaction.makeID(LeanQueue.self)
        let item = try transaction.fetchOne(Self.claim, key, token, now + .seconds(30), now) {
          row in
          try Item(
            id: row.value(at: 0), token: token, kind: row.value(at: 1), priority: row.value(at: 2),
            attempts: row.value(at: 3), payload: row.value(at: 4), createdAt: row.value(at: 5),
            dueAt: row.value(at: 6), maxAttempts: row.value(at: 7), group: row.value(at: 8))
        }
        if let item { items.append(item) }
      }
      return items
    }
  }

  func complete(_ items: [Item]) throws {
    try database.write { transaction in
      for item in items {
        let changed = try transaction.execute(
          Self.complete, item.id, item.token, transaction.now)
        guard changed == 1 else { throw LeaseLost() }
      }
    }
  }
}
