public import BackofficeStorage

extension Schedules {
  private static let advance = SQLStatement(
    """
    UPDATE queue_schedules SET next_run_at = ?2, last_run_at = ifnull(?3, last_run_at),
      last_queue_item_id = ifnull(?4, last_queue_item_id), updated_at = ?5
    WHERE id = ?1
    """)

  /// Enqueues the items of all schedules that are due; run it every few seconds.
  ///
  /// Two callers at a time enqueue nothing twice. An item has the time of its run as its unique
  /// key and as its due time.
  ///
  /// - Parameter limit: the most items of one call; 100 by default, 1,000 at most. What is left
  ///   over comes with the next call.
  /// - Returns: the items that were enqueued.
  /// - Complexity: O(log n) for each due schedule; the others are not looked at.
  @discardableResult
  public func enqueueDue(limit: Int = PageLimit.standard) throws -> [ID<QueueItem>] {
    let limit = PageLimit.clamped(limit)
    return try access.write(reason: "schedule") { transaction in
      let due = try QueueSchedule.fetchAll(transaction, Self.due, transaction.now, limit)
      var enqueued: [ID<QueueItem>] = []
      for schedule in due where enqueued.count < limit {
        guard let next = schedule.nextRunAt, let interval = schedule.intervalSeconds else {
          continue
        }
        let runs = Runs(
          next: next, intervalSeconds: interval, policy: schedule.missedPolicy,
          now: transaction.now, limit: limit - enqueued.count)
        let items = try runs.times.map { time in
          try transaction.queue.enqueue(schedule.item(at: time)).id
        }
        enqueued += items
        try transaction.execute(
          Self.advance, schedule.id, runs.next, items.isEmpty ? nil : transaction.now,
          items.last, transaction.now)
      }
      return enqueued
    }
  }
}

/// Which runs of a schedule happen now, and when the next one is.
struct Runs: Equatable {
  let times: [Timestamp]
  let next: Timestamp

  init(
    next: Timestamp, intervalSeconds: Int, policy: QueueSchedule.MissedPolicy, now: Timestamp,
    limit: Int
  ) {
    let interval = Duration.seconds(intervalSeconds).microseconds
    // How many whole intervals the run is late.
    let missed = max(0, (now - next).microseconds / interval)
    let latest = next + .microseconds(missed * interval)
    switch policy {
    case .skip:
      times = missed == 0 ? [next] : []
      self.next = latest + .microseconds(interval)
    case .runOnce:
      times = [latest]
      self.next = latest + .microseconds(interval)
    case .runAll:
      let count = min(missed + 1, Int64(limit))
      times = (0..<count).map { next + .microseconds($0 * interval) }
      self.next = next + .microseconds(count * interval)
    }
  }
}

extension QueueSchedule {
  fileprivate func item(at time: Timestamp) -> NewQueueItem {
    var item = NewQueueItem(kind: kind, payload: payload)
    item.queue = queue
    item.priority = priority
    item.maxAttempts = maxAttempts
    item.customerID = customerID
    item.dueAt = time
    item.uniqueKey = "schedule:\(id):\(time)"
    return item
  }
}
