public import BackofficeStorage

/// Rules that enqueue items again and again, at a fixed interval.
public struct Schedules: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension BackofficeStore {
  /// The schedules of the queue.
  public var schedules: Schedules { Schedules(access) }
}

extension WriteTransaction {
  /// The schedules of the queue.
  public var schedules: Schedules { Schedules(DatabaseAccess(self)) }
}

extension ReadTransaction {
  /// The schedules of the queue.
  public var schedules: Schedules { Schedules(DatabaseAccess(self)) }
}

extension Schedules {
  private static let byName = SQLStatement(
    "SELECT \(QueueSchedule.selection) FROM queue_schedules WHERE name = ?")

  private static let all = SQLStatement(
    "SELECT \(QueueSchedule.selection) FROM queue_schedules WHERE name > ?1 ORDER BY name LIMIT ?2")

  private static let find = SQLStatement(
    "SELECT \(QueueSchedule.selection) FROM queue_schedules WHERE id = ?")

  static let due = SQLStatement(
    """
    SELECT \(QueueSchedule.selection) FROM queue_schedules
    WHERE is_enabled = 1 AND next_run_at <= ?1 ORDER BY next_run_at, pk LIMIT ?2
    """)

  private static let enable = SQLStatement(
    """
    UPDATE queue_schedules SET is_enabled = 1,
      next_run_at = max(ifnull(next_run_at, ?2), ?2), updated_at = ?2 WHERE id = ?1
    """)

  private static let disable = SQLStatement(
    "UPDATE queue_schedules SET is_enabled = 0, updated_at = ?2 WHERE id = ?1")

  private static let remove = SQLStatement("DELETE FROM queue_schedules WHERE id = ?")

  /// Creates a schedule, enabled.
  ///
  /// - Throws: ``QueueError/duplicateSchedule(name:)``, ``QueueError/cronUnsupported``,
  ///   ``QueueError/invalid(field:reason:)``, ``QueueError/unknownReference(customer:directory:)``.
  @discardableResult
  public func create(_ new: NewQueueSchedule) throws -> QueueSchedule {
    let seconds = try new.validatedSeconds()
    return try access.write { transaction in
      let taken = try transaction.fetchOne(Self.byName, new.name) { _ in true } ?? false
      if taken { throw QueueError.duplicateSchedule(name: new.name) }
      let schedule = QueueSchedule(
        id: transaction.makeID(), name: new.name, queue: new.queue, kind: new.kind,
        payload: new.payload, priority: new.priority, maxAttempts: new.maxAttempts,
        customerID: new.customerID, intervalSeconds: seconds, timeZone: "UTC",
        missedPolicy: new.missedPolicy, isEnabled: true,
        nextRunAt: new.firstRunAt ?? transaction.now + .seconds(seconds),
        metadata: new.metadata, createdAt: transaction.now, updatedAt: transaction.now)
      do {
        return try transaction.insert(schedule)
      } catch {
        guard let failure = error as? SQLiteError, failure.code == .constraintForeignKey
        else { throw error }
        throw QueueError.unknownReference(customer: new.customerID, directory: nil)
      }
    }
  }

  /// The schedule with the id, or nil when there is none.
  public func find(_ id: ID<QueueSchedule>) throws -> QueueSchedule? {
    try access.readOnce { transaction in
      try QueueSchedule.fetchOne(transaction, Self.find, id)
    }
  }

  /// The schedules by name, those after `name` when one is given.
  ///
  /// - Parameters:
  ///   - name: the last name of the page before.
  ///   - limit: the most schedules; 100 by default, 1,000 at most.
  public func list(
    after name: String = "", limit: Int = PageLimit.standard
  ) throws -> [QueueSchedule] {
    try access.readOnce { transaction in
      try QueueSchedule.fetchAll(transaction, Self.all, name, PageLimit.clamped(limit))
    }
  }

  /// Lets a schedule enqueue items; runs that were missed while it was off are not made up for.
  ///
  /// - Throws: ``QueueError/noSuchSchedule(_:)``.
  public func enable(_ id: ID<QueueSchedule>) throws {
    try access.write { transaction in
      let changed = try transaction.execute(Self.enable, id, transaction.now)
      if changed == 0 { throw QueueError.noSuchSchedule(id) }
    }
  }

  /// Keeps a schedule from enqueueing items.
  ///
  /// - Throws: ``QueueError/noSuchSchedule(_:)``.
  public func disable(_ id: ID<QueueSchedule>) throws {
    try access.write { transaction in
      let changed = try transaction.execute(Self.disable, id, transaction.now)
      if changed == 0 { throw QueueError.noSuchSchedule(id) }
    }
  }

  /// Removes a schedule; its items stay.
  ///
  /// - Throws: ``QueueError/noSuchSchedule(_:)``.
  public func delete(_ id: ID<QueueSchedule>) throws {
    try access.write { transaction in
      let changed = try transaction.execute(Self.remove, id)
      if changed == 0 { throw QueueError.noSuchSchedule(id) }
    }
  }
}

extension NewQueueSchedule {
  func validatedSeconds() throws(QueueError) -> Int {
    guard cron == nil else { throw .cronUnsupported }
    guard !name.isEmpty else { throw .invalid(field: "name", reason: "it is empty") }
    guard !queue.isEmpty else { throw .invalid(field: "queue", reason: "it has no name") }
    guard !kind.isEmpty else { throw .invalid(field: "kind", reason: "it has no name") }
    guard (1...5).contains(priority) else {
      throw .invalid(field: "priority", reason: "it lies in 1 to 5")
    }
    guard maxAttempts >= 1 else {
      throw .invalid(field: "maxAttempts", reason: "at least one is needed")
    }
    let microseconds = interval?.microseconds ?? 0
    guard microseconds >= 1_000_000, microseconds.isMultiple(of: 1_000_000) else {
      throw .invalid(field: "interval", reason: "it must be whole seconds, at least one")
    }
    return Int(microseconds / 1_000_000)
  }
}
