/// The statistics of a queue.
public struct QueueStatistics: Sendable, Hashable {
  /// The queue.
  public let queue: String
  /// The time of the statistics.
  public let at: Timestamp
  /// Whether the queue is paused.
  public let isPaused: Bool
  /// Since when the queue is draining; nil if it is not.
  public let drainingSince: Timestamp?
  /// Pending items, due or not, held or not.
  public let pending: Int
  /// Items that wait for a retry.
  public let retrying: Int
  /// Pending and retrying items that are claimable now.
  public let ready: Int
  /// Items under a lease.
  public let running: Int
  /// Parked items.
  public let parked: Int
  /// Paused items.
  public let paused: Int
  /// Finished items that have not been purged.
  public let kept: Kept
  /// Waiting and running items by kind; kinds without any are omitted.
  public let unfinishedByKind: [String: Int]
  /// The statistics of each priority, 1 to 5.
  public let priorities: [Priority]
  /// The recently finished items.
  public let recent: Recent

  /// How long the oldest claimable item has been due, or nil if there is none.
  public var oldestReadyAge: Duration? { priorities.compactMap(\.oldestReadyAge).max() }

  /// Items that wait to be claimed, due or not.
  public var depth: Int { pending + retrying }

  /// Items that are not finished.
  public var unfinished: Int { pending + retrying + running + parked + paused }

  /// Finished items that have not been purged.
  public struct Kept: Sendable, Hashable {
    /// Completed items.
    public let completed: Int
    /// Items that failed permanently: the dead items.
    public let failed: Int
    /// Cancelled items.
    public let cancelled: Int
  }

  /// The statistics of a priority of a queue.
  public struct Priority: Sendable, Hashable {
    /// The priority, from 1 (highest) to 5.
    public let priority: Int
    /// Items that wait to be claimed, due or not.
    public let depth: Int
    /// How long the oldest claimable item has been due, or nil if there is none.
    public let oldestReadyAge: Duration?
  }

  /// The items that a queue finished in a window of time.
  ///
  /// Counts are kept in slots of five minutes for two days, of an hour for sixty days, and of a day
  /// for two years. The window starts at the start of a slot.
  public struct Recent: Sendable, Hashable {
    /// The start of the window.
    public let since: Timestamp
    /// The end of the window.
    public let until: Timestamp
    /// Completed items.
    public internal(set) var completed = 0
    /// The number of permanent failures; an item that is retried and fails again counts twice.
    public internal(set) var failed = 0
    /// Cancelled items.
    public internal(set) var cancelled = 0
    /// The times from the due time to the first claim.
    public internal(set) var wait = LatencyHistogram()
    /// The times of the attempts that completed or failed an item.
    public internal(set) var processing = LatencyHistogram()

    /// The mean time from the due time to the first claim, or nil if none was claimed.
    public var meanWait: Duration? { wait.mean }
    /// The mean time of the attempts that completed or failed an item, or nil when there are none.
    public var meanProcessing: Duration? { processing.mean }

    /// The share of failed items in completed and failed items.
    public var failureRate: Ratio {
      Ratio(numerator: failed, denominator: completed.adding(failed))
    }

    /// Completed and failed items per minute.
    public var throughputPerMinute: Double {
      let minutes = Double(max(1, (until - since).microseconds)) / 60_000_000
      return (Double(completed) + Double(failed)) / minutes
    }

    mutating func add(
      _ measure: QueueMeasures.Measure, _ outcome: QueueItem.Status, bucket: Int, items: Int,
      sum: Int64
    ) {
      guard measure == .processing else {
        wait.add(items, bucket: bucket, sum: sum)
        return
      }
      processing.add(items, bucket: bucket, sum: sum)
      switch outcome {
      case .completed: completed.add(items)
      case .failed: failed.add(items)
      default: cancelled.add(items)
      }
    }
  }
}

/// The thresholds of the alerts of a queue.
public struct QueueAlertLimits: Sendable, Hashable {
  /// The maximum number of waiting items; 1,000 by default.
  public var depth = 1_000
  /// The maximum percentage of failed items; 5 by default.
  public var failurePercent = 5
  /// The minimum number of finished items for an alert about failures; 20 by default.
  public var leastFinished = 20
  /// The window of finished items; an hour by default.
  public var window: Duration = .hours(1)
  /// The maximum time that an item is due before it is claimed; nil for no maximum.
  public var oldestReadyAge: Duration?

  /// Creates the default thresholds.
  public init() {}
}

/// An alert about a queue.
public enum QueueAlert: Sendable, Hashable {
  /// Too many items wait.
  case depth(queue: String, depth: Int, limit: Int)
  /// Too many of the finished items failed.
  case failureRate(queue: String, rate: Ratio, limitPercent: Int)
  /// An item has been due for too long.
  case oldestReady(queue: String, age: Duration, limit: Duration)
}

extension QueueAlert: CustomStringConvertible {
  /// One line: which queue, what was found, and what is allowed.
  public var description: String {
    switch self {
    case .depth(let queue, let depth, let limit):
      "queue \(queue): \(depth) items wait, more than \(limit)"
    case .failureRate(let queue, let rate, let limit):
      "queue \(queue): \(rate) of the finished items failed, more than \(limit) %"
    case .oldestReady(let queue, let age, let limit):
      "queue \(queue): an item has been due for \(age), longer than \(limit)"
    }
  }
}
