extension Actions {
  private static let selection = PendingAction.selection
  // Deadlines are below 2^58 microseconds, so a priority fits in the bits above them.
  private static let key = "(priority << 58) + max(deadline_at, 0)"

  static let openInOrder = SQLStatement(
    """
    SELECT \(selection), \(key), pk FROM pending_actions INDEXED BY pending_actions_open
    WHERE finished_at IS NULL AND (priority, deadline_at, pk) > (?, ?, ?)
    ORDER BY priority, deadline_at, pk LIMIT ?
    """)
  static let byStatus = SQLStatement(
    """
    SELECT \(selection), \(key), pk FROM pending_actions
    WHERE status = ? AND (priority, deadline_at, pk) > (?, ?, ?)
    ORDER BY priority, deadline_at, pk LIMIT ?
    """)
  static let byAssistant = SQLStatement(
    """
    SELECT \(selection), \(key), pk FROM pending_actions
    WHERE assistant_id = ? AND status = ? AND (priority, deadline_at, pk) > (?, ?, ?)
    ORDER BY priority, deadline_at, pk LIMIT ?
    """)
  static let byCustomer = SQLStatement(
    """
    SELECT \(selection), 0, pk FROM pending_actions INDEXED BY pending_actions_customer
    WHERE customer_id = ? AND status = ? AND pk > ? ORDER BY pk LIMIT ?
    """)
  static let bySubject = SQLStatement(
    """
    SELECT \(selection), 0, pk FROM pending_actions
    WHERE subject_id = ? AND subject_kind = ? AND status = ? AND pk > ? ORDER BY pk LIMIT ?
    """)
  static let overdueInOrder = SQLStatement(
    """
    SELECT \(selection), deadline_at, pk FROM pending_actions INDEXED BY pending_actions_deadline
    WHERE finished_at IS NULL AND deadline_at < ?1 AND (deadline_at, pk) > (?2, ?3)
      AND status <> 'suspended'
    ORDER BY deadline_at, pk LIMIT ?4
    """)
  static let unverified = SQLStatement(
    """
    SELECT \(selection), finished_at, pk FROM pending_actions
    INDEXED BY pending_actions_verification
    WHERE requires_verification = 1 AND verified_by_supervisor = 0 AND status = 'completed'
      AND (finished_at, pk) > (?, ?)
    ORDER BY finished_at, pk LIMIT ?
    """)
  static let followUps = SQLStatement(
    """
    SELECT \(selection), follow_up_at, pk FROM pending_actions INDEXED BY pending_actions_follow_up
    WHERE follow_up_required = 1 AND follow_up_at <= ?1 AND (follow_up_at, pk) > (?2, ?3)
    ORDER BY follow_up_at, pk LIMIT ?4
    """)
  static let latestOfItem = SQLStatement(
    """
    SELECT \(selection) FROM pending_actions WHERE queue_item_id = ? ORDER BY pk DESC LIMIT 1
    """)
  private static let countByStatus = SQLStatement(
    "SELECT status, count(*) FROM pending_actions GROUP BY status")

  /// The open actions, ordered by priority, deadline and age.
  ///
  /// - Parameters:
  ///   - cursor: where the page before ended; nil for the first one.
  ///   - limit: the maximum number of results, 1 to 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func open(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<PendingAction> {
    let place = Place(cursor)
    return try page(Self.openInOrder, limit: limit, place.priority, place.deadline, place.key)
  }

  /// The actions with a status, ordered by priority, deadline and age.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func list(
    _ status: ActionStatus, after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<PendingAction> {
    let place = Place(cursor)
    return try page(
      Self.byStatus, limit: limit, status, place.priority, place.deadline, place.key)
  }

  /// An assistant's actions with a status, ordered by priority, deadline and age.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func list(
    _ status: ActionStatus, of assistant: ID<Assistant>, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<PendingAction> {
    let place = Place(cursor)
    return try page(
      Self.byAssistant, limit: limit, assistant, status, place.priority, place.deadline,
      place.key)
  }

  /// A customer's actions with a status, oldest first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func list(
    _ status: ActionStatus, for customer: ID<Customer>, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<PendingAction> {
    try page(Self.byCustomer, limit: limit, customer, status, cursor?.key ?? 0)
  }

  /// The actions about an entity with a status, oldest first.
  ///
  /// ```swift
  /// let waiting = try store.actions.list(.pending, about: EntityReference(.directory,
  /// directory.id))
  /// ```
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the page.
  public func list(
    _ status: ActionStatus, about subject: EntityReference, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<PendingAction> {
    try page(
      Self.bySubject, limit: limit, subject.id, subject.kind, status, cursor?.key ?? 0)
  }

  /// The unfinished actions whose deadline has passed, longest overdue first.
  ///
  /// Failed and cancelled actions are finished and therefore not overdue; neither are suspended ones.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func overdue(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<PendingAction> {
    try access.readOnce { transaction in
      try transaction.keyedPage(
        Self.overdueInOrder, limit: limit, transaction.now,
        cursor?.value ?? Timestamp.distantPast.microseconds, cursor?.key ?? 0)
    }
  }

  /// The completed actions that await verification, longest waiting first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func awaitingVerification(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<PendingAction> {
    try page(
      Self.unverified, limit: limit, cursor?.value ?? Timestamp.distantPast.microseconds,
      cursor?.key ?? 0)
  }

  /// The actions whose follow-up is due, earliest first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func followUpsDue(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<PendingAction> {
    try access.readOnce { transaction in
      try transaction.keyedPage(
        Self.followUps, limit: limit, transaction.now,
        cursor?.value ?? Timestamp.distantPast.microseconds, cursor?.key ?? 0)
    }
  }

  /// The latest action of a queue item, with its result; nil if there is none.
  ///
  /// A worker reads the result here after its item waited for a person.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func latest(forQueueItem item: ID<QueueItem>) throws -> PendingAction? {
    try access.readOnce { try PendingAction.fetchOne($0, Self.latestOfItem, item) }
  }

  /// The number of actions with each status.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: reads an index of all actions.
  public func counts() throws -> [ActionStatus: Int] {
    try access.readOnce { transaction in
      let pairs = try transaction.fetchAll(Self.countByStatus) { row in
        (try row.value(at: 0, as: ActionStatus.self), try row.value(at: 1, as: Int.self))
      }
      return Dictionary(uniqueKeysWithValues: pairs)
    }
  }
}

extension Actions {
  /// The parsed cursor of a list ordered by priority and deadline.
  private struct Place {
    let priority: Int64
    let deadline: Int64
    let key: Int64

    init(_ cursor: PageCursor?) {
      priority = (cursor?.value ?? 0) >> 58
      deadline = (cursor?.value ?? 0) & ((1 << 58) - 1)
      key = cursor?.key ?? 0
    }
  }

  private func page<each Value: Bindable>(
    _ statement: SQLStatement, limit: Int, _ values: repeat each Value
  ) throws -> Page<PendingAction> {
    try access.readOnce { transaction in
      try transaction.keyedPage(statement, limit: limit, repeat each values)
    }
  }
}
