extension WorkQueue {
  static let ofAccount = select(
    "WHERE i.account = ?1 AND i.status = ?2 AND i.pk < ?3 ORDER BY i.pk DESC LIMIT ?4")
  static let ofBatch = select(
    "WHERE i.batch_id = ?1 AND i.status = ?2 AND i.pk < ?3 ORDER BY i.pk DESC LIMIT ?4")
  static let ofSubject = select(
    """
    WHERE i.subject_kind = ?1 AND i.subject_id = ?5 AND i.status = ?2 AND i.pk < ?3
    ORDER BY i.pk DESC LIMIT ?4
    """)
  static let ofKind = select(
    """
    WHERE i.pk > ?4 AND i.pk < ?3 AND i.kind = ?1 AND instr(?2, ',' || i.status || ',') > 0
    ORDER BY i.pk DESC LIMIT ?5
    """)
  // CROSS JOIN keeps the tag in front.
  static let ofTag = select(
    """
    WHERE t.tag = ?1 AND instr(?2, ',' || i.status || ',') > 0 AND t.item_pk < ?3
    ORDER BY t.item_pk DESC LIMIT ?4
    """, from: "queue_item_tags t CROSS JOIN queue_items i ON i.pk = t.item_pk")

  static let failedItems = select(
    """
    WHERE i.queue = ?1 AND i.status = 'failed' AND (i.finished_at, i.pk) < (?2, ?3)
    ORDER BY i.finished_at DESC, i.pk DESC LIMIT ?4
    """)

  /// Items of a status, each read from the index that has them.
  private static func ofStatus(_ status: QueueItem.Status) -> SQLStatement {
    let inQueue = "(?1 IS NULL OR queue = ?1)"
    func keys(_ index: String, _ condition: String) -> String {
      "SELECT pk FROM queue_items INDEXED BY \(index) WHERE \(condition) AND \(inQueue) AND pk < ?2"
    }
    let source =
      switch status {
      case .pending:
        keys(
          "queue_items_claim",
          "status \(QueueItem.Status.claimableSQL) AND held_by IS NULL AND queue > ''"
            + " AND +status = 'pending'")
          + " UNION ALL "
          + keys("queue_items_held", "held_by IS NOT NULL AND queue > '' AND status = 'pending'")
      case .running: keys("queue_items_lease", "status = 'running' AND lease_expires_at > 0")
      case .retrying: keys("queue_items_retried", "status = 'retrying' AND updated_at > 0")
      case .parked, .paused:
        keys(
          "queue_items_aside",
          "status \(QueueItem.Status.asideSQL) AND queue > '' AND +status = '\(status.rawValue)'")
      case .completed, .failed, .cancelled:
        keys(
          "queue_items_ended",
          "finished_at IS NOT NULL AND finished_at > 0 AND status = '\(status.rawValue)'")
      }
    return select(
      "WHERE i.pk IN (SELECT pk FROM (\(source)) ORDER BY pk DESC LIMIT ?3) ORDER BY i.pk DESC")
  }

  static let byStatus = Dictionary(
    uniqueKeysWithValues: QueueItem.Status.allCases.map { ($0, ofStatus($0)) })

