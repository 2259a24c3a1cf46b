import Backoffice
import BackofficeTestSupport
import Foundation
import Synchronization
import Testing

@Suite("Two-phase holds")
struct CreditTwoPhaseTests {
  let office: UsageFixture

  let start: Timestamp

  init() throws {
    office = try UsageFixture()
    start = office.clock.now
  }

  var credits: Credits { office.store.credits }

  func refusal(_ body: () throws -> Void) -> UsageError? {
    do { try body() } catch { return error as? UsageError }
    return nil
  }

  @Test("Vector 17: a hold expires at its exact instant, and an expired one cannot be captured")
  func expiry() throws {
    let customer = try office.subscriber(credits: 100)
    _ = try credits.hold(10, of: customer)
    let second = try credits.hold(11, of: customer, for: .seconds(1))
    _ = try credits.hold(12, of: customer, for: .seconds(2))
    _ = try credits.hold(13, of: customer, for: .seconds(3))
    #expect(try credits.balance(of: customer).reserved == 46)
    for pending in [35, 23, 10] {
      office.clock.advance(by: .seconds(1))
      let entries = try office.count("credit_entries")
      #expect(try credits.balance(of: customer).reserved == pending)
      #expect(try credits.balance(of: customer).remaining == 100 - pending)
      #expect(throws: UsageError.holdEnded(second.id, .expired)) { try credits.capture(second.id) }
      #expect(throws: UsageError.holdEnded(second.id, .expired)) { try credits.spend(second.id) }
      #expect(throws: UsageError.holdEnded(second.id, .expired)) { try credits.release(second.id) }
      #expect(try credits.find(second.id)?.state == .expired)
      #expect(try office.count("credit_entries") == entries)
    }
    // The next write expires them in the ledger too.
    _ = try credits.hold(90, of: customer)
    #expect(try office.balance(customer) == [100, 100, 0])
    #expect(try office.store.check() == [])
    #expect(throws: UsageError.invalidLifetime(.zero)) {
      try credits.hold(1, of: customer, for: .zero)
    }
  }

  @Test("Vector 18: a part is captured once, the tail returns, and a retry is answered alike")
  func capture() throws {
    let customer = try office.subscriber(credits: 100)
    let other = try office.subscriber()
    let hold = try credits.hold(15, of: customer, key: "h")
    #expect(
      refusal { try credits.capture(hold.id, 16, key: "e") }
        == .exceedsHold(hold.id, credits: 16, held: 15))
    #expect(
      refusal { try credits.capture(hold.id, 13, of: other) } == .otherCustomer(hold.id, other))
    let first = try credits.capture(hold.id, 13, key: "c")
    #expect(first.captured == 13 && first.state == .spent)
    #expect(try office.balance(customer) == [100, 0, 13])
    #expect(try credits.capture(hold.id, 13, key: "c") == first)
    #expect(try credits.hold(15, of: customer, key: "h") == hold)
    for number in [14, 12] {
      #expect(
        refusal { try credits.capture(hold.id, number, key: "c") }
          == .keyReused(
            key: "c", first: "capture 13 of \(hold.id)", now: "capture \(number) of \(hold.id)"))
    }
    let again = UsageError.alreadyCaptured(hold.id, credits: 13)
    #expect(refusal { try credits.capture(hold.id, 13, key: "d") } == again)
    #expect(refusal { try credits.capture(hold.id, 13, key: "d") } == again)
    #expect(refusal { try credits.release(hold.id) } == .holdEnded(hold.id, .spent))
    let void = try credits.hold(5, of: customer)
    try credits.release(void.id, key: "v")
    #expect(try credits.release(void.id, key: "v").state == .released)
    #expect(refusal { try credits.capture(void.id, 5) } == .holdEnded(void.id, .released))
    #expect(try office.balance(customer) == [100, 0, 13])
    #expect(try office.store.check() == [])
  }

  @Test("Vector 19: of a batch with a bad member nothing happens, and a refusal burns its key")
  func batch() throws {
    let customer = try office.subscriber(credits: 100)
    func new(_ credits: Int, _ key: String) -> NewCreditHold {
      NewCreditHold(credits, of: customer, key: key)
    }
    let exhausted = UsageError.creditsExhausted(
      customer: customer, needed: 90, remaining: 80,
      resetsAt: try credits.balance(of: customer).resetsAt)
    #expect(throws: CreditBatchError.self) {
      try credits.hold([new(20, "a"), new(90, "b"), new(1, "c")])
    }
    #expect(try office.balance(customer) == [100, 0, 0])
    // The refused key stays refused, also when there is enough; the good ones may come back.
    #expect(refusal { try credits.hold(90, of: customer, key: "b") } == exhausted)
    #expect(try credits.hold([new(20, "a"), new(1, "c")]).map(\.credits) == [20, 1])
    do {
      _ = try credits.hold([new(1, "d"), new(-1, "e")])
      Issue.record("-1 is malformed")
    } catch let error as CreditBatchError {
      #expect(error.index == 1)
      #expect(error.error == .invalidCredits(kind: .reserve, credits: -1))
    }
    #expect(try credits.hold([new(1, "d"), new(1, "e")]).count == 2)
    let unknown = ID<CreditHold>(high: 1, low: 2)
    for _ in 0..<2 {
      #expect(refusal { try credits.capture(unknown, 1, key: "u") } == .unknownHold(unknown))
    }
    #expect(refusal { try credits.hold(1, of: customer, key: "") } == .emptyKey(kind: .reserve))
    #expect(try office.balance(customer) == [100, 23, 0])
    #expect(try office.store.check() == [])
  }

  @Test("What is held over a period's end is released to nothing")
  func twelveMonths() throws {
    let customer = try office.customer()
    var holds: [CreditHold] = []
    for month in 0..<12 {
      try setTerms(customer, month: month)
      #expect(try credits.balance(of: customer).remaining == 100)
      holds.append(try credits.hold(100, of: customer))
    }
    for hold in holds { try credits.release(hold.id) }
    #expect(try credits.balance(of: customer).remaining == 100)
    #expect(try office.store.check().filter { !$0.check.contains("terms") } == [])
  }

  private func setTerms(
    _ customer: ID<Customer>, month: Int = 0, limit: Int = 100, isEntitled: Bool = true
  ) throws {
    let start = start + .days(30 * month)
    try office.store.write { transaction in
      try transaction.credits.setTerms(
        CreditTerms(
          limit: limit, isEntitled: isEntitled,
          period: BillingPeriod(start: start, end: start + .days(30))), of: customer)
    }
  }

  @Test("A smaller plan claims from the releases of its period alone, and not from what is bought")
  func downgrade() throws {
    for bought in [0, 200] {
      let customer = try office.customer()
      try setTerms(customer, limit: 500)
      let hold = try credits.hold(300, of: customer)
      try setTerms(customer, limit: 100)
      if bought > 0 { try credits.grant(bought, to: customer) }
      #expect(try credits.balance(of: customer).remaining == bought)
      try credits.release(hold.id)
      #expect(try credits.balance(of: customer).remaining == 100 + bought)
      try setTerms(customer, month: 1, limit: 100)
      #expect(try credits.balance(of: customer).remaining == 100 + bought)
    }
    // The claim ends with the period.
    let customer = try office.customer()
    try setTerms(customer, limit: 500)
    let held = try credits.hold(500, of: customer)
    try setTerms(customer, limit: 100)
    try setTerms(customer, month: 1, limit: 100)
    let current = try credits.hold(100, of: customer)
    try credits.release(held.id)
    #expect(try credits.balance(of: customer).remaining == 0)
    try credits.release(current.id)
    #expect(try credits.balance(of: customer).remaining == 100)
  }

  @Test("Unpaid suspends the credits of the period, and paying restores them")
  func suspension() throws {
    let customer = try office.customer()
    try setTerms(customer, limit: 500)
    try credits.spend(credits.hold(120, of: customer).id)
    let open = try credits.hold(30, of: customer)
    let late = try credits.hold(50, of: customer, for: .seconds(10))
    try setTerms(customer, limit: 500, isEntitled: false)
    #expect(try credits.balance(of: customer).remaining == 0)
    try credits.release(open.id)
    office.clock.advance(by: .seconds(10))
    #expect(try credits.balance(of: customer).remaining == 0)
    #expect(refusal { try credits.hold(1, of: customer) } != nil)
    try setTerms(customer, limit: 500)
    #expect(try credits.balance(of: customer).remaining == 380)
    #expect(try credits.find(late.id)?.state == .expired)
    // A period that passed while unpaid restores nothing.
    try setTerms(customer, limit: 500, isEntitled: false)
    try setTerms(customer, month: 1, limit: 500)
    #expect(try credits.balance(of: customer).remaining == 500)
  }

  /// `BACKOFFICE_HOLDS` sets the number for each of the eight threads.
  private static let holds =
    ProcessInfo.processInfo.environment["BACKOFFICE_HOLDS"].flatMap { Int($0) } ?? 100

  @Test("8 tasks with many holds never exceed the credits, and every retry is answered alike")
  func concurrent() throws {
    let customer = try office.subscriber(credits: 3 * Self.holds)
    let differing = Mutex(0)
    TestThread.run(8) { thread in
      for index in 0..<Self.holds {
        let key = "\(thread) \(index)"
        func ask() -> Result<CreditHold, any Error> {
          Result { try office.store.credits.hold(1 + index % 3, of: customer, key: key) }
        }
        switch (ask(), ask()) {
        case (.success(let first), .success(let second)) where first == second:
          if index % 4 == 0 { _ = try? office.store.credits.release(first.id) }
          if index % 4 == 1 { _ = try? office.store.credits.capture(first.id, 1, key: "c \(key)") }
        case (.failure(let first as UsageError), .failure(let second as UsageError))
        where first == second: break
        default: differing.withLock { $0 += 1 }
        }
        if let balance = try? office.store.credits.balance(of: customer), balance.remaining < 0 {
          differing.withLock { $0 += 1 }
        }
      }
    }
    #expect(differing.withLock { $0 } == 0)
    #expect(try office.store.check() == [])
  }
}
