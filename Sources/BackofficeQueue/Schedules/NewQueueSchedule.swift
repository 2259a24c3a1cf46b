/// The definition of a schedule.
public struct NewQueueSchedule: Sendable, Hashable {
  /// The name, which is unique.
  public var name: String
  /// The queue of its items; `default` by default.
  public var queue = "default"
  /// The kind of its items.
  public var kind: String
  /// The payload, in a format of the program's choice.
  public var payload: JSONText = .emptyObject
  /// The priority of its items: from 1 (highest) to 5.
  public var priority = 3
  /// The maximum number of charged attempts of an item; nil for that of the kind.
  public var maxAttempts: Int?
  /// The account that its items run on.
  public var account: Account?
  /// When it runs.
  public var timing: ScheduleTiming
  /// The earliest run, from which the runs of an interval are counted; nil for one interval from
  /// now, or the first time of the cron expression.
  public var firstRunAt: Timestamp?
  /// How missed runs are handled.
  public var missedPolicy = QueueSchedule.MissedPolicy.runOnce
  /// The maximum number of missed runs that ``QueueSchedule/MissedPolicy/runAll`` catches up, the
  /// latest ones; 1 to 1,000, 100 by default.
  public var maxCatchUp = 100
  /// How late a run may be before it is skipped, in whole seconds; nil for no maximum.
  public var grace: Duration?
  /// Additional data of the program.
  public var metadata: JSONText = .emptyObject
  /// What its items set besides.
  var terms = ScheduledTerms()

  /// Describes a schedule with a fixed interval.
  public init(name: String, kind: String, every interval: Duration) {
    self.init(name: name, kind: kind, timing: .every(interval))
  }

  /// Describes a schedule in cron notation.
  ///
  /// - Throws: ``CronError`` for an invalid expression or an unknown time zone.
  public init(
    name: String, kind: String, cron: String, in zone: String = "UTC"
  ) throws(CronError) {
    self.init(name: name, kind: kind, timing: try ScheduleTiming(cron: cron, in: zone))
  }

  /// Describes a schedule of a job, with everything that its type prepares, such as the queue, the
  /// attempts and the limit key.
  ///
  /// - Throws: as ``init(name:item:timing:)``, and `EncodingError` when the payload cannot be encoded.
  public init(name: String, _ job: some Job, timing: ScheduleTiming) throws {
    try self.init(name: name, item: NewQueueItem(job), timing: timing)
  }

  /// Describes a schedule of an item, with everything that it sets.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)`` for an item with a due time, a deadline or a
  ///   batch: each run has its own time.
  public init(name: String, item: NewQueueItem, timing: ScheduleTiming) throws(QueueError) {
    for (field, isSet) in [
      ("dueAt", item.dueAt != nil), ("deadlineAt", item.deadlineAt != nil),
      ("batchID", item.batchID != nil),
    ] {
      try QueueError.require(!isSet, field, "cannot be set for the items of a schedule")
    }
    self.init(name: name, kind: item.kind, timing: timing)
    queue = item.queue
    payload = item.payload
    priority = item.priority ?? priority
    maxAttempts = item.maxAttempts
    account = item.account
    terms = ScheduledTerms(item)
  }

  /// Describes a schedule.
  public init(name: String, kind: String, timing: ScheduleTiming) {
    self.name = name
    self.kind = kind
    self.timing = timing
  }
}

extension ScheduleTiming {
  /// The times of a cron expression in a time zone of the IANA database.
  ///
  /// - Throws: ``CronError``.
  public init(cron: String, in zone: String = "UTC") throws(CronError) {
    let expression = try CronExpression(cron)
    guard let zone = Zone(zone) else { throw .unknownZone(zone) }
    self = .cron(expression, in: zone)
  }

  var cron: String? {
    if case .cron(let expression, _) = self { expression.text } else { nil }
  }

  var intervalSeconds: Int? {
    if case .every(let interval) = self { Int(interval.microseconds / 1_000_000) } else { nil }
  }

  var zone: Zone {
    if case .cron(_, let zone) = self { zone } else { .utc }
  }
}

extension NewQueueSchedule {
  /// The same with every name in the form in which it is stored and compared.
  var inKeyForm: NewQueueSchedule {
    var schedule = self
    schedule.name = name.keyForm
    schedule.queue = queue.keyForm
    schedule.kind = kind.keyForm
    schedule.account = account?.keyForm
    return schedule
  }

  func validate() throws(QueueError) {
    try QueueError.requireName(name, "name")
    try QueueError.requireName(queue, "queue")
    try QueueError.requireName(kind, "kind")
    try account?.validate()
    try QueueError.requireDocument(payload, "payload")
    try QueueError.requireDocument(metadata, "metadata")
    try QueueError.require((1...5).contains(priority), "priority", "must be 1 to 5")
    try QueueError.require(maxAttempts ?? 1 >= 1, "maxAttempts", "must be at least 1")
    try QueueError.require((1...1000).contains(maxCatchUp), "maxCatchUp", "must be 1 to 1,000")
    if let grace {
      try QueueError.require(
        Self.isWholeSeconds(grace), "grace", "must be whole seconds, at least one")
    }
    if case .every(let interval) = timing {
      try QueueError.require(
        Self.isWholeSeconds(interval), "interval",
        "must be whole seconds, at least one, and at most ten thousand years")
    }
  }

  private static func isWholeSeconds(_ duration: Duration) -> Bool {
    let microseconds = duration.microseconds
    return microseconds >= 1_000_000 && microseconds.isMultiple(of: 1_000_000)
      && microseconds < 10_000 * 366 * 86_400 * 1_000_000
  }

  /// The item of a run.
  func item(at time: Timestamp) -> NewQueueItem {
    var item = NewQueueItem(kind: kind, payload: payload)
    terms.apply(to: &item)
    item.queue = queue
    item.priority = priority
    item.maxAttempts = maxAttempts
    item.account = account
    item.dueAt = time
    return item
  }

  /// The runs when the schedule is created, or its timing changed, at `now`.
  func runs(from now: Timestamp) -> ScheduleRuns {
    guard case .every(let interval) = timing else {
      return ScheduleRuns(timing: timing, anchor: firstRunAt)
    }
    return ScheduleRuns(timing: timing, anchor: firstRunAt ?? now + interval)
  }
}
