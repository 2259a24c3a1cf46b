import BackofficeStorage

/// The turns of customers in a fair queue.
///
/// Start-time fair queueing: of each customer one item stands in line, with a rank; the lowest rank
/// is served first, and what it costs, divided by the weight of the customer, is added for the
/// customer's next one. A customer who was away begins at the rank that is being served, so that
/// nobody saves up turns. Each step is O(log n) in customers and items.
enum Turns {
  /// What an item costs; divisible by the weights.
  static let cost: Int64 = 840

  private static let join = SQLStatement(
    """
    UPDATE queue_items SET held_by = 'turn', rank_at = NULL, updated_at = ?2 WHERE pk IN (
      SELECT pk FROM queue_items
      WHERE queue = ?1 AND priority = ?3 AND status IN ('pending', 'retrying')
        AND held_by IS NULL AND due_at <= ?2
      ORDER BY due_at, pk LIMIT 1000)
    RETURNING customer_id
    """)

  static let head = SQLStatement(
    """
    SELECT 1 FROM queue_items
    WHERE queue = ?1 AND priority = ?2 AND customer_id IS ?3 AND held_by = 'turn'
      AND rank_at >= 0
    LIMIT 1
    """)

  static let follower = SQLStatement(
    """
    SELECT pk FROM queue_items
    WHERE queue = ?1 AND priority = ?2 AND customer_id IS ?3 AND held_by = 'turn'
      AND rank_at IS NULL
    ORDER BY due_at, pk LIMIT 1
    """)

  private static let stand = SQLStatement(
    "UPDATE queue_items SET rank_at = ?2, updated_at = ?3 WHERE pk = ?1 AND held_by = 'turn'")

  static let readLane = SQLStatement(
    "SELECT rank_at FROM queue_lanes WHERE queue = ? AND priority = ? AND lane = ?")

  private static let writeLane = SQLStatement(
    """
    INSERT INTO queue_lanes (queue, priority, lane, rank_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (queue, priority, lane) DO UPDATE SET rank_at = max(rank_at, excluded.rank_at)
    """)

  static let disband = SQLStatement(
    """
    UPDATE queue_items SET held_by = NULL, rank_at = NULL, updated_at = ?2
    WHERE queue = ?1 AND held_by = 'turn'
    """)

  /// Lets what has become due stand in line.
  static func admit(_ queue: String, _ transaction: borrowing WriteTransaction) throws {
    for priority in 1...5 {
      while true {
        let customers = try transaction.fetchAll(join, queue, transaction.now, priority) { row in
          try row.value(at: 0, as: ID<Customer>?.self)
        }
        for customer in Set(customers) {
          let hasHead = try transaction.fetchOne(head, queue, priority, customer) { _ in true }
          if hasHead == nil { try enter(queue, priority, customer, transaction) }
        }
        if customers.count < 1000 { break }
      }
    }
  }

  /// Gives the first item of a customer who has none in line a rank.
  private static func enter(
    _ queue: String, _ priority: Int, _ customer: ID<Customer>?,
    _ transaction: borrowing WriteTransaction
  ) throws {
    let clock = try rank(queue, priority, .clock, transaction) ?? 0
    let own = try rank(queue, priority, .customer(customer), transaction) ?? 0
    try promote(queue, priority, customer, rank: max(clock, own), transaction)
  }

  /// The head of a customer's line is gone: served, when `isServed`, else without its turn.
  static func leave(
    _ queue: String, _ priority: Int, _ customer: ID<Customer>?, rank: Int64, isServed: Bool,
    _ transaction: borrowing WriteTransaction
  ) throws {
    var next = rank
    if isServed {
      try transaction.execute(writeLane, queue, priority, Lane.clock, rank)
      next += cost / Int64(try CustomerWeights.weight(of: customer, transaction))
    }
    try transaction.execute(writeLane, queue, priority, Lane.customer(customer), next)
    try promote(queue, priority, customer, rank: next, transaction)
  }

  private static func promote(
    _ queue: String, _ priority: Int, _ customer: ID<Customer>?, rank: Int64,
    _ transaction: borrowing WriteTransaction
  ) throws {
    let next = try transaction.fetchOne(follower, queue, priority, customer) { row in
      try row.value(at: 0, as: Int64.self)
    }
    guard let next else { return }
    try transaction.execute(stand, next, rank, transaction.now)
  }

  private static func rank(
    _ queue: String, _ priority: Int, _ lane: Lane, _ transaction: borrowing WriteTransaction
  ) throws -> Int64? {
    try transaction.fetchOne(readLane, queue, priority, lane) { try $0.value(at: 0) }
  }

  /// Whose turns a row counts.
  enum Lane: Bindable {
    /// The rank that is being served.
    case clock
    /// A customer, or the work of nobody.
    case customer(ID<Customer>?)

    func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
      switch self {
      case .clock: try [UInt8]().bind(to: parameter)
      case .customer(let id?): try id.bind(to: parameter)
      case .customer(nil): try [UInt8](repeating: 0, count: 16).bind(to: parameter)
      }
    }
  }
}
