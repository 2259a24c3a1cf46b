import Backoffice
import BackofficeTesting
import Testing

/// A way from a program to a write.
struct Road: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let move: @Sendable (BackofficeStore, ID<Customer>) async throws -> Void

  static let all: [Road] = [
    Road(testDescription: "a repository") { store, customer in
      try store.customers.changeStatus(of: customer, to: .lost)
    },
    Road(testDescription: "store.write") { store, customer in
      _ = try store.write { try $0.customers.changeStatus(of: customer, to: .lost) }
    },
    Road(testDescription: "store.async.write") { store, customer in
      try await store.async.write { transaction in
        _ = try transaction.customers.changeStatus(of: customer, to: .lost)
      }
    },
    Road(testDescription: "store.database.write") { store, customer in
      try store.database.write { transaction in
        _ = try transaction.customers.changeStatus(of: customer, to: .lost)
      }
    },
    Road(testDescription: "store.database.async.write") { store, customer in
      try await store.database.async.write { transaction in
        _ = try transaction.customers.changeStatus(of: customer, to: .lost)
      }
    },
    Road(testDescription: "store.access.write") { store, customer in
      try store.access.write { transaction in
        _ = try transaction.customers.changeStatus(of: customer, to: .lost)
      }
    },
    Road(testDescription: "a repository inside a plain write on the same thread") {
      store, customer in
      try store.write { _ in
        _ = try store.customers.changeStatus(of: customer, to: .lost)
      }
    },
    Road(testDescription: "raw SQL") { store, customer in
      _ = try store.write { transaction in
        try transaction.execute(
          sql: "UPDATE customers SET status = 'lost' WHERE id = ?", customer)
      }
    },
    Road(testDescription: "a savepoint") { store, customer in
      try store.write { transaction in
        try transaction.savepoint { inner in
          _ = try inner.customers.changeStatus(of: customer, to: .lost)
        }
      }
    },
  ]
}

@Suite("On whose behalf a write is recorded")
struct ActingTests {
  private let ada = Principal(kind: .staff, id: "ada")

  @Test("13.13: Every way to write keeps the principal of the handle", arguments: Road.all)
  func roads(road: Road) async throws {
    let store = try TestStore().store
    let customer = try store.customers.create(NewCustomer(fullName: "Ada", email: "a@b.example"))
    try await road.move(store.acting(as: ada), customer.id)
    let entries = try store.history.timeline(of: customer.id, kind: .customer).elements
    #expect(entries.map(\.actor) == [.system, ada])
  }

  @Test("A principal that is named wins over that of the handle, for one write")
  func named() async throws {
    let store = try TestStore().store.acting(as: ada)
    let eve = Principal(kind: .staff, id: "eve")
    let names = try await store.database.async.write(as: eve) { $0.principal }
    #expect(names == eve)
    #expect(try store.database.write(as: eve) { $0.principal } == eve)
    #expect(try store.write { $0.principal } == ada)
  }

  @Test("Inside a write of another handle the inner principal counts, and ends with its write")
  func nested() throws {
    let store = try TestStore().store
    try store.write { transaction in
      let inner = try store.acting(as: ada).database.write { $0.principal }
      #expect(inner == ada)
      #expect(transaction.principal == .system)
    }
  }

  @Test("Writes of several principals that share a commit keep their own")
  func shared() async throws {
    let store = try TestStore().store
    let found = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<100 {
        let principal = Principal(kind: .staff, id: "s\(number)")
        group.addTask {
          try await store.acting(as: principal).async.write { $0.principal } == principal
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(found == Array(repeating: true, count: 100))
    #expect(store.principal == nil)
  }

  @Test("A handle that acts shares the connections: closing one closes both")
  func closing() throws {
    let store = try TestStore().store
    let acting = store.acting(as: ada)
    store.close()
    #expect(throws: StorageError.closed) { try acting.write { _ in } }
  }
}
