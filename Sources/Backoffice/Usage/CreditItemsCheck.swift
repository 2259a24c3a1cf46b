import BackofficeStorage

/// Checks that queue items, the ledger and the balances tell the same story.
struct CreditItemsCheck: ConsistencyCheck {
  let name = "credits.items"

  private static let states = SQLStatement(
    """
    SELECT q.id, q.status, q.credit_state FROM queue_items q
    WHERE NOT CASE
      WHEN q.credits = 0 OR q.customer_id IS NULL THEN q.credit_state = 'none'
      WHEN q.status = 'completed' THEN q.credit_state = 'spent'
      WHEN q.status IN ('failed', 'cancelled') THEN q.credit_state <> 'reserved'
      ELSE q.credit_state IN ('reserved', 'spent') END
    ORDER BY q.pk LIMIT ?
    """)

  private static let items = SQLStatement(
    """
    SELECT q.id, q.credit_state, q.credits, coalesce(l.reserved, 0), coalesce(l.spent, 0)
    FROM queue_items q LEFT JOIN (
      SELECT e.queue_item_id AS id, sum(\(CreditEntryKind.sqlReserved)) AS reserved,
        sum(\(CreditEntryKind.sqlSpent)) AS spent
      FROM credit_entries e WHERE e.queue_item_id IS NOT NULL GROUP BY e.queue_item_id
    ) l ON l.id = q.id
    WHERE coalesce(l.reserved, 0) <> iif(q.credit_state = 'reserved', q.credits, 0)
      OR coalesce(l.spent, 0) <> iif(q.credit_state = 'spent', q.credits, 0)
    ORDER BY q.pk LIMIT ?
    """)

  /// Credits may also be held for work that is no queue item.
  private static let sums = SQLStatement(
    """
    SELECT s.customer_id, s.credits_reserved, coalesce(i.credits, 0) + coalesce(o.credits, 0)
    FROM subscriptions s
    LEFT JOIN (
      SELECT customer_id, sum(credits) AS credits FROM queue_items
      WHERE credit_state = 'reserved' GROUP BY customer_id
    ) i ON i.customer_id = s.customer_id
    LEFT JOIN (
      SELECT e.customer_id, sum(\(CreditEntryKind.sqlReserved)) AS credits
      FROM credit_entries e WHERE e.queue_item_id IS NULL GROUP BY e.customer_id
    ) o ON o.customer_id = s.customer_id
    WHERE s.credits_reserved <> coalesce(i.credits, 0) + coalesce(o.credits, 0)
    ORDER BY s.pk LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    var findings = try transaction.fetchAll(Self.states, limit) { row in
      let id: ID<AnyEntity> = try row.value(at: 0)
      let status: String = try row.value(at: 1)
      let state: QueueItem.CreditState = try row.value(at: 2)
      return finding(
        "queue_items \(id)", "credits are \(state.rawValue) while the item is \(status)")
    }
    findings += try transaction.fetchAll(Self.items, limit) { row in
      let id: ID<AnyEntity> = try row.value(at: 0)
      let state: QueueItem.CreditState = try row.value(at: 1)
      let credits: Int = try row.value(at: 2)
      let reserved: Int = try row.value(at: 3)
      let spent: Int = try row.value(at: 4)
      return finding(
        "queue_items \(id)",
        "\(credits) credits are \(state.rawValue), the ledger says \(reserved) reserved and "
          + "\(spent) spent")
    }
    findings += try transaction.fetchAll(Self.sums, limit) { row in
      let customer: ID<Customer> = try row.value(at: 0)
      let kept: Int = try row.value(at: 1)
      let expected: Int = try row.value(at: 2)
      return finding(
        "subscriptions of customer \(customer)",
        "\(expected) credits are held by work, the balance says \(kept) reserved")
    }
    return Array(findings.prefix(limit))
  }

  private func finding(_ entity: String, _ problem: String) -> Finding {
    Finding(check: name, entity: entity, problem: problem)
  }
}

/// Checks that every ledger entry's balance follows from the entries before it.
struct CreditLedgerCheck: ConsistencyCheck {
  let name = "credits.ledger"

  private static let broken = SQLStatement(
    """
    SELECT pk, customer_id FROM (
      SELECT e.pk, e.customer_id, e.granted_after, e.reserved_after, e.spent_after,
        sum(\(CreditEntryKind.sqlGranted)) OVER entries AS granted,
        sum(\(CreditEntryKind.sqlReserved)) OVER entries AS reserved,
        sum(\(CreditEntryKind.sqlSpent)) OVER entries AS spent
      FROM credit_entries e
      WINDOW entries AS (PARTITION BY e.customer_id ORDER BY e.pk)
    )
    WHERE (granted_after, reserved_after, spent_after) <> (granted, reserved, spent)
    ORDER BY pk LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.broken, limit) { row in
      let number: Int64 = try row.value(at: 0)
      let customer: ID<Customer> = try row.value(at: 1)
      return Finding(
        check: name, entity: "credit_entries \(number) of customer \(customer)",
        problem: "the balance after it is not the sum of the ledger up to it")
    }
  }
}
