extension WorkQueue {
  /// Enqueues an item that waits until other items have completed.
  ///
  /// It becomes claimable in the commit that completes the last of them. Parents that have already
  /// completed are not waited for; the policy is applied immediately to a parent that has failed or
  /// was cancelled.
  ///
  /// - Parameters:
  ///   - item: the work.
  ///   - parents: the items that it waits for; 1,000 at most.
  ///   - policy: what happens when a parent fails permanently or is cancelled.
  /// - Returns: as ``enqueue(_:)-(NewQueueItem)``; an existing item keeps its dependencies.
  /// - Throws: ``DependencyError/noSuchParent(_:)``, ``DependencyError/tooManyParents(_:)``, and as
  ///   ``enqueue(_:)-(NewQueueItem)``.
  /// - Complexity: O(p log n) for p parents.
  @discardableResult
  public func enqueue(
    _ item: NewQueueItem, after parents: [ID<QueueItem>],
    ifParentFails policy: QueueDependency.Policy = .fail
  ) throws -> EnqueueResult {
    guard parents.count <= PageLimit.maximum else {
      throw DependencyError.tooManyParents(parents.count)
    }
    return try access.write { transaction in
      let result = try transaction.queue.enqueue(item)
      guard case .enqueued(let id) = result else { return result }
      try Self.depend(id, on: parents, policy, transaction)
      return result
    }
  }

  /// Adds a dependency to a waiting item.
  ///
  /// Adding an existing dependency changes nothing.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``DependencyError/noSuchParent(_:)``,
  ///   ``DependencyError/notWaiting(_:_:)``, ``DependencyError/cycle(_:)``,
  ///   ``DependencyError/tooManyParents(_:)``.
  /// - Complexity: O(a log n) for the a items that the parent waits for, directly or not.
  public func addDependency(
    of item: ID<QueueItem>, on parent: ID<QueueItem>,
    ifParentFails policy: QueueDependency.Policy = .fail
  ) throws {
    try access.write { transaction in
      guard let status = try Self.status(of: item, transaction) else {
        throw QueueError.noSuchItem(item)
      }
      guard !status.isFinished, status != .running else {
        throw DependencyError.notWaiting(item, status)
      }
      if let cycle = try Self.path(from: parent, to: item, transaction) {
        throw DependencyError.cycle(cycle)
      }
      let count =
        try transaction.fetchOne(Self.countParents, item) { row in
          try row.value(at: 0, as: Int.self)
        } ?? 0
      guard count < PageLimit.maximum else { throw DependencyError.tooManyParents(count + 1) }
      try Self.depend(item, on: [parent], policy, transaction)
    }
  }

  /// Removes a dependency, if there is one.
  ///
  /// An item without further dependencies becomes claimable.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be written.
  public func removeDependency(of item: ID<QueueItem>, on parent: ID<QueueItem>) throws {
    try access.write { transaction in
      try transaction.execute(Self.forget, item, parent)
    }
  }

