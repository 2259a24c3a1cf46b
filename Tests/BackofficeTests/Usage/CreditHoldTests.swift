import Backoffice
import BackofficeTesting
import Testing

@Suite("Credit holds")
struct CreditHoldTests {
  let test: TestStore
  let customer: ID<Customer>

  init() throws {
    test = try TestStore()
    customer = try test.store.customers.create(
      NewCustomer(fullName: "Ada", email: "ada@example.com", tier: .basic)
    ).id
  }

  var credits: Credits { test.store.credits }

  func balance() throws -> [Int] {
    let balance = try credits.balance(of: customer)
    return [balance.granted, balance.reserved, balance.spent]
  }

  @Test("A hold is spent or released once, and cannot be changed afterwards")
  func lifecycle() throws {
    let first = try credits.hold(30, of: customer, reason: "a printed report")
    let second = try credits.hold(5, of: customer)
    #expect(try balance() == [100, 35, 0])
    test.clock.advance(by: .minutes(1))
    let spent = try credits.spend(first.id)
    #expect(spent.state == .spent && spent.endedAt == test.clock.now)
    test.clock.advance(by: .minutes(1))
    #expect(try credits.spend(first.id) == spent)
    #expect(throws: UsageError.holdEnded(first.id, .spent)) { try credits.release(first.id) }
    #expect(try credits.release(second.id).state == .released)
    #expect(try credits.release(second.id).state == .released)
    #expect(throws: UsageError.holdEnded(second.id, .released)) { try credits.spend(second.id) }
    #expect(try balance() == [100, 0, 30])
    let entries = try credits.entries(of: customer, limit: 10).elements
    #expect(entries.map(\.kind) == [.release, .spend, .reserve, .reserve, .grant])
    #expect(entries.map(\.holdID) == [second.id, first.id, second.id, first.id, nil])
    #expect(try test.store.check() == [])
  }

  @Test("The amount of a hold can change until it ends")
  func change() throws {
    let hold = try credits.hold(10, of: customer)
    #expect(try credits.change(hold.id, to: 25).credits == 25)
    #expect(try balance() == [100, 25, 0])
    #expect(try credits.change(hold.id, to: 3).credits == 3)
    #expect(try balance() == [100, 3, 0])
    #expect(throws: UsageError.self) { try credits.change(hold.id, to: 101) }
    try credits.spend(hold.id)
    #expect(throws: UsageError.holdEnded(hold.id, .spent)) { try credits.change(hold.id, to: 4) }
    #expect(try balance() == [100, 0, 3])
    #expect(try test.store.check() == [])
  }

  @Test("Invalid holds are refused and change nothing")
  func refusals() throws {
    let error = #expect(throws: UsageError.self) { try credits.hold(101, of: customer) }
    // The trial ends before the credits would be refilled.
    guard case .creditsExhausted(customer, needed: 101, remaining: 100, resetsAt: nil) = error
    else {
      Issue.record("\(String(describing: error))")
      return
    }
    for number in [0, -1] {
      #expect(throws: UsageError.invalidCredits(kind: .reserve, credits: number)) {
        try credits.hold(number, of: customer)
      }
    }
    let stranger = ID<Customer>(high: 1, low: 1)
    #expect(throws: UsageError.unknownCustomer(stranger)) { try credits.hold(1, of: stranger) }
    let unknown = ID<CreditHold>(high: 1, low: 2)
    #expect(throws: UsageError.unknownHold(unknown)) { try credits.spend(unknown) }
    #expect(try credits.find(unknown) == nil)
    #expect(try balance() == [100, 0, 0])
  }

  @Test("A hold outlives its period and is paid from the reserved credits")
  func periods() throws {
    let hold = try credits.hold(40, of: customer)
    test.clock.advance(by: .days(1))
    try test.store.subscriptions.resetPeriod(of: customer, early: true)
    #expect(try balance() == [140, 40, 0])
    try credits.spend(hold.id)
    #expect(try credits.balance(of: customer).remaining == 100)
    #expect(try test.store.check() == [])
  }

  @Test("SQL can neither move a hold to another customer nor delete what the ledger refers to")
  func sql() throws {
    let hold = try credits.hold(40, of: customer)
    let other = try test.store.customers.create(
      NewCustomer(fullName: "Grace", email: "grace@example.com", tier: .basic)
    ).id
    #expect(throws: UsageError.self) {
      try test.store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE credit_holds SET customer_id = ? WHERE id = ?", other, hold.id)
      }
    }
    #expect(throws: SQLiteError.self) {
      try test.store.write { transaction in
        _ = try transaction.execute(sql: "DELETE FROM credit_holds WHERE id = ?", hold.id)
      }
    }
    #expect(try balance() == [100, 40, 0])
    #expect(try test.store.check() == [])
  }
}
