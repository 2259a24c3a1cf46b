/// A group of queue items, with counters that each write keeps up to date.
public struct Batch: Sendable, Hashable {
  /// The ID of the batch.
  public var id: ID<Batch>
  /// The account of its items, unless an item sets its own.
  public var account: Account?
  /// The name to display.
  public var name: String
  /// The description.
  public var description: String?
  /// The current status.
  public var status: Status
  /// The priority of its items unless they set their own, from 1 (highest) to 5.
  public var priority: Int
  /// The maximum number of its items that run at a time.
  public var maxConcurrentItems: Int
  /// Whether the first permanent failure of an item ends the batch.
  public var stopOnError: Bool
  /// Whether its items are retried; applied when an item is enqueued.
  public var retryFailedItems: Bool
  /// When its items become due, unless an item sets its own.
  public var scheduledAt: Timestamp?
  /// When its first item was claimed.
  public var startedAt: Timestamp?
  /// When it finished.
  public var finishedAt: Timestamp?
  /// When it is expected to finish.
  public var estimatedCompletionAt: Timestamp?
  /// The numbers of its items by status, maintained by the store.
  public var counters: Counters
  /// The program's own rules for its items.
  public var rules: JSONText
  /// The events to notify people of.
  public var notificationSettings: JSONText
  /// The error message, if it failed.
  public var errorMessage: String?
  /// Additional data of the program.
  public var metadata: JSONText
  /// When it was created.
  public var createdAt: Timestamp
  /// When its row last changed.
  public var updatedAt: Timestamp
  /// Whether it accepts items until it is sealed.
  var staysOpen: Bool
  /// When it was sealed, after which it accepts no items.
  public var sealedAt: Timestamp?

  /// Until when it accepts items.
  public var intake: Intake { staysOpen ? .untilSealed : .untilFinished }

  /// The numbers of items of a batch by status.
  public struct Counters: Sendable, Hashable, Codable {
    /// All items.
    public var total = 0
    /// Pending and retrying.
    public var pending = 0
    /// Running.
    public var running = 0
    /// Paused or parked.
    public var waiting = 0
    /// Completed.
    public var completed = 0
    /// Failed permanently.
    public var failed = 0
    /// Cancelled.
    public var cancelled = 0
    /// The sum of the processing times.
    public var processingMicrosecondsSum: Int64 = 0
    /// The number of items with a processing time.
    public var processingCount = 0

    /// Creates counters of zero.
    public init() {}

    init(
      total: Int, pending: Int, running: Int, waiting: Int, completed: Int, failed: Int,
      cancelled: Int, processingMicrosecondsSum: Int64, processingCount: Int
    ) {
      self.total = total
      self.pending = pending
      self.running = running
      self.waiting = waiting
      self.completed = completed
      self.failed = failed
      self.cancelled = cancelled
      self.processingMicrosecondsSum = processingMicrosecondsSum
      self.processingCount = processingCount
    }

    /// Finished items.
    public var finished: Int { completed.adding(failed).adding(cancelled) }
    /// Unfinished items.
    public var unfinished: Int { pending.adding(running).adding(waiting) }
  }

  /// Finished items of all items; an empty batch has no percentage.
  public var progress: Ratio {
    Ratio(numerator: counters.finished, denominator: counters.total)
  }

  /// Completed items of finished items; nil percent before the first has finished.
  public var successRate: Ratio {
    Ratio(numerator: counters.completed, denominator: counters.finished)
  }

  /// The mean processing time of its finished items, or nil before there is one.
  public var meanProcessingTime: Duration? {
    guard counters.processingCount > 0 else { return nil }
    return .microseconds(
      counters.processingMicrosecondsSum / Int64(counters.processingCount))
  }
}

extension Batch {
  /// The status of a batch.
  public enum Status: String, TextEnum {
    /// No item was claimed yet.
    case pending
    /// An item was claimed, and not all have finished.
    case processing
    /// None of its items is claimed until it is resumed.
    case paused
    /// All items have finished, and at least one was completed; or the batch was sealed without
    /// items.
    case completed
    /// All items have finished and none was completed; or one failed and the batch stops on errors.
    case failed
    /// The batch was cancelled.
    case cancelled

    /// Whether the batch has finished.
    public var isFinished: Bool { self == .completed || self == .failed || self == .cancelled }

    /// The allowed moves; a statement that makes any other move is refused.
    ///
    /// A finished batch returns to `processing` when one of its items is retried.
    static let moves: [(from: Status, to: Set<Status>)] = [
      (.pending, [.processing, .paused, .completed, .failed, .cancelled]),
      (.processing, [.paused, .completed, .failed, .cancelled]),
      (.paused, [.pending, .processing, .completed, .failed, .cancelled]),
      (.completed, [.processing, .failed]),
      (.failed, [.processing, .completed]),
      (.cancelled, []),
    ]

    static let transitions = TransitionTable(
      moves.map { (from: $0.from.rawValue, to: Set($0.to.map(\.rawValue))) })

    /// Whether a batch may go from this status to `other`.
    public func canMove(to other: Status) -> Bool {
      Self.moves.contains { $0.from == self && $0.to.contains(other) }
    }
  }
}
