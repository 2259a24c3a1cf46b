import Backoffice
import BackofficeTesting

extension WholeStoreHistory {
  /// Statements as another program would write them.
  static let rawOperations: [Operation] = [
    raw("customers", 2) { history, transaction in
      return try transaction.execute(
        sql: "UPDATE customers SET full_name = ?2, company_name = 'Raw' WHERE id = ?1",
        try history.any(history.world.customers), "Raw \(history.world.serial)")
    },
    raw("customers.status", 2) { history, transaction in
      let statuses = ["replied_to_customer", "order_placed", "lost"]
      return try transaction.execute(
        sql: "UPDATE customers SET status = ?2 WHERE id = ?1",
        try history.any(history.world.customers), statuses[history.below(3)])
    },
    raw("customers.all", 2) { history, transaction in
      return try transaction.execute(
        sql: "UPDATE customers SET owner_id = ?1 WHERE owner_id = ?2 AND pk % 3 = 0",
        try history.any(history.world.staff), try history.any(history.world.staff))
    },
    raw("subscriptions.tier", 2) { history, transaction in
      return try transaction.execute(
        sql: "UPDATE subscriptions SET tier = ?2 WHERE customer_id = ?1",
        try history.subscriber("1", transaction),
        TierCatalogue.directoryBolt.names[history.below(3)])
    },
    raw("subscriptions.limit", 1) { history, transaction in
      return try transaction.execute(
        sql: """
          UPDATE credit_balances SET has_custom_limit = 1, credit_limit = ?2 WHERE customer_id = ?1
          """, try history.subscriber("1", transaction), history.below(200))
    },
    raw("queue_items.batch", 3) { history, transaction in
      return try transaction.execute(
        sql: "UPDATE queue_items SET batch_id = ?2 WHERE id = ?1",
        try history.item("1", transaction),
        history.below(4) == 0 ? nil : try history.recent(history.world.batches, 5))
    },
    raw("queue_items.credits", 3) { history, transaction in
      return try transaction.execute(
        sql: "UPDATE queue_items SET cost = ?2 WHERE id = ?1",
        try history.item("1", transaction), history.below(6))
    },
    raw("queue_items.customer", 2) { history, transaction in
      return try transaction.execute(
        sql: "UPDATE queue_items SET account = ?2 WHERE id = ?1",
        try history.item("1", transaction), try history.customer())
    },
    raw("queue_items.cancel", 1) { history, transaction in
      return try transaction.execute(
        sql: """
          UPDATE queue_items SET status = 'cancelled', paused_from = NULL, finished_at = ?2
          WHERE account = ?1 AND status IN ('pending', 'retrying')
          """,
        try history.customer(
          "id IN (SELECT account FROM queue_items WHERE status = 'pending')", transaction),
        transaction.now)
    },
    raw("queue_items.finish", 2) { history, transaction in
      return try transaction.execute(
        sql: """
          UPDATE queue_items SET status = ?2, finished_at = ?3, lease_token = NULL,
            lease_expires_at = NULL
          WHERE id = ?1
          """, try history.item("status = 'running'", transaction),
        history.below(2) == 0 ? "completed" : "failed", transaction.now)
    },
    raw("pending_actions", 3) { history, transaction in
      let status = ActionStatus.allCases[history.below(ActionStatus.allCases.count)]
      return try transaction.execute(
        sql: """
          UPDATE pending_actions SET status = ?2, assistant_id = ?3,
            assigned_at = CASE WHEN ?3 IS NOT NULL THEN coalesce(assigned_at, ?4) END,
            started_at = CASE WHEN ?2 = 'in_progress' THEN ?4 ELSE started_at END,
            finished_at = CASE WHEN ?2 IN ('completed', 'failed', 'cancelled') THEN ?4 END
          WHERE id = ?1
          """, try history.action("1", transaction), status,
        history.below(3) == 0 ? nil : try history.any(history.world.assistants), transaction.now)
    },
    raw("pending_actions.weight", 1) { history, transaction in
      return try transaction.execute(
        sql: "UPDATE pending_actions SET weight = ?2 WHERE id = ?1",
        try history.action("1", transaction), 1 + history.below(60))
    },
    raw("action_offers", 2) { history, transaction in
      let statuses: [ActionOffer.Status] = [.declined, .expired, .withdrawn]
      return try transaction.execute(
        sql: "UPDATE action_offers SET status = ?2, ended_at = ?3 WHERE id = ?1",
        try history.offer(transaction), statuses[history.below(3)], transaction.now)
    },
    raw("action_offers.delete", 1) { history, transaction in
      return try transaction.execute(
        sql: "DELETE FROM action_offers WHERE id = ?1", try history.offer(transaction))
    },
    raw("submissions.directory", 3) { history, transaction in
      return try transaction.execute(
        sql: "UPDATE submissions SET directory_id = ?2 WHERE id = ?1",
        try history.submission("1", transaction), try history.any(history.world.directories))
    },
    raw("submissions.status", 2) { history, transaction in
      let status = SubmissionStatus.allCases[history.below(SubmissionStatus.allCases.count)]
      return try transaction.execute(
        sql: """
          UPDATE submissions SET status = ?2, submitted_at = coalesce(submitted_at, ?3),
            approved_at = coalesce(approved_at, CASE WHEN ?2 = 'approved' THEN ?3 END),
            rejected_at = coalesce(rejected_at, CASE WHEN ?2 = 'rejected' THEN ?3 END),
            closed_at = CASE WHEN ?2 IN ('rejected', 'expired', 'removed', 'failed', 'cancelled')
              THEN ?3 END
          WHERE id = ?1
          """, try history.submission("1", transaction), status, transaction.now)
    },
    raw("submissions.times", 1) { history, transaction in
      return try transaction.execute(
        sql: "UPDATE submissions SET approved_at = approved_at + 1000000 WHERE id = ?1",
        try history.submission("approved_at IS NOT NULL", transaction))
    },
    raw("directories.upsert", 1) { history, transaction in
      return try transaction.execute(
        sql: """
          INSERT INTO directories SELECT * FROM directories WHERE id = ?1
          ON CONFLICT (id) DO UPDATE SET name = name || '!'
          """, try history.any(history.world.directories))
    },
  ]

