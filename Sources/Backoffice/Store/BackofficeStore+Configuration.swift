extension BackofficeStore {
  /// The settings of a store.
  public struct Configuration: Sendable {
    /// The settings of the database underneath: durability, limits, clock, zone.
    public var database = Database.Configuration()
    /// Floors above the core that keep tables of their own in the file, such as analytics.
    public var extensions: [any StoreExtension] = []
    /// The program's own migrations, run after the core's.
    public var migrations: [MigrationPack] = []
    /// The program's own rules, on its own tables or the core's; they run after the core's.
    public var triggers: [Trigger] = []

    /// Creates the default settings.
    public init() {}
  }
}

/// A floor above the core: its tables, and the rules that keep them.
public protocol StoreExtension: Sendable {
  /// The migrations of its tables.
  var migrations: [MigrationPack] { get }
  /// Its rules, run after the core's.
  var rules: RuleSet { get }
}
