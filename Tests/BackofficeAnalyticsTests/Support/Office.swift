import Backoffice
import BackofficeAnalytics
import BackofficeTesting
import Testing

/// A store in memory with analytics checked along, and a clock that stands until it is moved.
struct Office {
  let store: BackofficeStore
  let clock: ManualClock

  init(at start: String = "2026-06-01T09:00:00Z", zone: Zone = .utc, seed: UInt64 = 1) throws {
    let test = try TestStore(startingAt: #require(Timestamp(start)), seed: seed) { configuration in
      configuration.database.zone = zone
      configuration.packs = [AnalyticsPack()]
    }
    clock = test.clock
    store = test.store
  }

  /// Appends history rows of customers, all in one transaction.
  func record(_ events: [Event]) throws {
    try store.write { transaction in
      for event in events {
        try transaction.recordHistory(
          StatusChange(
            kind: .customer, entity: person(event.customer), pipeline: event.pipeline, from: nil,
            to: event.status, owner: event.owner.map(seller), at: event.at, event: event.event))
      }
    }
  }

  func customer(
    _ name: String, tier: SubscriptionTier? = .basic
  ) throws -> ID<Customer> {
    try store.customers.create(
      NewCustomer(fullName: name, email: "\(name)@example.com", tier: tier)
    ).id
  }

  func directory(_ host: String, days: Int = 3) throws -> ID<Directory> {
    try store.directories.create(
      NewDirectory(name: host, website: "https://\(host)", expectedApprovalDays: days)
    ).id
  }

  func count(_ sql: String) throws -> Int {
    try store.read { transaction in
      try transaction.fetchOne(sql: sql) { row in try row.value(at: 0) } ?? 0
    }
  }
}

/// A history row of a test.
struct Event: Sendable {
  var customer: Int
  var at: Timestamp
  var status: String
  var owner: Int?
  var event: StatusChange.Event?
  var pipeline = "sales"

  init(
    _ customer: Int, _ at: Timestamp, _ status: String, owner: Int? = nil,
    event: StatusChange.Event? = nil, pipeline: String = "sales"
  ) {
    self.customer = customer
    self.at = at
    self.status = status
    self.owner = owner
    self.event = event
    self.pipeline = pipeline
  }
}

func person(_ number: Int) -> ID<AnyEntity> { ID(high: 1, low: UInt64(number)) }

func seller(_ number: Int) -> ID<AnyEntity> { ID(high: 2, low: UInt64(number)) }

func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }
