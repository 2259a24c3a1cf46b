public import BackofficeStorage

/// A rule that enqueues an item again and again.
public struct QueueSchedule: Sendable, Hashable {
  /// Names the schedule.
  public var id: ID<QueueSchedule>
  /// What people call it; no two have the same name.
  public var name: String
  /// The queue of its items.
  public var queue: String
  /// The kind of its items.
  public var kind: String
  /// The work in the program's own terms.
  public var payload: JSONText
  /// The priority of its items: 1, the highest, to 5.
  public var priority: Int
  /// How many attempts its items may be charged.
  public var maxAttempts: Int
  /// Whose work it is.
  public var customerID: ID<Customer>?
  /// Its times in cron notation.
  public var cron: String?
  /// The time between two items.
  public var intervalSeconds: Int?
  /// The zone of the times in cron notation.
  public var timeZone: String
  /// The first run of an interval, from which the others are counted; before it nothing runs.
  public var anchorAt: Timestamp?
  /// What happens to runs that were missed.
  public var missedPolicy: MissedPolicy
  /// The most missed runs that are made up for.
  public var maxCatchUp: Int
  /// How late a run may happen; nil for any time.
  public var graceSeconds: Int?
  /// Whether it enqueues anything.
  public var isEnabled: Bool
  /// When the next item is due; nil when there is none any more.
  public var nextRunAt: Timestamp?
  /// When its runs were last worked out.
  public var checkedAt: Timestamp?
  /// When it last enqueued an item.
  public var lastRunAt: Timestamp?
  /// The item that it enqueued last.
  public var lastQueueItemID: ID<QueueItem>?
  /// Why it was switched off by the store: its times or its items could not be made.
  public var lastError: String?
  /// Whatever else a program keeps.
  public var metadata: JSONText
  /// When it was created.
  public var createdAt: Timestamp
  /// When its row last changed.
  public var updatedAt: Timestamp

  /// What happens to runs whose time passed while nobody looked.
  public enum MissedPolicy: String, TextEnum {
    /// They are left out; a run that is noticed before the next one is due still happens.
    case skip
    /// One item stands for all of them, at the time of the latest.
    case runOnce = "run_once"
    /// Each has its item, up to ``NewQueueSchedule/maxCatchUp`` of the latest.
    case runAll = "run_all"
  }
}

extension QueueSchedule: Record {
  /// The table's name.
  public static let tableName = "queue_schedules"
  /// The columns in the order of the decoder.
  public static let columns = [
    "id", "name", "queue", "kind", "payload", "priority", "max_attempts", "customer_id", "cron",
    "interval_seconds", "time_zone", "missed_policy", "is_enabled", "next_run_at", "last_run_at",
    "last_queue_item_id", "metadata", "created_at", "updated_at",
    "anchor_at", "max_catch_up", "grace_seconds", "checked_at", "last_error",
  ]
  /// The statements that write a schedule.
  public static let statements = RecordStatements(Self.self)

  /// Decodes a row of ``columns``.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    name = try column.next()
    queue = try column.next()
    kind = try column.next()
    payload = try column.next()
    priority = try column.next()
    maxAttempts = try column.next()
    customerID = try column.next()
    cron = try column.next()
    intervalSeconds = try column.next()
    timeZone = try column.next()
    missedPolicy = try column.next()
    isEnabled = try column.next()
    nextRunAt = try column.next()
    lastRunAt = try column.next()
    lastQueueItemID = try column.next()
    metadata = try column.next()
    createdAt = try column.next()
    updatedAt = try column.next()
    anchorAt = try column.next()
    maxCatchUp = try column.next()
    graceSeconds = try column.next()
    checkedAt = try column.next()
    lastError = try column.next()
  }

  /// Binds the columns.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(name)
    try binder.bind(queue)
    try binder.bind(kind)
    try binder.bind(payload)
    try binder.bind(priority)
    try binder.bind(maxAttempts)
    try binder.bind(customerID)
    try binder.bind(cron)
    try binder.bind(intervalSeconds)
    try binder.bind(timeZone)
    try binder.bind(missedPolicy)
    try binder.bind(isEnabled)
    try binder.bind(nextRunAt)
    try binder.bind(lastRunAt)
    try binder.bind(lastQueueItemID)
    try binder.bind(metadata)
    try binder.bind(createdAt)
    try binder.bind(updatedAt)
    try binder.bind(anchorAt)
    try binder.bind(maxCatchUp)
    try binder.bind(graceSeconds)
    try binder.bind(checkedAt)
    try binder.bind(lastError)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}

extension QueueSchedule {
  /// When it runs.
  ///
  /// - Throws: ``CronError`` for times that another program wrote and that cannot be read.
  public func timing() throws(CronError) -> ScheduleTiming {
    if let cron { return try ScheduleTiming(cron: cron, in: timeZone) }
    return .every(.seconds(intervalSeconds ?? 0))
  }

  /// What it does, to be changed.
  ///
  /// - Throws: as ``timing()``.
  public func definition() throws(CronError) -> NewQueueSchedule {
    var new = NewQueueSchedule(name: name, kind: kind, timing: try timing())
    new.queue = queue
    new.payload = payload
    new.priority = priority
    new.maxAttempts = maxAttempts
    new.customerID = customerID
    new.firstRunAt = anchorAt
    new.missedPolicy = missedPolicy
    new.maxCatchUp = maxCatchUp
    new.grace = graceSeconds.map { .seconds($0) }
    new.metadata = metadata
    return new
  }

  /// Its next runs, when nothing changes; at most 1,000.
  ///
  /// - Throws: as ``timing()``.
  public func nextRuns(_ count: Int) throws(CronError) -> [Timestamp] {
    guard var time = nextRunAt, count > 0 else { return [] }
    let runs = ScheduleRuns(timing: try timing(), anchor: anchorAt)
    var times = [time]
    while times.count < min(count, PageLimit.maximum), let next = runs.next(after: time) {
      times.append(next)
      time = next
    }
    return times
  }
}
