public import BackofficeStorage

/// A rule that enqueues an item again and again.
public struct QueueSchedule: Sendable, Hashable {
  /// Names the schedule.
  public var id: ID<QueueSchedule>
}
