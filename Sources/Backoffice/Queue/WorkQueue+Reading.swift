public import BackofficeStorage

extension WorkQueue {
  private static let findItem = SQLStatement(
    "SELECT \(QueueItem.selection) FROM queue_items WHERE id = ?")

  // The result of the attempt that completed the item is written once, to the item.
  static let findAttempts = SQLStatement(
    """
    SELECT \(QueueAttempt.columns.dropLast().map { "a.\($0)" }.joined(separator: ", ")),
      CASE WHEN a.outcome = 'completed' AND a.result IS NULL AND a.number = i.claim_count
        THEN nullif(i.result, '{}') ELSE a.result END
    FROM queue_items i JOIN queue_attempts a ON a.item_pk = i.pk
    WHERE i.id = ? ORDER BY a.number
    """)

  /// The item with the id, or nil when there is none.
  ///
  /// - Complexity: O(log n).
  public func find(_ id: ID<QueueItem>) throws -> QueueItem? {
    try access.readOnce { transaction in
      try QueueItem.fetchOne(transaction, Self.findItem, id)
    }
  }

  /// The attempts of an item, oldest first: who tried it, for how long, and what came of each; none
  /// for an item that does not exist.
  ///
  /// They stay as long as the item does, also when it is tried again by hand.
  ///
  /// - Complexity: O(log n + attempts), by index.
  public func attempts(of id: ID<QueueItem>) throws -> [QueueAttempt] {
    try access.readOnce { transaction in
      try QueueAttempt.fetchAll(transaction, Self.findAttempts, id)
    }
  }
}
