public import BackofficeStorage

extension WorkQueue {
  private static let findItem = SQLStatement(
    "SELECT \(QueueItem.selection) FROM queue_items WHERE id = ?")

  private static let findAttempts = SQLStatement(
    """
    SELECT \(QueueAttempt.selection) FROM queue_attempts
    WHERE item_pk = (SELECT pk FROM queue_items WHERE id = ?) ORDER BY number
    """)

  /// The item with the id, or nil when there is none.
  ///
  /// - Complexity: O(log n).
  public func find(_ id: ID<QueueItem>) throws -> QueueItem? {
    try access.readOnce { transaction in
      try QueueItem.fetchOne(transaction, Self.findItem, id)
    }
  }

  /// The attempts of an item, oldest first; none for an item that does not exist.
  public func attempts(of id: ID<QueueItem>) throws -> [QueueAttempt] {
    try access.readOnce { transaction in
      try QueueAttempt.fetchAll(transaction, Self.findAttempts, id)
    }
  }
}
