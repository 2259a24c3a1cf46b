extension UpkeepTask {
  /// The upkeep of the queue and of the store itself.
  static let queue = [rescue, deadlines, schedules, measures, retention, optimize]

  private static let page = 100

  /// Takes back items whose lease has expired.
  public static let rescue = UpkeepTask(
    "queue.rescue", every: .seconds(5), summary: "rescues items whose lease has expired"
  ) { transaction, page in
    let report = try transaction.queue.rescueExpired(limit: Self.page)
    page.note(max(report.count, report.corrected), limit: Self.page)
    page.refusals = report.refused.values.sorted()
  }

  /// Fails items whose deadline has passed, and releases unique keys whose window is over.
  public static let deadlines = UpkeepTask(
    "queue.deadlines", every: .seconds(5),
    summary: "fails items whose deadline has passed, and ends the windows of unique keys"
  ) { transaction, page in
    let report = try transaction.queue.expireOverdue(limit: Self.page)
    let lapsed = try UniqueKeys.releaseLapsed(Self.page, transaction)
    page.note(max(report.failed.count, lapsed), limit: Self.page)
    page.refusals = report.refused.values.sorted()
  }

  /// Enqueues the items of schedules that are due.
  public static let schedules = UpkeepTask(
    "queue.schedules", every: .seconds(5), summary: "enqueues the items of schedules that are due"
  ) { transaction, page in
    page.note(try transaction.schedules.enqueueDue(limit: Self.page).count, limit: Self.page)
    page.nextAt = try transaction.schedules.nextRunAt()
  }

  /// Adds finished items to the statistics.
  public static let measures = UpkeepTask(
    "queue.measures", every: .seconds(60), summary: "adds finished items to the statistics"
  ) { transaction, page in
    page.note(
      try QueueMeasures.run(PageLimit.maximum, transaction), limit: PageLimit.maximum)
  }

  /// Removes items and batches that finished long ago, by ``Queues/retention()``.
  public static let retention = UpkeepTask(
    "queue.retention", every: .hours(1), summary: "removes items and batches that finished long ago"
  ) { transaction, page in
    guard let policy = try transaction.queues.retention() else { return }
    let report = try transaction.queues.purgeFinished(policy, after: page.cursor)
    page.count += report.items + report.batches
    page.refusals += report.refused.values.sorted() + report.refusedBatches.values.sorted()
    page.cursor = report.next
    page.isMoreLeft = report.next != nil || report.count > 0
  }

  private static let optimizeStatement = SQLStatement("PRAGMA optimize")

  /// Lets SQLite renew the statistics by which it plans queries
  /// (<https://www.sqlite.org/pragma.html#pragma_optimize>).
  public static let optimize = UpkeepTask(
    "store.optimize", every: .days(1), summary: "renews the statistics of the query planner"
  ) { transaction, _ in
    try transaction.execute(optimizeStatement)
  }
}
