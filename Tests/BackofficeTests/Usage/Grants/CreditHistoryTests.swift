import BackofficeStorage
import Foundation
import Testing

@testable import Backoffice

/// Random histories of grants, holds, use and periods against ``LotModel``.
///
/// `BACKOFFICE_CREDIT_HISTORIES` sets their number, 50 by default.
@Suite("Grants of credits after random histories")
struct CreditHistoryTests {
  fileprivate static let histories =
    ProcessInfo.processInfo.environment["BACKOFFICE_CREDIT_HISTORIES"].flatMap { Int($0) } ?? 50

  @Test("One run equals two runs cut anywhere, and both equal an independent fold")
  func histories() throws {
    let office = try UsageFixture(at: "2024-01-01T00:00:00Z")
    let random = RandomSource.seeded(14)
    for number in 0..<Self.histories {
      var history = try History(office, random)
      do {
        try history.run()
      } catch {
        Issue.record("history \(number): \(error)")
        throw error
      }
      try #require(history.difference == nil, "history \(number): \(history.difference ?? "")")
      if number % 25 == 24 {
        #expect(try office.store.check().filter { !$0.check.contains("terms") } == [])
      }
    }
    #expect(try office.store.check().filter { !$0.check.contains("terms") } == [])
    #expect(try office.store.rebuild().isEmpty)
  }
}

/// Use that arrives late, in random order.
@Suite("Late use of credits")
struct LateUseTests {
  private enum Step {
    case grant(LotModel.Lot)
    case use(Int)
    case period(limit: Int)
  }

  @Test("Use in any order of arrival leaves what it would in order of time")
  func anyOrder() throws {
    let office = try UsageFixture(at: "2024-01-01T00:00:00Z")
    let random = RandomSource.seeded(16)
    for number in 0..<max(40, CreditHistoryTests.histories / 10) {
      office.clock.advance(by: .seconds(3600))
      let start = office.clock.now
      let keeps = number % 2 == 0
      let script = (1...60).flatMap { hour in Self.steps(hour, random) }
      var model = LotModel(limit: 0, periodEnd: 1000)
      let customer = try office.customer()
      try Self.begin(0, keeps, customer, at: start, office)
      var grants: [ID<CreditGrant>] = []
      var late: [(credits: Int, at: Timestamp)] = []
      for hour in 1...60 {
        let steps = script.filter { $0.hour == hour }.map(\.step)
        let now = start + .seconds(3600 * hour)
        office.clock.set(to: now)
        var limit: Int?
        for case .period(let number) in steps { limit = number }
        if let limit { try Self.begin(limit, keeps, customer, at: now, office) }
        model.pass(hour, period: limit.map { ($0, hour + 1000, keeps) })
        for case .grant(let lot) in steps {
          grants.append(try Self.grant(lot, customer, start, office))
          model.lots.append(lot)
          model.open(hour)
        }
        for case .use(let credits) in steps {
          model.record(credits)
          if random.next(below: 3) == 0 {
            late.append((credits, now))
          } else {
            try office.store.credits.record(credits, of: customer)
          }
        }
        while !late.isEmpty, hour == 60 || random.next(below: 20) == 0 {
          let use = late.remove(at: random.next(below: late.count))
          try office.store.credits.record(use.credits, of: customer, at: use.at)
          try Self.expectReplay(customer, office, "history \(number), hour \(hour) \(use)")
        }
        try Self.expectReplay(customer, office, "history \(number), hour \(hour)")
      }
      let shares = try office.store.credits.shares(of: customer)
      let found = model.lots.indices.map { lot in
        let id = lot == 0 ? nil : grants[lot - 1]
        return shares.first { $0.grant == id }?.remaining ?? 0
      }
      try #require(found == model.lots.map(\.free), "history \(number): \(script)")
      #expect(try office.store.credits.balance(of: customer).overage == model.owed)
    }
    #expect(try office.store.check().filter { !$0.check.contains("terms") } == [])
  }

