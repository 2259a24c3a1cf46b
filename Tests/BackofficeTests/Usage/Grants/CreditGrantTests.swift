import BackofficeStorage
import Testing

@testable import Backoffice

@Suite("Grants of credits")
struct CreditGrantTests {
  let office: UsageFixture
  let customer: ID<Customer>
  let start: Timestamp

  init() throws {
    office = try UsageFixture(at: "2023-12-01T00:00:00Z")
    customer = try office.customer()
    start = try office.time("2024-01-01T00:00:00Z")
  }

  var credits: Credits { office.store.credits }

  func hour(_ hours: Double) -> Timestamp { start + .seconds(hours * 3600) }

  /// Begins a billing period as the terms of a plan without credits would.
  func reset(keepingOverage keeps: Bool, at instant: Timestamp) throws {
    try office.store.write { transaction in
      var terms = CreditTerms(
        limit: 0, period: BillingPeriod(start: instant, end: instant + .days(365)))
      terms.keepsOverage = keeps
      try transaction.credits.setTerms(terms, of: customer)
    }
  }

  @Test("Vectors 1 to 14: balances, what is owed and segments", arguments: CreditVector.all)
  func vectors(_ vector: CreditVector) throws {
    if vector.steps.contains(where: { if case .reset = $0 { true } else { false } }) {
      try reset(keepingOverage: true, at: hour(-100))
    }
    var ids: [Character: ID<CreditGrant>] = [:]
    for grant in vector.grants {
      var new = NewCreditGrant(grant.credits, to: customer)
      new.priority = grant.priority
      new.effectiveAt = hour(grant.from)
      new.expiresAt = grant.until.map(hour)
      new.recurrence = grant.recurrence
      new.rollOver = grant.rollOver
      ids[grant.name] = try credits.grant(new).id
    }
    for step in vector.steps {
      switch step {
      case .use(let number, let at):
        office.clock.set(to: hour(at))
        try credits.record(number, of: customer)
      case .void(let name, let at):
        office.clock.set(to: hour(at))
        try credits.void(try #require(ids[name]), reason: "test")
      case .reset(let keeps, let at):
        office.clock.set(to: hour(at))
        try reset(keepingOverage: keeps, at: hour(at))
      }
    }
    office.clock.set(to: hour(vector.asked))
    let shares = try credits.shares(of: customer)
    for (name, remaining) in vector.remaining {
      let share = shares.first { $0.grant == ids[name] }
      #expect((share?.remaining ?? 0) == remaining, "\(name)")
    }
    let balance = try credits.balance(of: customer)
    #expect(balance.overage == vector.overage)
    #expect(balance.remaining == vector.remaining.values.reduce(0, +))
    if let segments = vector.segments {
      let found = try credits.segments(of: customer)
      #expect(found.count == segments)
      if vector.number == 9, let a = ids["A"] { #expect(found.last?.opening[.grant(a)] == 70) }
    }
    // What a write makes of it is what the reader saw.
    try credits.postDue()
    let written = try credits.balance(of: customer)
    #expect(written.remaining == balance.remaining && written.overage == balance.overage)
    #expect(
      try credits.shares(of: customer).filter { $0.remaining > 0 }
        == shares.filter { $0.remaining > 0 })
    #expect(try office.store.check() == [])
    #expect(try office.store.rebuild().isEmpty)
  }

  @Test("A hold at the balance is refused, and a record of more is owed")
  func overBalance() throws {
    let grant = try credits.grant(100, to: customer)
    #expect(throws: UsageError.self) { try credits.hold(101, of: customer) }
    #expect(throws: UsageError.self) { try credits.consume(101, of: customer) }
    #expect(try credits.record(101, of: customer, key: "u").overage == 1)
    #expect(try credits.record(101, of: customer, key: "u").overage == 1)
    #expect(throws: UsageError.keyConflict(key: "u")) {
      try credits.record(102, of: customer, key: "u")
    }
    #expect(try credits.balance(of: customer).overage == 1)
    #expect(try credits.grant(10, to: customer).remaining == 9)
    #expect(try credits.entries(of: grant.id).map(\.kind) == [.use, .grant])
    #expect(try office.store.check() == [])
  }

  @Test("Several grants are captured in the order held, and a capture after a lapse is allowed")
  func severalGrants() throws {
    var first = NewCreditGrant(10, to: customer)
    first.expiresAt = office.clock.now + .seconds(3600)
    let a = try credits.grant(first)
    let b = try credits.grant(90, to: customer)
    let hold = try credits.hold(15, of: customer)
    office.clock.advance(by: .seconds(7200))
    try credits.capture(hold.id, 13)
    #expect(try credits.find(b.id)?.remaining == 87)
    #expect(try credits.find(a.id)?.spent == 10)
    #expect(try credits.find(a.id)?.state == .lapsed)
    #expect(try credits.balance(of: customer).remaining == 87)
    #expect(try office.store.check() == [])
  }

