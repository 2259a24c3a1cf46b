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

  /// Items, newest first.
  ///
  /// - Parameters:
  ///   - filter: which items.
  ///   - statuses: the statuses wanted; all by default.
  ///   - cursor: where the page before ended.
  ///   - limit: the size of a page; 100 by default, 1,000 at most. For a kind a call looks at 100,000
  ///     rows at most, so that a page may be short, even empty, and ``Page/next`` not nil.
  /// - Complexity: O(s (log n + limit)) for s statuses, by index; for a tag O(k log n), where k of its
  ///   items are looked at until the page is full; for a kind O(rows that are looked at).
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

  /// The items of a queue that failed for good, the latest first.
  ///
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
  /// No index has the items by kind, since every enqueue would pay for it: windows of rows are read, as
  /// many as a call may look at.
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
