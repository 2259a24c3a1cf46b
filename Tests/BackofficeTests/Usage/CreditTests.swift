import Backoffice
import Testing

@Suite("Credits")
struct CreditTests {
  @Test("Grants, reservations, spending and releases change the balance and the ledger alike")
  func balance() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 100)
    let one = try office.item(for: customer, credits: 10)
    let two = try office.item(for: customer, credits: 5)
    #expect(try office.balance(customer) == [100, 15, 0])
    #expect(try office.creditState(one) == .reserved)
    try office.move(one, to: "running")
    #expect(try office.balance(customer) == [100, 15, 0])
    try office.move(one, to: "completed")
    try office.move(two, to: "failed")
    #expect(try office.balance(customer) == [100, 0, 10])
    #expect(try office.creditState(one) == .spent)
    #expect(try office.creditState(two) == .released)
    let balance = try office.store.credits.balance(of: customer)
    #expect(balance.remaining == 90)
    #expect(balance.resetsAt == office.clock.now + .seconds(30 * 86_400))
    #expect(try office.store.check() == [])
  }

  @Test("Work that exceeds the credits is refused and changes nothing")
  func exhausted() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 3)
    try office.item(for: customer, credits: 2)
    let resetsAt = try office.store.credits.balance(of: customer).resetsAt
    let error = UsageError.creditsExhausted(
      customer: customer, needed: 2, remaining: 1, resetsAt: resetsAt)
    #expect(throws: error) { try office.item(for: customer, credits: 2) }
    #expect(try office.count("queue_items") == 1)
    #expect(try office.count("credit_entries") == 2)
    #expect(try office.balance(customer) == [3, 2, 0])
    #expect(error.description.contains("needs 2 credits and has 1 left"))
    #expect(error.description.contains("\(customer)"))
    #expect(try office.store.check() == [])
  }

  @Test("A statement that enqueues more than the credits allow enqueues nothing")
  func exhaustedInBulk() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 3)
    #expect(throws: UsageError.self) {
      try office.store.write { transaction in
        for _ in 0..<4 {
          _ = try UsageFixture.insertItem(transaction, customer, credits: 1)
        }
      }
    }
    #expect(try office.count("queue_items") == 0)
    #expect(try office.balance(customer) == [3, 0, 0])
  }

  @Test("Without a subscription there are no credits to reserve, and none to grant")
  func noSubscription() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    #expect(
      throws: UsageError.creditsExhausted(
        customer: customer, needed: 1, remaining: 0, resetsAt: nil)
    ) { try office.item(for: customer) }
    #expect(throws: UsageError.noSubscription(customer)) {
      try office.store.credits.adjust(by: 5, of: customer, reason: "x")
    }
    #expect(throws: UsageError.noSubscription(customer)) {
      try office.store.credits.balance(of: customer)
    }
    try office.item(for: customer, credits: 0)
    try office.item(for: nil, credits: 5)
    #expect(try office.count("credit_entries") == 0)
    #expect(try office.store.check() == [])
  }

  @Test("A failed item that is retried manually reserves its credits again")
  func retried() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 1)
    let item = try office.item(for: customer)
    try office.move(item, to: "failed")
    try office.move(item, to: "pending")
    #expect(try office.balance(customer) == [1, 1, 0])
    try office.move(item, to: "cancelled")
    let other = try office.item(for: customer)
    #expect(throws: UsageError.self) { try office.move(item, to: "pending") }
    #expect(try office.creditState(item) == .released)
    try office.move(other, to: "completed")
    #expect(try office.balance(customer) == [1, 0, 1])
    #expect(try office.store.check() == [])
  }

  @Test("An item is billed once, regardless of how often it runs")
  func billedOnce() throws {
    let office = try UsageFixture()
    try office.store.usage.countCompletions(of: "submit", as: .submissions)
    let customer = try office.subscriber(credits: 5)
    let item = try office.item(for: customer, credits: 2)
    for _ in 0..<3 {
      try office.move(item, to: "running")
      try office.move(item, to: "retrying")
    }
    #expect(try office.balance(customer) == [5, 2, 0])
    try office.move(item, to: "completed")
    #expect(throws: QueueError.self) { try office.move(item, to: "pending") }
    #expect(try office.balance(customer) == [5, 0, 2])
    // The same item once more, as from a backup.
    try office.store.write { transaction in
      try transaction.execute(sql: "DELETE FROM queue_items WHERE id = ?", item)
      try UsageFixture.insertItem(transaction, customer, credits: 2, id: item)
    }
    #expect(try office.creditState(item) == .spent)
    try office.move(item, to: "completed")
    #expect(try office.balance(customer) == [5, 0, 2])
    let month = try office.month("2026-03")
    let records = try office.store.usage.records(of: customer, in: month)
    #expect(records.map(\.meter) == [.submissions])
    #expect(records.map(\.quantity) == [1])
    #expect(try office.store.check() == [])
  }

  @Test("The queue's methods move credits, and bulk enqueue is atomic")
  func throughTheQueue() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 3)
    var work = NewQueueItem(kind: "submit")
    work.customerID = customer
    work.credits = 1
    #expect(throws: UsageError.self) {
      try office.store.queue.enqueue([work, work, work, work])
    }
    #expect(try office.balance(customer) == [3, 0, 0])
    let items = try office.store.queue.enqueue([work, work, work])
    let lease = try #require(try office.store.queue.claim(worker: "w").first?.lease)
    try office.store.queue.complete(lease)
    let waiting = try #require(items.map(\.id).first { $0 != lease.item })
    try office.store.queue.cancel(waiting)
    #expect(try office.balance(customer) == [3, 1, 1])
    #expect(try office.creditState(waiting) == .released)
    #expect(try office.store.check() == [])
  }

  @Test("A deleted item releases what it reserved and keeps what it spent")
  func deleted() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 5)
    try office.item(for: customer, credits: 2)
    let done = try office.item(for: customer, credits: 1)
    try office.move(done, to: "completed")
    try office.run("DELETE FROM queue_items")
    #expect(try office.balance(customer) == [5, 0, 1])
    #expect(try office.store.credits.entries(for: done).map(\.kind) == [.reserve, .spend])
    #expect(try office.store.check() == [])
  }

  @Test("A change of an unfinished item's cost reserves or releases the difference")
  func repriced() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 5)
    let item = try office.item(for: customer, credits: 2)
    try office.run("UPDATE queue_items SET cost = 5")
    #expect(try office.balance(customer) == [5, 5, 0])
    try office.run("UPDATE queue_items SET cost = 1")
    #expect(try office.balance(customer) == [5, 1, 0])
    #expect(throws: UsageError.self) { try office.run("UPDATE queue_items SET cost = 6") }
    try office.move(item, to: "completed")
    #expect(throws: WorkflowError.creditsSpent(queueItem: item, spent: 1)) {
      try office.run("UPDATE queue_items SET cost = 2")
    }
    #expect(try office.store.check() == [])
  }

  @Test("An item that holds credits does not move to another customer")
  func moved() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 5)
    let other = try office.subscriber(credits: 5)
    let item = try office.item(for: customer, credits: 2)
    let free = try office.item(for: customer, credits: 0)
    let sql = "UPDATE queue_items SET account = ? WHERE id = ?"
    #expect(throws: WorkflowError.customerFixed(queueItem: item)) {
      try office.store.write { _ = try $0.execute(sql: sql, other, item) }
    }
    try office.store.write { transaction in
      _ = try transaction.execute(sql: sql, other, free)
    }
    #expect(try office.balance(customer) == [5, 2, 0])
    #expect(try office.balance(other) == [5, 0, 0])
    #expect(try office.store.check() == [])
  }

  @Test("A hold that SQL has spent bills once")
  func stateByHand() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 5)
    let item = try office.item(for: customer, credits: 2)
    try office.run("UPDATE credit_holds SET state = 'spent', ended_at = 1")
    #expect(try office.balance(customer) == [5, 0, 2])
    #expect(try office.store.check() == [])
    try office.move(item, to: "completed")
    #expect(try office.balance(customer) == [5, 0, 2])
    #expect(try office.store.check() == [])
  }
}
