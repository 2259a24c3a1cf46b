/// Checks that queue items agree with the credits reserved for them.
struct QueueItemCreditsCheck: ConsistencyCheck {
  let name = "queue_items.credits"

  private static let wrong = SQLStatement(
    """
    SELECT q.id, q.status, q.cost, h.state, h.credits FROM queue_items q
    LEFT JOIN credit_holds h ON h.id = (
      SELECT l.hold_id FROM queue_item_credits l WHERE l.item_id = q.id ORDER BY l.pk DESC LIMIT 1)
    WHERE (q.cost > 0 AND q.account IS NOT NULL OR h.pk IS NOT NULL) AND NOT CASE
      WHEN q.cost = 0 OR q.account IS NULL OR typeof(q.account) <> 'blob'
        THEN h.pk IS NULL OR h.state = 'released'
      WHEN q.status = 'completed' THEN h.state IS 'spent' AND h.credits = q.cost
      WHEN q.status IN (\(QueueItem.Status.list(where: \.isFinished))) THEN h.state IS NOT 'reserved'
      ELSE h.pk IS NOT NULL AND h.state <> 'released' AND h.credits = q.cost END
    ORDER BY q.pk LIMIT ?
    """)

  private static let abandoned = SQLStatement(
    """
    SELECT h.id, l.item_id FROM credit_holds h JOIN queue_item_credits l ON l.hold_id = h.id
    WHERE h.state = 'reserved' AND NOT EXISTS (SELECT 1 FROM queue_items q WHERE q.id = l.item_id)
    ORDER BY h.pk LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    var findings = try transaction.fetchAll(Self.wrong, limit) { row in
      let id: ID<QueueItem> = try row.value(at: 0)
      let status: String = try row.value(at: 1)
      let cost: Int = try row.value(at: 2)
      let state: CreditHold.State? = try row.value(at: 3)
      let credits: Int? = try row.value(at: 4)
      return Finding(
        check: name, entity: "queue_items \(id)",
        problem: "\(credits ?? 0) credits are \(state?.rawValue ?? "not held") for it, which is "
          + "\(status) and costs \(cost)")
    }
    findings += try transaction.fetchAll(Self.abandoned, limit) { row in
      let hold: ID<CreditHold> = try row.value(at: 0)
      let item: ID<QueueItem> = try row.value(at: 1)
      return Finding(
        check: name, entity: "credit_holds \(hold)",
        problem: "it holds credits for queue item \(item), which does not exist")
    }
    return Array(findings.prefix(limit))
  }
}
