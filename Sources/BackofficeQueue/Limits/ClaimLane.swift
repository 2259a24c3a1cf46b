/// A lane of the claim index: the waiting items of one queue, kind and priority, by due time.
///
/// One probe finds the next lane with its first item, so that kinds and priorities without waiting items
/// cost nothing, and neither do items that are not due.
struct ClaimLane {
  let kind: String
  let priority: Int
  /// The due time of its first item.
  let dueAt: Timestamp
  /// The row of its first item.
  let key: Int64

  private static let waiting =
    "status \(QueueItem.Status.claimableSQL) AND held_by IS NULL"

  // A comparison of (kind, priority) as a row value would read the whole lane that it begins at.
  private static func first(_ condition: String, order: String) -> SQLStatement {
    SQLStatement(
      """
      SELECT kind, priority, due_at, pk FROM queue_items INDEXED BY queue_items_claim
      WHERE queue = ?1 AND \(waiting) AND \(condition) ORDER BY \(order), due_at, pk LIMIT 1
      """)
  }

  private static let ofPriority = first("kind = ?2 AND priority > ?3", order: "priority")
  private static let ofKind = first("kind > ?2", order: "kind, priority")

  static let due = SQLStatement(
    """
    SELECT due_at, pk FROM queue_items INDEXED BY queue_items_claim
    WHERE queue = ?1 AND \(waiting) AND kind = ?2 AND priority = ?3
      AND (due_at, pk) > (?4, ?5) AND due_at <= ?6
    ORDER BY due_at, pk LIMIT ?7
    """)

  static let nextDue = SQLStatement(
    """
    SELECT due_at FROM queue_items INDEXED BY queue_items_claim
    WHERE queue = ?1 AND \(waiting) AND kind = ?2 AND priority = ?3 AND due_at > ?4
    ORDER BY due_at LIMIT 1
    """)

  /// Calls `body` with each lane of a queue, by kind and priority, until it returns false.
  ///
  /// - Parameter kinds: the kinds to read, in the order of ``sorted(_:)``; nil for all.
  /// - Complexity: O(log n) for each lane, and for each requested kind or existing kind, whichever are fewer.
  static func forEach(
    in queue: String, of kinds: [String]?, _ transaction: borrowing some Transaction & ~Copyable,
    _ body: (ClaimLane) throws -> Bool
  ) throws {
    guard let kinds else {
      var kind = ""
      while let lane = try first(ofKind, queue, kind, transaction) {
        kind = lane.kind
        guard try body(lane),
          try forEach(in: queue, of: kind, after: lane.priority, transaction, body)
        else { return }
      }
      return
    }
    var rest = kinds[...]
    while let kind = rest.popFirst() {
      guard try forEach(in: queue, of: kind, after: 0, transaction, body) else { return }
      guard rest.count > 1 else { continue }
      // Kinds without items are skipped together.
      guard let next = try first(ofKind, queue, kind, transaction) else { return }
      while let other = rest.first, precedes(other, next.kind) { rest.removeFirst() }
    }
  }

  /// Calls `body` with the lanes of a kind; false if `body` returned false.
  private static func forEach(
    in queue: String, of kind: String, after priority: Int,
    _ transaction: borrowing some Transaction & ~Copyable, _ body: (ClaimLane) throws -> Bool
  ) throws -> Bool {
    var last = priority
    while last < 5, let lane = try first(ofPriority, queue, kind, after: last, transaction) {
      guard try body(lane) else { return false }
      last = lane.priority
    }
    return true
  }

  private static func first(
    _ statement: SQLStatement, _ queue: String, _ kind: String, after priority: Int? = nil,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> ClaimLane? {
    func read(_ row: borrowing Row) throws -> ClaimLane {
      ClaimLane(
        kind: try row.value(at: 0), priority: try row.value(at: 1), dueAt: try row.value(at: 2),
        key: try row.value(at: 3))
    }
    guard let priority else {
      return try transaction.fetchOne(statement, queue, kind, decode: read)
    }
    return try transaction.fetchOne(statement, queue, kind, priority, decode: read)
  }

  /// Kinds in the order of the index, each once.
  static func sorted(_ kinds: [String]) -> [String] {
    if kinds.count < 2 { return kinds.map(\.keyForm) }
    return Set(kinds.map(\.keyForm)).sorted(by: precedes)
  }

  /// Compares bytes, as SQLite does, because another program may have written the text.
  private static func precedes(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
  }
}
