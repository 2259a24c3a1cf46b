/// The turns of accounts in a fair queue.
///
/// Start-time fair queueing: one item of each account is in line, with a rank; the lowest rank is
/// served first, and what it costs, divided by the weight of the account, is added for the
/// account's next one. An account that was away begins at the rank that is being served, so that
/// turns cannot be saved up. Each step is O(log n) in accounts and items.
enum FairShare {
  /// The cost of an item; divisible by small weights.
  static let cost: Int64 = 840_000

  private static let join = SQLStatement(
    """
    UPDATE queue_items SET held_by = 'turn', rank_at = NULL, updated_at = ?2 WHERE pk IN (
      SELECT pk FROM queue_items INDEXED BY queue_items_claim
      WHERE queue = ?1 AND kind = ?3 AND priority = ?4 AND status \(QueueItem.Status.claimableSQL)
        AND held_by IS NULL AND due_at <= ?2
      ORDER BY due_at, pk LIMIT 1000)
    RETURNING account
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
      while true {
        let accounts = try transaction.fetchAll(join, queue, now, lane.kind, lane.priority) { row in
          try row.value(at: 0, as: Account?.self)
        }
        for account in Set(accounts) {
          let hasHead = try transaction.fetchOne(head, queue, lane.priority, account) { _ in true }
          if hasHead == nil { try enter(queue, lane.priority, account, transaction) }
        }
        if accounts.count < 1000 { break }
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
      next += cost / Int64(try weight(of: account, transaction))
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
