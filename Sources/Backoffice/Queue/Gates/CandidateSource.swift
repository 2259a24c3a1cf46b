import BackofficeStorage

/// The due items of one queue, or of one kind in it, best first, read by the page.
struct CandidateSource {
  let queue: String
  let kind: String?
  private var aging: Int64 = 600_000_000
  private(set) var isPaused = false
  private(set) var isFair = false
  private var page: ArraySlice<Candidate> = []
  /// How many of the page there were of each priority.
  private var counts = [0, 0, 0, 0, 0]
  private var pageLimit = 0
  private var isLoaded = false

  init(queue: String, kind: String?) {
    self.queue = queue
    self.kind = kind
  }

  /// The first rows say what holds for the queue, the others come in the order of priorities.
  ///
  /// One statement: each arm is one range of the claim index, and it ends where the future begins.
  private static func probe(_ condition: String, index: String) -> SQLStatement {
    let arms = (1...5).map { priority in
      """
      SELECT * FROM (SELECT \(priority), due_at, pk, 0
        FROM queue_items INDEXED BY \(index)
        WHERE \(condition) AND priority = \(priority) AND status IN ('pending', 'retrying')
          AND held_by IS NULL AND due_at <= ?2
        ORDER BY due_at, pk LIMIT ?3)
      """
    }
    return SQLStatement(
      """
      SELECT -1, is_paused, is_fair, aging_seconds FROM queue_controls WHERE queue = ?1
      UNION ALL
      SELECT * FROM (SELECT 0, 0, 0, 0 FROM queue_limits
        WHERE reopens_at IS NOT NULL AND reopens_at <= ?2 LIMIT 1)
      UNION ALL
      \(arms.joined(separator: "\nUNION ALL\n"))
      """)
  }

  static let ofQueue = probe("queue = ?1", index: "queue_items_claim")
  static let ofKind = probe(
    "queue = ?1 AND kind = ?4", index: "queue_items_claim_kind")

  static let heads = SQLStatement(
    """
    SELECT priority, due_at, pk FROM queue_items
    WHERE queue = ?1 AND priority = ?2 AND held_by = 'turn' AND rank_at IS NOT NULL
    ORDER BY rank_at, pk LIMIT 1
    """)

  static let headsOfKind = SQLStatement(
    """
    SELECT priority, due_at, pk FROM queue_items
    WHERE queue = ?1 AND priority = ?2 AND held_by = 'turn' AND rank_at IS NOT NULL
      AND kind = ?3
    ORDER BY rank_at, pk LIMIT 1
    """)

  /// The best item left, or nil when there is none.
  ///
  /// - Parameter limit: how many the claim still wants.
  mutating func best(
    _ limit: Int, _ transaction: borrowing WriteTransaction
  ) throws -> Candidate? {
    if !isLoaded { try load(limit, transaction) }
    return page.first
  }

  /// Goes on behind the best item.
  mutating func advance() {
    guard let first = page.popFirst() else { return }
    counts[first.priority - 1] -= 1
    // Behind a page that was full there may be better ones than those of other priorities.
    if isFair || (counts[first.priority - 1] == 0 && pageLimit > 0) { isLoaded = false }
  }

  /// Forgets what was read: something else has become claimable.
  mutating func forget() { isLoaded = false }

  private mutating func load(
    _ limit: Int, _ transaction: borrowing WriteTransaction
  ) throws {
    isLoaded = true
    page = []
    counts = [0, 0, 0, 0, 0]
    var found: [Candidate] = []
    if try read(limit, into: &found, transaction) {
      try GateOpening.reopen(transaction)
      _ = try read(limit, into: &found, transaction)
    }
    if isPaused { return }
    if isFair { return try loadTurn(transaction) }
    found.sort()
    page = found[...]
    for item in found { counts[item.priority - 1] += 1 }
    pageLimit = counts.contains(limit) ? limit : 0
  }

  /// Reads a page, and answers whether a window of time is over and nobody has looked yet.
  private mutating func read(
    _ limit: Int, into found: inout [Candidate], _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    let now = transaction.now
    var (aging, isPaused, isFair) = (self.aging, false, false)
    var isOver = false
    found = []
    func take(_ row: borrowing Row) throws -> Bool {
      let priority: Int = try row.value(at: 0)
      switch priority {
      case -1:
        isPaused = try row.value(at: 1)
        isFair = try row.value(at: 2)
        aging = (try row.value(at: 3, as: Int64?.self) ?? 600) * 1_000_000
        return !isPaused
      case 0:
        isOver = true
        return false
      default:
        if isFair { return false }
        found.append(try Candidate(row, aging: aging, now: now))
        // Nothing comes before priority 1.
        return found.count < limit || priority > 1
      }
    }
    if let kind {
      try transaction.forEach(Self.ofKind, queue, now, limit, kind, body: take)
    } else {
      try transaction.forEach(Self.ofQueue, queue, now, limit, body: take)
    }
    (self.aging, self.isPaused, self.isFair) = (aging, isPaused, isFair)
    return isOver
  }

  private mutating func loadTurn(_ transaction: borrowing WriteTransaction) throws {
    try Turns.admit(queue, transaction)
    for priority in 1...5 {
      let now = transaction.now
      let head =
        if let kind {
          try transaction.fetchOne(Self.headsOfKind, queue, priority, kind) { row in
            try Candidate(row, aging: 0, now: now)
          }
        } else {
          try transaction.fetchOne(Self.heads, queue, priority) { row in
            try Candidate(row, aging: 0, now: now)
          }
        }
      guard let head else { continue }
      page = [head]
      counts[priority - 1] = 1
      return
    }
  }
}
