public import Backoffice

/// Makes a store check and rebuild the snapshots, too.
///
/// ```swift
/// configuration.extensions = [AnalyticsExtension()]
/// ```
///
/// The tables are part of the core; without this everything else of analytics works as well.
public struct AnalyticsExtension: StoreExtension {
  /// None: the tables come with the core.
  public var migrations: [MigrationPack] { [] }
  /// The check of the snapshots.
  public var rules: RuleSet { RuleSet(derivedValues: [SnapshotValue()]) }

  /// Creates the extension.
  public init() {}
}