  /// The ledger's balances equal a replay of everything that happened.
  private static func expectReplay(
    _ customer: ID<Customer>, _ office: UsageFixture, _ comment: String
  ) throws {
    try office.store.write { transaction in
      guard let balance = try transaction.currentBalance(of: customer, isReserving: true) else {
        return
      }
      let replay = try CreditReplay(of: customer, balance, in: transaction).run(adding: nil)
      let kept = try CreditBook(of: customer, balance, in: transaction)
      func free(_ book: CreditBook) -> [ID<CreditGrant>?: Int] {
        Dictionary(uniqueKeysWithValues: book.lots.filter { $0.free > 0 }.map { ($0.id, $0.free) })
      }
      let entries = try transaction.credits.entries(of: customer, limit: 12).elements.map {
        "\n\($0.at) \($0.kind) \($0.credits) \(String(describing: $0.grantID))  \($0.reason ?? "") \($0.after.remaining) \($0.after.overage)"
      }.joined()
      try #require(free(replay) == free(kept), "\(comment) \(entries)")
      try #require(replay.overage == kept.overage, "\(comment) \(entries)")
    }
  }

  private static func steps(_ hour: Int, _ random: RandomSource) -> [(hour: Int, step: Step)] {
    var steps: [(hour: Int, step: Step)] = []
    if random.next(below: 15) == 0 { steps.append((hour, .period(limit: random.next(below: 40)))) }
    if random.next(below: 6) == 0 {
      var lot = LotModel.Lot(
        credits: random.next(below: 30), priority: 1 + random.next(below: 3), from: hour)
      if random.next(below: 2) == 0 { lot.until = hour + 1 + random.next(below: 40) }
      if random.next(below: 3) == 0 { lot.everyHours = 24 }
      if random.next(below: 3) == 0 { lot.bounds = (random.next(below: 9), 9) }
      steps.append((hour, .grant(lot)))
    }
    if random.next(below: 3) == 0 { steps.append((hour, .use(1 + random.next(below: 25)))) }
    return steps
  }

  private static func begin(
    _ limit: Int, _ keeps: Bool, _ customer: ID<Customer>, at start: Timestamp,
    _ office: UsageFixture
  ) throws {
    try office.store.write { transaction in
      var terms = CreditTerms(
        limit: limit, period: BillingPeriod(start: start, end: start + .seconds(3_600_000)))
      terms.keepsOverage = keeps
      try transaction.credits.setTerms(terms, of: customer)
    }
  }

  private static func grant(
    _ lot: LotModel.Lot, _ customer: ID<Customer>, _ start: Timestamp, _ office: UsageFixture
  ) throws -> ID<CreditGrant> {
    var new = NewCreditGrant(lot.credits, to: customer)
    new.priority = lot.priority
    new.expiresAt = lot.until.map { start + .seconds(3600 * $0) }
    new.recurrence = lot.everyHours == nil ? nil : .days
    new.rollOver = lot.bounds.map { CreditRollOver(minimum: $0.0, maximum: $0.1) }
    return try office.store.credits.grant(new).id
  }
}

/// One history, of two customers: the second one's time is cut into more pieces.
private struct History {
  let office: UsageFixture
  let random: RandomSource
  let customers: [ID<Customer>]
  var model: LotModel
  var grants: [[ID<CreditGrant>]] = [[], []]
  var holds: [Int: [ID<CreditHold>]] = [:]
  var next = 0
  let start: Timestamp
  var hour = 0
  var difference: String?
  var log: [String] = []

  init(_ office: UsageFixture, _ random: RandomSource) throws {
    self.office = office
    self.random = random
    customers = [try office.customer(), try office.customer()]
    office.clock.advance(by: .seconds(3600))
    start = office.clock.now
    let limit = random.next(below: 40)
    model = LotModel(limit: limit, periodEnd: 1000)
    try begin(limit, keeps: false, end: 1000)
  }

  func time(_ hour: Int) -> Timestamp { start + .seconds(3600 * hour) }

  func begin(_ limit: Int, keeps: Bool, end: Int) throws {
    for customer in customers {
      try office.store.write { transaction in
        var terms = CreditTerms(
          limit: limit, period: BillingPeriod(start: time(hour), end: time(end)))
        terms.keepsOverage = keeps
        try transaction.credits.setTerms(terms, of: customer)
      }
    }
  }

  mutating func run() throws {
    for _ in 0..<30 {
      let pause = 1 + (random.next(below: 3) == 0 ? random.next(below: 30) : 0)
      for _ in 0..<pause {
        hour += 1
        office.clock.set(to: time(hour))
        var period: (limit: Int, end: Int, keeps: Bool)?
        if random.next(below: 12) == 0 {
          period = (random.next(below: 40), hour + 1000, random.next(below: 2) == 0)
        }
        if let period { try begin(period.limit, keeps: period.keeps, end: period.end) }
        model.pass(hour, period: period)
        if let period { log.append("\(hour) period \(period)") }
        if random.next(below: 4) == 0 {
          try office.store.write { transaction in
            _ = try transaction.currentBalance(of: customers[1])
          }
        }
      }
      for _ in 0..<random.next(below: 3) { try act() }
      try compare()
      if difference != nil { return }
    }
  }

