/// Schedules that enqueue items at a fixed interval or at the times of a cron expression.
public struct Schedules: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The schedules of the queue.
  public var schedules: Schedules { Schedules(access) }
}

extension Schedules {
  static let byName = SQLStatement(
    "SELECT \(QueueSchedule.selection) FROM queue_schedules WHERE name = ?")

  private static let all = SQLStatement(
    "SELECT \(QueueSchedule.selection) FROM queue_schedules WHERE name > ?1 ORDER BY name LIMIT ?2")

  /// Creates an enabled schedule.
  ///
  /// - Throws: ``QueueError/duplicateSchedule(name:)``, ``QueueError/invalid(field:reason:)``.
  @discardableResult
  public func create(_ new: NewQueueSchedule) throws -> QueueSchedule {
    try new.validate()
    let new = new.inKeyForm
    return try access.write { transaction in
      let taken = try transaction.fetchOne(Self.byName, new.name) { _ in true } ?? false
      if taken { throw QueueError.duplicateSchedule(name: new.name) }
      return try Self.insert(new, transaction)
    }
  }

  /// Creates the schedules whose names the store does not have yet.
  func createMissing(_ schedules: [NewQueueSchedule]) throws {
    guard !schedules.isEmpty else { return }
    let missing = { (transaction: borrowing ReadTransaction) throws -> [NewQueueSchedule] in
      var missing: [NewQueueSchedule] = []
      for schedule in schedules {
        let isThere = try transaction.fetchOne(Self.byName, schedule.name.keyForm) { _ in true }
        if isThere == nil { missing.append(schedule) }
      }
      return missing
    }
    guard try !access.read(missing).isEmpty else { return }
    try access.write { transaction in
      // Another process may have been faster.
      for schedule in try DatabaseAccess(transaction).read(missing) {
        try transaction.schedules.create(schedule)
      }
    }
  }

  static func insert(
    _ new: NewQueueSchedule, _ transaction: borrowing WriteTransaction
  ) throws -> QueueSchedule {
    let now = transaction.now
    if let first = new.firstRunAt { try QueueError.requireTime(first, "firstRunAt", now: now) }
    try new.item(at: now).validate(now: now)
    let runs = new.runs(from: now)
    return try transaction.insert(
      QueueSchedule(
        id: transaction.makeID(), name: new.name, queue: new.queue, kind: new.kind,
        payload: new.payload, priority: new.priority, maxAttempts: new.maxAttempts,
        account: new.account, cron: new.timing.cron,
        intervalSeconds: new.timing.intervalSeconds, timeZone: new.timing.zone.identifier,
        anchorAt: runs.anchor, missedPolicy: new.missedPolicy, maxCatchUp: new.maxCatchUp,
        graceSeconds: new.grace.map { Int($0.microseconds / 1_000_000) }, isEnabled: true,
        nextRunAt: runs.first(from: now), checkedAt: nil, lastRunAt: nil, lastQueueItemID: nil,
        lastError: nil, metadata: new.metadata, terms: try JSONText(encoding: new.terms),
        createdAt: now, updatedAt: now))
  }

  /// Finds a schedule by its ID; nil if there is none.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  public func find(_ id: ID<QueueSchedule>) throws -> QueueSchedule? {
    try access.readOnce { transaction in try QueueSchedule.find(id, in: transaction) }
  }

  /// Lists schedules by name.
  ///
  /// - Parameters:
  ///   - name: the last name of the previous page.
  ///   - limit: the maximum number of schedules; 100 by default, 1,000 at most.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  public func list(
    after name: String = "", limit: Int = PageLimit.standard
  ) throws -> [QueueSchedule] {
    try access.readOnce { transaction in
      try QueueSchedule.fetchAll(transaction, Self.all, name.keyForm, PageLimit.clamped(limit))
    }
  }

  /// The time of the next run of any schedule, or nil if there is none.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(log n).
  public func nextRunAt() throws -> Timestamp? {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.nextDue) { row in try row.value(at: 0) }
    }
  }

  static let nextDue = SQLStatement(
    """
    SELECT next_run_at FROM queue_schedules
    WHERE is_enabled = 1 AND next_run_at IS NOT NULL AND \(isOpen) ORDER BY next_run_at LIMIT 1
    """)
}
