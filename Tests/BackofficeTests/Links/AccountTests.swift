import Backoffice
import BackofficeTesting
import Testing

@Suite("Accounts of an office")
struct AccountTests {
  let test: TestStore
  let customer: ID<Customer>
  let stranger = ID<Customer>(high: 1, low: 1)

  init() throws {
    test = try TestStore()
    customer = try test.sampleCustomers(1)[0].id
  }

  var store: BackofficeStore { test.store }

  @Test(
    "Work on the account of a customer who does not exist is refused, in items, batches, schedules")
  func refused() throws {
    var item = NewQueueItem(kind: "submit")
    item.customerID = stranger
    #expect(throws: CustomerError.notFound(stranger)) { try store.queue.enqueue(item) }
    #expect(throws: CustomerError.notFound(stranger)) {
      try store.queue.enqueue([NewQueueItem(kind: "submit"), item])
    }
    #expect(throws: CustomerError.notFound(stranger)) {
      try store.batches.create(NewBatch(name: "b", customerID: stranger))
    }
    var schedule = NewQueueSchedule(name: "s", kind: "submit", every: .hours(1))
    schedule.customerID = stranger
    #expect(throws: CustomerError.notFound(stranger)) { try store.schedules.create(schedule) }
    #expect(try store.queues.depth() == 0)
  }

  @Test("SQL cannot create work for a customer who does not exist either")
  func sql() throws {
    let id = try store.queue.enqueue(NewQueueItem(kind: "submit")).id
    #expect(throws: CustomerError.notFound(stranger)) {
      try store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE queue_items SET account = ? WHERE id = ?", stranger, id)
      }
    }
    #expect(try store.queue.find(id)?.customerID == nil)
  }

  @Test("Customers, directories and credits are the accounts, subjects and costs of the queue")
  func names() throws {
    let directory = try test.sampleDirectories(1)[0].id
    var item = NewQueueItem(kind: "submit")
    item.customerID = customer
    item.directoryID = directory
    item.credits = 3
    #expect(item.account == Account(customer))
    #expect(item.subject == EntityReference(.directory, directory))
    #expect(item.cost == 3)
    let stored = try #require(try store.queue.find(try store.queue.enqueue(item).id))
    #expect(stored.customerID == customer && stored.directoryID == directory)
    #expect(stored.credits == 3)
    #expect(stored.directoryID != nil && item.customerID != nil)
    item.directoryID = nil
    item.customerID = nil
    #expect(item.account == nil && item.subject == nil)
    let batch = try store.batches.create(NewBatch(name: "b", customerID: customer))
    #expect(batch.customerID == customer)
    #expect(try store.check() == [])
  }

  @Test("An account with a name needs no customer and no credits")
  func named() throws {
    var item = NewQueueItem(kind: "import")
    item.account = Account("imports")
    item.cost = 5
    let id = try store.queue.enqueue(item).id
    #expect(try store.queue.find(id)?.customerID == nil)
    #expect(try store.credits.hold(forItem: id) == nil)
    try store.queue.complete(try #require(try store.queue.claim(worker: "w").first).lease)
    #expect(try store.check() == [])
  }

  @Test("The check reports work whose customer was deleted with SQL")
  func orphans() throws {
    let customer = try store.customers.create(
      NewCustomer(fullName: "Ada", email: "a@b.example", tier: nil))
    var item = NewQueueItem(kind: "submit")
    item.customerID = customer.id
    let id = try store.queue.enqueue(item).id
    try store.write { transaction in
      try transaction.execute(sql: "DROP TRIGGER IF EXISTS customers_no_delete")
      try transaction.execute(sql: "DELETE FROM customers WHERE id = ?", customer.id)
    }
    let findings = try store.check().filter { $0.check == "queue.accounts" }
    #expect(findings.map(\.entity) == ["queue_items \(id)"])
  }
}
