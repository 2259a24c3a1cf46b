import BackofficeTesting
import Synchronization
import Testing

@testable import Backoffice

@Suite("The list of a store's rules")
struct TriggerListTests {
  @Test("Every rule is listed once, with its table, in a stable order")
  func listing() throws {
    let first = try TestStore().store.triggers
    let second = try TestStore(seed: 2).store.triggers
    #expect(first.map(\.name) == second.map(\.name))
    #expect(first.count > 40)
    // Errors and depth reports name a rule by its name alone.
    let names = first.map(\.name)
    #expect(Set(names).count == names.count, "\(names.sorted())")
    for trigger in first {
      #expect(!trigger.events.isEmpty)
      #expect(trigger.name.contains("."))
    }
  }

  @Test("Every table and column that a rule watches exists")
  func columns() throws {
    let store = try TestStore().store
    for trigger in store.triggers {
      let columns: Set<String> = try store.read { transaction in
        Set(
          try transaction.fetchAll(
            sql: "SELECT name FROM pragma_table_xinfo(?)", trigger.table
          ) { row in try row.value(at: 0) })
      }
      #expect(!columns.isEmpty, "\(trigger.name) watches \(trigger.table)")
      let unknown = Set(trigger.observedColumns ?? []).subtracting(columns)
      #expect(unknown == [], "\(trigger.name)")
    }
  }

  @Test("All rules of the sources exist")
  func sources() throws {
    let names = Set(try TestStore().store.triggers.map(\.name))
    for name in [
      "customers.updated_at", "queue_items.updated_at", "submissions.updated_at",
      "queue_items.illegal_move", "submissions.times", "submissions.lifecycle",
      "batches.history",
      "customers.history", "subscriptions.history", "pending_actions.history", "plans.history",
    ] {
      #expect(names.contains(name), "\(name) of \(names.sorted())")
    }
  }

  @Test("Every derived value and every check has a unique name, and every value has an owner")
  func owners() throws {
    let rules = try TestStore().store.rules
    let names = rules.derivedValues.map(\.name) + rules.checks.map(\.name)
    #expect(Set(names).count == names.count, "\(names.sorted())")
    for value in rules.derivedValues { #expect(!value.triggers.isEmpty, "\(value.name)") }
  }

  @Test("A program's rule can change a core row before it is written")
  func before() throws {
    let test = try TestStore { configuration in
      configuration.triggers = [
        .before("own.company", .insertOrUpdate, on: Customer.self) { customer, _, _ in
          customer.business.companyName = customer.business.companyName?.uppercased()
        }
      ]
    }
    let customer = try test.store.customers.create(
      NewCustomer(fullName: "Ada", email: "ada@example.com", companyName: "Engines", tier: .basic))
    #expect(
      try test.store.customers.find(customer.id)?.business.companyName == "ENGINES")
    try test.store.customers.update(customer.id) { $0.business.companyName = "looms" }
    #expect(try test.store.customers.find(customer.id)?.business.companyName == "LOOMS")
    #expect(try test.store.customers.search("looms").count == 1)
    #expect(try test.store.check() == [])
  }

  @Test("A program's rule can refuse a change of a core row, which is rolled back entirely")
  func refusal() throws {
    struct Refused: Error, Equatable {}
    struct Row: TableRow {
      static let tableName = "queue_items"
      let status: QueueItem.Status
      let priority: Int
      init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
        status = try column("status")
        priority = try column("priority")
      }
    }
    let test = try TestStore { configuration in
      configuration.triggers = [
        .after(
          "own.urgent_stays", .update(of: "status"), on: Row.self,
          when: { $0.new?.status == .cancelled && $0.new?.priority == 1 },
          perform: { _, _ in throw Refused() })
      ]
    }
    var work = NewQueueItem(kind: "work")
    work.priority = 1
    let item = try test.store.queue.enqueue(work).id
    #expect(throws: Refused.self) { try test.store.queue.cancel(item) }
    #expect(throws: Refused.self) {
      try test.store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE queue_items SET status = 'cancelled', finished_at = 1 WHERE id = ?", item)
      }
    }
    #expect(try test.store.queue.find(item)?.status == .pending)
    #expect(try test.store.check() == [])
  }

  @Test("A program's rule can run once per transaction and key of a core row")
  func atCommit() throws {
    struct Row: TableRow {
      static let tableName = "queue_items"
      let kind: String
      init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
        kind = try column("kind")
      }
    }
    let seen = Mutex<[String]>([])
    let test = try TestStore { configuration in
      configuration.triggers = [
        .atCommit(
          "own.kinds", .insertOrUpdate, on: Row.self,
          collect: { change, emit in
            if change.old == nil, let new = change.new { emit(new.kind, 1) }
          },
          combine: { $0 += $1 },
          perform: { (kind: String, count: Int, _) in
            seen.withLock { $0.append("\(kind) \(count)") }
          })
      ]
    }
    try test.store.queue.enqueue(
      ["a", "b", "a", "a"].map { NewQueueItem(kind: $0) })
    #expect(seen.withLock { $0 } == ["a 3", "b 1"])
    #expect(test.store.triggers.last?.timing == .atCommit)
  }
}