  /// Rows that vanish, with what hangs on them, and rows that are replaced.
  static let rawDeletions: [Operation] = [
    raw("queue_items.delete", 2) { history, transaction in
      return try transaction.execute(
        sql: "DELETE FROM queue_items WHERE id = ?1", try history.item("1", transaction))
    },
    raw("batches.delete", 1) { history, transaction in
      return try transaction.execute(
        sql: "DELETE FROM batches WHERE id = ?1", try history.any(history.world.batches))
    },
    raw("pending_actions.delete", 1) { history, transaction in
      return try transaction.execute(
        sql: "DELETE FROM pending_actions WHERE id = ?1", try history.action("1", transaction))
    },
    raw("submissions.delete", 1) { history, transaction in
      return try transaction.execute(
        sql: "DELETE FROM submissions WHERE id = ?1", try history.submission("1", transaction))
    },
    raw("plans.delete", 1) { history, transaction in
      return try transaction.execute(
        sql: "DELETE FROM plans WHERE id = ?1", try history.any(history.world.plans))
    },
    raw("pending_actions.replace", 1) { history, transaction in
      return try transaction.execute(
        sql: "REPLACE INTO pending_actions SELECT * FROM pending_actions WHERE id = ?1",
        try history.action("1", transaction))
    },
    raw("submissions.replace", 1) { history, transaction in
      return try transaction.execute(
        sql: "REPLACE INTO submissions SELECT * FROM submissions WHERE id = ?1",
        try history.submission("1", transaction))
    },
    raw("queue_items.replace", 1) { history, transaction in
      return try transaction.execute(
        sql: "REPLACE INTO queue_items SELECT * FROM queue_items WHERE id = ?1",
        try history.item("1", transaction))
    },
  ]

  /// A statement that must change a row to count.
  private static func raw(
    _ name: String, _ weight: Int,
    _ run: @escaping @Sendable (WholeStoreHistory, borrowing WriteTransaction) throws -> Int
  ) -> Operation {
    Operation("raw.\(name)", weight, isRaw: true) { history, transaction in
      guard try run(history, transaction) > 0 else { throw Idle() }
    }
  }
}
