import Backoffice
import BackofficeAnalytics
import Testing

@Suite("Conversions count once (issue 14, fault 13)")
struct ConversionTests {
  private func conversions(
    _ office: Office, _ kind: BucketKind = .daily, _ scope: Scope = .system,
    in days: ClosedRange<CalendarDate>
  ) throws -> [Int] {
    try office.store.analytics.snapshots(kind, of: scope, in: days).map(\.figures.conversions)
  }

  @Test("Fault 13: won, undone and won again is one conversion, of the first day and its owner")
  func wonAgain() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    let days = (try day("2026-06-01"))...(try day("2026-06-09"))
    try office.record([
      Event(1, time("2026-06-01T12:00:00Z"), "customer_called", owner: 1),
      Event(1, time("2026-06-02T12:00:00Z"), "business_done", owner: 1),
      Event(1, time("2026-06-04T12:00:00Z"), "order_placed", owner: 1),
      Event(1, time("2026-06-07T12:00:00Z"), "business_done", owner: 2),
    ])
    try office.store.analytics.refresh()
    #expect(try conversions(office, in: days) == [0, 1, 0, 0, 0, 0, 0, 0, 0])
    let figures = try office.store.analytics.figures(in: days).figures
    #expect(figures.conversions == 1)
    #expect(figures.averageCycleTime == .hours(24))
    let first = try office.store.analytics.figures(in: days, of: .of(seller(1))).figures
    #expect(first.conversions == 1)
    let second = try office.store.analytics.figures(in: days, of: .of(seller(2))).figures
    #expect(second.conversions == 0)
    // From the undoing until it is won again it counts for no one.
    let undone = try day("2026-06-01")...day("2026-06-05")
    #expect(try office.store.analytics.figures(in: undone).figures.conversions == 0)
    let before = try day("2026-06-01")...day("2026-06-03")
    #expect(try office.store.analytics.figures(in: before).figures.conversions == 1)
    // The second win is no conversion of its own.
    let late = try day("2026-06-05")...day("2026-06-09")
    #expect(try office.store.analytics.figures(in: late).figures.conversions == 0)
    #expect(try office.store.analytics.comparison(of: late).conversions.after == 0)
    #expect(try office.store.check() == [])
  }

  @Test("Fault 13: an undone and repeated win does not beat honest ones on the leaderboard")
  func leaderboard() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    let ada = try office.store.staff.create(name: "Ada", phone: "4915100000001").id
    let ben = try office.store.staff.create(name: "Ben", phone: "4915100000002").id
    try office.store.customers.definePipeline(
      Backoffice.Pipeline(
        "deals",
        statuses: [.init("open", isInitial: true), .init("won", isConverted: true)],
        transitions: ["open": ["won"], "won": ["open"]]))
    func win(_ name: String, _ owner: ID<StaffMember>, times: Int) throws {
      var new = NewCustomer(fullName: name, email: "\(name)@example.com")
      new.pipeline = "deals"
      new.ownerID = owner
      let id = try office.store.customers.create(new).id
      for time in 0..<times {
        office.clock.advance(by: .hours(1))
        if time > 0 { try office.store.customers.changeStatus(of: id, to: "open") }
        office.clock.advance(by: .hours(1))
        try office.store.customers.changeStatus(of: id, to: "won")
      }
    }
    try win("a", ada, times: 3)
    try win("b", ben, times: 1)
    try win("c", ben, times: 1)
    let board = try office.store.analytics.leaderboard(pipeline: "deals")
    #expect(board.map(\.name) == ["Ben", "Ada"])
    #expect(board.map(\.conversions) == [2, 1])
    #expect(try office.store.analytics.today(pipeline: "deals").conversions == 3)
    #expect(try office.store.check() == [])
  }

  @Test("A late row moves the conversion to its day, and stored snapshots follow")
  func late() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    let days = (try day("2026-06-01"))...(try day("2026-06-09"))
    try office.record([
      Event(1, time("2026-06-01T12:00:00Z"), "customer_called", owner: 1),
      Event(1, time("2026-06-05T12:00:00Z"), "business_done", owner: 1),
      Event(1, time("2026-06-07T12:00:00Z"), "lost", owner: 1),
    ])
    try office.store.analytics.refresh()
    #expect(try conversions(office, in: days) == [0, 0, 0, 0, 1, 0, 0, 0, 0])
    try office.record([Event(1, time("2026-06-03T12:00:00Z"), "business_done", owner: 2)])
    try office.store.analytics.refresh()
    #expect(try conversions(office, in: days) == [0, 0, 1, 0, 0, 0, 0, 0, 0])
    let week = try day("2026-06-01")...day("2026-06-01")
    #expect(try conversions(office, .weekly, in: week) == [0])
    #expect(try office.store.check() == [])
    #expect(try office.store.rebuild() == [:])
  }

  @Test("A status that becomes a converted one changes the conversions of the past with it")
  func redefined() throws {
    let office = try Office(at: "2026-06-10T09:00:00Z")
    func define(_ converted: Set<String>) throws {
      let customers = office.store.customers
      try customers.definePipeline(
        Backoffice.Pipeline(
          "renewals",
          statuses: [
            .init("due", isInitial: true),
            .init("promised", isConverted: converted.contains("promised")),
            .init("renewed", isConverted: converted.contains("renewed")),
          ], transitions: ["due": ["promised"], "promised": ["renewed"]]))
    }
    try define(["renewed"])
    try office.record([
      Event(1, time("2026-06-01T12:00:00Z"), "due", pipeline: "renewals"),
      Event(1, time("2026-06-02T12:00:00Z"), "promised", pipeline: "renewals"),
      Event(1, time("2026-06-04T12:00:00Z"), "renewed", pipeline: "renewals"),
    ])
    func count(_ text: String) throws -> Int {
      let date = try day(text)
      return try office.store.analytics.figures(in: date...date, pipeline: "renewals")
        .figures.conversions
    }
    let days = (try day("2026-06-01"))...(try day("2026-06-09"))
    func converted() throws -> [Int] {
      try office.store.analytics.refresh()
      #expect(try office.store.analytics.refresh().changedRows == 0)
      return try office.store.analytics.snapshots(.daily, pipeline: "renewals", in: days)
        .map(\.figures.converted)
    }
    #expect(try count("2026-06-02") == 0 && count("2026-06-04") == 1)
    #expect(try converted() == [0, 0, 0, 1, 1, 1, 1, 1, 1])
    try define(["renewed", "promised"])
    #expect(try office.store.check() == [])
    #expect(try count("2026-06-02") == 1 && count("2026-06-04") == 0)
    #expect(try converted() == [0, 1, 1, 1, 1, 1, 1, 1, 1])
    #expect(try office.store.check() == [])
    try define([])
    #expect(try office.store.check() == [])
    #expect(try count("2026-06-02") == 0 && count("2026-06-04") == 0)
    #expect(try converted() == [0, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(try office.store.check() == [])
  }

  @Test("A merge of customers moves the daily counts of submissions, and ends the duplicate")
  func merged() throws {
    let office = try Office()
    let (one, two) = try (office.customer("one", tier: nil), office.customer("two", tier: nil))
    let directory = try office.directory("d.example")
    let other = try office.directory("e.example")
    let store = office.store
    try store.submissions.create(NewSubmission(customer: one, directory: directory))
    try store.submissions.create(NewSubmission(customer: two, directory: other))
    let today = office.clock.now.utcDate
    try store.analytics.refreshSubmissionDays(in: today...today)
    try store.customers.merge(one, into: two)
    let days = try store.analytics.submissionDays(in: today...today)
    #expect(days.map(\.count) == [1, 1])
    #expect(days.allSatisfy { $0.customer == ID(retyping: two) })
    #expect(try store.analytics.refreshSubmissionDays(in: today...today) == 0)
    #expect(try store.analytics.figures(in: today...today).figures.total == 1)
    #expect(try store.check() == [])
  }

  @Test("Fault 13: the shares of any distribution add up to 100.00")
  func shares() throws {
    let three = Ratio.shares(of: [1, 1, 1], in: 3)
    #expect(three.map(\.percent) == [33.34, 33.33, 33.33])
    #expect(three.map(\.description) == ["33.34 %", "33.33 %", "33.33 %"])
    #expect(Ratio.shares(of: [0, 0], in: 0).map(\.percent) == [nil, nil])
    let random = RandomSource.seeded(4)
    for _ in 0..<2_000 {
      let parts = (0..<(1 + random.next(below: 12))).map { _ in
        random.next(below: random.next(below: 3) == 0 ? 3 : 1_000)
      }
      let whole = parts.reduce(0, +)
      guard whole > 0 else { continue }
      let shares = Ratio.shares(of: parts, in: whole)
      let sum = shares.reduce(0) { $0 + Int(((($1.percent) ?? 0) * 100).rounded()) }
      #expect(sum == 10_000)
      for (part, share) in zip(parts, shares) {
        #expect(share.numerator == part && share.denominator == whole)
        #expect(abs((share.percent ?? 0) - Double(part) * 100 / Double(whole)) < 0.0101)
      }
    }
    let office = try Office()
    for (number, status) in ["customer_called", "order_placed", "lost"].enumerated() {
      try office.record([Event(number, office.clock.now, status)])
    }
    let distribution = try office.store.analytics.statusDistribution()
    #expect(distribution.map(\.count).reduce(0, +) == 3)
    let sum = distribution.reduce(0) { $0 + Int((($1.share.percent ?? 0) * 100).rounded()) }
    #expect(sum == 10_000)
  }
}
