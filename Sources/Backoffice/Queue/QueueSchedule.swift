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
  /// Times in cron notation; not supported yet.
  public var cron: String?
  /// The time between two items.
  public var intervalSeconds: Int?
  /// The zone of the times in cron notation.
  public var timeZone: String
  /// What happens to runs that were missed.
  public var missedPolicy: MissedPolicy
  /// Whether it enqueues anything.
  public var isEnabled: Bool
  /// When the next item is due.
  public var nextRunAt: Timestamp?
  /// When it last enqueued an item.
  public var lastRunAt: Timestamp?
  /// The item that it enqueued last.
  public var lastQueueItemID: ID<QueueItem>?
  /// Whatever else a program keeps.
  public var metadata: JSONText
  /// When it was created.
  public var createdAt: Timestamp
  /// When its row last changed.
  public var updatedAt: Timestamp

  /// What happens to runs whose time passed while nobody looked.
  public enum MissedPolicy: String, TextEnum {
    /// They are left out; a run that is late by less than the interval still happens.
    case skip
    /// One item stands for all of them.
    case runOnce = "run_once"
    /// Each has its item.
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
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}

/// A schedule to be created.
public struct NewQueueSchedule: Sendable, Hashable {
  /// What people call it; no two have the same name.
  public var name: String
  /// The queue of its items; `default` unless said otherwise.
  public var queue = "default"
  /// The kind of its items.
  public var kind: String
  /// The work in the program's own terms.
  public var payload: JSONText = .emptyObject
  /// The priority of its items: 1, the highest, to 5.
  public var priority = 3
  /// How many attempts its items may be charged.
  public var maxAttempts = 4
  /// Whose work it is.
  public var customerID: ID<Customer>?
  /// The time between two items, in whole seconds.
  public var interval: Duration?
  /// Times in cron notation; refused for now.
  public var cron: String?
  /// When the first item is due; nil for one interval from now.
  public var firstRunAt: Timestamp?
  /// What happens to runs that were missed.
  public var missedPolicy = QueueSchedule.MissedPolicy.runOnce
  /// Whatever else a program keeps.
  public var metadata: JSONText = .emptyObject

  /// Describes a schedule with a fixed interval.
  public init(name: String, kind: String, every interval: Duration) {
    self.name = name
    self.kind = kind
    self.interval = interval
  }
}
