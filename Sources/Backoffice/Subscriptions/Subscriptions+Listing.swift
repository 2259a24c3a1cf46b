extension Subscriptions {
  /// The subscriptions with a tier and a status, oldest first.
  ///
  /// - Parameters:
  ///   - tier: the tier.
  ///   - status: the status.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of rows in the page; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the page.
  public func list(
    tier: SubscriptionTier, status: SubscriptionStatus, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Subscription> {
    let limit = PageLimit.clamped(limit)
    return try access.readOnce { transaction in
      let rows = try transaction.fetchAll(
        Self.ofTier, tier, status, cursor?.key ?? 0, limit + 1
      ) { row in
        let key: Int64 = try row.value(at: row.count - 1)
        return try (element: Subscription(row), cursor: PageCursor(value: 0, key: key))
      }
      return .made(from: rows, limit: limit)
    }
  }

  /// The trials that end before an instant, in the order of their end.
  ///
  /// - Parameters:
  ///   - instant: the instant, exclusive.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of rows in the page; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the page.
  public func trialsEnding(
    before instant: Timestamp, after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Subscription> {
    try page(Self.trialsBefore, before: instant, after: cursor, limit: limit)
  }

  /// The billing periods of trialing and active subscriptions that end before an instant, in the
  /// order of their end.
  ///
  /// - Parameters:
  ///   - instant: the instant, exclusive.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of rows in the page; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the page.
  public func periodsEnding(
    before instant: Timestamp, after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Subscription> {
    try page(Self.periodsBefore, before: instant, after: cursor, limit: limit)
  }

  private func page(
    _ statement: SQLStatement, before instant: Timestamp, after cursor: PageCursor?, limit: Int
  ) throws -> Page<Subscription> {
    let limit = PageLimit.clamped(limit)
    let cursor = cursor ?? PageCursor(value: .min, key: .min)
    return try access.readOnce { transaction in
      let rows = try transaction.fetchAll(
        statement, instant, cursor.value, cursor.key, limit + 1
      ) { row in
        try (
          element: Subscription(row),
          cursor: PageCursor(value: row.value(at: row.count - 2), key: row.value(at: row.count - 1))
        )
      }
      return .made(from: rows, limit: limit)
    }
  }

  static let ofTier = SQLStatement(
    """
    SELECT \(Subscription.selection), pk FROM subscriptions
    WHERE tier = ? AND status = ? AND pk > ? ORDER BY pk LIMIT ?
    """)
  // The index is named because without statistics the planner prefers the status index and sorts.
  static let trialsBefore = SQLStatement(
    """
    SELECT \(Subscription.selection), trial_ends_at, pk
    FROM subscriptions INDEXED BY subscriptions_trial_end
    WHERE status = 'trialing' AND trial_ends_at < ? AND (trial_ends_at, pk) > (?, ?)
    ORDER BY trial_ends_at, pk LIMIT ?
    """)
  static let periodsBefore = SQLStatement(
    """
    SELECT \(Subscription.selection), period_end_at, pk
    FROM subscriptions INDEXED BY subscriptions_period_end
    WHERE status IN ('trialing', 'active') AND period_end_at < ?
      AND (period_end_at, pk) > (?, ?)
    ORDER BY period_end_at, pk LIMIT ?
    """)
}