  /// Lists the items in a status, newest first.
  ///
  /// - Parameters:
  ///   - status: the status.
  ///   - queue: the queue; nil for all.
  ///   - cursor: where the previous page ended.
  ///   - limit: the maximum number of items; 100 by default, 1,000 at most.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(m) in the number m of items in the status, by index alone, and O(limit log n);
  ///   the other items cost nothing.
  public func list(
    _ status: QueueItem.Status, in queue: String? = nil, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<QueueItem> {
    let limit = PageLimit.clamped(limit)
    guard let statement = Self.byStatus[status] else { return Page(elements: [], next: nil) }
    return try access.readOnce { transaction in
      let rows = try transaction.fetchAll(
        statement, queue?.keyForm, cursor?.key ?? .max, limit + 1
      ) { row in try Self.read(row) }
      return Page(rows, limit: limit) { _ in 0 }
    }
  }

  /// Lists items, newest first.
  ///
  /// - Parameters:
  ///   - filter: the items to list.
  ///   - statuses: the statuses to list; all by default.
  ///   - cursor: where the previous page ended.
  ///   - limit: the size of a page; 100 by default, 1,000 at most. For a kind, a call examines at
  ///     most 100,000 rows, so a page may be short or empty although ``Page/next`` is not nil.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(s (log n + limit)) for s statuses, by index; for a tag O(k log n), where k of
  ///   its items are examined until the page is full; for a kind O(rows examined).
  public func list(
    _ filter: QueueItemFilter, statuses: Set<QueueItem.Status> = Set(QueueItem.Status.allCases),
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<QueueItem> {
    let limit = PageLimit.clamped(limit)
    let key = cursor?.key ?? .max
    return try access.read { transaction in
      var rows: [(element: QueueItem, key: Int64)] = []
      let words = "," + statuses.map(\.rawValue).joined(separator: ",") + ","
      switch filter {
      case .kind(let kind):
        return try Self.page(of: kind.keyForm, words, below: cursor?.key, limit, transaction)
      case .tag(let tag):
        rows = try transaction.fetchAll(Self.ofTag, tag.keyForm, words, key, limit + 1) {
          try Self.read($0)
        }
      case .account, .batch, .subject:
        for status in statuses {
          rows += try Self.rows(filter, status, below: key, limit: limit + 1, transaction)
        }
        rows.sort { $0.key > $1.key }
      }
      return Page(rows, limit: limit) { _ in 0 }
    }
  }

  /// Lists the failed items of a queue, the latest first.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(log n + limit), by index.
  public func failed(
    in queue: String = "default", after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<QueueItem> {
    let limit = PageLimit.clamped(limit)
    return try access.readOnce { transaction in
      let rows = try transaction.fetchAll(
        Self.failedItems, queue.keyForm, cursor?.value ?? .max, cursor?.key ?? .max, limit + 1
      ) { row in try Self.read(row) }
      return Page(rows, limit: limit) { $0.times.finishedAt?.microseconds ?? 0 }
    }
  }

  private static func rows(
    _ filter: QueueItemFilter, _ status: QueueItem.Status, below key: Int64, limit: Int,
    _ transaction: borrowing ReadTransaction
  ) throws -> [(element: QueueItem, key: Int64)] {
    switch filter {
    case .account(let account):
      try transaction.fetchAll(ofAccount, account.keyForm, status, key, limit) { try read($0) }
    case .batch(let batch):
      try transaction.fetchAll(ofBatch, batch, status, key, limit) { try read($0) }
    case .subject(let entity):
      try transaction.fetchAll(ofSubject, entity.kind, status, key, limit, entity.id) {
        try read($0)
      }
    case .kind, .tag: []
    }
  }

  /// A page of a kind.
  ///
  /// There is no index by kind, because every enqueue would pay for it. A call reads a limited
  /// number of ranges of rows instead.
  private static func page(
    of kind: String, _ statuses: String, below cursor: Int64?, _ limit: Int,
    _ transaction: borrowing ReadTransaction
  ) throws -> Page<QueueItem> {
    var windows = RowWindows(from: try cursor ?? RowWindows.newest(transaction) + 1)
    var rows: [(element: QueueItem, key: Int64)] = []
    while let window = windows.nextBelow() {
      rows += try transaction.fetchAll(
        ofKind, kind, statuses, window.below, window.above, limit + 1 - rows.count
      ) { try read($0) }
      if rows.count > limit { return Page(rows, limit: limit) { _ in 0 } }
    }
    return Page(
      elements: rows.map(\.element), next: windows.rest.map { PageCursor(value: 0, key: $0) })
  }
}
