import Backoffice
import BackofficeTestSupport
import Foundation
import Synchronization
import Testing

@Suite("Consuming against a limit")
struct ConsumingTests {
  @Test("A quantity is refused if used + quantity exceeds the limit, and nothing changes")
  func refused() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    func consume(_ key: String, _ quantity: Int) throws -> Consumption {
      try office.store.usage.consume(
        UsageEvent(key: key, customerID: customer, meter: "fixes", quantity: quantity), limit: 10)
    }
    guard case .consumed(let first, crossed: []) = try consume("a", 7) else {
      return #expect(Bool(false), "7 of 10 are within the limit")
    }
    #expect(first.used == 7 && first.remaining == 3 && first.level == .within)
    #expect(try first.resetsAt == office.time("2026-04-01T00:00:00Z"))
    guard case .refused(let state) = try consume("b", 4) else {
      return #expect(Bool(false), "11 of 10 are too many")
    }
    #expect(state.used == 7 && state.limit == 10)
    #expect(try office.count("usage_events") == 1)
    guard case .consumed(let second, crossed: [.percent(80)]) = try consume("c", 3) else {
      return #expect(Bool(false), "10 of 10 are allowed, with a warning")
    }
    #expect(second.level == .reached && second.remaining == 0)
    guard case .consumed(let third, crossed: [.percent(80)]) = try consume("c", 3) else {
      return #expect(Bool(false), "the same key consumes once, with the same answer")
    }
    #expect(third == second)
    #expect(throws: UsageError.keyConflict(key: "c")) { try consume("c", 1) }
    #expect(throws: UsageError.invalidEvent(key: "d", .quantityOutOfRange)) { try consume("d", 0) }
    #expect(try office.store.check() == [])
  }

  @Test("The warning is issued once per period, at 80 %")
  func warnedOnce() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    var warned: [Int] = []
    for index in 1...10 {
      let answer = try office.store.usage.consume(
        UsageEvent(key: "\(index)", customerID: customer, meter: "fixes"), limit: 10)
      if case .consumed(let state, crossed: [.percent(80)]) = answer { warned.append(state.used) }
    }
    #expect(warned == [8])
    let warnings = try office.store.usage.warnings()
    #expect(warnings.elements.map(\.customerID) == [customer])
    #expect(warnings.elements.map(\.state.level) == [.reached])
    #expect(try office.store.usage.setLimit(100, of: "fixes", for: customer).level == .within)
    #expect(try office.store.usage.warnings().elements == [])
    try office.clock.set(to: office.time("2026-04-01T00:00:00Z"))
    #expect(try office.store.usage.state(of: "fixes", for: customer).used == 0)
  }

  @Test("Warnings are paged")
  func warningPages() throws {
    let office = try UsageFixture()
    var customers: [ID<Customer>] = []
    for index in 0..<3 {
      let customer = try office.customer()
      customers.append(customer)
      _ = try office.store.usage.consume(
        UsageEvent(key: "\(index)", customerID: customer, meter: "fixes", quantity: 4), limit: 5)
    }
    let first = try office.store.usage.warnings(limit: 2)
    let second = try office.store.usage.warnings(after: first.next, limit: 2)
    #expect((first.elements + second.elements).map(\.customerID) == customers)
    #expect(second.next == nil)
  }

  @Test(
    "A limit belongs to its period: the current one takes the newest limit, a past one keeps its own"
  )
  func frozenLimit() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    func consume(_ key: String, _ quantity: Int, limit: UsageLimit, at: Timestamp? = nil) throws
      -> Consumption
    {
      try office.store.usage.consume(
        UsageEvent(key: key, customerID: customer, meter: "fixes", quantity: quantity, at: at),
        limit: limit)
    }
    _ = try consume("a", 5, limit: 5)
    let march = office.clock.now
    guard case .consumed = try consume("b", 5, limit: 20) else {
      return #expect(Bool(false), "an upgrade takes effect at once")
    }
    #expect(try office.store.usage.state(of: "fixes", for: customer).limit == 20)
    guard case .refused = try consume("c", 11, limit: .stored) else {
      return #expect(Bool(false), "the kept limit holds without another")
    }
    try office.clock.set(to: office.time("2026-04-02T00:00:00Z"))
    guard case .refused(let late) = try consume("d", 11, limit: 1000, at: march) else {
      return #expect(Bool(false), "a late event meets the limit of its month")
    }
    #expect(late.limit == 20)
    #expect(try office.store.usage.state(of: "fixes", for: customer).limit == nil)
  }

  @Test("Limits per billing period require a billing period")
  func perBillingPeriod() throws {
    let office = try UsageFixture()
    let customer = try office.subscriber()
    let unknown = try office.customer()
    let answer = try office.store.usage.consume(
      UsageEvent(key: "a", customerID: customer, meter: "fixes", quantity: 2), limit: 2,
      per: .billingPeriod)
    #expect(answer.state.resetsAt == office.clock.now + .seconds(30 * 86_400))
    let refused = try office.store.usage.consume(
      UsageEvent(key: "b", customerID: customer, meter: "fixes"), limit: 2, per: .billingPeriod)
    guard case .refused = refused else { return #expect(Bool(false), "3 of 2") }
    #expect(throws: UsageError.noBillingPeriod(unknown, at: office.clock.now)) {
      try office.store.usage.consume(
        UsageEvent(key: "c", customerID: unknown, meter: "fixes"), limit: 2, per: .billingPeriod)
    }
    #expect(throws: UsageError.invalidLimit(-1)) {
      try office.store.usage.setLimit(-1, of: "fixes", for: customer)
    }
  }

  @Test("Within a transaction, the check includes what the transaction consumed")
  func insideTransaction() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    let answers = try office.store.write { transaction in
      try (0..<5).map { index in
        try transaction.usage.consume(
          UsageEvent(key: "\(index)", customerID: customer, meter: "fixes"), limit: 3)
      }
    }
    let consumed = answers.filter { if case .consumed = $0 { true } else { false } }
    #expect(consumed.count == 3)
  }

  @Test("Two threads on one file never exceed the limit or the credits together")
  func concurrent() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("usage-\(UUID().uuidString).sqlite").path
    defer {
      for suffix in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    let office = try UsageFixture(.file(path))
    let customer = try office.subscriber(credits: 30)
    let consumed = Mutex(0)
    let enqueued = Mutex(0)
    TestThread.run(2) { thread in
      for index in 0..<60 {
        let event = UsageEvent(key: "\(thread) \(index)", customerID: customer, meter: "fixes")
        if case .consumed? = try? office.store.usage.consume(event, limit: 50) {
          consumed.withLock { $0 += 1 }
        }
        if (try? office.item(for: customer)) != nil { enqueued.withLock { $0 += 1 } }
      }
    }
    #expect(consumed.withLock { $0 } == 50)
    #expect(enqueued.withLock { $0 } == 30)
    #expect(try office.store.usage.state(of: "fixes", for: customer).used == 50)
    #expect(try office.balance(customer) == [30, 30, 0])
    #expect(try office.store.check() == [])
    office.store.close()
  }

  @Test("13.21: No limit means the same to consume and to setLimit, and is not the default")
  func noLimit() throws {
    let office = try UsageFixture()
    let customer = try office.customer()
    func consume(_ key: String, _ limit: UsageLimit? = nil) throws -> Int? {
      let event = UsageEvent(key: key, customerID: customer, meter: "fixes")
      let answer =
        try limit.map { try office.store.usage.consume(event, limit: $0) }
        ?? office.store.usage.consume(event)
      return answer.state.limit
    }
    #expect(try consume("a", 5) == 5)
    #expect(try consume("b") == 5)
    #expect(try consume("c", .unlimited) == nil)
    #expect(try consume("d") == nil)
    #expect(try office.store.usage.setLimit(3, of: "fixes", for: customer).limit == 3)
    #expect(try office.store.usage.setLimit(nil, of: "fixes", for: customer).limit == nil)
    #expect(UsageLimit(nil as Int?) == .unlimited)
  }
}
