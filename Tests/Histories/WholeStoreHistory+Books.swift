import Backoffice
import BackofficeTesting

extension WholeStoreHistory {
  /// Everything in the books that is not as it must be; empty when all is well.
  ///
  /// The derived values are compared twice: by the store, and by plain counting here.
  package func problems() throws -> [String] {
    let store = test.store
    var problems = try store.check().map(\.description)
    problems += try store.rebuild().map { "rebuild repaired \($1) rows of \($0)" }
    problems += try store.database.verify().map { "verify: \($0)" }
    try store.read { transaction in
      for (name, sql) in Self.counts {
        let count: Int? = try transaction.fetchOne(sql: sql) { row in try row.value(at: 0) }
        if let count, count > 0 { problems.append("\(name): \(count) rows differ") }
      }
    }
    for customer in world.customers {
      guard let balance = try? store.credits.balance(of: customer) else { continue }
      if balance.granted != balance.reserved + balance.spent + balance.remaining
        || balance.remaining < 0
      {
        problems.append("credits of \(customer): \(balance)")
      }
    }
    return problems
  }

  /// How many rows differ from what plain counting gives, which knows nothing of the rules.
  private static let counts: [(String, String)] =
    [
      (
        "credits reserved",
        """
        SELECT count(*) FROM credit_balances b WHERE reserved <> (
          SELECT ifnull(sum(q.cost), 0) FROM queue_items q
          WHERE q.account = b.customer_id
            AND q.status NOT IN ('completed', 'failed', 'cancelled'))
        """
      ),
      (
        "batch counters",
        """
        SELECT count(*) FROM batches b WHERE (total_items, completed_items, failed_items,
          cancelled_items, running_items) IS NOT (
          SELECT count(*), ifnull(sum(status = 'completed'), 0), ifnull(sum(status = 'failed'), 0),
            ifnull(sum(status = 'cancelled'), 0), ifnull(sum(status = 'running'), 0)
          FROM queue_items q WHERE q.batch_id = b.id)
        """
      ),
      (
        "assistant load",
        """
        SELECT count(*) FROM assistants a WHERE active_count <> (
          SELECT count(*) FROM pending_actions p
          WHERE p.assistant_id = a.id AND p.status IN ('assigned', 'in_progress'))
        """
      ),
      (
        "assistant weight and offers",
        """
        SELECT count(*) FROM assistants a WHERE (active_weight, offered_count, offered_weight,
          accepted_offer_count, declined_offer_count, expired_offer_count) IS NOT (
          SELECT
            (SELECT ifnull(sum(weight), 0) FROM pending_actions p
              WHERE p.assistant_id = a.id AND p.status IN ('assigned', 'in_progress')),
            ifnull(sum(status = 'open'), 0), ifnull(sum(weight) FILTER (WHERE status = 'open'), 0),
            ifnull(sum(status = 'accepted'), 0), ifnull(sum(status = 'declined'), 0),
            ifnull(sum(status = 'expired'), 0)
          FROM action_offers o WHERE o.assistant_id = a.id)
        """
      ),
      (
        "escalations",
        """
        SELECT count(*) FROM pending_actions p WHERE escalation_count <> (
          SELECT count(*) FROM audit_log l WHERE l.entity_kind = 'action' AND l.entity_id = p.id
            AND l.action = 'action.escalated')
        """
      ),
      (
        "directory submissions",
        """
        SELECT count(*) FROM directories d WHERE submission_count <> (
          SELECT count(*) FROM submissions s WHERE s.directory_id = d.id)
        """
      ),
      (
        "usage by month",
        """
        SELECT count(*) FROM usage_records r WHERE period_kind = 'month' AND quantity_sum <> (
          SELECT ifnull(sum(quantity), 0) FROM usage_events e
          WHERE e.customer_id = r.customer_id AND e.meter = r.meter
            AND substr(e.local_day, 1, 7) = r.period_key)
        """
      ),
      (
        "leases",
        """
        SELECT count(*) FROM queue_items
        WHERE (lease_token IS NOT NULL) <> (status = 'running')
        """
      ),
    ] + ["customer", "subscription", "batch", "action", "submission", "plan"].map(lastStatus)

  /// The last history row of an entity says its status.
  private static func lastStatus(_ kind: String) -> (String, String) {
    let tables = ["batch": "batches", "action": "pending_actions"]
    return (
      "last history row of each \(kind)",
      """
      SELECT count(*) FROM \(tables[kind] ?? "\(kind)s") e WHERE e.status IS NOT (
        SELECT h.to_status FROM status_history h
        WHERE h.entity_kind = '\(kind)' AND h.entity_id = e.id ORDER BY h.at DESC, h.pk DESC LIMIT 1)
      """
    )
  }
}

extension WholeStoreHistory {
  /// The kinds of operations that succeeded fewer times than `count`, with how often.
  package func idle(below count: Int) -> [String] {
    Self.operations.filter { done[$0.name, default: 0] < count }.map {
      "\($0.name): \(done[$0.name, default: 0]) done, \(refused[$0.name, default: 0]) refused \(refusals[$0.name, default: ""])"
    }.sorted()
  }

  /// How many operations succeeded in the area where fewest did.
  package var leastByArea: Int {
    var areas: [Substring: Int] = [:]
    for operation in Self.operations {
      let area = operation.name.prefix { $0 != "." }
      areas[area, default: 0] += done[operation.name, default: 0]
    }
    return areas.values.min() ?? 0
  }
}
