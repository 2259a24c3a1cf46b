/// Something that happened to a worker and that operators want to see.
public enum WorkerEvent: Sendable, Hashable {
  /// It looks for work now.
  case started
  /// A handler began.
  case began(item: ID<QueueItem>, kind: String, attempt: Int)
  /// An attempt ended, and that is durable.
  case ended(item: ID<QueueItem>, kind: String, outcome: JobOutcome)
  /// A handler was asked to stop.
  case stopping(item: ID<QueueItem>, kind: String, reason: JobContext.StopReason)
  /// A handler did not return although its lease is gone; another one may have its slot.
  case unresponsive(item: ID<QueueItem>, kind: String)
  /// A transaction of the worker failed; it is tried again after a while, and nothing is lost.
  case transactionFailed(reason: String, retryAfter: Duration)
  /// Something for the whole store failed; it is tried again the next time.
  case upkeepFailed(name: String, reason: String)
  /// The worker stopped, with the number of handlers still running and of results not written.
  case stopped(unreturned: Int, unwritten: Int)
}

/// The state of a worker at one moment, and what it did since it began.
public struct WorkerMetrics: Sendable, Hashable {
  /// Handlers that run under a lease.
  public var running = 0
  /// Items that were claimed ahead.
  public var waiting = 0
  /// Handlers that run although their lease is gone.
  public var unreturned = 0
  /// Ends of attempts that are not written yet.
  public var unwritten = 0
  /// Attempts that began.
  public var began = 0
  /// Attempts that ended, and are written.
  public var ended = 0
  /// Transactions that succeeded.
  public var transactions = 0
  /// Transactions that failed.
  public var failures = 0
}
