extension Queues {
  private static let setLimit = SQLStatement(
    """
    INSERT INTO queue_limits (scope, name, is_paused, max_running, rate_count, rate_seconds,
      updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (scope, name) DO UPDATE SET is_paused = ?3, max_running = ?4, rate_count = ?5,
      rate_seconds = ?6, updated_at = ?7
    """)

  private static let dropLimit = SQLStatement(
    "DELETE FROM queue_limits WHERE scope = ? AND name = ?")

  private static let pauseLimit = SQLStatement(
    """
    INSERT INTO queue_limits (scope, name, is_paused, updated_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (scope, name) DO UPDATE SET is_paused = ?3, updated_at = ?4
    """)

  private static let allLimits = SQLStatement(
    """
    SELECT scope, name, max_running, rate_count, rate_seconds, is_paused FROM queue_limits
    WHERE (scope, name) > (?1, ?2) ORDER BY scope, name LIMIT ?3
    """)

  /// Sets or changes a limit; running items are not affected.
  ///
  /// Items that the change admits are claimable when the transaction commits.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  /// - Complexity: O(p log n) for p places that become free.
  public func setLimit(_ limit: QueueLimit) throws {
    try limit.validate()
    try access.write { transaction in
      try transaction.execute(
        Self.setLimit, limit.scope, limit.name.keyForm, limit.isPaused, limit.maxRunning,
        limit.rate?.count, limit.rate?.seconds, transaction.now)
    }
  }

  /// Removes a limit, if there is one.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be written.
  /// - Complexity: O(h log n) for h items that it held.
  public func removeLimit(_ scope: QueueLimit.Scope, _ name: String) throws {
    try access.write { transaction in
      try transaction.execute(Self.dropLimit, scope, name.keyForm)
    }
  }

  /// Stops handing out items of a kind, in all queues; running items are not affected.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)`` for a kind without a name.
  public func pause(kind: String) throws { try pause(.kind, kind, true) }

  /// Hands out items of a kind again; does nothing if it is not paused.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)`` for a kind without a name.
  public func resume(kind: String) throws { try pause(.kind, kind, false) }

  /// Stops handing out items with a limit key, in all queues; running items are not affected.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)`` for an empty key.
  public func pause(limitKey: String) throws { try pause(.key, limitKey, true) }

  /// Hands out items with a limit key again; does nothing if it is not paused.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)`` for an empty key.
  public func resume(limitKey: String) throws { try pause(.key, limitKey, false) }

  /// Lists the limits, by scope and name.
  ///
  /// - Parameters:
  ///   - limit: where to start, the last limit of the previous page; nil for the beginning.
  ///   - count: the maximum number of limits, for a page of them; nil for all.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(m) in the number of limits returned.
  public func limits(
    after limit: QueueLimit? = nil, count: Int? = nil
  ) throws -> [QueueLimit] {
    try access.readOnce { transaction in
      try transaction.fetchAll(
        Self.allLimits, limit?.scope.rawValue ?? "", limit?.name.keyForm ?? "",
        count.map(PageLimit.clamped) ?? -1
      ) { row in
        let count: Int? = try row.value(at: 3)
        let seconds: Int? = try row.value(at: 4)
        var rate: QueueLimit.Rate?
        if let count, let seconds { rate = QueueLimit.Rate(count, perSeconds: seconds) }
        return QueueLimit(
          try row.value(at: 0), try row.value(at: 1), maxRunning: try row.value(at: 2), rate: rate,
          isPaused: try row.value(at: 5))
      }
    }
  }

  private func pause(_ scope: QueueLimit.Scope, _ name: String, _ isPaused: Bool) throws {
    try QueueError.requireName(name, "name")
    try access.write { transaction in
      try transaction.execute(Self.pauseLimit, scope, name.keyForm, isPaused, transaction.now)
    }
  }
}
