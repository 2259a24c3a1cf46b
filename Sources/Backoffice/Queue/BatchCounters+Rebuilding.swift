import BackofficeStorage

extension BatchCounters {
  private static let counted = """
    SELECT batch_id, count(*) AS total,
      sum(status IN ('pending', 'retrying')) AS pending, sum(status = 'running') AS running,
      sum(status IN ('paused', 'waiting_for_action')) AS waiting,
      sum(status = 'completed') AS completed, sum(status = 'failed') AS failed,
      sum(status = 'cancelled') AS cancelled,
      ifnull(sum(processing_microseconds), 0) AS processing_sum,
      count(processing_microseconds) AS processing_count
    FROM queue_items WHERE batch_id IS NOT NULL GROUP BY batch_id
    """

  private static let different = SQLStatement(
    """
    SELECT b.id, b.status, b.stop_on_error,
      ifnull(q.total, 0), ifnull(q.pending, 0), ifnull(q.running, 0), ifnull(q.waiting, 0),
      ifnull(q.completed, 0), ifnull(q.failed, 0), ifnull(q.cancelled, 0),
      ifnull(q.processing_sum, 0), ifnull(q.processing_count, 0),
      b.total_items, b.pending_items, b.running_items, b.waiting_items, b.completed_items,
      b.failed_items, b.cancelled_items, b.processing_microseconds_sum, b.processing_count
    FROM batches b LEFT JOIN (\(counted)) q ON q.batch_id = b.id
    WHERE (b.total_items, b.pending_items, b.running_items, b.waiting_items, b.completed_items,
        b.failed_items, b.cancelled_items, b.processing_microseconds_sum, b.processing_count)
      IS NOT (ifnull(q.total, 0), ifnull(q.pending, 0), ifnull(q.running, 0),
        ifnull(q.waiting, 0), ifnull(q.completed, 0), ifnull(q.failed, 0),
        ifnull(q.cancelled, 0), ifnull(q.processing_sum, 0), ifnull(q.processing_count, 0))
    ORDER BY b.pk LIMIT ?
    """)

  private static let write = SQLStatement(
    """
    UPDATE batches SET total_items = ?2, pending_items = ?3, running_items = ?4,
      waiting_items = ?5, completed_items = ?6, failed_items = ?7, cancelled_items = ?8,
      processing_microseconds_sum = ?9, processing_count = ?10, updated_at = ?11
    WHERE id = ?1
    """)

  static let countAgain = SQLStatement(
    """
    UPDATE batches SET (total_items, pending_items, running_items, waiting_items,
        completed_items, failed_items, cancelled_items, processing_microseconds_sum,
        processing_count) = (
      SELECT count(*), ifnull(sum(status IN ('pending', 'retrying')), 0),
        ifnull(sum(status = 'running'), 0),
        ifnull(sum(status IN ('paused', 'waiting_for_action')), 0),
        ifnull(sum(status = 'completed'), 0), ifnull(sum(status = 'failed'), 0),
        ifnull(sum(status = 'cancelled'), 0), ifnull(sum(processing_microseconds), 0),
        count(processing_microseconds)
      FROM queue_items WHERE batch_id = ?1), updated_at = ?2
    WHERE id = ?1
    RETURNING \(BatchSituation.columns)
    """)

  static let unfinished = SQLStatement(
    """
    SELECT 1 FROM queue_items
    WHERE batch_id = ?1
      AND status IN ('pending', 'retrying', 'running', 'waiting_for_action', 'paused')
    LIMIT 1
    """)

  /// Counts the items of one batch, whatever its counters say; nil when there is no such batch.
  static func recount(
    _ batch: ID<Batch>, _ transaction: borrowing WriteTransaction
  ) throws -> BatchSituation? {
    try transaction.fetchOne(countAgain, batch, transaction.now) { row in try BatchSituation(row) }
  }

  /// Whether the counters of a batch let it end although it has items that have not: asked once,
  /// at the end.
  static func isMistaken(
    _ situation: BatchSituation, of batch: ID<Batch>, _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    guard situation.counters.unfinished == 0, situation.counters.total > 0 else { return false }
    return try transaction.fetchOne(unfinished, batch) { _ in true } ?? false
  }

  /// A batch whose counters are wrong.
  private struct Difference {
    let batch: ID<Batch>
    let status: Batch.Status
    let stopsOnError: Bool
    let expected: Batch.Counters
    let found: Batch.Counters

    init(_ row: borrowing Row) throws {
      var column = row.reader()
      batch = try column.next()
      status = try column.next()
      stopsOnError = try column.next()
      expected = try Batch.Counters(&column)
      found = try Batch.Counters(&column)
    }
  }

  func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    try transaction.fetchAll(Self.different, limit) { row in
      let difference = try Difference(row)
      return Finding(
        check: name, entity: "batches \(difference.batch)",
        problem: "expected \(difference.expected), found \(difference.found)")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let wrong = try transaction.fetchAll(Self.different, -1) { row in try Difference(row) }
    for difference in wrong {
      let counters = difference.expected
      try transaction.execute(
        Self.write, difference.batch, counters.total, counters.pending, counters.running,
        counters.waiting, counters.completed, counters.failed, counters.cancelled,
        counters.processingMicrosecondsSum, counters.processingCount, transaction.now)
    }
    let statuses = try BatchStatuses.wrong(in: transaction, limit: -1)
    for (batch, situation) in statuses {
      try Self.move(
        batch, to: situation.status(afterFailures: 0, openings: 1), transaction)
    }
    return Set(wrong.map(\.batch)).union(statuses.map(\.0)).count
  }
}

/// Checks that the status of each batch agrees with its counters.
struct BatchStatuses: ConsistencyCheck {
  let name = "batches.status"

  private static let all = SQLStatement(
    "SELECT \(BatchSituation.columns), id FROM batches ORDER BY pk")

  static func wrong(
    in transaction: borrowing some Transaction & ~Copyable, limit: Int
  ) throws -> [(ID<Batch>, BatchSituation)] {
    var found: [(ID<Batch>, BatchSituation)] = []
    try transaction.forEach(all) { row in
      let situation = try BatchSituation(row)
      if !situation.isAdmissible {
        found.append((try row.value(at: BatchSituation.columnCount), situation))
      }
      return limit < 0 || found.count < limit
    }
    return found
  }

  func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    try Self.wrong(in: transaction, limit: limit).map { batch, situation in
      Finding(
        check: name, entity: "batches \(batch)",
        problem: "it is \(situation.status.rawValue), expected "
          + situation.status(afterFailures: 0, openings: 1).rawValue)
    }
  }
}
