extension WorkQueue {
  /// Items with the progress that their workers reported.
  static func select(_ rest: String, from table: String = "queue_items i") -> SQLStatement {
    SQLStatement(
      """
      SELECT \(QueueItem.selection(of: "i")), i.pk, p.percent, p.step, p.message,
        p.estimated_completion_at
      FROM \(table) LEFT JOIN queue_progress p ON p.item_pk = i.pk AND p.claim = i.claims
      \(rest)
      """)
  }

  /// Reads a row of ``select(_:from:)``.
  static func read(_ row: borrowing Row) throws -> (element: QueueItem, key: Int64) {
    let first = QueueItem.columns.count
    var item = try QueueItem(row)
    if let percent: Int = try row.value(at: first + 1) {
      item.progress = QueueItem.Progress(
        percent: percent, step: try row.value(at: first + 2), message: try row.value(at: first + 3),
        estimatedCompletionAt: try row.value(at: first + 4))
    }
    if item.status == .completed { item.progress.percent = 100 }
    return (item, try row.value(at: first))
  }

  private static let findItem = select("WHERE i.id = ?")

  private static let findAttempts = SQLStatement(
    """
    SELECT \(QueueAttempt.selection(of: "a")) FROM queue_items i
    JOIN queue_attempts a ON a.item_pk = i.pk WHERE i.id = ? ORDER BY a.number
    """)

  /// Finds an item by its ID; nil if there is none.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(log n).
  public func find(_ id: ID<QueueItem>) throws -> QueueItem? {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.findItem, id) { row in try Self.read(row).element }
    }
  }

  /// The recorded attempts of an item, oldest first, including the one that runs or completed it;
  /// empty if there is no such item.
  ///
  /// Attempts that were not charged, because the item was postponed, returned or parked, are
  /// recorded only if its policy keeps all attempts. Records exist until the item is removed, even
  /// if it is retried manually.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(log n + attempts), by index.
  public func attempts(of id: ID<QueueItem>) throws -> [QueueAttempt] {
    try access.read { transaction in
      var attempts = try QueueAttempt.fetchAll(transaction, Self.findAttempts, id)
      if let item = try transaction.queue.find(id), let last = QueueAttempt(recordedIn: item) {
        if let index = attempts.firstIndex(where: { $0.number == last.number }) {
          attempts[index] = last
        } else {
          attempts.append(last)
        }
      }
      return attempts
    }
  }

  private static let policyOfItem = SQLStatement(
    """
    SELECT \(ItemPolicy.selection(of: "p"))
    FROM queue_items i LEFT JOIN queue_policies p ON p.pk = i.policy_pk WHERE i.id = ?
    """)

  /// The retry policy of an item, or nil if there is no such item.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(log n).
  public func policy(of item: ID<QueueItem>) throws -> ItemPolicy? {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.policyOfItem, item) { row in
        try row.value(at: 0, as: Int?.self) == nil ? .usual : try ItemPolicy(row)
      }
    }
  }

  /// The payload of an item, opened by the cipher of the store if it is sealed.
  ///
  /// - Throws: ``QueueError/payloadSealed(item:key:)`` when the store has no cipher, and the errors
  ///   of the cipher.
  public func payload(of item: QueueItem) throws -> JSONText {
    try access.readOnce { transaction in try PayloadSealing.open(item, transaction) }
  }
}
