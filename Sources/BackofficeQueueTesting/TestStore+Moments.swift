extension TestStore {
  /// The unfinished items of queues.
  func unfinished(_ queues: [String]) throws -> Set<ID<QueueItem>> {
    try store.read { transaction in
      var found: Set<ID<QueueItem>> = []
      for queue in queues {
        let ids: [ID<QueueItem>] = try transaction.fetchAll(
          sql: "SELECT id FROM queue_items WHERE queue = ? AND finished_at IS NULL", queue.keyForm
        ) { try $0.value(at: 0) }
        found.formUnion(ids)
      }
      return found
    }
  }

  /// The next time at which an item of these queues changes without a call.
  func nextMoment(_ queues: [String]) throws -> Timestamp? {
    let now = clock.now
    return try store.read { transaction in
      var moments: [Timestamp] = []
      for queue in queues {
        moments += try Self.moments(
          """
          SELECT min(due_at) FROM queue_items
          WHERE queue = ?1 AND status IN ('pending', 'retrying') AND due_at > ?2
          """, queue.keyForm, now, transaction)
      }
      for sql in [
        "SELECT min(next_run_at) FROM queue_schedules WHERE is_enabled = 1 AND next_run_at > ?2",
        "SELECT min(lease_expires_at) FROM queue_items WHERE status = 'running' "
          + "AND lease_expires_at > ?2",
        "SELECT min(deadline_at) FROM queue_items WHERE finished_at IS NULL AND deadline_at > ?2",
      ] {
        moments += try Self.moments(sql + " AND ?1 IS NOT NULL", "", now, transaction)
      }
      return moments.min()
    }
  }

  private static func moments(
    _ sql: String, _ queue: String, _ now: Timestamp, _ transaction: borrowing ReadTransaction
  ) throws -> [Timestamp] {
    let found = try transaction.fetchOne(sql: sql, queue, now) { row in
      try row.value(at: 0, as: Timestamp?.self)
    }
    return [found ?? nil].compactMap(\.self)
  }
}
