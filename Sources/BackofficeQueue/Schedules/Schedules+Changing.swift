extension Schedules {
  private static let rewrite = SQLStatement(
    """
    UPDATE queue_schedules SET name = ?2, queue = ?3, kind = ?4, payload = ?5, priority = ?6,
      max_attempts = ?7, account = ?8, cron = ?9, interval_seconds = ?10, time_zone = ?11,
      missed_policy = ?12, max_catch_up = ?13, grace_seconds = ?14, metadata = ?15,
      anchor_at = ?16, next_run_at = ?17, last_error = NULL, updated_at = ?18, terms = ?19
    WHERE id = ?1
    """)

  private static let switchOn = SQLStatement(
    """
    UPDATE queue_schedules SET is_enabled = 1, next_run_at = ?2, last_error = NULL, updated_at = ?3
    WHERE id = ?1
    """)

  private static let switchOff = SQLStatement(
    "UPDATE queue_schedules SET is_enabled = 0, updated_at = ?2 WHERE id = ?1")

  private static let remove = SQLStatement("DELETE FROM queue_schedules WHERE id = ?")

  /// Changes the definition of a schedule; a new timing applies from now.
  ///
  /// If the timing does not change, neither does the next run. A schedule that the store disabled
  /// must also be enabled by ``enable(_:)``.
  ///
  /// - Parameters:
  ///   - id: the schedule.
  ///   - change: changes its definition.
  /// - Returns: the changed schedule.
  /// - Throws: ``QueueError/noSuchSchedule(_:)``, ``CronError``, and as ``create(_:)``; what
  ///   `change` throws.
  @discardableResult
  public func change(
    _ id: ID<QueueSchedule>, _ change: (inout NewQueueSchedule) throws -> Void
  ) throws -> QueueSchedule {
    try access.write { transaction in
      let schedule = try Self.require(id, transaction)
      let old = try schedule.definition()
      var new = old
      try change(&new)
      return try Self.rewrite(schedule, from: old, to: new.inKeyForm, transaction)
    }
  }

  /// Creates schedules, or changes existing ones with the same names; other schedules are not
  /// changed.
  ///
  /// Call it at the start of a program; any number of processes may do so concurrently. It is one
  /// transaction. Unchanged schedules keep their next run, and disabled ones stay disabled.
  ///
  /// - Returns: the schedules, in the order given.
  /// - Throws: as ``change(_:_:)``.
  @discardableResult
  public func define(_ definitions: [NewQueueSchedule]) throws -> [QueueSchedule] {
    for definition in definitions { try definition.validate() }
    return try access.write { transaction in
      try definitions.map(\.inKeyForm).map { new in
        let found = try QueueSchedule.fetchOne(transaction, Self.byName, new.name)
        guard let schedule = found else { return try Self.insert(new, transaction) }
        // Times that cannot be read are replaced.
        let old = try? schedule.definition()
        return try Self.rewrite(schedule, from: old, to: new, transaction)
      }
    }
  }

  private static func rewrite(
    _ schedule: QueueSchedule, from old: NewQueueSchedule?, to new: NewQueueSchedule,
    _ transaction: borrowing WriteTransaction
  ) throws -> QueueSchedule {
    try new.validate()
    try new.item(at: transaction.now).validate(now: transaction.now)
    if new.name != schedule.name,
      try transaction.fetchOne(byName, new.name, decode: { _ in true }) != nil
    {
      throw QueueError.duplicateSchedule(name: new.name)
    }
    var (anchor, next) = (schedule.anchorAt, schedule.nextRunAt)
    let isSameStart = new.firstRunAt == nil || new.firstRunAt == schedule.anchorAt
    if old?.timing != new.timing || !isSameStart {
      var moved = new
      // The start of the old interval says nothing about the new one.
      if isSameStart, case .every? = old?.timing { moved.firstRunAt = nil }
      if !isSameStart, let first = new.firstRunAt {
        try QueueError.requireTime(first, "firstRunAt", now: transaction.now)
      }
      let runs = moved.runs(from: transaction.now)
      (anchor, next) = (runs.anchor, runs.first(from: transaction.now))
    }
    try transaction.execute(
      rewrite, schedule.id, new.name, new.queue, new.kind, new.payload, new.priority,
      new.maxAttempts, new.account, new.timing.cron, new.timing.intervalSeconds,
      new.timing.zone, new.missedPolicy, new.maxCatchUp,
      new.grace.map { $0.microseconds / 1_000_000 }, new.metadata, anchor, next,
      transaction.now, try JSONText(encoding: new.terms))
    return try require(schedule.id, transaction)
  }

  /// Enables a schedule; runs that it missed while it was disabled are not caught up.
  ///
  /// - Throws: ``QueueError/noSuchSchedule(_:)``, ``CronError``.
  public func enable(_ id: ID<QueueSchedule>) throws {
    try access.write { transaction in
      let schedule = try Self.require(id, transaction)
      let runs = ScheduleRuns(timing: try schedule.timing(), anchor: schedule.anchorAt)
      var next = runs.first(from: transaction.now)
      if schedule.isEnabled, let due = schedule.nextRunAt { next = due }
      try transaction.execute(Self.switchOn, id, next, transaction.now)
    }
  }

  /// Disables a schedule, so that it enqueues no items.
  ///
  /// - Throws: ``QueueError/noSuchSchedule(_:)``.
  public func disable(_ id: ID<QueueSchedule>) throws {
    try access.write { transaction in
      let changed = try transaction.execute(Self.switchOff, id, transaction.now)
      if changed == 0 { throw QueueError.noSuchSchedule(id) }
    }
  }

  /// Deletes a schedule and the record of its runs, but not its items.
  ///
  /// - Throws: ``QueueError/noSuchSchedule(_:)``.
  public func delete(_ id: ID<QueueSchedule>) throws {
    try access.write { transaction in
      let changed = try transaction.execute(Self.remove, id)
      if changed == 0 { throw QueueError.noSuchSchedule(id) }
    }
  }

  static func require(
    _ id: ID<QueueSchedule>, _ transaction: borrowing WriteTransaction
  ) throws -> QueueSchedule {
    guard let schedule = try QueueSchedule.find(id, in: transaction) else {
      throw QueueError.noSuchSchedule(id)
    }
    return schedule
  }
}

extension ScheduleRuns {
  /// The first run at or after an instant.
  func first(from instant: Timestamp) -> Timestamp? { next(after: instant - .microseconds(1)) }
}
