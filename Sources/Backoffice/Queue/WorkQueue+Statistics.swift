public import BackofficeStorage

/// How a queue stands.
public struct QueueStatistics: Sendable, Hashable {
  /// The queue.
  public let queue: String
  /// When this was true.
  public let at: Timestamp
  /// Whether nothing of it is handed out.
  public let isPaused: Bool
  /// Items that wait for their first attempt, or were handed back.
  public let pending: Int
  /// Items that wait for another attempt.
  public let retrying: Int
  /// Those of both that are due and held back by nothing.
  public let ready: Int
  /// Items under a lease.
  public let running: Int
  /// Items that wait for a person.
  public let waitingForAction: Int
  /// Items that are paused.
  public let paused: Int
  /// What was finished lately.
  public let recent: Recent
  /// How long the oldest due item has been due, or nil when none is.
  public let oldestReadyAge: Duration?

  /// What a queue has finished since some time.
  public struct Recent: Sendable, Hashable {
    /// Since when.
    public let since: Timestamp
    /// Completed items.
    public let completed: Int
    /// Items that failed for good.
    public let failed: Int
    /// Cancelled items.
    public let cancelled: Int
    /// The mean time from being due to the first claim, or nil when none was claimed.
    public let meanWait: Duration?
    /// The mean time of the attempts that completed or failed an item, or nil when there are none.
    public let meanProcessing: Duration?

    /// Failed items of completed and failed ones.
    public var failureRate: Ratio {
      Ratio(numerator: failed, denominator: completed + failed)
    }
  }

  /// Items that are not finished.
  public var unfinished: Int { pending + retrying + running + waitingForAction + paused }
}

extension WorkQueue {
  static let countWaiting = SQLStatement(
    """
    SELECT ifnull(sum(status = 'pending'), 0), ifnull(sum(status = 'retrying'), 0),
      ifnull(sum(due_at <= ?2), 0)
    FROM queue_items INDEXED BY queue_items_claim
    WHERE queue = ?1 AND status IN ('pending', 'retrying') AND held_by IS NULL
    """)

  static let countHeldBack = SQLStatement(
    """
    SELECT ifnull(sum(status = 'pending'), 0), ifnull(sum(status = 'retrying'), 0),
      ifnull(sum(due_at <= ?2), 0)
    FROM queue_items
    WHERE queue = ?1 AND held_by IS NOT NULL AND status IN ('pending', 'retrying')
    """)

  // The bound on the lease only names the index of running items.
  static let countRunning = SQLStatement(
    """
    SELECT count(*) FROM queue_items
    WHERE status = 'running' AND lease_expires_at > 0 AND queue = ?1
    """)

  static let countHeld = SQLStatement(
    """
    SELECT ifnull(sum(status = 'waiting_for_action'), 0), ifnull(sum(status = 'paused'), 0)
    FROM queue_items WHERE queue = ?1 AND status IN ('paused', 'waiting_for_action')
    """)

  static let countRecent = SQLStatement(
    """
    SELECT ifnull(sum(status = 'completed'), 0), ifnull(sum(status = 'failed'), 0),
      ifnull(sum(status = 'cancelled'), 0), ifnull(sum(queue_wait_microseconds), 0),
      count(queue_wait_microseconds), ifnull(sum(processing_microseconds), 0),
      count(processing_microseconds)
    FROM queue_items WHERE finished_at >= ?2 AND queue = ?1
    """)

  static let isPaused = SQLStatement(
    "SELECT 1 FROM queue_controls WHERE queue = ? AND is_paused = 1")

  static let oldest = SQLStatement(
    """
    SELECT due_at FROM queue_items INDEXED BY queue_items_claim
    WHERE queue = ?1 AND priority = ?2 AND status IN ('pending', 'retrying')
      AND held_by IS NULL AND due_at <= ?3
    ORDER BY due_at LIMIT 1
    """)

  // Two partial indexes: what could be claimed, and what is held back.
  static let countDepth = SQLStatement(
    """
    SELECT (SELECT count(*) FROM queue_items INDEXED BY queue_items_claim
        WHERE queue = ?1 AND status IN ('pending', 'retrying') AND held_by IS NULL)
      + (SELECT count(*) FROM queue_items
        WHERE queue = ?1 AND held_by IS NOT NULL AND status IN ('pending', 'retrying'))
    """)

  /// How many items of a queue wait to be claimed, due or not.
  ///
  /// - Complexity: O(d) in that number.
  public func depth(_ queue: String = "default") throws -> Int {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.countDepth, queue) { try $0.value(at: 0) } ?? 0
    }
  }

  /// How a queue stands, at one moment.
  ///
  /// - Parameters:
  ///   - queue: its name; a name that nobody used gives zeros.
  ///   - window: how far back finished items are counted; 24 hours by default.
  /// - Complexity: O(u + f) in the unfinished items of the queue and all items finished within the
  ///   window; older ones are not looked at.
  public func statistics(
    queue: String = "default", window: Duration = .hours(24)
  ) throws -> QueueStatistics {
    try access.read { transaction in
      let now = transaction.now
      let waiting = try transaction.fetchOne(Self.countWaiting, queue, now) { row in
        try Self.integers(row, count: 3)
      }
      let back = try transaction.fetchOne(Self.countHeldBack, queue, now) { row in
        try Self.integers(row, count: 3)
      }
      let running = try transaction.fetchOne(Self.countRunning, queue) { row in
        try Self.integers(row, count: 1)
      }
      let held = try transaction.fetchOne(Self.countHeld, queue) { row in
        try Self.integers(row, count: 2)
      }
      let since = now - window
      let recent = try transaction.fetchOne(Self.countRecent, queue, since) { row in
        try QueueStatistics.Recent(since: since, row)
      }
      var oldest: Timestamp?
      for priority in 1...5 {
        let due = try transaction.fetchOne(Self.oldest, queue, priority, now) { row in
          try row.value(at: 0, as: Timestamp.self)
        }
        oldest = [oldest, due].compactMap(\.self).min()
      }
      let isPaused = try transaction.fetchOne(Self.isPaused, queue) { _ in true } ?? false
      return QueueStatistics(
        queue: queue, at: now, isPaused: isPaused, pending: (waiting?[0] ?? 0) + (back?[0] ?? 0),
        retrying: (waiting?[1] ?? 0) + (back?[1] ?? 0), ready: waiting?[2] ?? 0,
        running: running?[0] ?? 0,
        waitingForAction: held?[0] ?? 0, paused: held?[1] ?? 0,
        recent: recent ?? QueueStatistics.Recent(since: since),
        oldestReadyAge: oldest.map { now - $0 })
    }
  }

  private static func integers(_ row: borrowing Row, count: Int) throws -> [Int] {
    var values: [Int] = []
    for index in 0..<count { values.append(try row.value(at: index)) }
    return values
  }
}

extension QueueStatistics.Recent {
  fileprivate init(since: Timestamp) {
    self.init(
      since: since, completed: 0, failed: 0, cancelled: 0, meanWait: nil, meanProcessing: nil)
  }

  fileprivate init(since: Timestamp, _ row: borrowing Row) throws {
    self.since = since
    completed = try row.value(at: 0)
    failed = try row.value(at: 1)
    cancelled = try row.value(at: 2)
    meanWait = Self.mean(sum: try row.value(at: 3), count: try row.value(at: 4))
    meanProcessing = Self.mean(sum: try row.value(at: 5), count: try row.value(at: 6))
  }

  private static func mean(sum: Int64, count: Int64) -> Duration? {
    count > 0 ? .microseconds(sum / count) : nil
  }
}
