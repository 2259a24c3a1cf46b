/// How a queue stands.
public struct QueueStatistics: Sendable, Hashable {
  /// The queue.
  public let queue: String
  /// When this was true.
  public let at: Timestamp
  /// Whether nothing of it is handed out.
  public let isPaused: Bool
  /// Since when it takes nothing new; nil for a queue that does.
  public let drainingSince: Timestamp?
  /// Items that wait for their first attempt, or were handed back; due or not, held back or not.
  public let pending: Int
  /// Items that wait for another attempt.
  public let retrying: Int
  /// Those of both that could be claimed now.
  public let ready: Int
  /// Items under a lease.
  public let running: Int
  /// Items that wait for something outside the queue.
  public let parked: Int
  /// Items that are paused.
  public let paused: Int
  /// Finished items that have not been purged.
  public let kept: Kept
  /// Waiting and running items by kind; kinds without any are left out.
  public let unfinishedByKind: [String: Int]
  /// How each priority stands, 1 to 5.
  public let priorities: [Priority]
  /// What was finished lately.
  public let recent: Recent

  /// How long the oldest item that could be claimed has been due, or nil when there is none.
  public var oldestReadyAge: Duration? { priorities.compactMap(\.oldestReadyAge).max() }

  /// Items that wait to be claimed, due or not.
  public var depth: Int { pending + retrying }

  /// Items that are not finished.
  public var unfinished: Int { pending + retrying + running + parked + paused }

  /// Finished items that are still there.
  public struct Kept: Sendable, Hashable {
    /// Completed items.
    public let completed: Int
    /// Items that failed for good: the dead ones.
    public let failed: Int
    /// Cancelled items.
    public let cancelled: Int
  }

  /// How a priority of a queue stands.
  public struct Priority: Sendable, Hashable {
    /// 1, the highest, to 5.
    public let priority: Int
    /// Items that wait to be claimed, due or not.
    public let depth: Int
    /// How long the oldest item that could be claimed has been due, or nil when there is none.
    public let oldestReadyAge: Duration?
  }

  /// What a queue has finished since some time.
  ///
  /// Kept in slots of five minutes for two days, of an hour for sixty, of a day for two years; so
  /// the window begins with the slot that its beginning falls into.
  public struct Recent: Sendable, Hashable {
    /// Since when.
    public let since: Timestamp
    /// Until when.
    public let until: Timestamp
    /// Completed items.
    public internal(set) var completed = 0
    /// How often an item failed for good; one that is tried again and fails again counts twice.
    public internal(set) var failed = 0
    /// Cancelled items.
    public internal(set) var cancelled = 0
    /// The times from being due to the first claim.
    public internal(set) var wait = LatencyHistogram()
    /// The times of the attempts that completed or failed an item.
    public internal(set) var processing = LatencyHistogram()

    /// The mean time from being due to the first claim, or nil when none was claimed.
    public var meanWait: Duration? { wait.mean }
    /// The mean time of the attempts that completed or failed an item, or nil when there are none.
    public var meanProcessing: Duration? { processing.mean }

    /// Failed items of completed and failed ones.
    public var failureRate: Ratio {
      Ratio(numerator: failed, denominator: completed + failed)
    }

    /// Completed and failed items in a minute.
    public var throughputPerMinute: Double {
      let minutes = Double(max(1, (until - since).microseconds)) / 60_000_000
      return Double(completed + failed) / minutes
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
      case .completed: completed += items
      case .failed: failed += items
      default: cancelled += items
      }
    }
  }
}

/// From when on a queue is in trouble.
public struct QueueAlertLimits: Sendable, Hashable {
  /// How many items may wait: 1,000.
  public var depth = 1_000
  /// How many of a hundred finished items may have failed: 5.
  public var failurePercent = 5
  /// How many items must have been finished for their failures to say anything: 20.
  public var leastFinished = 20
  /// How far back finished items count: an hour.
  public var window: Duration = .hours(1)
  /// How long an item may be due before it is claimed; nil for any time.
  public var oldestReadyAge: Duration?

  /// Creates the usual limits.
  public init() {}
}

/// That a queue is in trouble.
public enum QueueAlert: Sendable, Hashable {
  /// More items wait than may.
  case depth(queue: String, depth: Int, limit: Int)
  /// More of the finished items failed than may.
  case failureRate(queue: String, rate: Ratio, limitPercent: Int)
  /// An item has been due for longer than it may.
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
