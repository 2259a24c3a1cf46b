/// Something that is done for a whole store now and then, such as taking back expired leases.
///
/// Tasks are brought by packs and run by any worker, by ``Upkeep/run(_:)`` and by the program
/// `backoffice maintain`. Several of them share a store: each task has its next time in the file, and
/// one that another process has run is not due.
public struct UpkeepTask: Sendable {
  /// What it is called; begins with the name of its pack, such as `queue.rescue`.
  public let name: String
  /// How long after a run the next one is due.
  public let interval: Duration
  /// One line on what it does.
  public let summary: String
  let perform: @Sendable (borrowing WriteTransaction, inout UpkeepPage) throws -> Void

  /// Declares a task.
  ///
  /// - Parameters:
  ///   - name: begins with the name of the pack, such as `visits.close`.
  ///   - interval: how long after a run the next one is due; at least a second.
  ///   - summary: one line on what it does.
  ///   - perform: does a bounded part in one transaction, and says in the page what it did and whether
  ///     more is left. It runs again at once while more is left, and must not count on being called at
  ///     exact times: ask the transaction for `BackofficeStorage/Transaction/now`.
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

/// What one transaction of an upkeep task did.
public struct UpkeepPage: Sendable {
  /// How many entities it dealt with.
  public var count = 0
  /// Whether more is left to do at once.
  public var isMoreLeft = false
  /// When the task has something to do before its interval is over; nil when nothing is known.
  public var nextAt: Timestamp?
  /// Where the next page of the same run goes on; nil at the beginning of a run.
  public var cursor: PageCursor?
  /// What a rule refused to let it do, in words; the run goes on.
  public var refusals: [String] = []

  /// Notes a part of the work.
  ///
  /// - Parameters:
  ///   - count: how many entities it dealt with.
  ///   - limit: the size of its pages: when as many were dealt with, more may be left.
  public mutating func note(_ count: Int, limit: Int) {
    self.count += count
    isMoreLeft = count >= limit
  }
}

/// How a task stands in the file.
public struct UpkeepState: Sendable, Hashable {
  /// What it is called.
  public let name: String
  /// One line on what it does.
  public let summary: String
  /// How long after a run the next one is due.
  public let interval: Duration
  /// When it is due.
  public let dueAt: Timestamp
  /// When its last run that is on record began; nil before the first.
  public let lastStartedAt: Timestamp?
  /// When that run ended.
  public let lastFinishedAt: Timestamp?
  /// How many entities that run dealt with.
  public let lastCount: Int
  /// Why that run failed, or what it was refused; nil when it did neither.
  public let lastError: String?
  /// How many runs are on record.
  public let runCount: Int
  /// How many runs in a row have failed.
  public let failureCount: Int
}

/// What a run of upkeep did.
public struct UpkeepReport: Sendable, Hashable {
  /// How many entities each task that ran dealt with, by the name of the task.
  public var counts: [String: Int] = [:]
  /// Why tasks failed, by the name of the task; they run again after their interval.
  public var failures: [String: String] = [:]
  /// The earliest moment at which a task that ran has something to do; nil when none knows one.
  public var nextAt: Timestamp?
}