  /// The dependencies of an item, open and closed, in the order of declaration; 1,000 at most.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  public func dependencies(of item: ID<QueueItem>) throws -> [QueueDependency] {
    try access.readOnce { transaction in
      try QueueDependency.fetchAll(transaction, Self.ofItem, item, PageLimit.maximum)
    }
  }

  /// The items that still wait for an item, in the order of declaration.
  ///
  /// - Parameters:
  ///   - parent: the item.
  ///   - limit: the maximum number of results; 100 by default, 1,000 at most.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  public func dependants(
    of parent: ID<QueueItem>, limit: Int = PageLimit.standard
  ) throws -> [QueueDependency] {
    try access.readOnce { transaction in
      try QueueDependency.fetchAll(
        transaction, Self.ofParent, parent, PageLimit.clamped(limit))
    }
  }

  /// The dependencies that stay blocked because the parent failed or was cancelled, the latest
  /// first.
  ///
  /// An item continues when the parent is retried and completes, or when the dependency is removed.
  ///
  /// - Parameter limit: the maximum number of results; 100 by default, 1,000 at most.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(log n + limit), by index.
  public func blockedByFailure(limit: Int = PageLimit.standard) throws -> [QueueDependency] {
    try access.readOnce { transaction in
      try QueueDependency.fetchAll(transaction, Self.stuck, PageLimit.clamped(limit))
    }
  }

  static let ofItem = QueueDependency.select(
    "WHERE item_id = ?1 ORDER BY pk LIMIT ?2")

  static let ofParent = QueueDependency.select(
    "WHERE parent_id = ?1 AND is_open = 1 ORDER BY pk LIMIT ?2")

  static let stuck = QueueDependency.select(
    "WHERE parent_failed_at IS NOT NULL ORDER BY parent_failed_at DESC, pk DESC LIMIT ?1")

  static let openParents = SQLStatement(
    "SELECT parent_id FROM queue_dependencies WHERE item_id = ? AND is_open = 1")

  private static let countParents = SQLStatement(
    "SELECT count(*) FROM queue_dependencies WHERE item_id = ?")

  private static let insertDependency = SQLStatement(
    """
    INSERT INTO queue_dependencies (item_id, parent_id, on_failure, is_open, parent_failed_at,
      created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (item_id, parent_id) DO NOTHING
    """)

  private static let forget = SQLStatement(
    "DELETE FROM queue_dependencies WHERE item_id = ?1 AND parent_id = ?2")

  private static let statusOf = SQLStatement("SELECT status FROM queue_items WHERE id = ?")

  static func status(
    of item: ID<QueueItem>, _ transaction: borrowing WriteTransaction
  ) throws -> QueueItem.Status? {
    try transaction.fetchOne(statusOf, item) { row in try row.value(at: 0) }
  }

  /// Declares what an item waits for, and ends it when a parent has failed already.
  static func depend(
    _ item: ID<QueueItem>, on parents: [ID<QueueItem>], _ policy: QueueDependency.Policy,
    _ transaction: borrowing WriteTransaction
  ) throws {
    var end: (parent: ID<QueueItem>, status: QueueItem.Status)?
    for parent in parents {
      guard let status = try status(of: parent, transaction) else {
        throw DependencyError.noSuchParent(parent)
      }
      let hasFailed = status == .failed || status == .cancelled
      let isOpen = !status.isFinished || (hasFailed && policy == .block)
      try transaction.execute(
        insertDependency, item, parent, policy, isOpen,
        isOpen && hasFailed ? transaction.now : nil, transaction.now)
      if hasFailed, policy == .fail || policy == .cancel { end = end ?? (parent, status) }
    }
    guard let end else { return }
    try transaction.execute(DependencyRules.closeParents, item)
    try transaction.execute(
      DependencyRules.end, item, policy == .fail ? QueueItem.Status.failed : .cancelled,
      transaction.now, "dependency_\(end.status.rawValue)",
      "queue item \(end.parent), which it was to wait for, was \(end.status.rawValue)")
  }

  /// The way from an item over what it waits for to another, or nil when there is none.
  private static func path(
    from start: ID<QueueItem>, to end: ID<QueueItem>, _ transaction: borrowing WriteTransaction
  ) throws -> [ID<QueueItem>]? {
    var reachedFrom: [ID<QueueItem>: ID<QueueItem>] = [:]
    var seen: Set<ID<QueueItem>> = [start]
    var work = [start]
    while let item = work.popLast() {
      if item == end {
        var path = [item]
        while let last = path.last, let previous = reachedFrom[last] { path.append(previous) }
        return path
      }
      let parents = try transaction.fetchAll(openParents, item) { row in
        try row.value(at: 0, as: ID<QueueItem>.self)
      }
      for parent in parents where seen.insert(parent).inserted {
        reachedFrom[parent] = item
        work.append(parent)
      }
    }
    return nil
  }
}
