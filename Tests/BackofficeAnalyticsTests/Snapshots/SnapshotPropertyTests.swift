import Backoffice
import BackofficeAnalytics
import Testing

@Suite("Snapshots against a naive model")
struct SnapshotPropertyTests {
  static let statuses = [
    "customer_called", "replied_to_customer", "order_placed", "order_cancelled",
    "product_delivered", "business_done", "lost",
  ]

  /// A row at a random moment of the days before `now`, edges of days more often than not.
  static func event(
    _ random: RandomSource, customers: Int, owners: Int, first: CalendarDate, days: Int,
    zone: Zone
  ) -> Event {
    let date = first.adding(days: random.next(below: days))
    var at = zone.startOfDay(date)
    switch random.next(below: 4) {
    case 0: break
    case 1: at = zone.startOfDay(date.adding(days: 1)) - .microseconds(1)
    default: at += .seconds(random.next(below: 86_400))
    }
    let kind: StatusChange.Event? =
      switch random.next(below: 12) {
      case 0: .deleted
      case 1, 2: .restored
      case 3: .reassigned
      default: nil
      }
    return Event(
      random.next(below: customers), at, statuses[random.next(below: statuses.count)],
      owner: random.next(below: 4) == 0 ? nil : random.next(below: owners), event: kind,
      pipeline: random.next(below: 25) == 0 ? "support" : "sales")
  }

  func compare(
    _ office: Office, _ model: NaiveModel, owners: Int, days: ClosedRange<CalendarDate>
  ) throws {
    for kind in BucketKind.allCases {
      for (scope, owner) in [(Scope.system, Int??.none), (.unowned, .some(nil))]
        + (0..<owners).map({ (Scope.of(seller($0)), .some($0)) })
      {
        for snapshot in try office.store.analytics.snapshots(kind, of: scope, in: days) {
          let expected = model.numbers(
            from: snapshot.bucket.start, through: snapshot.bucket.end, owner: owner)
          let found = NaiveModel.Numbers(snapshot.figures)
          #expect(found == expected, "\(kind) \(snapshot.bucket.start) \(scope)")
        }
      }
    }
  }

  @Test(
    "Any history, whenever it is refreshed, gives the figures of the naive model",
    arguments: [
      (1, "UTC"), (2, "Europe/Paris"), (3, "America/Sao_Paulo"), (4, "Asia/Beirut"),
      (6, "Pacific/Apia"),
    ] as [(UInt64, String)])
  func random(seed: UInt64, zoneName: String) throws {
    let zone = try #require(Zone(zoneName))
    let random = RandomSource.seeded(seed)
    // Around the turn of a year, with changes of the clocks before and behind.
    let first = try day(zoneName == "Pacific/Apia" ? "2011-11-20" : "2021-10-10")
    let office = try Office(zone: zone, seed: seed)
    var model = NaiveModel(zone: zone)
    let owners = 3
    var today = 60
    for round in 0..<7 {
      office.clock.set(to: zone.startOfDay(first.adding(days: today)) + .hours(5))
      for _ in 0..<(1 + random.next(below: 5)) {
        let events = (0..<(1 + random.next(below: 12))).map { _ in
          Self.event(
            random, customers: 14, owners: owners, first: first,
            days: round == 0 ? today : max(1, today), zone: zone)
        }
        try office.record(events)
        model.events += events
      }
      let findings = try office.store.check()
      #expect(findings.isEmpty, "\(findings)")
      try office.store.analytics.refresh()
      let again = try office.store.analytics.refresh()
      #expect(again.changedRows == 0)
      let checked = try office.store.check()
      #expect(checked.isEmpty, "\(checked)")
      today += 1 + random.next(below: 40)
    }
    let all = first.adding(days: -40)...first.adding(days: today)
    try compare(office, model, owners: owners, days: all)
    // The same from scratch.
    let fresh = try Office(zone: zone, seed: seed)
    fresh.clock.set(to: office.clock.now)
    try fresh.record(model.events)
    try fresh.store.analytics.refresh()
    try compare(fresh, model, owners: owners, days: all)
    let sql = "SELECT count(*) FROM analytics_snapshots WHERE pipeline = 'sales'"
    #expect(try fresh.count(sql) == office.count(sql))
  }

