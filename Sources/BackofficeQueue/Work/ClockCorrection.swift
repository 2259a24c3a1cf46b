/// Puts right what items have from a clock that was ahead and has been set back.
///
/// A lease, the delay of a retry and the window of a unique key are intervals that are stored with
/// their ends. When the clock is set back, an end is as much too late: the sweep finds rows that were
/// written in the future, and begins their interval again now. Times that a program has set, such as
/// a deadline or a later due time, are those of the calendar and stay.
enum ClockCorrection {
  // Covered by the index.
  static let running = SQLStatement(
    """
    SELECT pk FROM queue_items INDEXED BY queue_items_lease
    WHERE status = 'running' AND lease_expires_at > ?1 AND updated_at > ?1 LIMIT ?2
    """)

  private static let lease = SQLStatement(
    """
    UPDATE queue_items SET
      lease_expires_at = ?2 + iif(lease_expires_at - updated_at BETWEEN 0 AND ?3,
        lease_expires_at - updated_at, ?3),
      claimed_at = min(claimed_at, ?2), updated_at = ?2
    WHERE pk = ?1 AND status = 'running'
    """)

  static let retrying = SQLStatement(
    """
    SELECT pk FROM queue_items INDEXED BY queue_items_retried
    WHERE status = 'retrying' AND updated_at > ?1 ORDER BY updated_at LIMIT ?2
    """)

  private static let delay = SQLStatement(
    """
    UPDATE queue_items SET
      due_at = ?2 + iif(due_at - updated_at BETWEEN 0 AND ?3, due_at - updated_at, 0),
      updated_at = ?2
    WHERE pk = ?1 AND status = 'retrying'
    """)

  static let newest = SQLStatement(
    "SELECT pk, created_at FROM queue_items WHERE pk > ? ORDER BY pk DESC")

  // What was due at once is due now.
  private static let creation = SQLStatement(
    """
    UPDATE queue_items SET
      due_at = iif(status \(QueueItem.Status.waitingSQL) AND due_at <= created_at, ?2, due_at),
      created_at = ?2, updated_at = ?2
    WHERE pk = ?1
    """)

  private static let window = SQLStatement(
    """
    UPDATE queue_unique_keys SET expires_at = max(?2, expires_at - ?3)
    WHERE item_pk = ?1 AND expires_at IS NOT NULL
    """)

  /// Corrects a page of items of each sort, and returns their number.
  ///
  /// - Complexity: O(m) in the number m of running items, by index alone; all else costs only after
  ///   the clock was set back.
  static func run(_ limit: Int, _ transaction: borrowing WriteTransaction) throws -> Int {
    let now = transaction.now
    func keys(_ statement: SQLStatement) throws -> [Int64] {
      try transaction.fetchAll(statement, now, limit) { try $0.value(at: 0) }
    }
    var count = 0
    for (found, change, most) in [
      (running, lease, WorkQueue.longestLease), (retrying, delay, QueueError.horizon),
    ] {
      let page = try keys(found)
      if page.isEmpty { continue }
      count += try transaction.each(of: page) { key, transaction in
        try transaction.execute(change, key, now, most.microseconds) > 0
      }.changed.count
    }
    return count + (try correctNewest(limit, transaction))
  }

  private static func correctNewest(
    _ limit: Int, _ transaction: borrowing WriteTransaction
  ) throws -> Int {
    let now = transaction.now
    var ahead: [(key: Int64, difference: Int64)] = []
    try transaction.forEach(newest, Int64.min) { row in
      let createdAt: Timestamp = try row.value(at: 1)
      guard createdAt > now else { return false }
      ahead.append((try row.value(at: 0), (createdAt - now).microseconds))
      return true
    }
    // The oldest first: the next page finds the rest from the newest row on.
    return try transaction.each(of: ahead.suffix(limit).reversed()) { item, transaction in
      try transaction.execute(window, item.key, now, item.difference)
      return try transaction.execute(creation, item.key, now) > 0
    }.changed.count
  }
}
