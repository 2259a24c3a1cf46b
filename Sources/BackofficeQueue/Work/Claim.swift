/// The terms of a claim.
struct ClaimTerms {
  let limit: Int
  let queues: [String]
  let kinds: [String]?
  let worker: String
  let lease: Duration

  init(
    limit: Int, queues: [String], kinds: [String]?, worker: String, lease: Duration
  ) throws(QueueError) {
    try QueueError.requireName(worker, "worker")
    try WorkQueue.requireLease(lease, "lease")
    self.limit = limit > 0 ? PageLimit.clamped(limit) : 0
    self.queues = queues
    self.kinds = kinds
    self.worker = worker
    self.lease = lease
  }

  /// One source for each queue.
  var sources: [CandidateSource] {
    let kinds = kinds.map(ClaimLane.sorted)
    var seen: Set<String> = []
    let queues =
      queues.count < 2
      ? queues.map(\.keyForm) : queues.map(\.keyForm).filter { seen.insert($0).inserted }
    return queues.map { CandidateSource(queue: $0, kinds: kinds) }
  }
}

/// One call of a claim.
struct Claim {
  private let terms: ClaimTerms
  private let leaseExpiresAt: Timestamp
  /// Whether each item is taken in a savepoint of its own.
  private let isCareful: Bool
  /// The items that a rule refused to let begin.
  private var refused: Set<Int64> = []
  private var refusal: (any Error)?
  private var gates: [Gate: GateState] = [:]

  private init(_ terms: ClaimTerms, isCareful: Bool, now: Timestamp) {
    self.terms = terms
    self.isCareful = isCareful
    leaseExpiresAt = now + terms.lease
  }

  /// A rule refused to let an item begin.
  struct Refused: Error {}

  /// Claims items.
  ///
  /// - Parameter isCareful: whether an item that a rule refuses is passed over; otherwise the claim
  ///   throws ``Refused``, and nothing of it may stay.
  static func run(
    _ terms: ClaimTerms, isCareful: Bool, _ transaction: borrowing WriteTransaction
  ) throws -> [ClaimedItem] {
    var claim = Claim(terms, isCareful: isCareful, now: transaction.now)
    let claimed = try claim.run(transaction)
    if claimed.isEmpty, let refusal = claim.refusal { throw refusal }
    return claimed
  }

  // Read and then written, instead of returned by what writes it: SQLite would copy the row to a table
  // of its own in between.
  static let look = QueueItem.select(
    """
    WHERE pk = ? AND status \(QueueItem.Status.claimableSQL)
      AND (held_by IS NULL OR held_by = 'turn')
    """)

  private static func take(_ rest: String) -> SQLStatement {
    SQLStatement(
      """
      UPDATE queue_items SET status = 'running', lease_token = ?2, lease_expires_at = ?3,
        worker = ?4, claimed_at = ?5, cancel_requested_at = NULL, claims = ?6, attempts = ?7,
        wait_microseconds = ?8, updated_at = ?5\(rest)
      WHERE pk = ?1
      """)
  }

  // Assigning an unchanged column would still cost an update of its indexes.
  static let takeFree = take("")
  static let takeTurn = take(", held_by = NULL, rank_at = NULL")

  static let hold = SQLStatement(
    "UPDATE queue_items SET held_by = ?2, rank_at = NULL, updated_at = ?3 WHERE pk = ?1")

  private mutating func run(
    _ transaction: borrowing WriteTransaction
  ) throws -> [ClaimedItem] {
    var sources = terms.sources
    var claimed: [ClaimedItem] = []
    if try QueueLimit.summary(transaction).withRate { try GateOpening.reopen(transaction) }
    while claimed.count < terms.limit {
      let wanted = terms.limit - claimed.count
      var best: (source: Int, item: ClaimCandidate)?
      for index in sources.indices {
        guard let item = try sources[index].best(wanted, transaction) else { continue }
        if let known = best, !(item < known.item) { continue }
        best = (index, item)
      }
      guard let best else { break }
      sources[best.source].advance(behind: best.item)
      switch try attempt(best.item, into: &claimed, transaction) {
      case .taken, .held: break
      case .heldAndLetsOthersGo: for index in sources.indices { sources[index].forget() }
      case .refused: sources[best.source].passOver(best.item)
      }
    }
    for gate in gates.values { try gate.noteWindow(transaction) }
    return claimed
  }

  private enum Outcome { case taken, held, heldAndLetsOthersGo, refused }

  private mutating func attempt(
    _ candidate: ClaimCandidate, into claimed: inout [ClaimedItem],
    _ transaction: borrowing WriteTransaction
  ) throws -> Outcome {
    if refused.contains(candidate.key) { return .refused }
    let before = isCareful ? gates : [:]
    let count = claimed.count
    do {
      guard isCareful else { return try take(candidate, into: &claimed, transaction) }
      return try transaction.isolated { transaction in
        try take(candidate, into: &claimed, transaction)
      }
    } catch {
      if error.isOfStorage { throw error }
      claimed.removeLast(claimed.count - count)
      guard isCareful else { throw Refused() }
      gates = before
      refused.insert(candidate.key)
      refusal = refusal ?? error
      return .refused
    }
  }

