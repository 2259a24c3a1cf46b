import BackofficeStorage

extension WorkQueue {
  /// The longest lease.
  public static let longestLease: Duration = .days(365)

  /// Hands due items to a worker, each under a lease.
  ///
  /// By priority, then due time, then age, over all the queues named; an item that has waited long
  /// counts a priority higher (``QueueSettings/aging``), and in a fair queue customers take turns.
  /// Items of paused queues, and of batches, kinds and limit keys that are paused or full, stay
  /// where they are, as do items whose deadline has passed; nothing behind them waits for them.
  /// Each claim charges an attempt.
  ///
  /// - Parameters:
  ///   - limit: the most items to hand out; 1 by default, 1,000 at most.
  ///   - queues: where to look.
  ///   - kinds: the kinds of work that the worker knows; nil for all. In a fair queue the first
  ///     item of a customer stands for all of its kinds: give kinds queues of their own there.
  ///   - worker: who works.
  ///   - node: the machine of the worker.
  ///   - lease: how long the worker has until it must give a sign of life; a year at most.
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  /// - Complexity: a range of an index per queue, or per queue and kind, and O(log n) per item.
  ///   Neither items that are not due nor those that are held cost anything; a due item whose gate
  ///   is full is stepped over once, and then held until there is a place.
  public func claim(
    _ limit: Int = 1, from queues: [String] = ["default"], kinds: [String]? = nil,
    worker: String, node: String? = nil, lease: Duration = .seconds(30)
  ) throws -> [ClaimedItem] {
    let terms = try ClaimTerms(
      limit: limit, queues: queues, kinds: kinds, worker: worker, node: node, lease: lease)
    guard terms.limit > 0 else { return [] }
    return try access.write { transaction in try Claim.run(terms, transaction) }
  }
}

/// What a worker asks for.
struct ClaimTerms {
  let limit: Int
  let queues: [String]
  let kinds: [String]?
  let worker: String
  let node: String?
  let lease: Duration

  init(
    limit: Int, queues: [String], kinds: [String]?, worker: String, node: String?, lease: Duration
  ) throws(QueueError) {
    guard !worker.isEmpty else { throw .invalid(field: "worker", reason: "it has no name") }
    guard lease > .zero, lease <= WorkQueue.longestLease else {
      throw .invalid(
        field: "lease", reason: "it lasts longer than nothing, and no longer than a year")
    }
    self.limit = limit > 0 ? PageLimit.clamped(limit) : 0
    self.queues = queues
    self.kinds = kinds
    self.worker = worker
    self.node = node
    self.lease = lease
  }

  /// One source for each queue, or for each kind in each queue.
  var sources: [CandidateSource] {
    func distinct(_ names: [String]) -> [String] {
      if names.count < 2 { return names }
      var seen: Set<String> = []
      return names.filter { seen.insert($0).inserted }
    }
    let queues = distinct(queues)
    guard let kinds else { return queues.map { CandidateSource(queue: $0, kind: nil) } }
    return queues.flatMap { queue in
      distinct(kinds).map { CandidateSource(queue: queue, kind: $0) }
    }
  }
}

/// One call of a claim.
struct Claim {
  private let terms: ClaimTerms
  private let leaseExpiresAt: Timestamp
  private var gates: [Gate: GateState] = [:]
  /// Whether the last item taken had a gate; then the next one probably has, too.
  private var isGated = false

  private init(_ terms: ClaimTerms, now: Timestamp) {
    self.terms = terms
    leaseExpiresAt = now + terms.lease
  }

  static func run(
    _ terms: ClaimTerms, _ transaction: borrowing WriteTransaction
  ) throws -> [ClaimedItem] {
    var claim = Claim(terms, now: transaction.now)
    return try claim.run(transaction)
  }

  // A lease never outlives the run limit of its attempt, so one sweep over leases finds both.
  private static func take(_ condition: String) -> SQLStatement {
    SQLStatement(
      """
      UPDATE queue_items SET status = 'running', held_by = NULL, rank_at = NULL, lease_token = ?2,
        lease_expires_at = min(?3, ifnull(?4 + run_limit_seconds * 1000000, ?3)),
        worker = ?5, processing_node = ?6, claimed_at = ?4, cancel_requested_at = NULL,
        claim_count = claim_count + 1, attempts = attempts + 1, progress = 0, current_step = NULL,
        current_message = NULL, first_started_at = ifnull(first_started_at, ?4),
        queue_wait_microseconds =
          ifnull(queue_wait_microseconds, max(0, ?4 - max(created_at, due_at))),
        updated_at = ?4
      WHERE pk = ?1 AND status IN ('pending', 'retrying')
        AND (held_by IS NULL OR held_by = 'turn')\(condition)
      RETURNING \(QueueItem.selection)
      """)
  }

