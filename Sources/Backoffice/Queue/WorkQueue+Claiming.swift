import BackofficeStorage

extension WorkQueue {
  /// Hands due items to a worker, each under a lease.
  ///
  /// Strictly by priority, then due time, then age, over all the queues named. Items of paused
  /// queues, of paused or cancelled batches and of batches with as many running items as they
  /// allow stay where they are, as do items whose deadline has passed. Each claim charges an
  /// attempt.
  ///
  /// - Parameters:
  ///   - limit: the most items to hand out; 1 by default, 1,000 at most.
  ///   - queues: where to look.
  ///   - kinds: the kinds of work that the worker knows; nil for all. Items of other kinds in
  ///     front of a wanted one cost a step each: give kinds with long backlogs their own queue.
  ///   - worker: who works.
  ///   - node: the machine of the worker.
  ///   - lease: how long the worker has until it must give a sign of life.
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  /// - Complexity: an index probe per queue and priority, and O(log n) per item; due items that
  ///   are skipped cost a step each, items not yet due nothing.
  public func claim(
    _ limit: Int = 1, from queues: [String] = ["default"], kinds: [String]? = nil,
    worker: String, node: String? = nil, lease: Duration = .seconds(30)
  ) throws -> [ClaimedItem] {
    guard !worker.isEmpty else {
      throw QueueError.invalid(field: "worker", reason: "it has no name")
    }
    guard lease.microseconds > 0 else {
      throw QueueError.invalid(field: "lease", reason: "it must last longer than nothing")
    }
    guard limit > 0 else { return [] }
    return try access.write { transaction in
      var claim = Claim(
        remaining: PageLimit.clamped(limit), kinds: kinds.map(Set.init), worker: worker,
        node: node, leaseExpiresAt: transaction.now + lease)
      try claim.run(queues, transaction)
      return claim.claimed
    }
  }
}

/// One call of a claim.
struct Claim {
  var remaining: Int
  let kinds: Set<String>?
  let worker: String
  let node: String?
  let leaseExpiresAt: Timestamp
  var claimed: [ClaimedItem] = []
  /// How many more items of a batch may run; none for a batch that is paused or cancelled.
  private var places: [ID<Batch>: Int] = [:]

  init(
    remaining: Int, kinds: Set<String>?, worker: String, node: String?,
    leaseExpiresAt: Timestamp
  ) {
    self.remaining = remaining
    self.kinds = kinds
    self.worker = worker
    self.node = node
    self.leaseExpiresAt = leaseExpiresAt
  }

  private struct Candidate {
    let key: Int64
    let dueAt: Timestamp
    let batch: ID<Batch>?
  }

  static let isPaused = SQLStatement(
    "SELECT 1 FROM queue_controls WHERE queue = ? AND is_paused = 1")

  /// One range of the claim index: it ends where the future begins.
  static let probe = SQLStatement(
    """
    SELECT pk, due_at, batch_id, kind FROM queue_items
    WHERE queue = ?1 AND priority = ?2 AND status IN ('pending', 'retrying')
      AND held_by IS NULL AND due_at <= ?3 AND (deadline_at IS NULL OR deadline_at > ?3)
    ORDER BY due_at, pk
    """)

  static let places = SQLStatement(
    """
    SELECT status, max_concurrent_items,
      (SELECT count(*) FROM queue_items WHERE batch_id = ?1 AND status = 'running')
    FROM batches WHERE id = ?1
    """)

  // A lease never outlives the run limit of its attempt, so one sweep over leases finds both.
  static let take = SQLStatement(
    """
    UPDATE queue_items SET status = 'running', lease_token = ?2,
      lease_expires_at = min(?3, ifnull(?4 + run_limit_seconds * 1000000, ?3)),
      worker = ?5, processing_node = ?6, claimed_at = ?4, cancel_requested_at = NULL,
      claim_count = claim_count + 1, attempts = attempts + 1, progress = 0, current_step = NULL,
      first_started_at = ifnull(first_started_at, ?4),
      queue_wait_microseconds =
        ifnull(queue_wait_microseconds, max(0, ?4 - max(created_at, due_at))),
      updated_at = ?4
    WHERE pk = ?1 AND status IN ('pending', 'retrying')
    RETURNING \(QueueItem.selection)
    """)

  mutating func run(_ queues: [String], _ transaction: borrowing WriteTransaction) throws {
    var open: [String] = []
    for queue in queues where !open.contains(queue) {
      let paused = try transaction.fetchOne(Self.isPaused, queue) { _ in true }
      if paused == nil { open.append(queue) }
    }
    for priority in 1...5 {
      while remaining > 0 {
        var candidates: [Candidate] = []
        for queue in open {
          candidates += try self.candidates(queue, priority: priority, transaction)
        }
        if open.count > 1 {
          candidates.sort { ($0.dueAt, $0.key) < ($1.dueAt, $1.key) }
        }
        let passedOver = try take(candidates, transaction)
        // With several queues, what one of them took may have filled the batch of another's
        // candidates; then that other one is asked again.
        guard passedOver, remaining > 0 else { break }
      }
      if remaining == 0 { return }
    }
  }

  /// The first due items of a queue and priority that this claim may have.
  private mutating func candidates(
    _ queue: String, priority: Int, _ transaction: borrowing WriteTransaction
  ) throws -> [Candidate] {
    var found: [Candidate] = []
    var left: [ID<Batch>: Int] = [:]
    var places = self.places
    try transaction.forEach(Self.probe, queue, priority, transaction.now) { row in
      if let kinds, !kinds.contains(try row.value(at: 3)) { return true }
      let batch: ID<Batch>? = try row.value(at: 2)
      if let batch {
        let free =
          try left[batch] ?? places[batch]
          ?? Self.freePlaces(of: batch, &places, transaction)
        guard free > 0 else { return true }
        left[batch] = free - 1
      }
      found.append(
        Candidate(key: try row.value(at: 0), dueAt: try row.value(at: 1), batch: batch))
      return found.count < remaining
    }
    self.places = places
    return found
  }

  private static func freePlaces(
    of batch: ID<Batch>, _ places: inout [ID<Batch>: Int],
    _ transaction: borrowing WriteTransaction
  ) throws -> Int {
    // Counted from the items: the batch's own counter waits for the commit.
    let free =
      try transaction.fetchOne(Self.places, batch) { row in
        let status: Batch.Status = try row.value(at: 0)
        guard status != .paused, status != .cancelled else { return 0 }
        return max(0, try row.value(at: 1) - row.value(at: 2, as: Int.self))
      } ?? 0
    places[batch] = free
    return free
  }

  /// Takes candidates in order, and answers whether one was passed over for its batch.
  private mutating func take(
    _ candidates: [Candidate], _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    var passedOver = false
    for candidate in candidates {
      guard remaining > 0 else { return passedOver }
      if let batch = candidate.batch {
        guard let free = places[batch], free > 0 else {
          passedOver = true
          continue
        }
        places[batch] = free - 1
      }
      let token: ID<Lease> = transaction.makeID()
      let item = try QueueItem.fetchOne(
        transaction, Self.take, candidate.key, token, leaseExpiresAt, transaction.now, worker,
        node)
      guard let item else { continue }
      claimed.append(ClaimedItem(item: item, lease: Lease(item: item.id, token: token)))
      remaining -= 1
    }
    return passedOver
  }
}
