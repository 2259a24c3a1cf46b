public import BackofficeStorage

/// Which items a list is about.
public enum QueueItemFilter: Sendable, Hashable {
  /// The work of a customer.
  case customer(ID<Customer>)
  /// The work on a directory.
  case directory(ID<Directory>)
  /// The items of a batch.
  case batch(ID<Batch>)
  /// The items of a kind, in all queues.
  case kind(String)
  /// The items with a tag, in all queues.
  case tag(String)
}

extension WorkQueue {
  private static func list(where condition: String) -> SQLStatement {
    SQLStatement(
      """
      SELECT \(QueueItem.selection), pk FROM queue_items
      WHERE \(condition) = ?1 AND status = ?2 AND pk < ?3 ORDER BY pk DESC LIMIT ?4
      """)
  }

  static let ofCustomer = list(where: "customer_id")
  static let ofDirectory = list(where: "directory_id")
  static let ofBatch = list(where: "batch_id")
  static let ofKind = list(where: "kind")

  static let failedItems = SQLStatement(
    """
    SELECT \(QueueItem.selection), pk FROM queue_items
    WHERE queue = ?1 AND status = 'failed' AND (finished_at, pk) < (?2, ?3)
    ORDER BY finished_at DESC, pk DESC LIMIT ?4
    """)

  /// Items, newest first.
  ///
  /// - Parameters:
  ///   - filter: which items.
  ///   - statuses: the statuses wanted; all by default.
  ///   - cursor: where the page before ended.
  ///   - limit: the size of a page; 100 by default, 1,000 at most.
  /// - Complexity: O(s (log n + limit)) for s statuses, by index; for a tag O(k log n), where k
  ///   items with it are looked at until the page is full.
  public func list(
    _ filter: QueueItemFilter, statuses: Set<QueueItem.Status> = Set(QueueItem.Status.allCases),
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<QueueItem> {
    let limit = PageLimit.clamped(limit)
    let key = cursor?.key ?? .max
    return try access.read { transaction in
      var rows: [(element: QueueItem, key: Int64)] = []
      if case .tag(let tag) = filter {
        let words = statuses.map(\.rawValue).joined(separator: ",")
        rows = try transaction.fetchAll(Self.ofTag, tag, key, ",\(words),", limit + 1) {
          try Self.keyed($0)
        }
        return Page(rows, limit: limit) { _ in 0 }
      }
      for status in statuses {
        rows += try Self.rows(filter, status: status, below: key, limit: limit + 1, transaction)
      }
      rows.sort { $0.key > $1.key }
      return Page(rows, limit: limit) { _ in 0 }
    }
  }

  /// The items of a queue that failed for good, the last ones first.
  ///
  /// - Complexity: O(log n + limit), by index.
  public func failed(
    in queue: String = "default", after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<QueueItem> {
    let limit = PageLimit.clamped(limit)
    return try access.readOnce { transaction in
      let rows = try transaction.fetchAll(
        Self.failedItems, queue, cursor?.value ?? .max, cursor?.key ?? .max, limit + 1
      ) { row in try Self.keyed(row) }
      return Page(rows, limit: limit) { $0.times.finishedAt?.microseconds ?? 0 }
    }
  }

  private static func rows(
    _ filter: QueueItemFilter, status: QueueItem.Status, below key: Int64, limit: Int,
    _ transaction: borrowing ReadTransaction
  ) throws -> [(element: QueueItem, key: Int64)] {
    switch filter {
    case .customer(let id):
      try transaction.fetchAll(ofCustomer, id, status, key, limit) { try keyed($0) }
    case .directory(let id):
      try transaction.fetchAll(ofDirectory, id, status, key, limit) { try keyed($0) }
    case .batch(let id):
      try transaction.fetchAll(ofBatch, id, status, key, limit) { try keyed($0) }
    case .kind(let kind):
      try transaction.fetchAll(ofKind, kind, status, key, limit) { try keyed($0) }
    case .tag: []
    }
  }

  private static func keyed(_ row: borrowing Row) throws -> (element: QueueItem, key: Int64) {
    (try QueueItem(row), try row.value(at: QueueItem.columns.count))
  }
}