  /// Takes an item that nothing can hold, in one step.
  static let takeFree = take(
    """
     AND batch_id IS NULL AND limit_key IS NULL
        AND (deadline_at IS NULL OR deadline_at > ?4)
        AND NOT EXISTS (SELECT 1 FROM queue_limits WHERE scope = 'kind' AND name = kind)
    """)

  /// Takes an item whose gates have been looked at.
  static let takeGated = take("")

  static let look = SQLStatement(
    """
    SELECT batch_id, limit_key,
      CASE WHEN EXISTS (SELECT 1 FROM queue_limits WHERE scope = 'kind' AND name = kind)
        THEN kind END,
      deadline_at IS NOT NULL AND deadline_at <= ?2
    FROM queue_items WHERE pk = ?1
    """)

  static let hold = SQLStatement(
    "UPDATE queue_items SET held_by = ?2, rank_at = NULL, updated_at = ?3 WHERE pk = ?1")

  private mutating func run(
    _ transaction: borrowing WriteTransaction
  ) throws -> [ClaimedItem] {
    var sources = terms.sources
    var claimed: [ClaimedItem] = []
    while claimed.count < terms.limit {
      let wanted = terms.limit - claimed.count
      var best: (source: Int, item: Candidate)?
      for index in sources.indices {
        guard let item = try sources[index].best(wanted, transaction) else { continue }
        if let known = best, !(item < known.item) { continue }
        best = (index, item)
      }
      guard let best else { break }
      sources[best.source].advance()
      if try take(best.item, into: &claimed, transaction) == .heldAndLetsOthersGo {
        for index in sources.indices { sources[index].forget() }
      }
    }
    for gate in gates.values { try gate.noteWindow(transaction) }
    return claimed
  }

  private enum Outcome { case taken, held, heldAndLetsOthersGo }

  // What is claimed goes straight to its list: an item has some seventy fields, and each hand that it
  // passes through copies them.
  private mutating func take(
    _ candidate: Candidate, into claimed: inout [ClaimedItem],
    _ transaction: borrowing WriteTransaction
  ) throws -> Outcome {
    if !isGated, try take(candidate, Self.takeFree, into: &claimed, transaction) { return .taken }
    let found = try transaction.fetchOne(Self.look, candidate.key, transaction.now) { row in
      (
        gates: [
          try row.value(at: 0, as: ID<Batch>?.self).map(Gate.batch),
          try row.value(at: 1, as: String?.self).map(Gate.key),
          try row.value(at: 2, as: String?.self).map(Gate.kind),
        ].compactMap(\.self),
        isOverdue: try row.value(at: 3, as: Bool.self)
      )
    }
    guard let found else { return .held }
    isGated = !found.gates.isEmpty
    if found.isOverdue {
      try transaction.execute(
        Self.hold, candidate.key, QueueItem.Hold.deadline, transaction.now)
      return isGated ? .heldAndLetsOthersGo : .held
    }
    for gate in found.gates {
      let state = try gates[gate] ?? GateState(gate, transaction)
      gates[gate] = state
      guard state.free(at: transaction.now) == 0 else { continue }
      try transaction.execute(Self.hold, candidate.key, gate.hold, transaction.now)
      return found.gates.count > 1 ? .heldAndLetsOthersGo : .held
    }
    guard try take(candidate, Self.takeGated, into: &claimed, transaction) else { return .held }
    for gate in found.gates { gates[gate]?.take(at: transaction.now) }
    return .taken
  }

  private func take(
    _ candidate: Candidate, _ statement: SQLStatement, into claimed: inout [ClaimedItem],
    _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    let token: ID<Lease> = transaction.makeID()
    let now = transaction.now
    let taken: Void? = try transaction.fetchOne(
      statement,
      binding: { values throws(SQLiteError) in
        try values.bind(candidate.key)
        try values.bind(token)
        try values.bind(leaseExpiresAt)
        try values.bind(now)
        try values.bind(terms.worker)
        try values.bind(terms.node)
      },
      decode: { row in
        let item = try QueueItem(row)
        let lease = Lease(item: item.id, token: token)
        if item.payloadKey == nil {
          claimed.append(ClaimedItem(item: item, lease: lease))
        } else {
          let opened = PayloadSealing.opened(item, transaction)
          claimed.append(ClaimedItem(item: opened, lease: lease))
        }
      })
    return taken != nil
  }
}
