public import BackofficeStorage

extension WorkQueue {
  static let countsOf = SQLStatement(
    """
    SELECT kind, priority, pending, retrying, paused, waiting_for_action, completed, failed,
      cancelled
    FROM queue_counts WHERE queue = ?
    """)

  // The bound on the lease only names the index of running items.
  static let runningOf = SQLStatement(
    """
    SELECT priority FROM queue_items
    WHERE status = 'running' AND lease_expires_at > 0 AND queue = ?1
    """)

  static let readyOf = SQLStatement(
    """
    SELECT count(*) FROM (SELECT 1 FROM queue_items INDEXED BY queue_items_claim
      WHERE queue = ?1 AND priority = ?2 AND status IN ('pending', 'retrying')
        AND held_by IS NULL AND due_at <= ?3 LIMIT ?4)
    """)

  static let oldest = SQLStatement(
    """
    SELECT due_at FROM queue_items INDEXED BY queue_items_claim
    WHERE queue = ?1 AND priority = ?2 AND status IN ('pending', 'retrying')
      AND held_by IS NULL AND due_at <= ?3
    ORDER BY due_at LIMIT 1
    """)

  static let measuresOf = SQLStatement(
    """
    SELECT measure, outcome, bucket, items, microseconds_sum FROM queue_measures
    WHERE queue = ?1 AND slot_at >= ?2 AND (?3 IS NULL OR kind = ?3)
    """)

  static let nextQueue = SQLStatement(
    "SELECT queue FROM queue_counts WHERE queue > ? ORDER BY queue LIMIT 1")

  private static let control = SQLStatement(
    "SELECT is_paused, draining_since FROM queue_controls WHERE queue = ?")

  /// The names of all queues that have or had items, in order, those after `name` when one is given.
  ///
  /// - Parameters:
  ///   - name: the last name of the page before.
  ///   - limit: the most names; 100 by default, 1,000 at most.
  /// - Complexity: O(limit log n).
  public func names(after name: String = "", limit: Int = PageLimit.standard) throws -> [String] {
    try access.read { transaction in
      var names: [String] = []
      var last = name
      while names.count < PageLimit.clamped(limit),
        let next: String = try transaction.fetchOne(
          Self.nextQueue, last, decode: { try $0.value(at: 0) })
      {
        names.append(next)
        last = next
      }
      return names
    }
  }

  /// How many items of a queue wait to be claimed, due or not.
  ///
  /// Inside a transaction what it did itself shows only after the commit.
  ///
  /// - Complexity: O(k + r) in the kinds of the queue and the items that run in all queues; the
  ///   backlog is not counted.
  public func depth(_ queue: String = "default") throws -> Int {
    try access.read { transaction in try Backlog(queue, transaction).depth }
  }

  /// How a queue stands, at one moment.
  ///
  /// - Parameters:
  ///   - queue: its name; a name that nobody used gives zeros.
  ///   - window: how far back finished items are counted; 24 hours by default.
  ///   - kind: counts only finished items of the kind; nil for all.
  /// - Complexity: O(k + r + w) in the kinds of the queue, the items that run in all queues, and the
  ///   slots of the window; neither waiting nor finished items are counted one by one, except ready
  ///   ones up to ``QueueStatistics/readyLimit``.
  public func statistics(
    queue: String = "default", window: Duration = .hours(24), kind: String? = nil
  ) throws -> QueueStatistics {
    try access.read { transaction in
      let now = transaction.now
      let backlog = try Backlog(queue, transaction)
      let control = try transaction.fetchOne(Self.control, queue) { row in
        (
          isPaused: try row.value(at: 0, as: Bool.self),
          drainingSince: try row.value(at: 1, as: Timestamp?.self)
        )
      }
      var ready = 0
      var priorities: [QueueStatistics.Priority] = []
      for priority in 1...5 {
        let due = try transaction.fetchOne(Self.oldest, queue, priority, now) { row in
          try row.value(at: 0, as: Timestamp.self)
        }
        if due != nil, ready < QueueStatistics.readyLimit {
          ready +=
            try transaction.fetchOne(
              Self.readyOf, queue, priority, now, QueueStatistics.readyLimit - ready
            ) { try $0.value(at: 0, as: Int.self) } ?? 0
        }
        priorities.append(
          QueueStatistics.Priority(
            priority: priority, depth: backlog.depth(priority),
            oldestReadyAge: due.map { now - $0 }))
      }
      return QueueStatistics(
        queue: queue, at: now, isPaused: control?.isPaused ?? false,
        drainingSince: control?.drainingSince, pending: backlog.pending,
        retrying: backlog.sums[1], ready: ready, running: backlog.running,
        waitingForAction: backlog.sums[3], paused: backlog.sums[2],
        kept: QueueStatistics.Kept(
          completed: backlog.sums[4], failed: backlog.sums[5], cancelled: backlog.sums[6]),
        unfinishedByKind: backlog.kinds.filter { $0.value != 0 }, priorities: priorities,
        recent: try Self.recent(queue, kind: kind, window: window, transaction))
    }
  }

