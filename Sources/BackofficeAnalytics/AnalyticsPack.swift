public import Backoffice

/// Analytics: the sums of status history, the snapshots that follow from them, and dashboards.
///
/// ```swift
/// configuration.packs = [AnalyticsPack()]
/// ```
///
/// A store without the pack keeps no figures of the past. A store that gets the pack later computes them
/// from its history when it is next opened.
public struct AnalyticsPack: StorePack {
  /// `analytics`.
  public let name = "analytics"

  /// Creates the pack.
  public init() {}

  /// The tables of analytics.
  public var migrations: [MigrationPack] { [AnalyticsSchema.migrations] }

  /// The rules that keep the sums and check the snapshots.
  public var rules: RuleSet {
    RuleSet(
      triggers: [MergedSubmissionDays.trigger],
      derivedValues: [AnalyticsFlows(), AnalyticsConversions(), SnapshotValue()])
  }

  /// The task that takes snapshots.
  public var upkeep: [UpkeepTask] { [.snapshots] }
}

extension UpkeepTask {
  /// Takes the snapshots that are missing or out of date, up to yesterday.
  public static let snapshots = UpkeepTask(
    "analytics.snapshots", every: .hours(1),
    summary: "takes the snapshots that are missing or out of date"
  ) { transaction, page in
    guard let step = try Analytics.advance(transaction) else {
      page.isMoreLeft = false
      return
    }
    page.count += step.changedRows
    page.isMoreLeft = !step.isLast
  }
}
