/// Maintains the holds of items, and finds and releases items that are held without a reason.
///
/// Of each gate that has a free place and holds something, at least as many items of the same queue
/// and kind of work must be claimable.
struct QueueHolds: DerivedValue {
  let name = "queue_items.held_by"

  var triggers: [Trigger] { HoldRules.triggers + [HoldRules.deleted] }

  private static let notWaiting = SQLStatement(
    """
    SELECT pk, id, held_by FROM queue_items
    WHERE held_by IS NOT NULL AND (status IN ('completed', 'failed', 'cancelled')
      OR held_by <> 'dependency' AND status NOT \(QueueItem.Status.claimableSQL))
    LIMIT ?
    """)

  private static let strayTurns = SQLStatement(
    """
    SELECT pk, id, held_by FROM queue_items q
    WHERE held_by = 'turn' AND (
      NOT EXISTS (SELECT 1 FROM queue_controls c WHERE c.queue = q.queue AND c.is_fair = 1)
      OR NOT EXISTS (SELECT 1 FROM queue_items h
        WHERE h.queue = q.queue AND h.priority = q.priority AND h.account IS q.account
          AND h.held_by = 'turn' AND h.rank_at >= 0))
    LIMIT ?
    """)

  /// Items that wait for a unique key that no item holds or is about to take.
  private static let strayKeys = SQLStatement(
    """
    SELECT min(pk), id, held_by FROM queue_items q WHERE held_by = 'unique'
    GROUP BY kind, unique_key
    HAVING NOT EXISTS (SELECT 1 FROM queue_unique_keys u
        WHERE u.kind = q.kind AND u.unique_key = q.unique_key AND u.is_held = 1)
      AND (kind, unique_key) NOT IN (SELECT kind, unique_key FROM queue_items
        WHERE unique_key IS NOT NULL AND status \(QueueItem.Status.claimableSQL)
          AND (held_by IS NULL OR held_by = 'turn'))
    LIMIT ?
    """)

  /// The held items of each gate, by queue and kind of work, and how many of them are claimable.
  private static func classes(_ hold: QueueItem.Hold, column: String) -> SQLStatement {
    SQLStatement(
      """
      SELECT \(column), queue, kind, min(pk), min(id),
        (SELECT count(*) FROM queue_items u
          WHERE u.\(column) = q.\(column) AND u.queue = q.queue AND u.kind = q.kind
            AND u.status \(QueueItem.Status.claimableSQL)
            AND (u.held_by IS NULL OR u.held_by = 'turn'))
      FROM queue_items q
      WHERE held_by = '\(hold.rawValue)' AND status \(QueueItem.Status.claimableSQL)
      GROUP BY \(column), queue, kind
      """)
  }

  private static let ofBatches = classes(.batch, column: "batch_id")
  private static let ofKeys = classes(.key, column: "limit_key")
  private static let ofKinds = classes(.kind, column: "kind")

  private static let letGo = SQLStatement(
    "UPDATE queue_items SET held_by = NULL, rank_at = NULL, updated_at = ?2 WHERE pk = ?1")

  /// An item that is held without a reason.
  private struct Stranded {
    let key: Int64
    let id: ID<QueueItem>
    let why: String
  }

  private static func stranded(
    in transaction: borrowing some Transaction & ~Copyable, limit: Int
  ) throws -> [Stranded] {
    var found: [Stranded] = []
    for (statement, why) in [
      (notWaiting, "it does not wait"), (strayTurns, "no item of its account is in line"),
      (strayKeys, "no item holds the key"),
    ] {
      found += try transaction.fetchAll(statement, limit) { row in
        Stranded(
          key: try row.value(at: 0), id: try row.value(at: 1),
          why: "held by \(try row.value(at: 2, as: String.self)), but \(why)")
      }
    }
    let gates: [(SQLStatement, (borrowing Row) throws -> Gate?)] = [
      (ofBatches, { try $0.value(at: 0, as: ID<Batch>?.self).map(Gate.batch) }),
      (ofKeys, { try $0.value(at: 0, as: String?.self).map(Gate.key) }),
      (ofKinds, { .kind(try $0.value(at: 0)) }),
    ]
    for (statement, decode) in gates {
      let classes = try transaction.fetchAll(statement) { row in
        (
          gate: try decode(row), key: try row.value(at: 3, as: Int64.self),
          id: try row.value(at: 4, as: ID<QueueItem>.self),
          claimable: try row.value(at: 5, as: Int.self)
        )
      }
      for work in classes {
        let free = try work.gate.map { try Self.free($0, transaction) } ?? Int.max
        guard free > work.claimable else { continue }
        found.append(
          Stranded(key: work.key, id: work.id, why: "held, but its gate has a free place"))
      }
    }
    return limit < 0 ? found : Array(found.prefix(limit))
  }

  private static func free(
    _ gate: Gate, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Int {
    let state = try GateState(gate, transaction)
    guard let window = state.window, window.startedAt != nil else {
      return state.free(at: transaction.now)
    }
    // The next claim checks whether the window has ended.
    return state.places == 0
      ? 0 : min(state.places, max(0, window.count.subtracting(window.claims)))
  }

  func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    try Self.stranded(in: transaction, limit: limit).map { item in
      Finding(check: name, entity: "queue_items \(item.id)", problem: item.why)
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    var count = 0
    // A release may show that another item is held without a reason.
    while true {
      let stranded = try Self.stranded(in: transaction, limit: -1)
      if stranded.isEmpty { return count }
      for item in stranded { try transaction.execute(Self.letGo, item.key, transaction.now) }
      count += stranded.count
    }
  }
}
