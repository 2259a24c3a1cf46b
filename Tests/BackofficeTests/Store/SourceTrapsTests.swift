import Backoffice
import BackofficeTesting
import Foundation
import Testing

/// Faults of the systems that this store replaces, by number; the others are
/// tests of the room they belong to.
@Suite("Traps of the sources, across rooms")
struct SourceTrapsTests {
  private func customer(
    _ test: TestStore, _ name: String = "ada", tier: SubscriptionTier? = .basic
  ) throws -> Customer {
    try test.store.customers.create(
      NewCustomer(fullName: name, email: "\(name)@example.com", tier: tier))
  }

  private func run(_ test: TestStore, _ sql: String) throws {
    _ = try test.store.write { transaction in try transaction.execute(sql: sql) }
  }

  @Test("0.11 sums over several joined tables are not multiplied")
  func multiplied() throws {
    let test = try TestStore()
    let customer = try customer(test)
    for index in 0..<3 {
      let directory = try test.store.directories.create(
        NewDirectory(name: "d\(index)", website: "https://d\(index).example"))
      let submission = try test.store.submissions.create(
        NewSubmission(customer: customer.id, directory: directory.id))
      try test.store.submissions.recordCost(
        submission.id, Money(minorUnits: 100, currency: .usd), credits: 2)
      try test.store.actions.create(
        NewAction(.phoneCall, title: "Call", customerID: customer.id))
    }
    #expect(try test.store.submissions.statistics(of: customer.id).total == 3)
    #expect(try test.store.actions.counts()[.pending] == 3)
  }

  @Test("0.18 two workers that finish the last two items at once complete the batch")
  func lastTwo() async throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("backoffice-\(UUID().uuidString).sqlite").path
    defer {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    let stores = try [1, 2].map { seed in try TestStore(seed: seed, location: .file(path)).store }
    for round in 0..<10 {
      let batch = try stores[0].batches.create(NewBatch(name: "b\(round)")).id
      _ = try stores[0].batches.enqueue(
        [NewQueueItem(kind: "work"), NewQueueItem(kind: "work")], into: batch)
      let leases = try stores[0].queue.claim(2, worker: "w").map(\.lease)
      try await withThrowingTaskGroup { group in
        for (store, lease) in zip(stores, leases) {
          group.addTask { try store.queue.complete(lease) }
        }
        try await group.waitForAll()
      }
      let found = try #require(try stores[1].batches.find(batch))
      #expect(found.status == .completed)
      #expect(found.counters.completed == 2)
    }
    #expect(try stores[0].check() == [])
  }

  @Test("0.20 credits: an upgrade adds them, work spends them, a reset restores them")
  func credits() throws {
    let test = try TestStore()
    let store = test.store
    let id = try customer(test).id
    try store.subscriptions.convertTrial(of: id)
    #expect(try store.credits.balance(of: id).remaining == 100)
    try store.subscriptions.changeTier(of: id, to: .pro)
    #expect(try store.credits.balance(of: id).remaining == 500)
    var work = NewQueueItem(kind: "submit")
    work.customerID = id
    work.credits = 40
    try store.queue.enqueue(work)
    #expect(try store.credits.balance(of: id).reserved == 40)
    try store.queue.complete(try #require(try store.queue.claim(worker: "w").first).lease)
    #expect(try store.credits.balance(of: id).spent == 40)
    try store.subscriptions.setCustomCreditLimit(of: id, to: 700)
    try store.customers.update(id) { $0.business.companyName = "Engines" }
    #expect(try store.credits.balance(of: id).limit == 700)
    test.clock.advance(by: .days(3))
    try store.subscriptions.resetPeriod(of: id, early: true)
    #expect(try store.credits.balance(of: id).remaining == 700)
    #expect(try store.check() == [])
  }

  @Test("0.22 a batch written as running without a start, or as ended without an end, is refused")
  func batchTimes() throws {
    let test = try TestStore()
    for status in ["processing", "completed", "failed", "cancelled"] {
      #expect(throws: SQLiteError.self) {
        try run(
          test,
          """
          INSERT INTO batches (id, name, status, created_at, updated_at)
          VALUES (randomblob(16), 'b', '\(status)', 1, 1)
          """)
      }
    }
  }

