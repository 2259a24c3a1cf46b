public import Backoffice

/// What a refresh of the snapshots did.
public struct SnapshotRefresh: Sendable, Hashable {
  /// The days that were computed; nil when there was nothing to do.
  public let days: ClosedRange<CalendarDate>?
  /// How many buckets were computed, over all pipelines.
  public let buckets: Int
  /// How many rows were new, different or removed.
  public let changedRows: Int
}

/// How far a refresh has come, told after each of its transactions.
public struct SnapshotProgress: Sendable, Hashable {
  /// The days that the refresh is to compute.
  public let days: ClosedRange<CalendarDate>
  /// The last day that is done.
  public let lastDone: CalendarDate
  /// How many rows were new, different or removed so far.
  public let changedRows: Int

  /// The share of the days that are done, from 0 to 1.
  public var fraction: Double {
    let all = days.upperBound.daysSince1970 - days.lowerBound.daysSince1970 + 1
    return Double(lastDone.daysSince1970 - days.lowerBound.daysSince1970 + 1) / Double(all)
  }
}
