import Backoffice
import BackofficeTesting
import Testing

/// An in-memory store with a clock that the test moves.
struct HistoryFixture {
  let store: BackofficeStore
  let clock: ManualClock

  init(
    at start: String = "2026-03-02T09:00:00Z", zone: Zone = .utc, seed: UInt64 = 1
  ) throws {
    let test = try TestStore(startingAt: #require(Timestamp(start)), seed: seed) { configuration in
      configuration.database.zone = zone
    }
    clock = test.clock
    store = test.store
  }
}

let ticket = EntityKind(rawValue: "ticket")

func entity(_ number: UInt64) -> ID<AnyEntity> { ID(high: 7, low: number) }

func owner(_ number: UInt64) -> ID<AnyEntity> { ID(high: 9, low: number) }

func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }
