extension BatchCounters {
  /// The counters of items as they are, in the order of ``Batch/Counters``.
  private static let count: String = {
    let sums = QueueItem.Status.Count.allCases.map(QueueItem.Status.sum)
    let processing =
      "CASE WHEN status IN ('completed', 'failed') THEN max(0, finished_at - claimed_at) END"
    return (["count(*)"] + sums + ["ifnull(sum(\(processing)), 0)", "count(\(processing))"])
      .joined(separator: ", ")
  }()

  private static let columns = """
    total_items, pending_items, running_items, waiting_items, completed_items, failed_items, \
    cancelled_items, processing_microseconds_sum, processing_count
    """

  private static let counted =
    "SELECT \(count) FROM queue_items INDEXED BY queue_items_batch WHERE batch_id = b.id"

  private static let different = SQLStatement(
    """
    SELECT b.id, \(columns) FROM batches b WHERE (\(columns)) <> (\(counted)) ORDER BY b.pk LIMIT ?
    """)

  static let countAgain = SQLStatement(
    """
    UPDATE batches AS b SET (\(columns)) = (\(counted)), updated_at = ?2 WHERE id = ?1
    RETURNING \(BatchStatusRule.selection)
    """)

  private static let countItems = SQLStatement(
    "SELECT \(count) FROM queue_items INDEXED BY queue_items_batch WHERE batch_id = ?")

  static let unfinished = SQLStatement(
    """
    SELECT 1 FROM queue_items WHERE batch_id = ?1 AND status \(QueueItem.Status.unfinishedSQL)
    LIMIT 1
    """)

  /// Counts the items of one batch again; nil when there is no such batch.
  static func recount(
    _ batch: ID<Batch>, _ transaction: borrowing WriteTransaction
  ) throws -> BatchStatusRule? {
    try BatchStatusRule.fetchOne(transaction, countAgain, batch, transaction.now)
  }

  /// Whether the counters of a batch let it end although it has items that have not: asked once,
  /// at the end.
  static func isMistaken(
    _ rule: BatchStatusRule, of batch: ID<Batch>, _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    guard rule.counters.unfinished == 0, rule.counters.total > 0 else { return false }
    return try transaction.fetchOne(unfinished, batch) { _ in true } ?? false
  }

  func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    let wrong = try transaction.fetchAll(Self.different, limit) { row in
      (id: try row.value(at: 0, as: ID<Batch>.self), found: try Batch.Counters(row, from: 1))
    }
    return try wrong.map { batch in
      let expected = try transaction.fetchOne(Self.countItems, batch.id) { row in
        try Batch.Counters(row, from: 0)
      }
      return Finding(
        check: name, entity: "batches \(batch.id)",
        problem: "expected \(expected ?? Batch.Counters()), found \(batch.found)")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let wrong = try transaction.fetchAll(Self.different, -1) { row in
      try row.value(at: 0, as: ID<Batch>.self)
    }
    for batch in wrong { _ = try Self.recount(batch, transaction) }
    let statuses = try BatchStatuses.wrong(in: transaction, limit: -1)
    for (batch, rule) in statuses {
      try Self.move(batch, to: rule.status(afterFailures: 0, openings: 1), transaction)
    }
    return Set(wrong).union(statuses.map(\.0)).count
  }
}

/// Checks that the status of each batch agrees with its counters.
struct BatchStatuses: ConsistencyCheck {
  let name = "batches.status"

  private static let all = SQLStatement(
    "SELECT \(BatchStatusRule.selection), id FROM batches ORDER BY pk")

  static func wrong(
    in transaction: borrowing some Transaction & ~Copyable, limit: Int
  ) throws -> [(ID<Batch>, BatchStatusRule)] {
    var found: [(ID<Batch>, BatchStatusRule)] = []
    try transaction.forEach(all) { row in
      let rule = try BatchStatusRule(row)
      if !rule.isAdmissible {
        found.append((try row.value(at: BatchStatusRule.columns.count), rule))
      }
      return limit < 0 || found.count < limit
    }
    return found
  }

  func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    try Self.wrong(in: transaction, limit: limit).map { batch, rule in
      Finding(
        check: name, entity: "batches \(batch)",
        problem: "it is \(rule.status.rawValue), expected "
          + rule.status(afterFailures: 0, openings: 1).rawValue)
    }
  }
}
