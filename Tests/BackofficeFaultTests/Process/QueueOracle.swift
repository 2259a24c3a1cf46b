import Backoffice

/// The invariants of a queue after any operations and crashes of its users.
///
/// It looks at every attempt, so the kinds of the items must keep them all.
struct QueueOracle {
  let problems: [String]

  private static let rules = [
    "a completed item was completed once": """
    SELECT count(*) FROM queue_items q WHERE status = 'completed' AND 1 <>
      (SELECT count(*) FROM queue_attempts a
        WHERE a.item_pk = q.pk AND (outcome = 'completed'
          -- The late success of the last attempt, after its rescue and before another claim.
          OR outcome = 'rescued' AND a.number = q.claims))
    """,
    "no other item was completed": """
    SELECT count(*) FROM queue_attempts a JOIN queue_items q ON q.pk = a.item_pk
    WHERE a.outcome = 'completed' AND q.status <> 'completed'
    """,
    "the live token is that of no attempt that has ended": """
    SELECT count(*) FROM queue_items q JOIN queue_attempts a ON a.item_pk = q.pk
    WHERE q.status = 'running' AND (a.lease_token = q.lease_token OR a.number >= q.claims)
    """,
    "every claim left an attempt": """
    SELECT count(*) FROM queue_items q WHERE claims - (status = 'running') <>
      (SELECT count(*) FROM queue_attempts a WHERE a.item_pk = q.pk)
    """,
    "attempts and rescues stay within their limits": """
    SELECT count(*) FROM queue_items q JOIN queue_policies p ON p.pk = q.policy_pk
    WHERE q.attempts > p.max_attempts OR q.rescues > p.max_rescues + 1
    """,
    "an unfinished key is there once": """
    SELECT count(*) FROM (SELECT 1 FROM queue_items
      WHERE unique_key IS NOT NULL AND finished_at IS NULL
      GROUP BY kind, unique_key HAVING count(*) > 1)
    """,
  ]

  init(_ store: BackofficeStore) throws {
    var problems = try store.check().map(\.description)
    problems += try store.read { transaction in
      try Self.rules.compactMap { name, sql -> String? in
        let found = try transaction.fetchOne(sql: sql) { try $0.value(at: 0, as: Int.self) } ?? 0
        return found == 0 ? nil : "\(name): \(found) break it"
      }
    }
    self.problems = problems
  }
}

extension BackofficeStore {
  /// Declares kinds that keep all attempts.
  func declareKept(_ kinds: [String]) throws {
    var policy = ItemPolicy()
    policy.keepsAllAttempts = true
    try queues.declare(kinds.map { KindPolicy($0, policy) })
  }

  /// How many items of a status there are.
  func count(_ status: QueueItem.Status) throws -> Int {
    try read { transaction in
      try transaction.fetchOne(
        sql: "SELECT count(*) FROM queue_items WHERE status = ?", status
      ) { try $0.value(at: 0) } ?? 0
    }
  }
}
