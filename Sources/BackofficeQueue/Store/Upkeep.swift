/// A periodic task for a whole store, such as rescuing items with expired leases.
///
/// Packs declare tasks; workers, ``Upkeep/run(_:)`` and `backoffice maintain` run them. The next
/// time of each task is stored in the file, so several processes do not run a task twice.
public struct UpkeepTask: Sendable {
  /// The name, which starts with the name of its pack, such as `queue.rescue`.
  public let name: String
  /// The interval from one run to the next.
  public let interval: Duration
  /// A one-line description.
  public let summary: String
  let perform: @Sendable (borrowing WriteTransaction, inout UpkeepPage) throws -> Void

  /// Whether the task is due at `now`; a time after the next interval was noted before the clock was
  /// set back.
  func isDue(_ dueAt: Timestamp, at now: Timestamp) -> Bool {
    dueAt <= now || dueAt > now + interval
  }

  /// Declares a task.
  ///
  /// - Parameters:
  ///   - name: the name, which starts with the name of the pack, such as `visits.close`.
  ///   - interval: the interval from one run to the next; at least a second.
  ///   - summary: a one-line description.
  ///   - perform: does a bounded part of the work in one transaction, and reports in the page what
  ///     it did and whether work remains, in which case it is called again. It must not rely on
  ///     being called at exact times; read the time from `BackofficeStorage/Transaction/now`.
  public init(
    _ name: String, every interval: Duration, summary: String,
    perform: @escaping @Sendable (borrowing WriteTransaction, inout UpkeepPage) throws -> Void
  ) {
    self.name = name
    self.interval = max(.seconds(1), interval)
    self.summary = summary
    self.perform = perform
  }
}

/// The result of one transaction of an upkeep task.
public struct UpkeepPage: Sendable {
  /// The number of entities that it processed.
  public var count = 0
  /// Whether more work remains now.
  public var isMoreLeft = false
  /// When the task has work before its interval ends; nil if unknown.
  public var nextAt: Timestamp?
  /// Where the next page of the run continues; nil at the start of a run.
  public var cursor: PageCursor?
  /// The messages of rules that refused a change; the run continues.
  public var refusals: [String] = []

  /// Records a part of the work.
  ///
  /// - Parameters:
  ///   - count: the number of entities that were processed.
  ///   - limit: the size of a page; if `count` reaches it, more work may remain.
  public mutating func note(_ count: Int, limit: Int) {
    self.count += count
    isMoreLeft = count >= limit
  }
}

/// The state of a task, as stored in the file.
public struct UpkeepState: Sendable, Hashable {
  /// The name.
  public let name: String
  /// A one-line description.
  public let summary: String
  /// The interval from one run to the next.
  public let interval: Duration
  /// When it is next due.
  public let dueAt: Timestamp
  /// When its last recorded run started; nil before the first.
  public let lastStartedAt: Timestamp?
  /// When that run ended.
  public let lastFinishedAt: Timestamp?
  /// The number of entities that the run processed.
  public let lastCount: Int
  /// The error or refusal of that run; nil if there was none.
  public let lastError: String?
  /// The number of recorded runs.
  public let runCount: Int
  /// The number of consecutive failed runs.
  public let failureCount: Int
}

/// The result of a run of upkeep.
public struct UpkeepReport: Sendable, Hashable {
  /// The number of entities that each task processed, by the name of the task.
  public var counts: [String: Int] = [:]
  /// The errors of failed tasks, by the name of the task; they run again after their interval.
  public var failures: [String: String] = [:]
  /// The earliest time at which one of the tasks has work; nil if unknown.
  public var nextAt: Timestamp?
}