  private mutating func take(
    _ candidate: ClaimCandidate, into claimed: inout [ClaimedItem],
    _ transaction: borrowing WriteTransaction
  ) throws -> Outcome {
    guard let item = try QueueItem.fetchOne(transaction, Self.look, candidate.key) else {
      return .held
    }
    let itemGates = try gates(of: item, transaction)
    if let hold = try hold(on: item, candidate.key, itemGates, transaction) {
      try transaction.execute(Self.hold, candidate.key, hold.by, transaction.now)
      // A unique key is passed on like the place of a gate.
      let passesKey = item.uniqueKey != nil && hold.by != .unique
      return hold.otherGates > 0 || passesKey ? .heldAndLetsOthersGo : .held
    }
    for gate in itemGates { gates[gate]?.take(at: transaction.now) }
    claimed.append(try take(item, candidate.key, transaction))
    return .taken
  }

  private func gates(
    of item: QueueItem, _ transaction: borrowing WriteTransaction
  ) throws -> [Gate] {
    var gates: [Gate] = []
    if let batch = item.batchID { gates.append(.batch(batch)) }
    if let key = item.limitKey { gates.append(.key(key)) }
    if try QueueLimit.summary(transaction).ofKinds { gates.append(.kind(item.kind)) }
    return gates
  }

  /// The hold that keeps an item from running, and the number of gates that it no longer needs.
  private mutating func hold(
    on item: QueueItem, _ key: Int64, _ itemGates: [Gate],
    _ transaction: borrowing WriteTransaction
  ) throws -> (by: QueueItem.Hold, otherGates: Int)? {
    let now = transaction.now
    if let deadline = item.deadlineAt, deadline <= now { return (.deadline, itemGates.count) }
    if item.uniqueKey != nil,
      try UniqueKeys.isTaken(from: key, of: item.kind, item.uniqueKey, in: .running, transaction)
    {
      return (.unique, itemGates.count)
    }
    for gate in itemGates {
      let state = try gates[gate] ?? GateState(gate, transaction)
      gates[gate] = state
      if state.free(at: now) == 0 { return (gate.hold, itemGates.count - 1) }
    }
    return nil
  }

  /// Gives an item to the worker.
  private func take(
    _ found: QueueItem, _ key: Int64, _ transaction: borrowing WriteTransaction
  ) throws -> ClaimedItem {
    let now = transaction.now
    var item = found
    item.begin(
      by: terms.worker, under: transaction.makeID(),
      until: try leaseEnd(of: item.policyKey, transaction), at: now)
    try transaction.execute(
      found.heldBy == nil ? Self.takeFree : Self.takeTurn
    ) { [item] values throws(SQLiteError) in
      try values.bind(key)
      try values.bind(item.run.leaseToken)
      try values.bind(item.run.leaseExpiresAt)
      try values.bind(item.run.worker)
      try values.bind(now)
      try values.bind(item.attempts.claims)
      try values.bind(item.attempts.charged)
      try values.bind(item.times.waitMicroseconds)
    }
    let lease = Lease(item: item.id, token: item.run.leaseToken ?? .zero)
    if case .sealed = item.storedPayload { item = PayloadSealing.opened(item, transaction) }
    return ClaimedItem(item: item, lease: lease)
  }

  /// A lease never outlives the run limit of its attempt, so one sweep over leases finds both.
  private func leaseEnd(
    of policy: Int64?, _ transaction: borrowing WriteTransaction
  ) throws -> Timestamp {
    guard let limit = try ItemPolicy.find(policy, transaction).runLimitSeconds else {
      return leaseExpiresAt
    }
    return min(leaseExpiresAt, transaction.now + .seconds(limit))
  }
}

extension QueueItem {
  /// The item as a claim leaves it.
  fileprivate mutating func begin(
    by worker: String, under token: ID<Lease>, until leaseExpiresAt: Timestamp, at now: Timestamp
  ) {
    status = .running
    heldBy = nil
    run = Run(
      leaseToken: token, leaseExpiresAt: leaseExpiresAt, worker: worker, claimedAt: now,
      cancelRequestedAt: nil)
    attempts = Attempts(
      claims: attempts.claims + 1, charged: attempts.charged + 1, rescues: attempts.rescues)
    let wait = (now - max(times.createdAt, dueAt)).microseconds
    times = Times(
      waitMicroseconds: times.waitMicroseconds ?? max(0, wait), finishedAt: times.finishedAt,
      createdAt: times.createdAt, updatedAt: now)
  }
}