  private static func recent(
    _ queue: String, kind: String?, window: Duration, _ transaction: borrowing ReadTransaction
  ) throws -> QueueStatistics.Recent {
    let now = transaction.now
    let since = QueueCounts.Measure.slot(now - window)
    var recent = QueueStatistics.Recent(since: since, until: now)
    try transaction.forEach(measuresOf, queue, since, kind) { row in
      var column = row.reader()
      let measure: QueueCounts.Measure.What = try column.next()
      let outcome: QueueItem.Status = try column.next()
      recent.add(
        measure, outcome, bucket: try column.next(), items: try column.next(),
        sum: try column.next())
      return true
    }
    return recent
  }

  /// What is wrong with the queues: with all of them, or those named.
  ///
  /// - Parameters:
  ///   - queues: their names; nil for all, 1,000 at most.
  ///   - limits: from when on something is wrong.
  /// - Complexity: as ``statistics(queue:window:kind:)`` for each queue.
  public func alerts(
    queues: [String]? = nil, limits: QueueAlertLimits = QueueAlertLimits()
  ) throws -> [QueueAlert] {
    try access.read { transaction in
      var alerts: [QueueAlert] = []
      let queue = transaction.queue
      for name in try queues ?? queue.names(limit: PageLimit.maximum) {
        let found = try queue.statistics(queue: name, window: limits.window)
        if found.depth > limits.depth {
          alerts.append(.depth(queue: name, depth: found.depth, limit: limits.depth))
        }
        let rate = found.recent.failureRate
        if rate.denominator >= limits.leastFinished,
          rate.numerator * 100 > rate.denominator * limits.failurePercent
        {
          alerts.append(
            .failureRate(queue: name, rate: rate, limitPercent: limits.failurePercent))
        }
        if let limit = limits.oldestReadyAge, let age = found.oldestReadyAge, age > limit {
          alerts.append(.oldestReady(queue: name, age: age, limit: limit))
        }
      }
      return alerts
    }
  }
}

/// The kept counts of a queue, and what runs of it.
private struct Backlog {
  /// Pending or running, retrying, paused, waiting for a person, completed, failed, cancelled.
  var sums = Array(repeating: 0, count: 7)
  var kinds: [String: Int] = [:]
  var running = 0
  private var depths = Array(repeating: 0, count: 6)

  init(_ queue: String, _ transaction: borrowing ReadTransaction) throws {
    try transaction.forEach(WorkQueue.countsOf, queue) { row in
      let kind: String = try row.value(at: 0)
      let priority: Int = try row.value(at: 1)
      for index in 0..<7 {
        let count: Int = try row.value(at: 2 + index)
        sums[index] += count
        if index < 4 { kinds[kind, default: 0] += count }
        if index < 2, (1...5).contains(priority) { depths[priority] += count }
      }
      return true
    }
    try transaction.forEach(WorkQueue.runningOf, queue) { row in
      let priority: Int = try row.value(at: 0)
      if (1...5).contains(priority) { depths[priority] -= 1 }
      running += 1
      return true
    }
  }

  // A claim of the running transaction is seen before what it enqueued itself.
  var pending: Int { max(0, sums[0] - running) }
  var depth: Int { pending + sums[1] }

  func depth(_ priority: Int) -> Int { max(0, depths[priority]) }
}
