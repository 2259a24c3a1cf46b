import Backoffice
import BackofficeTesting

/// An in-memory store with a clock that the test moves.
struct CustomersFixture {
  static let start = Timestamp("2026-01-31T10:00:00Z") ?? .distantPast

  let clock: ManualClock
  let store: BackofficeStore

  init(triggers: [Trigger] = []) throws {
    let test = try TestStore(startingAt: Self.start, seed: 7) { $0.triggers = triggers }
    clock = test.clock
    store = test.store
  }

  var customers: Customers { store.customers }
  var subscriptions: Subscriptions { store.subscriptions }

  /// A customer with a unique address.
  @discardableResult
  func ada(_ name: String = "ada", tier: SubscriptionTier? = .basic) throws -> Customer {
    try customers.create(
      NewCustomer(
        fullName: "\(name.prefix(1).uppercased() + name.dropFirst()) Lovelace",
        email: "\(name)@example.com", companyName: "Analytical Engines", tier: tier))
  }

  /// The rows of a customer's history as `from>to`, with events in brackets.
  func history(of id: ID<Customer>) throws -> [String] {
    try store.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT coalesce(from_status, '') || '>' || to_status
            || coalesce(' [' || json_extract(details, '$.event') || ']', '')
          FROM status_history WHERE entity_kind = 'customer' AND entity_id = ? ORDER BY at, pk
          """, id
      ) { row in try row.value(at: 0) }
    }
  }

  func findings() throws -> [Finding] { try store.check() }
}
