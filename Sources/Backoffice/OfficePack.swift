/// The office: customers, staff, subscriptions, directories, submissions, actions, plans, history,
/// usage, and their links to the queue.
///
/// ``BackofficeQueue/BackofficeStore/init(_:configuration:)`` opens a store with this pack.
public struct OfficePack: StorePack {
  /// `office`.
  public let name = "office"

  /// Creates the pack.
  public init() {}

  /// The tables of the office, with one migration per room.
  public var migrations: [MigrationPack] { [OfficeSchema.migrations] }

  /// The rules of the rooms, followed by the rules that link them.
  public var rules: RuleSet {
    .merging([
      .customers, .staff, .subscriptions, .usage, .actions, .plans, .submissions, .links,
      .appendOnly,
    ])
  }

  /// The upkeep tasks of the office.
  public var upkeep: [UpkeepTask] { UpkeepTask.office }
}

extension RuleSet {
  /// What the SQL triggers of these tables do not see: the rows that `REPLACE` deletes.
  static let appendOnly = RuleSet(
    triggers: [
      "status_history", "audit_log", "usage_events", "usage_answers", "credit_entries",
      "credit_answers", "credit_uses", "tier_versions", "subscription_charges",
    ].map { Trigger.appendOnly($0) })
}

extension BackofficeStore {
  /// Opens a back office: a store with the queue, the office and the packs of the configuration.
  ///
  /// - Parameters:
  ///   - location: a file, a read-only file or an in-memory database.
  ///   - configuration: the configuration.
  /// - Throws: the errors of `BackofficeQueue/BackofficeStore/init(_:packs:configuration:)`.
  public init(
    _ location: Database.Location, configuration: Configuration = Configuration()
  ) throws {
    try self.init(location, packs: [OfficePack()], configuration: configuration)
  }
}