  @Test(
    "A clock that goes back, ranges taken by hand and refreshes that are cut short leave no wrong row",
    arguments: [
      (21, "UTC"), (22, "Europe/Paris"), (23, "America/Sao_Paulo"), (24, "Asia/Beirut"),
      (25, "Pacific/Apia"),
    ] as [(UInt64, String)])
  func disturbed(seed: UInt64, zoneName: String) throws {
    struct Enough: Error {}
    let zone = try #require(Zone(zoneName))
    let random = RandomSource.seeded(seed)
    let first = try day(zoneName == "Pacific/Apia" ? "2011-11-20" : "2021-10-10")
    let office = try Office(zone: zone, seed: seed)
    let analytics = office.store.analytics
    var model = NaiveModel(zone: zone)
    var today = 50
    var latest = today
    for _ in 0..<14 {
      office.clock.set(to: zone.startOfDay(first.adding(days: today)) + .hours(5))
      let events = (0..<random.next(below: 9)).map { _ in
        // Some of them lie after the clock.
        Self.event(
          random, customers: 10, owners: 3, first: first, days: latest + 2, zone: zone)
      }
      try office.record(events)
      model.events += events
      switch random.next(below: 4) {
      case 0:
        let start = random.next(below: today)
        let length = random.next(below: today - start)
        try analytics.refreshSnapshots(
          of: random.next(below: 2) == 0 ? Set(BucketKind.allCases) : [.weekly],
          in: first.adding(days: start)...first.adding(days: start + length))
      case 1:
        // A refresh that ends half-way is continued by the next one.
        _ = try? analytics.refresh { _ in throw Enough() }
      default:
        try analytics.refresh()
        #expect(try analytics.refresh().changedRows == 0)
      }
      let findings = try office.store.check()
      #expect(findings.isEmpty, "\(findings)")
      today = max(30, today + random.next(below: 60) - 20)
      latest = max(latest, today)
    }
    office.clock.set(to: zone.startOfDay(first.adding(days: latest + 3)) + .hours(5))
    try analytics.refresh()
    #expect(try office.store.check() == [])
    try compare(
      office, model, owners: 3, days: first.adding(days: -40)...first.adding(days: latest + 3))
    // Measures do not depend on stored snapshots.
    let measured = first.adding(days: latest / 3)...first.adding(days: latest / 2)
    let bare = try Office(zone: zone, seed: seed)
    bare.clock.set(to: office.clock.now)
    try bare.record(model.events)
    for scope in [Scope.system, .unowned, .of(seller(0)), .of(seller(1)), .of(seller(2))] {
      let expected = try bare.store.analytics.figures(in: measured, of: scope)
      #expect(try analytics.figures(in: measured, of: scope) == expected)
      let owner: Int?? =
        switch scope {
        case .system: .none
        case .unowned: .some(nil)
        case .owner(let id): .some(Int(id.low))
        }
      #expect(
        NaiveModel.Numbers(expected.figures)
          == model.numbers(
            from: measured.lowerBound, through: measured.upperBound, owner: owner))
      #expect(
        try analytics.trend(.weekly, in: measured, of: scope)
          == bare.store.analytics.trend(.weekly, in: measured, of: scope))
    }
  }

  @Test("Two years of twenty owners are right on sampled days")
  func twoYears() throws {
    let office = try Office(at: "2026-06-01T09:00:00Z")
    let random = RandomSource.seeded(11)
    let first = try day("2024-06-01")
    var model = NaiveModel(zone: .utc)
    model.events = (0..<3000).map { _ in
      Self.event(random, customers: 500, owners: 20, first: first, days: 729, zone: .utc)
    }
    try office.record(model.events)
    let result = try office.store.analytics.refresh()
    #expect(result.changedRows > 15_000)
    let analytics = office.store.analytics
    for offset in stride(from: 3, to: 729, by: 53) {
      let date = first.adding(days: offset)
      for kind in BucketKind.allCases {
        let bucket = kind.bucket(of: date)
        for owner in [Int??.none, .some(nil), 0, 7, 19] {
          let scope: Scope =
            switch owner {
            case .none: .system
            case .some(.none): .unowned
            case .some(.some(let number)): .of(seller(number))
            }
          let found = try analytics.snapshots(kind, of: scope, in: bucket.start...bucket.start)
          let expected = model.numbers(
            from: bucket.start, through: bucket.end, owner: owner)
          #expect(
            NaiveModel.Numbers(found.first?.figures ?? Figures()) == expected,
            "\(kind) \(bucket.start) \(scope)")
        }
      }
    }
    // Computing a single past day gives the same figures.
    let some = first.adding(days: 400)...first.adding(days: 420)
    #expect(try analytics.refreshSnapshots(in: some).changedRows == 0)
  }
}
