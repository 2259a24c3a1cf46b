extension Queues {
  static let waitingOf = SQLStatement(
    """
    SELECT kind, priority, count(*), sum(due_at <= ?2), min(due_at)
    FROM queue_items INDEXED BY queue_items_claim
    WHERE queue = ?1 AND status \(QueueItem.Status.claimableSQL) AND held_by IS NULL
    GROUP BY kind, priority
    """)

  static let heldOf = SQLStatement(
    """
    SELECT kind, priority, count(*) FROM queue_items INDEXED BY queue_items_held
    WHERE queue = ?1 AND held_by IS NOT NULL AND status \(QueueItem.Status.claimableSQL)
    GROUP BY kind, priority
    """)

  static let retryingOf = SQLStatement(
    """
    SELECT count(*) FROM queue_items INDEXED BY queue_items_retrying
    WHERE queue = ?1 AND status = 'retrying'
    """)

  // The bound on the lease is what the index of running items needs to be used.
  static let runningOf = SQLStatement(
    """
    SELECT kind, count(*) FROM queue_items INDEXED BY queue_items_lease
    WHERE status = 'running' AND lease_expires_at > 0 AND queue = ?1 GROUP BY kind
    """)

  static let asideOf = SQLStatement(
    """
    SELECT kind, sum(status = 'parked'), sum(status = 'paused')
    FROM queue_items INDEXED BY queue_items_aside
    WHERE queue = ?1 AND status \(QueueItem.Status.asideSQL) GROUP BY kind
    """)

  static let keptOf = SQLStatement(
    """
    SELECT sum(status = 'completed'), sum(status = 'failed'), sum(status = 'cancelled')
    FROM queue_items INDEXED BY queue_items_ended
    WHERE finished_at IS NOT NULL AND queue = ?1
    """)

  static let measuresOf = SQLStatement(
    """
    SELECT measure, outcome, bucket, items, microseconds_sum FROM queue_measures
    WHERE queue = ?1 AND slot_at >= ?2 AND (?3 IS NULL OR kind = ?3)
    """)

  private static let control = SQLStatement(
    "SELECT is_paused, draining_since FROM queue_controls WHERE queue = ?")

  private static func next(_ index: String, _ condition: String) -> SQLStatement {
    SQLStatement(
      """
      SELECT queue FROM queue_items INDEXED BY \(index) WHERE \(condition) AND queue > ?1
      ORDER BY queue LIMIT 1
      """)
  }

  /// Where names of queues are found, each by a probe of an index.
  static let nextNames = [
    next(
      "queue_items_claim",
      "status \(QueueItem.Status.claimableSQL) AND held_by IS NULL"),
    next("queue_items_held", "held_by IS NOT NULL"),
    next("queue_items_aside", "status \(QueueItem.Status.asideSQL)"),
    QueueMeasures.nextQueue,
    SQLStatement(
      "SELECT queue FROM queue_controls WHERE queue > ? ORDER BY queue LIMIT 1"),
    SQLStatement(
      "SELECT queue FROM queue_schedules WHERE queue > ? ORDER BY queue LIMIT 1"),
  ]

  /// Queues of which all items run, or have finished since the last upkeep, are in no other index.
  static let passingNames = SQLStatement(
    """
    SELECT DISTINCT queue FROM queue_items INDEXED BY queue_items_lease
    WHERE status = 'running' AND lease_expires_at > 0 AND queue > ?1
    UNION
    SELECT DISTINCT queue FROM queue_items INDEXED BY queue_items_ended
    WHERE finished_at IS NOT NULL AND finished_at >= ?2 AND queue > ?1
    """)

  /// Lists the names of all queues that have or had items, settings or schedules, in order.
  ///
  /// - Parameters:
  ///   - name: where to start, the last name of the previous page.
  ///   - limit: the maximum number of names, for a page of them; nil for all.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(m log n + r) for m names, and r running and recently finished items.
  public func names(after name: String = "", limit: Int? = nil) throws -> [String] {
    let (name, limit) = (name.keyForm, limit.map(PageLimit.clamped) ?? .max)
    return try access.read { transaction in
      let mark = try QueueMeasures.mark(transaction)
      var passing = try transaction.fetchAll(Self.passingNames, name, mark) { row in
        try row.value(at: 0, as: String.self)
      }.sorted()[...]
      var names: [String] = []
      var last = name
      while names.count < limit {
        var next = passing.first
        for statement in Self.nextNames {
          let found = try transaction.fetchOne(statement, last) { row in
            try row.value(at: 0, as: String.self)
          }
          next = [next, found].compactMap(\.self).min()
        }
        guard let next else { break }
        names.append(next)
        last = next
        while let first = passing.first, first <= last { passing.removeFirst() }
      }
      return names
    }
  }

  /// The number of items of a queue that wait to be claimed, due or not.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(w) for the w items that wait in the queue, 20 ns each over an index.
  public func depth(_ queue: String = "default") throws -> Int {
    try access.read { transaction in
      try Backlog(queue.keyForm, at: transaction.now, transaction).depth
    }
  }

  /// The statistics of a queue, read in one transaction; every count is exact.
  ///
  /// - Parameters:
  ///   - queue: the name of the queue; all counts are zero for a queue without items.
  ///   - window: the time over which finished items are counted; 24 hours by default.
  ///   - kind: the kind of the finished items to count; nil for all.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(w + r + k) over indexes, for the items that wait in the queue and those that run or
  ///   are kept in all queues, and O(s) for the slots of the window.
  public func statistics(
    _ queue: String = "default", window: Duration = .hours(24), kind: String? = nil
  ) throws -> QueueStatistics {
    let queue = queue.keyForm
    return try access.read { transaction in
      let now = transaction.now
      let backlog = try Backlog(queue, at: now, transaction)
      let control = try transaction.fetchOne(Self.control, queue) { row in
        (
          isPaused: try row.value(at: 0, as: Bool.self),
          drainingSince: try row.value(at: 1, as: Timestamp?.self)
        )
      }
      let kept = try transaction.fetchOne(Self.keptOf, queue) { row in
        QueueStatistics.Kept(
          completed: try row.value(at: 0, as: Int?.self) ?? 0,
          failed: try row.value(at: 1, as: Int?.self) ?? 0,
          cancelled: try row.value(at: 2, as: Int?.self) ?? 0)
      }
      return QueueStatistics(
        queue: queue, at: now, isPaused: control?.isPaused ?? false,
        drainingSince: control?.drainingSince, pending: backlog.pending,
        retrying: backlog.retrying, ready: backlog.ready, running: backlog.running,
        parked: backlog.parked, paused: backlog.paused,
        kept: kept ?? QueueStatistics.Kept(completed: 0, failed: 0, cancelled: 0),
        unfinishedByKind: backlog.kinds.filter { $0.value != 0 },
        priorities: (1...5).map { backlog.priority($0, at: now) },
        recent: try Self.recent(queue, kind: kind?.keyForm, window: window, transaction))
    }
  }

  private static func recent(
    _ queue: String, kind: String?, window: Duration, _ transaction: borrowing ReadTransaction
  ) throws -> QueueStatistics.Recent {
    let now = transaction.now
    let since = QueueMeasures.slot(now - window)
    var recent = QueueStatistics.Recent(since: since, until: now)
    try transaction.forEach(measuresOf, queue, since, kind) { row in
      recent.add(
        try row.value(at: 0), try row.value(at: 1), bucket: try row.value(at: 2),
        items: try row.value(at: 3), sum: try row.value(at: 4))
      return true
    }
    // What upkeep has not added yet.
    let mark = max(since, try QueueMeasures.mark(transaction))
    let rest = try QueueMeasures.Finished.fetchAll(
      transaction, QueueMeasures.finished, mark, Timestamp.distantFuture, -1)
    for item in rest where item.queue == queue && (kind == nil || item.kind == kind) {
      for (measure, time) in [
        (QueueMeasures.Measure.wait, item.wait), (.processing, item.processing),
      ] {
        recent.add(
          measure, item.status, bucket: time.map(LatencyHistogram.bucket) ?? -1, items: 1,
          sum: time ?? 0)
      }
    }
    return recent
  }

  /// The alerts of all queues, or of the given ones.
  ///
  /// - Parameters:
  ///   - queues: the names of the queues; nil for all, 1,000 at most.
  ///   - limits: the thresholds of the alerts.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: as ``statistics(_:window:kind:)`` for each queue.
  public func alerts(
    queues: [String]? = nil, limits: QueueAlertLimits = QueueAlertLimits()
  ) throws -> [QueueAlert] {
    try access.read { transaction in
      var alerts: [QueueAlert] = []
      let all = transaction.queues
      for name in try queues ?? all.names() {
        let found = try all.statistics(name, window: limits.window)
        if found.depth > limits.depth {
          alerts.append(.depth(queue: name, depth: found.depth, limit: limits.depth))
        }
        let rate = found.recent.failureRate
        if rate.denominator >= limits.leastFinished,
          rate.numerator.multiplied(by: 100)
            > rate.denominator.multiplied(by: limits.failurePercent)
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
