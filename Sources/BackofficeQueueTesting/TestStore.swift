import BackofficeMigrations
import Synchronization

/// A private store in memory whose clock and randomness a test controls.
///
/// ```swift
/// let test = try TestStore(packs: [])  // the queue alone; TestStore() with BackofficeTesting
/// try test.store.queue.enqueue(…)
/// test.clock.advance(by: .hours(1))
/// ```
///
/// The same seed gives the same ids, jitter and order of events.
public struct TestStore: Sendable {
  /// The store.
  public let store: BackofficeStore
  /// Its clock, which moves only when the test moves it.
  public let clock: ManualClock

  /// Opens a store with the queue and further packs.
  ///
  /// A store in memory is a copy of a migrated one that is kept for these packs, which takes less
  /// than a millisecond to create.
  ///
  /// - Parameters:
  ///   - packs: the packs in addition to the queue.
  ///   - start: the initial time of the clock; a Monday morning by default.
  ///   - seed: the seed of the random numbers.
  ///   - location: private memory by default; a file for tests with concurrent readers.
  ///   - configure: changes to the settings.
  /// - Throws: the errors of opening a store and of `configure`.
  public init(
    packs: [any StorePack], startingAt start: Timestamp = TestStore.monday, seed: UInt64 = 1,
    location: Database.Location = .memory,
    configure: (inout BackofficeStore.Configuration) throws -> Void = { _ in }
  ) throws {
    clock = ManualClock(start)
    var configuration = BackofficeStore.Configuration()
    configuration.database.clock = clock.clock
    configuration.database.random = .seeded(seed)
    try configure(&configuration)
    let migrator = try configuration.migrator(with: packs)
    if configuration.database.template == nil, case .memory = location {
      configuration.database.template = Templates.of(packs, configuration, migrator)
    }
    store = try BackofficeStore(
      location, packs: packs, configuration: configuration, migrator: migrator)
  }

  /// Monday, 5 January 2026, 09:00 UTC.
  public static let monday = Timestamp(microseconds: 1_767_603_600_000_000)
}

/// Migrated stores to copy, one for each list of migrations in this process.
private enum Templates {
  // Without a template the store migrates itself, so a failure here is ignored.
  private static let known = Mutex<[String: DatabaseTemplate]>([:])

  static func of(
    _ packs: [any StorePack], _ configuration: BackofficeStore.Configuration,
    _ migrator: Migrator
  ) -> DatabaseTemplate? {
    let zone = configuration.database.zone ?? .utc
    let key =
      migrator.packs.map { pack in
        ([pack.name] + pack.migrations.map(\.checksum)).joined(separator: " ")
      }.joined(separator: "\n") + "\n" + zone.identifier
    if let known = known.withLock({ $0[key] }) { return known }
    var plain = BackofficeStore.Configuration()
    plain.packs = configuration.packs.map(Unscheduled.init)
    plain.migrations = configuration.migrations
    plain.unknownPacks = configuration.unknownPacks
    plain.database.zone = zone
    plain.database.clock = StoreClock { TestStore.monday }
    guard
      let store = try? BackofficeStore(
        .memory, packs: packs.map(Unscheduled.init), configuration: plain),
      let template = try? DatabaseTemplate(copying: store.database)
    else { return nil }
    known.withLock { $0[key] = template }
    return template
  }

  /// A pack without its schedules, whose first runs follow from the clock of each test.
  private struct Unscheduled: StorePack {
    let pack: any StorePack
    var name: String { pack.name }
    var migrations: [MigrationPack] { get throws { try pack.migrations } }
    var rules: RuleSet { pack.rules }
  }
}