  @Test("1.4 failed and cancelled work is purged as completed work is")
  func purge() throws {
    let test = try TestStore()
    let store = test.store
    let ids = try store.queue.enqueue((0..<3).map { _ in NewQueueItem(kind: "work") }).map(\.id)
    let leases = try store.queue.claim(2, worker: "w").map(\.lease)
    try store.queue.complete(leases[0])
    _ = try store.queue.fail(leases[1], error: ItemFailure(message: "no"), retry: .never)
    for id in ids where try store.queue.find(id)?.status == .pending { try store.queue.cancel(id) }
    test.clock.advance(by: .days(8))
    #expect(try store.queues.purgeFinished().items == 3)
  }

  @Test("1.5 a decision on one plan does not change the items of other plans")
  func otherPlans() throws {
    let test = try TestStore()
    let author = test.store.acting(as: Principal(kind: .staff, id: "author"))
    let plans = try (0..<2).map { index in
      try author.plans.create(
        NewPlan(title: "p\(index)", items: [NewPlan.Item(title: "a"), NewPlan.Item(title: "b")]))
    }
    try test.store.acting(as: Principal(kind: .staff, id: "boss")).plans.approve(plans[0].id)
    #expect(try test.store.plans.items(of: plans[0].id).allSatisfy { $0.status == .approved })
    #expect(try test.store.plans.items(of: plans[1].id).allSatisfy { $0.status == .pending })
  }

  @Test("1.7 the highest priority comes first, by value and not by text")
  func priority() throws {
    let test = try TestStore()
    for priority in [3, 5, 1, 4, 2] {
      var item = NewQueueItem(kind: "work")
      item.priority = priority
      try test.store.queue.enqueue(item)
    }
    #expect(
      try test.store.queue.claim(5, worker: "w").map(\.item.priority) == [1, 2, 3, 4, 5])
    #expect(
      try test.store.directories.create(
        NewDirectory(name: "d", website: "https://d.example")
      ).priorityTier == .medium)
  }

  @Test("1.11 invalid JSON, percentages, months and words cannot be written")
  func checks() throws {
    let test = try TestStore()
    let id = try test.store.queue.enqueue(NewQueueItem(kind: "work")).id
    _ = try customer(test)
    for sql in [
      "UPDATE queue_items SET payload = '{'", "UPDATE queue_items SET progress = 101",
      "UPDATE queue_items SET priority = 6", "UPDATE queue_items SET status = 'PENDING'",
      "UPDATE customers SET metadata = 'x'", "UPDATE customers SET age = 150",
      "UPDATE customers SET execution_mode = ''",
      "UPDATE customers SET created_at = '2026-01-05'",
    ] {
      #expect(throws: SQLiteError.self, "\(sql)") { try run(test, sql) }
    }
    #expect(try test.store.queue.find(id)?.status == .pending)
  }

  @Test("1.13 no table has two indexes on the same columns with the same condition")
  func duplicateIndexes() throws {
    let test = try TestStore()
    let indexes: [String] = try test.store.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT t.name || ' (' || (
              SELECT group_concat(ifnull(x.name, i.name)) FROM pragma_index_xinfo(i.name) x
              WHERE x.key = 1)
            || ')' || CASE WHEN i.partial
              THEN substr(s.sql, instr(s.sql, ' WHERE ')) ELSE '' END
          FROM sqlite_schema t JOIN pragma_index_list(t.name) i
          LEFT JOIN sqlite_schema s ON s.name = i.name WHERE t.type = 'table'
          """
      ) { row in try row.value(at: 0) }
    }
    #expect(indexes.count > 60)
    let repeated = Dictionary(grouping: indexes) { $0 }.filter { $1.count > 1 }.keys
    #expect(repeated.sorted() == [])
  }

  @Test("2.1 a customer that SQL inserts with the table's defaults is read and counted")
  func defaults() throws {
    let test = try TestStore()
    try run(
      test,
      """
      INSERT INTO customers (id, full_name, email, email_key, created_at, updated_at)
      VALUES (X'018CC251F40070008000000000000001', 'Raw', 'raw@example.com', 'raw@example.com',
        1, 1)
      """)
    let found = try #require(try test.store.customers.find(email: "raw@example.com"))
    #expect(found.status == .customerCalled)
    #expect(try test.store.customers.list(status: .customerCalled).elements.count == 1)
    #expect(try test.store.check() == [])
  }

  @Test("2.4 deleting a customer's row deletes no history")
  func historyStays() throws {
    let test = try TestStore()
    let id = try customer(test, tier: nil).id
    try test.store.customers.changeStatus(of: id, to: .repliedToCustomer)
    try run(test, "DELETE FROM customers")
    #expect(try test.store.customers.find(id) == nil)
    #expect(
      try test.store.history.timeline(of: id, kind: .customer).elements.map(\.to)
        == ["customer_called", "replied_to_customer"])
    for table in ["status_history", "audit_log", "usage_events", "credit_entries"] {
      let count: Int? = try test.store.read { transaction in
        try transaction.fetchOne(
          sql: """
            SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?
              AND (name LIKE '%no_update' OR name LIKE '%no_delete')
            """, table
        ) { row in try row.value(at: 0) }
      }
      #expect(count == 2, "\(table) is append-only")
    }
  }

  @Test("2.6 search covers the requirements of a customer's business")
  func requirements() throws {
    let test = try TestStore()
    let id = try customer(test).id
    try test.store.customers.update(id) { $0.business.requirements = "twelve looms" }
    #expect(try test.store.customers.search("loom").map(\.customer.id) == [id])
  }

  @Test("2.11 a member of staff whose phone number changes keeps customers and history")
  func newNumber() throws {
    let test = try TestStore()
    let store = test.store
    let ada = try store.staff.create(name: "Ada", phone: "18980994001", email: "a@example.com")
    let bob = try store.staff.create(name: "Bob", phone: "18980994002")
    var new = NewCustomer(fullName: "C", email: "c@example.com", tier: .basic)
    new.ownerID = ada.id
    let customer = try store.customers.create(new)
    let changed = try store.staff.changeContact(of: ada.id, phone: "+18980994003")
    #expect(changed.phone == "+18980994003")
    #expect(changed.email == "a@example.com")
    #expect(try store.staff.find(phone: "18980994003")?.id == ada.id)
    #expect(try store.staff.find(phone: "18980994001") == nil)
    #expect(try store.customers.list(owner: ada.id).elements.map(\.id) == [customer.id])
    #expect(throws: StaffError.phoneTaken(by: ada.id)) {
      try store.staff.changeContact(of: bob.id, phone: "18980994003")
    }
    #expect(throws: StaffError.emailTaken(by: ada.id)) {
      try store.staff.changeContact(of: bob.id, email: "A@example.com")
    }
    #expect(throws: StaffError.invalidPhone) {
      try store.staff.changeContact(of: bob.id, phone: "12")
    }
    #expect(throws: StaffError.emptyName) {
      try store.staff.changeContact(of: bob.id, name: " ")
    }
    #expect(try store.staff.find(bob.id) == bob)
  }

  @Test("2.12 every table with updated_at is stamped if SQL does not set it")
  func stamps() throws {
    let test = try TestStore()
    let stamped = Set(
      test.store.triggers.filter { $0.name.hasSuffix(".updated_at") }.map(\.table))
    let tables: [String] = try test.store.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT t.name FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c
          WHERE t.type = 'table' AND c.name = 'updated_at' ORDER BY t.name
          """
      ) { row in try row.value(at: 0) }
    }
    // Written only by their repository, whose statements all set the stamp.
    let plain = [
      "credentials", "credit_balances", "queue_controls", "queue_kinds", "queue_limits",
      "queue_schedules", "queue_weights", "store_settings", "submission_work", "usage_records",
    ]
    #expect(tables.filter { !stamped.contains($0) && !plain.contains($0) } == [])
  }
}
