import Backoffice
import BackofficeAnalytics
import BackofficeTesting
import Testing

/// A store in memory with a clock that stands until it is moved.
struct FlowFixture {
  let store: BackofficeStore
  let clock: ManualClock

  init(
    at start: String = "2026-03-02T09:00:00Z", zone: Zone = .utc, seed: UInt64 = 1
  ) throws {
    let test = try TestStore(startingAt: #require(Timestamp(start)), seed: seed) { configuration in
      configuration.database.zone = zone
      configuration.packs = [AnalyticsPack()]
    }
    clock = test.clock
    store = test.store
  }

  /// The stored flows, one text a row.
  func flows() throws -> [String] {
    try store.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT day, cause, from_status, to_status, transitions, owner_id FROM analytics_flows
          ORDER BY day, cause, from_status, to_status, owner_id
          """
      ) { row in
        let day: CalendarDate = try row.value(at: 0)
        let owner: ID<AnyEntity> = try row.value(at: 5)
        let name = owner == .zero ? "" : " of \(owner.low & 0xff)"
        return try """
        \(day) \(row.value(at: 1, as: String.self)) \
        \(row.value(at: 2, as: String.self))>\(row.value(at: 3, as: String.self)) \
        \(row.value(at: 4, as: Int.self))\(name)
        """
      }
    }
  }

  func setting(_ key: String) throws -> String? {
    try store.read { transaction in
      try transaction.fetchOne(
        sql: "SELECT value FROM store_settings WHERE key = ?", key
      ) { row in try row.value(at: 0) }
    }
  }
}

let ticket = EntityKind(rawValue: "ticket")

func entity(_ number: UInt64) -> ID<AnyEntity> { ID(high: 7, low: number) }

func owner(_ number: UInt64) -> ID<AnyEntity> { ID(high: 9, low: number) }
