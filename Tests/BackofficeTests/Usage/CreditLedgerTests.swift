import Backoffice
import Testing

@Suite("Credit ledger")
struct CreditLedgerTests {
  @Test("A grant with a key is posted once, and the key cannot be reused for another entry")
  func idempotentGrant() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber()
    try office.store.credits.grant(50, to: customer, key: "gift", reason: "sorry")
    try office.store.credits.grant(50, to: customer, key: "gift")
    #expect(try office.store.credits.balance(of: customer).granted == 50)
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

  @Test("The ledger is paged newest first, with principal and reason")
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

  @Test("The end of a period settles spent credits, expires the rest and keeps reserved ones")
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

  @Test("Overwritten balances are reported and rebuilt from the ledger")
  func rebuild() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber(credits: 100)
    try office.item(for: customer, credits: 3)
    try office.run("UPDATE credit_balances SET granted = 99, reserved = 2")
    let findings = try office.store.check()
    #expect(
      findings.first?.description
        == "credit_balances.sums: credit_balances of customer \(customer): granted, reserved, "
        + "spent and overage should be 100, 3, 0 and 0, found 99, 2, 0 and 0")
    #expect(try office.store.rebuild() == ["credit_balances.sums": 1])
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