  @Test("A release over a reset returns what would have been left, and to a lapsed grant nothing")
  func release() throws {
    try reset(keepingOverage: false, at: office.clock.now)
    var rolling = NewCreditGrant(100, to: customer)
    rolling.rollOver = CreditRollOver(maximum: 50)
    try credits.grant(rolling)
    let hold = try credits.hold(60, of: customer)
    try reset(keepingOverage: false, at: office.clock.now + .seconds(1))
    #expect(try credits.balance(of: customer).remaining == 40)
    try credits.consume(10, of: customer)
    try credits.release(hold.id)
    #expect(try credits.balance(of: customer).remaining == 40)
    #expect(try office.store.check() == [])

    var short = NewCreditGrant(5, to: customer)
    short.expiresAt = office.clock.now + .seconds(60)
    try credits.grant(short)
    let late = try credits.hold(5, of: customer)
    office.clock.advance(by: .seconds(60))
    try credits.release(late.id)
    #expect(try credits.balance(of: customer).remaining == 40)
    #expect(try office.store.check() == [])
  }

  @Test("Twelve months that are all held and then released leave one month")
  func twelveMonths() throws {
    var monthly = NewCreditGrant(100, to: customer)
    monthly.rollOver = CreditRollOver(minimum: 100, maximum: 100)
    try credits.grant(monthly)
    var holds: [CreditHold] = []
    for month in 0..<12 {
      if month > 0 { try reset(keepingOverage: false, at: office.clock.now + .days(month)) }
      holds.append(try credits.hold(100, of: customer))
    }
    #expect(try credits.balance(of: customer).remaining == 0)
    for hold in holds { try credits.release(hold.id) }
    #expect(try credits.balance(of: customer).remaining == 100)
    #expect(try office.store.check() == [])
  }

  @Test(
    "Vector 16: a late use leaves what a fresh run would, holds stand, a closed period is final")
  func lateUse() throws {
    // 100, hold 60 at 2 h, late use of 80 at 1 h.
    let grant = try credits.grant(100, to: customer)
    let first = office.clock.now
    office.clock.advance(by: .seconds(7200))
    let hold = try credits.hold(60, of: customer)
    office.clock.advance(by: .seconds(3600))
    try credits.record(80, of: customer, at: first + .seconds(3600))
    #expect(try credits.balance(of: customer).remaining == 0)
    #expect(try credits.balance(of: customer).overage == 40)
    try credits.capture(hold.id)
    #expect(try credits.balance(of: customer).overage == 40)
    #expect(try credits.find(grant.id)?.remaining == 0)
    #expect(try office.store.check() == [])

    // Before a reset, a refill and a lapse: 100 of at most 50, of which 80 were used.
    let other = try office.customer()
    var rolling = NewCreditGrant(100, to: other)
    rolling.rollOver = CreditRollOver(maximum: 50)
    let rolled = try credits.grant(rolling)
    var short = NewCreditGrant(10, to: other)
    short.expiresAt = office.clock.now + .seconds(7200)
    try credits.grant(short)
    let used = office.clock.now + .seconds(3600)
    office.clock.advance(by: .days(1))
    try office.store.write { transaction in
      try transaction.credits.setTerms(
        CreditTerms(
          limit: 7, period: BillingPeriod(start: office.clock.now, end: office.clock.now + .days(9))
        ),
        of: other)
    }
    #expect(try credits.balance(of: other).remaining == 57)
    try credits.record(90, of: other, at: used, key: "late")
    #expect(try credits.find(rolled.id)?.remaining == 20)
    #expect(try credits.balance(of: other).remaining == 27)
    #expect(try credits.balance(of: other).overage == 0)
    try credits.record(90, of: other, at: used, key: "late")
    #expect(try credits.balance(of: other).remaining == 27)
    #expect(try office.store.check().filter { !$0.check.contains("terms") } == [])
  }

  @Test("Vector 7: of many grants, the one that expires first is used, and their number is bounded")
  func manyGrants() throws {
    let lots = (0..<100_000).map { number in
      CreditBook.Lot(
        id: ID(high: 7, low: UInt64(number)), credits: 100, priority: 1, effectiveAt: start,
        expiresAt: start + .days(number == 4711 ? 29 : 30), rollOver: nil, refills: nil,
        order: Int64(number), state: .pending)
    }
    var book = CreditBook(lots, overage: 0)
    book.advance(to: hour(1), expiring: [])
    #expect(book.use(99, at: hour(1), reason: nil) == 0)
    #expect(book.lots.filter { $0.free != 100 }.map(\.free) == [1])
    #expect(book.lots.first { $0.free == 1 }?.order == 4711)
    #expect(Credits.mostGrants == 10_000)
  }

