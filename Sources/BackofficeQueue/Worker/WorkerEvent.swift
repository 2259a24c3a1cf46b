/// An event of a worker, for operators.
public enum WorkerEvent: Sendable, Hashable {
  /// The worker started.
  case started
  /// A handler started.
  case began(item: ID<QueueItem>, kind: String, attempt: Int)
  /// The end of an attempt was committed.
  case ended(item: ID<QueueItem>, kind: String, outcome: JobOutcome)
  /// A handler was requested to stop.
  case stopping(item: ID<QueueItem>, kind: String, reason: JobContext.StopReason)
  /// A handler that lost its lease did not return, and its slot was freed.
  case unresponsive(item: ID<QueueItem>, kind: String)
  /// A transaction of the worker failed; it is retried later, and nothing is lost.
  case transactionFailed(reason: String, retryAfter: Duration)
  /// An upkeep task failed; it is retried the next time.
  case upkeepFailed(name: String, reason: String)
  /// The worker stopped, with the numbers of running handlers and of unwritten results.
  case stopped(unreturned: Int, unwritten: Int)
}

/// The state of a worker at one moment, and its counters since it started.
public struct WorkerMetrics: Sendable, Hashable {
  /// Handlers that run under a lease.
  public var running = 0
  /// Items that were claimed ahead.
  public var waiting = 0
  /// Handlers that still run after their lease was lost.
  public var unreturned = 0
  /// Ends of attempts that are not yet written.
  public var unwritten = 0
  /// Attempts that started.
  public var began = 0
  /// Attempts whose end is written.
  public var ended = 0
  /// Transactions that succeeded.
  public var transactions = 0
  /// Transactions that failed.
  public var failures = 0
}
