/// The turns of accounts in a fair queue.
///
/// Start-time fair queueing: one item of each account is in line, with a rank; the lowest rank is
/// served first, and what it costs, divided by the weight of the account, is added for the
/// account's next one. An account that was away begins at the rank that is being served, so that
/// turns cannot be saved up. Each step is O(log n) in accounts and items.
enum FairShare {
  /// The cost of an item; divisible by small weights.
  static let cost: Int64 = 840_000

  static let arrived = SQLStatement(
    """
    SELECT due_at, pk, account FROM queue_items INDEXED BY queue_items_claim
    WHERE queue = ?1 AND kind = ?3 AND priority = ?4 AND status \(QueueItem.Status.claimableSQL)
      AND held_by IS NULL AND due_at <= ?2 AND (due_at, pk) > (?5, ?6)
    ORDER BY due_at, pk LIMIT 1000
    """)

  private static let join = SQLStatement(
    """
    UPDATE queue_items SET held_by = 'turn', rank_at = NULL, updated_at = ?2 WHERE pk = ?1
    """)

  static let head = SQLStatement(
    """
    SELECT 1 FROM queue_items
    WHERE queue = ?1 AND priority = ?2 AND account IS ?3 AND held_by = 'turn' AND rank_at >= 0
    LIMIT 1
    """)

  static let follower = SQLStatement(
    """
    SELECT pk FROM queue_items
    WHERE queue = ?1 AND priority = ?2 AND account IS ?3 AND held_by = 'turn'
      AND rank_at IS NULL
    ORDER BY due_at, pk LIMIT 1
    """)

  private static let stand = SQLStatement(
    "UPDATE queue_items SET rank_at = ?2, updated_at = ?3 WHERE pk = ?1 AND held_by = 'turn'")

  static let readShare = SQLStatement(
    "SELECT rank_at FROM queue_shares WHERE queue = ? AND priority = ? AND account = ?")

  private static let writeShare = SQLStatement(
    """
    INSERT INTO queue_shares (queue, priority, account, rank_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (queue, priority, account) DO UPDATE SET rank_at = max(rank_at, excluded.rank_at)
    """)

  static let disband = SQLStatement(
    """
    UPDATE queue_items SET held_by = NULL, rank_at = NULL, updated_at = ?2
    WHERE queue = ?1 AND held_by = 'turn'
    """)

  /// Puts items that have become due in line.
  static func admit(_ queue: String, _ transaction: borrowing WriteTransaction) throws {
    let now = transaction.now
    var lanes: [ClaimLane] = []
    try ClaimLane.forEach(in: queue, of: nil, transaction) { lane in
      if lane.dueAt <= now { lanes.append(lane) }
      return true
    }
    for lane in lanes {
      var last = (dueAt: Timestamp.distantPast, key: Int64.min)
      while true {
        let page = try transaction.fetchAll(
          arrived, queue, now, lane.kind, lane.priority, last.dueAt, last.key
        ) { row in
          (
            dueAt: try row.value(at: 0, as: Timestamp.self),
            key: try row.value(at: 1, as: Int64.self),
            account: try row.value(at: 2, as: Account?.self)
          )
        }
        // An item that a rule refuses does not get in line, and keeps no other one from it.
        let joined = try transaction.each(of: page) { item, transaction in
          try transaction.execute(join, item.key, now) > 0
        }.changed
        for account in Set(joined.map(\.account)) {
          let hasHead = try transaction.fetchOne(head, queue, lane.priority, account) { _ in true }
          guard hasHead == nil else { continue }
          _ = try transaction.messageIfRefused { transaction in
            try enter(queue, lane.priority, account, transaction)
          }
        }
        guard page.count == 1000, let end = page.last else { break }
        last = (end.dueAt, end.key)
      }
    }
  }

  /// Gives a rank to the first item of an account that has none in line.
  private static func enter(
    _ queue: String, _ priority: Int, _ account: Account?,
    _ transaction: borrowing WriteTransaction
  ) throws {
    let clock = try rank(queue, priority, .served, transaction) ?? 0
    let own = try rank(queue, priority, .account(account), transaction) ?? 0
    try promote(queue, priority, account, rank: max(clock, own), transaction)
  }

  /// The head of an account's line was removed: claimed if `isServed`, otherwise without its turn.
  static func leave(
    _ queue: String, _ priority: Int, _ account: Account?, rank: Int64, isServed: Bool,
    _ transaction: borrowing WriteTransaction
  ) throws {
    var next = rank
    if isServed {
      try transaction.execute(writeShare, queue, priority, Share.served, rank)
      next.add(cost / max(1, Int64(try weight(of: account, transaction))))
    }
    try transaction.execute(writeShare, queue, priority, Share.account(account), next)
    try promote(queue, priority, account, rank: next, transaction)
  }

  private static func promote(
    _ queue: String, _ priority: Int, _ account: Account?, rank: Int64,
    _ transaction: borrowing WriteTransaction
  ) throws {
    let next = try transaction.fetchOne(follower, queue, priority, account) { row in
      try row.value(at: 0, as: Int64.self)
    }
    guard let next else { return }
    try transaction.execute(stand, next, rank, transaction.now)
  }

  private static func rank(
    _ queue: String, _ priority: Int, _ share: Share, _ transaction: borrowing WriteTransaction
  ) throws -> Int64? {
    try transaction.fetchOne(readShare, queue, priority, share) { try $0.value(at: 0) }
  }

  static func weight(
    of account: Account?, _ transaction: borrowing WriteTransaction
  ) throws -> Int {
    guard let account else { return 1 }
    return try transaction.fetchOne(Queues.findWeight, account) { try $0.value(at: 0) } ?? 1
  }

  /// The account of a row of shares.
  enum Share: Bindable {
    /// The rank that is being served.
    case served
    /// An account, or the items without one.
    case account(Account?)

    func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
      switch self {
      case .served: try 0.bind(to: parameter)
      case .account(let account?): try account.bind(to: parameter)
      case .account(nil): try 1.bind(to: parameter)
      }
    }
  }
}