  @Test("A lapse, the expiry of a hold and a refill happen in the order of time")
  func order() throws {
    var daily = NewCreditGrant(100, to: customer)
    daily.recurrence = .days
    try credits.grant(daily)
    // Expires before the refill, which makes it full all the same.
    _ = try credits.hold(40, of: customer, for: .seconds(3600))
    let open = try credits.hold(30, of: customer)
    office.clock.advance(by: .days(40))
    #expect(try credits.balance(of: customer).remaining == 100)
    try credits.release(open.id)
    #expect(try credits.balance(of: customer).remaining == 100)
    // Overage is paid refill by refill.
    #expect(try credits.record(350, of: customer).overage == 250)
    office.clock.advance(by: .days(2))
    #expect(try credits.balance(of: customer).overage == 50)
    office.clock.advance(by: .days(1))
    #expect(try credits.balance(of: customer).remaining == 50)
    #expect(try office.store.check() == [])
  }

  @Test("Bought credits are used after the plan's and left alone by its refill")
  func besidePlan() throws {
    func terms(_ month: Int, limit: Int = 100, isEntitled: Bool = true) throws {
      try office.store.write { transaction in
        let start = start + .days(30 * month)
        try transaction.credits.setTerms(
          CreditTerms(
            limit: limit, isEntitled: isEntitled,
            period: BillingPeriod(start: start, end: start + .days(30))), of: customer)
      }
    }
    try terms(0)
    let bought = try credits.grant(50, to: customer)
    let hold = try credits.hold(120, of: customer)
    #expect(try credits.find(bought.id)?.reserved == 20)
    try terms(1)
    #expect(try credits.balance(of: customer).remaining == 130)
    try credits.release(hold.id)
    #expect(try credits.balance(of: customer).remaining == 150)
    // What is suspended and restored is the plan's.
    try terms(1, isEntitled: false)
    #expect(try credits.balance(of: customer).remaining == 50)
    #expect(throws: UsageError.notEntitled(customer)) { try credits.hold(1, of: customer) }
    try terms(1)
    #expect(try credits.balance(of: customer).remaining == 150)
    try terms(1, limit: 10)
    #expect(try credits.balance(of: customer).remaining == 60)
    #expect(
      try credits.adjust(by: -55, of: customer, key: "k", reason: "refund").remaining == 5)
    #expect(
      try credits.adjust(by: -55, of: customer, key: "k", reason: "refund").remaining == 5)
    #expect(try credits.find(bought.id)?.remaining == 5)
    #expect(try office.store.check().filter { !$0.check.contains("terms") } == [])
  }

  @Test("A grant with a key is made once; bad grants name what is wrong and change nothing")
  func refusals() throws {
    let first = try credits.grant(5, to: customer, key: "g")
    #expect(try credits.grant(5, to: customer, key: "g").id == first.id)
    #expect(throws: UsageError.keyConflict(key: "g")) {
      try credits.grant(6, to: customer, key: "g")
    }
    func refused(_ change: (inout NewCreditGrant) -> Void) -> String? {
      var new = NewCreditGrant(5, to: customer)
      change(&new)
      do { try credits.grant(new) } catch { return "\(error)" }
      return nil
    }
    #expect(refused { $0.priority = 0 } == "The grant is refused: the priority 0 is not 1 to 100.")
    #expect(refused { $0.credits = -1 } != nil)
    #expect(refused { $0.key = "" } != nil)
    #expect(refused { $0.rollOver = CreditRollOver(minimum: 2, maximum: 1) } != nil)
    #expect(
      refused {
        $0.effectiveAt = start
        $0.expiresAt = start
      } == "The grant is refused: it expires at \(start), before it is effective.")
    #expect(throws: UsageError.unknownGrant(ID(high: 1, low: 1))) {
      try credits.void(ID(high: 1, low: 1), reason: "x")
    }
    let nobody = ID<Customer>(high: 1, low: 1)
    #expect(throws: UsageError.unknownCustomer(nobody)) { try credits.grant(5, to: nobody) }
    #expect(throws: UsageError.noSubscription(nobody)) { try credits.record(5, of: nobody) }
    #expect(throws: UsageError.invalidCredits(kind: .use, credits: 0)) {
      try credits.record(0, of: customer)
    }
    let ahead = office.clock.now + .seconds(301)
    #expect(throws: UsageError.useInTheFuture(at: ahead)) {
      try credits.record(1, of: customer, at: ahead)
    }
    try credits.void(first.id, reason: "mistake")
    #expect(try credits.void(first.id, reason: "mistake").state == .voided)
    #expect(throws: UsageError.grantEnded(first.id)) {
      try credits.adjust(by: 1, of: first.id, reason: "x")
    }
    #expect(try credits.balance(of: customer).remaining == 0)
    #expect(try office.count("credit_grants") == 1)
    #expect(try office.store.check() == [])
  }
}
