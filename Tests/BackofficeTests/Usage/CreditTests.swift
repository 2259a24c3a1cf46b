import Backoffice
import Testing

@Suite("Credits")
struct CreditTests {
  @Test("Grants, reservations, spending and releases move the balance and the ledger alike")
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

  @Test("Work beyond the credits is refused and leaves nothing behind")
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
      try office.store.credits.grant(5, to: customer)
    }
    #expect(throws: UsageError.noSubscription(customer)) {
      try office.store.credits.balance(of: customer)
    }
    try office.item(for: customer, credits: 0)
    try office.item(for: nil, credits: 5)
    #expect(try office.count("credit_entries") == 0)
    #expect(try office.store.check() == [])
  }

  @Test("A failed item that is retried by hand reserves its credits again")
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

  @Test("An item is billed once, however often it runs")
  func billedOnce() throws {
    let office = try UsageFixture()
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

  @Test("The queue's own methods move credits, and the bulk enqueue is all or nothing")
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
    #expect(try office.store.queue.find(waiting)?.creditState == .released)
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

  @Test("A change of what an unfinished item costs reserves or releases the difference")
  func repriced() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 5)
    let item = try office.item(for: customer, credits: 2)
    try office.run("UPDATE queue_items SET credits = 5")
    #expect(try office.balance(customer) == [5, 5, 0])
    try office.run("UPDATE queue_items SET credits = 1")
    #expect(try office.balance(customer) == [5, 1, 0])
    #expect(throws: UsageError.self) { try office.run("UPDATE queue_items SET credits = 6") }
    try office.move(item, to: "completed")
    #expect(throws: UsageError.creditsSpent(queueItem: item, spent: 1)) {
      try office.run("UPDATE queue_items SET credits = 2")
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
    let sql = "UPDATE queue_items SET customer_id = ? WHERE id = ?"
    #expect(throws: UsageError.customerFixed(queueItem: item)) {
      try office.store.write { _ = try $0.execute(sql: sql, other, item) }
    }
    try office.store.write { transaction in
      _ = try transaction.execute(sql: sql, other, free)
    }
    #expect(try office.balance(customer) == [5, 2, 0])
    #expect(try office.balance(other) == [5, 0, 0])
    #expect(try office.store.check() == [])
  }

  @Test("A credit state written by hand bills nothing and is found by the check")
  func stateByHand() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 5)
    let item = try office.item(for: customer, credits: 2)
    try office.run("UPDATE queue_items SET credit_state = 'spent'")
    #expect(try Set(office.store.check().map(\.check)) == ["credits.items"])
    try office.move(item, to: "completed")
    #expect(try office.balance(customer) == [5, 0, 2])
    #expect(try office.store.check() == [])
  }

  @Test("A grant with a key counts once, and its key means nothing else")
  func idempotentGrant() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber()
    try office.store.credits.grant(50, to: customer, key: "gift", reason: "sorry")
    let balance = try office.store.credits.grant(50, to: customer, key: "gift")
    #expect(balance.granted == 50)
    #expect(throws: UsageError.keyConflict(key: "gift")) {
      try office.store.credits.grant(51, to: customer, key: "gift")
    }
    #expect(throws: UsageError.invalidCredits(kind: .grant, credits: -1)) {
      try office.store.credits.grant(-1, to: customer)
    }
    #expect(throws: UsageError.invalidCredits(kind: .adjust, credits: .min)) {
      try office.store.credits.adjust(by: .min, of: customer, reason: "x")
    }
    #expect(throws: UsageError.self) {
      try office.store.credits.adjust(by: -51, of: customer, reason: "too much")
    }
    #expect(try office.store.credits.adjust(by: -20, of: customer, reason: "typo").remaining == 30)
  }

  @Test("The ledger is read in pages, newest first, with who and why")
  func entries() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber()
    let clerk = office.store.acting(as: Principal(kind: .staff, id: "7"))
    for number in 1...5 {
      try clerk.credits.grant(number, to: customer, reason: "gift \(number)")
    }
    let first = try office.store.credits.entries(of: customer, limit: 2)
    #expect(first.elements.map(\.credits) == [5, 4])
    #expect(first.elements.first?.reason == "gift 5")
    #expect(first.elements.first?.principal == Principal(kind: .staff, id: "7"))
    #expect(first.elements.first?.after.granted == 15)
    let second = try office.store.credits.entries(of: customer, after: first.next, limit: 2)
    #expect(second.elements.map(\.credits) == [3, 2])
    let third = try office.store.credits.entries(of: customer, after: second.next, limit: 2)
    #expect(third.elements.map(\.credits) == [1])
    #expect(third.next == nil)
  }

  @Test("A period's end settles what was spent, lets the rest lapse and keeps what is reserved")
  func periodReset() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 100)
    let done = try office.item(for: customer, credits: 30)
    let open = try office.item(for: customer, credits: 20)
    try office.move(done, to: "completed")
    #expect(try office.balance(customer) == [100, 20, 30])
    let start = office.clock.now + .seconds(30 * 86_400)
    for _ in 0..<2 {
      try office.store.write { transaction in
        try transaction.postPeriodReset(customer: customer, grant: 100, periodStart: start)
      }
      #expect(try office.balance(customer) == [120, 20, 0])
    }
    #expect(try office.store.credits.balance(of: customer).remaining == 100)
    let newest = try office.store.credits.entries(of: customer, limit: 3).elements
    #expect(newest.map(\.kind) == [.grant, .settle, .expire])
    #expect(newest.map(\.credits) == [100, 30, 50])
    #expect(newest.first?.after.periodStart == start)
    try office.move(open, to: "completed")
    #expect(try office.balance(customer) == [120, 0, 20])
    #expect(try office.store.check() == [])
  }

  @Test("Balances written over are found, and rebuilt from the ledger")
  func rebuild() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 100)
    try office.item(for: customer, credits: 3)
    try office.run("UPDATE subscriptions SET credits_granted = 99, credits_reserved = 2")
    let findings = try office.store.check()
    #expect(
      findings.first?.description
        == "subscriptions.credits: subscriptions of customer \(customer): granted, reserved and "
        + "spent should be 100, 3 and 0, found 99, 2 and 0")
    #expect(try office.store.rebuild() == ["subscriptions.credits": 1])
    #expect(try office.store.check() == [])
  }

  @Test("A ledger entry that does not follow from the balance is refused")
  func foreignEntry() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 10)
    #expect(throws: UsageError.ledgerMismatch(customer: customer)) {
      try office.store.write { transaction in
        _ = try transaction.execute(
          sql: """
            INSERT INTO credit_entries (customer_id, kind, credits, granted_after, reserved_after,
              spent_after, at)
            VALUES (?, 'grant', 5, 100, 0, 0, 0)
            """, customer)
      }
    }
    #expect(throws: SQLiteError.self) { try office.run("DELETE FROM credit_entries") }
    #expect(try office.balance(customer) == [10, 0, 0])
  }

  @Test("A customer who subscribes again keeps the ledger of before")
  func subscribedAgain() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 10)
    try office.move(office.item(for: customer, credits: 4), to: "completed")
    try office.run("DELETE FROM subscriptions")
    try office.subscribe(customer)
    #expect(try office.balance(customer) == [10, 0, 4])
    #expect(try office.store.check() == [])
  }
}
