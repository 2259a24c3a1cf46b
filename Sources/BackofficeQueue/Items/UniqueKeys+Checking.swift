/// Checks that each unique key is held by the items that should hold it.
struct UniqueKeyHolders: DerivedValue {
  let name = "queue_unique_keys.holders"

  var triggers: [Trigger] { UniqueKeys.triggers }

  private static let statusBit =
    "(CASE i.status "
    + QueueItem.Status.allCases.map { "WHEN '\($0.rawValue)' THEN \($0.bit)" }
    .joined(separator: " ") + " END)"

  /// Items with a key whose row is missing, says another key, or disagrees with their status.
  ///
  /// A finished item may have given way to another one; a window that is over may be noticed late.
  private static let wrong = SQLStatement(
    """
    SELECT i.pk, i.id, u.item_pk IS NULL OR u.kind <> i.kind OR u.unique_key <> i.unique_key,
      (SELECT h.id FROM queue_unique_keys k JOIN queue_items h ON h.pk = k.item_pk
        WHERE k.kind = i.kind AND k.unique_key = i.unique_key AND k.is_held = 1 AND k.item_pk <> i.pk)
    FROM queue_items i LEFT JOIN queue_unique_keys u ON u.item_pk = i.pk
    WHERE i.unique_key IS NOT NULL AND (u.item_pk IS NULL OR u.kind <> i.kind
        OR u.unique_key <> i.unique_key
        OR (u.is_held = 1 AND u.states & \(statusBit) = 0)
        OR (u.is_held = 0 AND u.states & \(statusBit) <> 0 AND i.finished_at IS NULL
          AND ifnull(u.expires_at > ?1, 1)))
    ORDER BY i.pk LIMIT ?2
    """)

  private static let write = SQLStatement(
    """
    INSERT INTO queue_unique_keys (item_pk, kind, unique_key, states, expires_at, is_held)
    SELECT i.pk, i.kind, i.unique_key, ?2, NULL, 0 FROM queue_items i WHERE i.pk = ?1
    ON CONFLICT (item_pk) DO UPDATE SET kind = excluded.kind, unique_key = excluded.unique_key,
      is_held = 0
    """)

  private static let hold = SQLStatement(
    """
    UPDATE OR IGNORE queue_unique_keys SET is_held = 1
    WHERE item_pk = ?1 AND EXISTS (SELECT 1 FROM queue_items i
      WHERE i.pk = ?1 AND queue_unique_keys.states & \(statusBit) <> 0)
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.wrong, transaction.now, limit) { row in
      let isMissing: Bool = try row.value(at: 2)
      let holder: ID<QueueItem>? = try row.value(at: 3)
      let problem =
        if isMissing {
          "its unique key is not noted"
        } else if let holder {
          "queue item \(holder) holds its unique key, too; cancel one of the two"
        } else {
          "its unique key is not held as its status says"
        }
      return Finding(
        check: name, entity: "queue_items \(try row.value(at: 1, as: ID<QueueItem>.self))",
        problem: problem)
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let wrong = try transaction.fetchAll(Self.wrong, transaction.now, -1) { row in
      try row.value(at: 0, as: Int64.self)
    }
    // First every wrong holder lets go, so that the order of the items does not matter.
    for item in wrong { try transaction.execute(Self.write, item, UniqueStates.unfinished) }
    for item in wrong { try transaction.execute(Self.hold, item) }
    if wrong.isEmpty { return 0 }
    // Of several items with one key only one can hold it; a person decides about the others.
    let left = try transaction.fetchAll(Self.wrong, transaction.now, -1) { _ in true }
    return wrong.count - left.count
  }
}
