/// A schedule: it enqueues an item at each of its times.
public struct QueueSchedule: Sendable, Hashable {
  /// The ID of the schedule.
  public var id: ID<QueueSchedule>
  /// The name, which is unique.
  public var name: String
  /// The queue of its items.
  public var queue: String
  /// The kind of its items.
  public var kind: String
  /// The payload, in a format of the program's choice.
  public var payload: JSONText
  /// The priority of its items: from 1 (highest) to 5.
  public var priority: Int
  /// The maximum number of charged attempts of an item; nil for that of the kind.
  public var maxAttempts: Int?
  /// The account that its items run on.
  public var account: Account?
  /// Its times in cron notation.
  public var cron: String?
  /// The time between two items.
  public var intervalSeconds: Int?
  /// The zone of the times in cron notation.
  public var timeZone: String
  /// The first run of an interval, from which the others are counted.
  public var anchorAt: Timestamp?
  /// How missed runs are handled.
  public var missedPolicy: MissedPolicy
  /// The maximum number of missed runs that are caught up.
  public var maxCatchUp: Int
  /// How late a run may be; nil for no maximum.
  public var graceSeconds: Int?
  /// Whether it enqueues items.
  public var isEnabled: Bool
  /// When the next item is due; nil when there are no more.
  public var nextRunAt: Timestamp?
  /// When its next run was last computed.
  public var checkedAt: Timestamp?
  /// When it last enqueued an item.
  public var lastRunAt: Timestamp?
  /// The item that it enqueued last.
  public var lastQueueItemID: ID<QueueItem>?
  /// The error for which the store disabled it: its times could not be computed or its item was
  /// refused.
  public var lastError: String?
  /// Additional data of the program.
  public var metadata: JSONText
  /// What its items set besides, as ``ScheduledTerms``.
  var terms: JSONText
  /// When it was created.
  public var createdAt: Timestamp
  /// When its row last changed.
  public var updatedAt: Timestamp

  /// How runs are handled whose time passed before upkeep ran.
  public enum MissedPolicy: String, TextEnum {
    /// They are skipped, except for the latest run while the next one is not due.
    case skip
    /// One item is enqueued for all of them, at the time of the latest.
    case runOnce = "run_once"
    /// An item is enqueued for each of them, up to ``NewQueueSchedule/maxCatchUp`` of the latest.
    case runAll = "run_all"
  }
}

extension QueueSchedule: Record {
  /// The table's name.
  public static let tableName = "queue_schedules"

  /// Declares the columns and the properties that they store.
  ///
  /// - Throws: `ColumnError` when a column is missing or holds a value of another type.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), name: column("name", \.name),
      queue: column("queue", \.queue), kind: column("kind", \.kind),
      payload: column("payload", \.payload), priority: column("priority", \.priority),
      maxAttempts: column("max_attempts", \.maxAttempts),
      account: column("account", \.account), cron: column("cron", \.cron),
      intervalSeconds: column("interval_seconds", \.intervalSeconds),
      timeZone: column("time_zone", \.timeZone), anchorAt: column("anchor_at", \.anchorAt),
      missedPolicy: column("missed_policy", \.missedPolicy),
      maxCatchUp: column("max_catch_up", \.maxCatchUp),
      graceSeconds: column("grace_seconds", \.graceSeconds),
      isEnabled: column("is_enabled", \.isEnabled),
      nextRunAt: column("next_run_at", \.nextRunAt),
      checkedAt: column("checked_at", \.checkedAt),
      lastRunAt: column("last_run_at", \.lastRunAt),
      lastQueueItemID: column("last_queue_item_id", \.lastQueueItemID),
      lastError: column("last_error", \.lastError),
      metadata: column("metadata", \.metadata), terms: column("terms", \.terms),
      createdAt: column("created_at", \.createdAt),
      updatedAt: column("updated_at", \.updatedAt))
  }
}

extension QueueSchedule {
  /// When it runs.
  ///
  /// - Throws: ``CronError`` for stored times that are not valid.
  public func timing() throws(CronError) -> ScheduleTiming {
    if let cron { return try ScheduleTiming(cron: cron, in: timeZone) }
    return .every(.seconds(intervalSeconds ?? 0))
  }

  /// Its definition, for changes.
  ///
  /// - Throws: as ``timing()``.
  public func definition() throws(CronError) -> NewQueueSchedule {
    var new = NewQueueSchedule(name: name, kind: kind, timing: try timing())
    new.queue = queue
    new.payload = payload
    new.priority = priority
    new.maxAttempts = maxAttempts
    new.account = account
    new.firstRunAt = anchorAt
    new.missedPolicy = missedPolicy
    new.maxCatchUp = maxCatchUp
    new.grace = graceSeconds.map { .seconds($0) }
    new.metadata = metadata
    // Terms that another program wrote wrongly are those of a plain item.
    new.terms = (try? terms.decode()) ?? ScheduledTerms()
    return new
  }

  /// Its next runs, at most 1,000.
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
