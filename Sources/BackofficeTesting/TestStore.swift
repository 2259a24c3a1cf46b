public import Backoffice

/// A private store in memory whose clock and randomness a test holds in its hands.
///
/// ```swift
/// let test = try TestStore()
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

  /// Opens a store.
  ///
  /// - Parameters:
  ///   - start: what the clock shows first; a Monday morning by default.
  ///   - seed: where the random numbers begin.
  ///   - location: private memory by default; a file for tests that need readers beside a writer.
  ///   - configure: changes to the settings.
  /// - Throws: what opening a store and `configure` throw.
  public init(
    startingAt start: Timestamp = TestStore.monday, seed: UInt64 = 1,
    location: Database.Location = .memory,
    configure: (inout BackofficeStore.Configuration) throws -> Void = { _ in }
  ) throws {
    clock = ManualClock(start)
    var configuration = BackofficeStore.Configuration()
    configuration.database.clock = clock.clock
    configuration.database.random = .seeded(seed)
    configuration.database.template = Self.migrated
    try configure(&configuration)
    store = try BackofficeStore(location, configuration: configuration)
  }

  // Migrated once for the process: each store in memory begins as a copy of it. Without it a store
  // migrates by itself, so a failure here is no reason to fail.
  private static let migrated: DatabaseTemplate? = {
    var configuration = BackofficeStore.Configuration()
    configuration.database.clock = StoreClock { monday }
    guard let store = try? BackofficeStore(.memory, configuration: configuration) else {
      return nil
    }
    return try? DatabaseTemplate(copying: store.database)
  }()

  /// Monday, 5 January 2026, 09:00 UTC.
  public static let monday = Timestamp(microseconds: 1_767_603_600_000_000)
}