  mutating func act() throws {
    let credits = office.store.credits
    switch random.next(below: 9) {
    case 0, 1: try grant()
    case 2, 3, 4:
      let number = 1 + random.next(below: 25)
      let until = random.next(below: 2) == 0 ? hour + 1 + random.next(below: 20) : nil
      let isHeld = model.hold(number, until: until, as: next)
      log.append("\(hour) hold \(next) \(number) until \(String(describing: until)) \(isHeld)")
      let lifetime = until.map { Duration.seconds(3600 * ($0 - hour)) }
      let found = customers.map { customer in
        try? credits.hold(number, of: customer, for: lifetime).id
      }
      guard found.allSatisfy({ ($0 != nil) == isHeld }) else {
        difference = "hold of \(number): \(found), the model says \(isHeld)"
        return
      }
      if isHeld { holds[next] = found.compactMap(\.self) }
      next += 1
    case 5:
      guard let id = model.holds.keys.sorted().randomElement(random) else { return }
      log.append("\(hour) release \(id)")
      model.release(id)
      for hold in holds[id] ?? [] { try credits.release(hold) }
    case 6:
      guard let id = model.holds.keys.sorted().randomElement(random), let hold = model.holds[id]
      else { return }
      let number = 1 + random.next(below: hold.parts.reduce(0) { $0 + $1.credits })
      log.append("\(hour) capture \(id) \(number)")
      model.release(id, keeping: number)
      for hold in holds[id] ?? [] { try credits.capture(hold, number) }
    case 7:
      let number = 1 + random.next(below: 40)
      log.append("\(hour) record \(number)")
      model.record(number)
      for customer in customers { try credits.record(number, of: customer) }
    default:
      guard model.lots.count > 1 else { return }
      let index = 1 + random.next(below: model.lots.count - 1)
      guard !model.lots[index].isDead else { return }
      log.append("\(hour) void \(index)")
      model.lots[index].isDead = true
      model.lots[index].isOpen = true
      for ids in grants { try credits.void(ids[index - 1], reason: "test") }
    }
  }

  mutating func grant() throws {
    var lot = LotModel.Lot(
      credits: random.next(below: 30), priority: 1 + random.next(below: 3),
      from: hour + (random.next(below: 2) == 0 ? random.next(below: 10) : 0))
    if random.next(below: 2) == 0 { lot.until = lot.from + 1 + random.next(below: 60) }
    if random.next(below: 3) == 0 { lot.everyHours = 24 }
    if random.next(below: 3) == 0 {
      let low = random.next(below: 20)
      lot.bounds = (low, low + random.next(below: 20))
    }
    log.append("\(hour) grant \(model.lots.count) \(lot)")
    for (index, customer) in customers.enumerated() {
      var new = NewCreditGrant(lot.credits, to: customer)
      new.priority = lot.priority
      new.effectiveAt = time(lot.from)
      new.expiresAt = lot.until.map(time)
      new.recurrence = lot.everyHours == nil ? nil : .days
      new.rollOver = lot.bounds.map { CreditRollOver(minimum: $0.0, maximum: $0.1) }
      grants[index].append(try office.store.credits.grant(new).id)
    }
    model.lots.append(lot)
    model.open(hour)
  }

  mutating func compare() throws {
    for (index, customer) in customers.enumerated() {
      let shares = try office.store.credits.shares(of: customer)
      let balance = try office.store.credits.balance(of: customer)
      let expected = model.lots.map(\.free)
      let found = model.lots.indices.map { lot in
        let id = lot == 0 ? nil : grants[index][lot - 1]
        return shares.first { $0.grant == id }?.remaining ?? 0
      }
      guard found == expected, balance.overage == model.owed else {
        difference =
          "customer \(index) at hour \(hour): remaining \(found), owed \(balance.overage); the "
          + "model says \(expected), \(model.owed)\n" + log.joined(separator: "\n")

        return
      }
    }
  }
}

extension [Int] {
  fileprivate func randomElement(_ random: RandomSource) -> Int? {
    isEmpty ? nil : self[random.next(below: count)]
  }
}
