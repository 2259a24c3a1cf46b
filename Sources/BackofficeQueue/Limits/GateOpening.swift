/// Releases held items when places become free.
///
/// An item is held once, when a claim finds its gate full. Each place that becomes free
/// releases the next item of each queue and kind, so that a free place never waits for an absent
/// worker. An item that is released and then finds a full gate is held again:
/// every step is paid for by a place that was freed.
enum GateOpening {
  /// The statements of one kind of gate, whose held items have their own index.
  struct Statements {
    let all: SQLStatement
    let inOrder: SQLStatement
    let firstClass: SQLStatement
    let nextKind: SQLStatement
    let nextQueue: SQLStatement

    init(_ hold: QueueItem.Hold, column: String) {
      // The planner may otherwise prefer an index over all items of a batch or key.
      let table = "queue_items INDEXED BY queue_items_held_\(hold.rawValue)"
      let held = "held_by = '\(hold.rawValue)' AND \(column) = ?1"
      all = SQLStatement(
        "UPDATE \(table) SET held_by = NULL, updated_at = ?2 WHERE \(held)")
      let arms = (1...5).map { priority in
        """
        SELECT * FROM (SELECT \(priority), due_at, pk FROM \(table)
          WHERE \(held) AND queue = ?2 AND kind = ?3 AND priority = \(priority)
          ORDER BY due_at, pk LIMIT ?4)
        """
      }
      inOrder = SQLStatement(arms.joined(separator: "\nUNION ALL\n"))
      firstClass = SQLStatement(
        "SELECT queue, kind FROM \(table) WHERE \(held) ORDER BY queue, kind LIMIT 1")
      // A comparison of (queue, kind) as a row value would read the whole class that it begins at.
      nextKind = SQLStatement(
        """
        SELECT queue, kind FROM \(table) WHERE \(held) AND queue = ?2 AND kind > ?3
        ORDER BY kind LIMIT 1
        """)
      nextQueue = SQLStatement(
        """
        SELECT queue, kind FROM \(table) WHERE \(held) AND queue > ?2
        ORDER BY queue, kind LIMIT 1
        """)
    }
  }

  static let ofBatch = Statements(.batch, column: "batch_id")
  static let ofKey = Statements(.key, column: "limit_key")
  static let ofKind = Statements(.kind, column: "kind")

  static let letGo = SQLStatement(
    """
    UPDATE queue_items SET held_by = NULL, updated_at = ?2
    WHERE pk = ?1 AND held_by IN ('batch', 'key', 'kind')
    """)

  static let anyHeld = SQLStatement(
    """
    SELECT EXISTS (SELECT 1 FROM queue_items INDEXED BY queue_items_held_kind
        WHERE held_by = 'kind' AND kind = ?1),
      ?2 IS NOT NULL AND EXISTS (SELECT 1 FROM queue_items INDEXED BY queue_items_held_batch
        WHERE held_by = 'batch' AND batch_id = ?2),
      ?3 IS NOT NULL AND EXISTS (SELECT 1 FROM queue_items INDEXED BY queue_items_held_key
        WHERE held_by = 'key' AND limit_key = ?3)
    """)

  static let findReopening = SQLStatement(
    """
    SELECT w.limit_pk, l.scope, l.name
    FROM queue_limit_windows w JOIN queue_limits l ON l.pk = w.limit_pk
    WHERE w.reopens_at IS NOT NULL AND w.reopens_at <= ?1 ORDER BY w.reopens_at LIMIT 100
    """)

  // Windows that began in the future: the clock was set back, and they are over.
  static let findAhead = SQLStatement(
    """
    SELECT w.limit_pk, l.scope, l.name
    FROM queue_limit_windows w JOIN queue_limits l ON l.pk = w.limit_pk
    WHERE w.reopens_at IS NOT NULL AND w.started_at > ?1 ORDER BY w.started_at LIMIT 100
    """)

  private static let reopened = SQLStatement(
    "UPDATE queue_limit_windows SET reopens_at = NULL WHERE limit_pk = ?")

  /// Releases items after a place at the gates of an item may have become free.
  static func fill(
    kind: String?, batch: ID<Batch>?, key: String?, _ transaction: borrowing WriteTransaction
  ) throws {
    if kind == nil, batch == nil, key == nil { return }
    let held = try transaction.fetchOne(
      anyHeld,
      binding: { values throws(SQLiteError) in
        try values.bind(kind)
        try values.bind(batch)
        try values.bind(key)
      },
      decode: { row in
        (
          kind: try row.value(at: 0, as: Bool.self), batch: try row.value(at: 1, as: Bool.self),
          key: try row.value(at: 2, as: Bool.self)
        )
      })
    guard let held else { return }
    if held.batch, let batch { try fill(.batch(batch), 1, transaction) }
    if held.key, let key { try fill(.key(key), 1, transaction) }
    if held.kind, let kind { try fill(.kind(kind), 1, transaction) }
  }

  /// Releases as many held items of a gate as it has free places, at most `most`, of each queue
  /// and kind.
  static func fill(
    _ gate: Gate, _ most: Int, _ transaction: borrowing WriteTransaction
  ) throws {
    let free = try GateState(gate, transaction).free(at: transaction.now)
    guard free > 0 else { return }
    switch gate {
    case .batch(let id): try open(ofBatch, id, free, most, transaction)
    case .key(let key): try open(ofKey, key, free, most, transaction)
    case .kind(let kind): try open(ofKind, kind, free, most, transaction)
    }
  }

  private static func open(
    _ statements: Statements, _ value: some Bindable, _ free: Int, _ most: Int,
    _ transaction: borrowing WriteTransaction
  ) throws {
    guard free < .max else {
      try transaction.execute(statements.all, value, transaction.now)
      return
    }
    let count = min(free, most)
    func named(_ row: borrowing Row) throws -> (queue: String, kind: String) {
      (try row.value(at: 0), try row.value(at: 1))
    }
    var next = try transaction.fetchOne(statements.firstClass, value, decode: named)
    while let work = next {
      let aging = try QueueSettings.aging(of: work.queue, transaction)
      var held = try transaction.fetchAll(
        statements.inOrder, value, work.queue, work.kind, count
      ) { row in
        ClaimCandidate(
          key: try row.value(at: 2), priority: try row.value(at: 0), dueAt: try row.value(at: 1),
          aging: aging, now: transaction.now)
      }
      held.sort()
      for item in held.prefix(count) {
        try transaction.execute(letGo, item.key, transaction.now)
      }
      next =
        try transaction.fetchOne(
          statements.nextKind, value, work.queue, work.kind, decode: named)
        ?? transaction.fetchOne(statements.nextQueue, value, work.queue, decode: named)
    }
  }

  /// Releases items that waited for a rate window that has ended.
  static func reopen(_ transaction: borrowing WriteTransaction) throws {
    for statement in [findReopening, findAhead] { try reopen(statement, transaction) }
  }

  private static func reopen(
    _ statement: SQLStatement, _ transaction: borrowing WriteTransaction
  ) throws {
    let limits = try transaction.fetchAll(statement, transaction.now) { row in
      (
        key: try row.value(at: 0, as: Int64.self),
        scope: try row.value(at: 1, as: QueueLimit.Scope.self),
        name: try row.value(at: 2, as: String.self)
      )
    }
    for limit in limits {
      try transaction.execute(reopened, limit.key)
      try fill(limit.scope == .key ? .key(limit.name) : .kind(limit.name), .max, transaction)
    }
  }
}
