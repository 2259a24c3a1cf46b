import BackofficeStorage

/// Checks that a running item has one open attempt with its lease, and that no other item has one.
struct OpenAttempts: ConsistencyCheck {
  let name = "queue_attempts.open"

  private static let missing = SQLStatement(
    """
    SELECT q.id FROM queue_items q
    WHERE q.status = 'running' AND q.lease_expires_at IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM queue_attempts a
        WHERE a.item_pk = q.pk AND a.number = q.claim_count AND a.outcome IS NULL
          AND a.lease_token = q.lease_token)
    LIMIT ?
    """)

  private static let stray = SQLStatement(
    """
    SELECT q.id, a.number FROM queue_attempts a JOIN queue_items q ON q.pk = a.item_pk
    WHERE a.outcome IS NULL AND (q.status <> 'running' OR a.number <> q.claim_count)
    LIMIT ?
    """)

  func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    let missing = try transaction.fetchAll(Self.missing, limit) { row in
      Finding(
        check: name, entity: "queue_items \(try row.value(at: 0, as: ID<QueueItem>.self))",
        problem: "it runs, but no open attempt has its lease")
    }
    let stray = try transaction.fetchAll(Self.stray, limit) { row in
      Finding(
        check: name, entity: "queue_items \(try row.value(at: 0, as: ID<QueueItem>.self))",
        problem: "attempt \(try row.value(at: 1, as: Int.self)) is open, but does not run")
    }
    return Array((missing + stray).prefix(limit))
  }
}
