public import Backoffice

/// The result of a refresh of the snapshots.
public struct SnapshotRefresh: Sendable, Hashable {
  /// The days that were computed; nil if all snapshots were up to date.
  public let days: ClosedRange<CalendarDate>?
  /// How many buckets were computed, over all pipelines.
  public let buckets: Int
  /// How many rows were new, different or removed.
  public let changedRows: Int
}

/// The progress of a refresh, reported after each of its transactions.
public struct SnapshotProgress: Sendable, Hashable {
  /// All days of the refresh.
  public let days: ClosedRange<CalendarDate>
  /// The last day that was computed.
  public let lastDone: CalendarDate
  /// How many rows were new, different or removed so far.
  public let changedRows: Int

  /// The share of the days that were computed, from 0 to 1.
  public var fraction: Double {
    let all = days.upperBound.daysSince1970 - days.lowerBound.daysSince1970 + 1
    return Double(lastDone.daysSince1970 - days.lowerBound.daysSince1970 + 1) / Double(all)
  }
}
