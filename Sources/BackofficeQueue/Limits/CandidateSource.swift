/// The due items of one queue that a worker may take, best first.
struct CandidateSource {
  let queue: String
  /// The kinds to read, in the order of ``ClaimLane/sorted(_:)``; nil for all.
  let kinds: [String]?
  private var control = QueueControl()
  private var lanes: [Lane] = []
  private var isLoaded = false
  /// Whether all lanes are read at once, or those after the first only when they are needed.
  private var readsAll = false
  private var isPartial = false
  private var passedOver: [Int64] = []

  /// The items that were read from a lane of the claim index.
  private struct Lane {
    let kind: String
    let priority: Int
    var page: ArraySlice<ClaimCandidate>
    /// The last item that was read, while more may follow it.
    var last: ClaimCandidate?
  }

  init(queue: String, kinds: [String]?) {
    self.queue = queue
    self.kinds = kinds
  }

  static let heads = SQLStatement(
    """
    SELECT priority, due_at, pk FROM queue_items
    WHERE queue = ?1 AND priority = ?2 AND held_by = 'turn' AND rank_at IS NOT NULL
      AND (?3 IS NULL OR kind IN (SELECT value FROM json_each(?3)))
      AND (?4 IS NULL OR pk NOT IN (SELECT value FROM json_each(?4)))
    ORDER BY rank_at, pk LIMIT 1
    """)

  /// The best remaining item, or nil if there is none.
  ///
  /// - Parameter limit: the number of items that the claim still needs.
  mutating func best(
    _ limit: Int, _ transaction: borrowing WriteTransaction
  ) throws -> ClaimCandidate? {
    if !isLoaded { try load(transaction) }
    var best: ClaimCandidate?
    for index in lanes.indices {
      if lanes[index].page.isEmpty { try fill(&lanes[index], limit, transaction) }
      guard let item = lanes[index].page.first else { continue }
      if let known = best, !(item < known) { continue }
      best = item
    }
    if best == nil, isPartial {
      readsAll = true
      try load(transaction)
      return try self.best(limit, transaction)
    }
    return best
  }

  /// Continues after the best item.
  mutating func advance(behind item: ClaimCandidate) {
    if control.isFair { return forget() }
    for index in lanes.indices where lanes[index].page.first?.key == item.key {
      lanes[index].page.removeFirst()
      return
    }
  }

  /// Leaves an item that cannot be taken in line, and serves those behind it.
  mutating func passOver(_ item: ClaimCandidate) { passedOver.append(item.key) }

  /// Discards what was read, because other items have become claimable.
  mutating func forget() { isLoaded = false }

  private mutating func load(_ transaction: borrowing WriteTransaction) throws {
    isLoaded = true
    isPartial = false
    lanes = []
    control = try QueueControl.of(queue, transaction)
    if control.isPaused { return }
    if control.isFair { return try loadTurn(transaction) }
    let now = transaction.now
    try ClaimLane.forEach(in: queue, of: kinds, transaction) { lane in
      if lane.dueAt > now { return true }
      let head = ClaimCandidate(lane, aging: control.aging, now: now)
      lanes.append(Lane(kind: lane.kind, priority: lane.priority, page: [head], last: head))
      // Nothing precedes priority 1 of a single kind.
      isPartial = !readsAll && kinds?.count == 1 && lane.priority == 1
      return !isPartial
    }
  }

  private func fill(
    _ lane: inout Lane, _ limit: Int, _ transaction: borrowing WriteTransaction
  ) throws {
    guard let last = lane.last else { return }
    let (aging, now) = (control.aging, transaction.now)
    let found = try transaction.fetchAll(
      ClaimLane.due, queue, lane.kind, lane.priority, last.dueAt, last.key, now, limit
    ) { row in
      ClaimCandidate(
        key: try row.value(at: 1), priority: lane.priority, dueAt: try row.value(at: 0),
        aging: aging, now: now)
    }
    lane.page = found[...]
    lane.last = found.count == limit ? found.last : nil
  }

  private mutating func loadTurn(_ transaction: borrowing WriteTransaction) throws {
    try FairShare.admit(queue, transaction)
    let now = transaction.now
    let wanted = try kinds.map { try JSONText(encoding: $0) }
    let unwanted = passedOver.isEmpty ? nil : try JSONText(encoding: passedOver)
    for priority in 1...5 {
      let head = try transaction.fetchOne(Self.heads, queue, priority, wanted, unwanted) { row in
        ClaimCandidate(
          key: try row.value(at: 2), priority: try row.value(at: 0), dueAt: try row.value(at: 1),
          aging: 0, now: now)
      }
      guard let head else { continue }
      lanes = [Lane(kind: "", priority: priority, page: [head], last: nil)]
      return
    }
  }
}
