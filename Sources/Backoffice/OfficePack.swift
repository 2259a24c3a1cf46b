/// The office: customers, staff, subscriptions, directories, submissions, actions, plans, history,
/// usage and what ties them to the queue.
///
/// ``BackofficeQueue/BackofficeStore/init(_:configuration:)`` opens a store with it.
public struct OfficePack: StorePack {
  /// `office`.
  public let name = "office"

  /// Creates the pack.
  public init() {}

  /// The tables of the office, a migration for each room.
  public var migrations: [MigrationPack] { [OfficeSchema.migrations] }

  /// The rules of the rooms, then those that tie them together.
  public var rules: RuleSet {
    .merging([
      .customers, .staff, .subscriptions, .usage, .actions, .plans, .submissions, .links,
    ])
  }

  /// What the office does by itself from time to time.
  public var upkeep: [UpkeepTask] { UpkeepTask.office }
}

extension BackofficeStore {
  /// Opens a back office: a store with the queue, the office and the packs of the settings.
  ///
  /// - Parameters:
  ///   - location: a file, a file to read only, or private memory.
  ///   - configuration: the settings.
  /// - Throws: as `BackofficeQueue/BackofficeStore/init(_:packs:configuration:)`.
  public init(
    _ location: Database.Location, configuration: Configuration = Configuration()
  ) throws {
    try self.init(location, packs: [OfficePack()], configuration: configuration)
  }
}
