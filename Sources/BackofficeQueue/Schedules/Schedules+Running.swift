extension Schedules {
  /// Enqueues the items of all schedules that are due; upkeep calls it when ``nextRunAt()`` comes, and
  /// every five seconds.
  ///
  /// Each time of a schedule enqueues at most one item, with any number of processes and even if
  /// the clock is set back, because the file records each run, unique by schedule and time. Missed
  /// runs are handled by the policy of the schedule. If the clock was set back, the next runs are
  /// computed again, and recorded runs are skipped. A schedule whose times or items are invalid is
  /// disabled, with ``QueueSchedule/lastError``; one whose queue is full stays due. The other
  /// schedules are not affected.
  ///
  /// - Parameter limit: the maximum number of schedules that run in one call; 100 by default, 1,000
  ///   at most. The next call runs the rest; schedules that cannot run now do not count.
  /// - Returns: the items that were enqueued, each due at the time of its run.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be written.
  /// - Complexity: O(log n) for each due schedule and each item; other schedules are not read.
  @discardableResult
  public func enqueueDue(limit: Int = PageLimit.standard) throws -> [ID<QueueItem>] {
    let limit = PageLimit.clamped(limit)
    return try access.write(reason: "schedule") { transaction in
      let now = transaction.now
      for schedule in try QueueSchedule.fetchAll(transaction, Self.ahead, now, limit) {
        _ = try Self.guarding(schedule, transaction) { transaction in
          try Self.turnBack(schedule, transaction)
          return []
        }
      }
      var items: [ID<QueueItem>] = []
      var count = 0
      var last = (time: Int64.min, key: Int64.min)
      while count < limit {
        let page = try transaction.fetchAll(Self.due, now, limit, last.time, last.key) { row in
          (
            schedule: try QueueSchedule(row),
            key: try row.value(at: QueueSchedule.columns.count, as: Int64.self)
          )
        }
        for (schedule, _) in page {
          let enqueued = try Self.guarding(schedule, transaction) { transaction in
            try Self.run(schedule, transaction)
          }
          if let enqueued {
            items += enqueued
            count += 1
          }
        }
        guard page.count == limit, let end = page.last else { break }
        last = (end.schedule.nextRunAt?.microseconds ?? .min, end.key)
      }
      return items
    }
  }

  /// Enqueues an item of a schedule immediately, without changing its next run.
  ///
  /// - Returns: the item.
  /// - Throws: ``QueueError/noSuchSchedule(_:)``, and as ``WorkQueue/enqueue(_:)-(NewQueueItem)``.
  @discardableResult
  public func runNow(_ id: ID<QueueSchedule>) throws -> ID<QueueItem> {
    try access.write(reason: "schedule") { transaction in
      let schedule = try Self.require(id, transaction)
      return try transaction.queue.enqueue(schedule.definition().item(at: transaction.now)).id
    }
  }

  /// Not into a queue that is draining.
  static let isOpen = """
    NOT EXISTS (SELECT 1 FROM queue_controls c
      WHERE c.queue = queue_schedules.queue AND c.draining_since IS NOT NULL)
    """

  static let due = SQLStatement(
    """
    SELECT \(QueueSchedule.selection), pk FROM queue_schedules
    WHERE is_enabled = 1 AND next_run_at <= ?1 AND (next_run_at, pk) > (?3, ?4) AND \(isOpen)
    ORDER BY next_run_at, pk LIMIT ?2
    """)

  /// Schedules whose runs were computed at a time that has not come: the clock was set back since.
  static let ahead = SQLStatement(
    """
    SELECT \(QueueSchedule.selection) FROM queue_schedules
    WHERE is_enabled = 1 AND checked_at > ?1 ORDER BY checked_at, pk LIMIT ?2
    """)

  static let hasRun = SQLStatement(
    "SELECT 1 FROM queue_schedule_runs WHERE schedule_id = ?1 AND due_at = ?2")

  private static let noteRun = SQLStatement(
    """
    INSERT INTO queue_schedule_runs (schedule_id, due_at, queue_item_id, enqueued_at)
    VALUES (?1, ?2, ?3, ?4)
    """)

  static let forgetRuns = SQLStatement(
    "DELETE FROM queue_schedule_runs WHERE schedule_id = ?1 AND due_at < ?2")

  private static let advance = SQLStatement(
    """
    UPDATE queue_schedules SET next_run_at = ?2, last_run_at = ifnull(?3, last_run_at),
      last_queue_item_id = ifnull(?4, last_queue_item_id), checked_at = ?5, updated_at = ?5
    WHERE id = ?1
    """)

  private static let switchOff = SQLStatement(
    """
    UPDATE queue_schedules SET is_enabled = 0, last_error = ?2, updated_at = ?3 WHERE id = ?1
    """)

  /// How long the file remembers a run: a clock that is set back by more may repeat one.
  private static let memory = Duration.days(35)

  /// Runs a schedule in a savepoint, so that its failure does not affect others; nil if it stays
  /// due.
  private static func guarding(
    _ schedule: QueueSchedule, _ transaction: borrowing WriteTransaction,
    _ body: (borrowing WriteTransaction) throws -> [ID<QueueItem>]
  ) throws -> [ID<QueueItem>]? {
    do {
      return try transaction.isolated(body)
    } catch {
      switch error {
      // Such as a queue that is full: the run stays due, and comes with a later call.
      case QueueError.queueFull, QueueError.queueDraining, QueueError.keyTaken: return nil
      case _ where error.isOfStorage: throw error
      default:
        try transaction.execute(
          switchOff, schedule.id, "\(error)".prefix(bytes: QueueError.longestMessage),
          transaction.now)
        return []
      }
    }
  }

  private static func run(
    _ schedule: QueueSchedule, _ transaction: borrowing WriteTransaction
  ) throws -> [ID<QueueItem>] {
    guard let due = schedule.nextRunAt else { return [] }
    let now = transaction.now
    let runs = DueRuns(
      due: due, runs: ScheduleRuns(timing: try schedule.timing(), anchor: schedule.anchorAt),
      policy: schedule.missedPolicy, grace: schedule.graceSeconds.map { .seconds($0) },
      maximum: schedule.maxCatchUp, now: now)
    var items: [ID<QueueItem>] = []
    let definition = runs.times.isEmpty ? nil : try schedule.definition()
    for time in runs.times {
      let hasRun = try transaction.fetchOne(hasRun, schedule.id, time) { _ in true } ?? false
      guard !hasRun, let definition else { continue }
      let item = try transaction.queue.enqueue(definition.item(at: time)).id
      try transaction.execute(noteRun, schedule.id, time, item, now)
      items.append(item)
    }
    try transaction.execute(forgetRuns, schedule.id, now - memory)
    try transaction.execute(
      advance, schedule.id, runs.next, items.isEmpty ? nil : now, items.last, now)
    return items
  }

  /// Computes the next run of a schedule again after the clock was set back.
  private static func turnBack(
    _ schedule: QueueSchedule, _ transaction: borrowing WriteTransaction
  ) throws {
    let now = transaction.now
    let runs = ScheduleRuns(timing: try schedule.timing(), anchor: schedule.anchorAt)
    let next = [schedule.nextRunAt, runs.next(after: now)].compactMap(\.self).min()
    try transaction.execute(
      advance, schedule.id, next, Timestamp?.none, ID<QueueItem>?.none, now)
  }
}
