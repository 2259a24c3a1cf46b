extension WorkQueue {
  static let finish = SQLStatement(
    """
    UPDATE queue_items SET status = 'completed', lease_token = NULL, lease_expires_at = NULL,
      finished_at = ?3, rescues = 0, result = ifnull(?4, result), error_code = NULL,
      error_message = NULL, updated_at = ?3
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    """)

  // The attempt was rescued, but the item was not claimed since, so the work counts.
  static let finishLate = SQLStatement(
    """
    UPDATE queue_items SET status = 'completed', finished_at = ?3, rescues = 0,
      result = ifnull(?4, result), error_code = NULL, error_message = NULL, updated_at = ?3
    WHERE id = ?1 AND status = 'retrying' AND EXISTS (
      SELECT 1 FROM queue_attempts a
      WHERE a.item_pk = queue_items.pk AND a.lease_token = ?2 AND a.outcome = 'rescued'
        AND a.number = queue_items.claims)
    """)

  /// Acknowledges a successful attempt and completes its item.
  ///
  /// The acknowledgement is accepted unless the item was claimed again, even after the lease has
  /// expired or cancellation was requested, because the work is done. An item that was rescued and
  /// waits for its next attempt is completed too; once another worker has claimed it, the call is
  /// refused.
  ///
  /// - Parameters:
  ///   - lease: the lease.
  ///   - result: the result, ``largestDocument`` at most; nil keeps the stored one.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, and ``QueueError/invalid(field:reason:)``
  ///   for a result that is too large. Nothing changes then.
  /// - Complexity: O(log n).
  public func complete(_ lease: Lease, result: JSONText? = nil) throws {
    try access.write { transaction in try Self.complete(lease, result: result, transaction) }
  }

  /// Acknowledges several successful attempts: all of them, or none if a lease is lost.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)`` for the first lease that is lost.
  public func complete(_ leases: [Lease]) throws {
    try access.write { transaction in
      for lease in leases { try Self.complete(lease, result: nil, transaction) }
    }
  }

  /// Acknowledges several successful attempts with their results: all of them, or none if a lease
  /// is lost.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)`` for the first lease that is lost,
  ///   ``QueueError/invalid(field:reason:)`` for a result that is too large.
  public func complete(_ work: [(lease: Lease, result: JSONText?)]) throws {
    try access.write { transaction in
      for done in work { try Self.complete(done.lease, result: done.result, transaction) }
    }
  }

  /// Acknowledges successful attempts and claims the next items, in one commit.
  ///
  /// A busy worker commits once per round instead of twice, and the limits that its finished items
  /// no longer use are available to the next ones.
  ///
  /// - Returns: as ``claim(_:from:kinds:worker:lease:)``.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/invalid(field:reason:)``;
  ///   nothing is acknowledged and nothing is claimed then.
  public func complete(
    _ work: [(lease: Lease, result: JSONText?)], thenClaim limit: Int,
    from queues: [String] = ["default"], kinds: [String]? = nil, worker: String,
    lease: Duration = .seconds(30)
  ) throws -> [ClaimedItem] {
    let terms = try ClaimTerms(
      limit: limit, queues: queues, kinds: kinds, worker: worker, lease: lease)
    return try claiming { isCareful, transaction in
      for done in work { try Self.complete(done.lease, result: done.result, transaction) }
      return terms.limit > 0 ? try Claim.run(terms, isCareful: isCareful, transaction) : []
    }
  }

  private static func complete(
    _ lease: Lease, result: JSONText?, _ transaction: borrowing WriteTransaction
  ) throws {
    if let result { try QueueError.requireDocument(result, "result") }
    let now = transaction.now
    let finished = try transaction.execute(finish) { values throws(SQLiteError) in
      try values.bind(lease.item)
      try values.bind(lease.token)
      try values.bind(now)
      try values.bind(result)
    }
    if finished > 0 { return }
    if try transaction.execute(finishLate, lease.item, lease.token, now, result) > 0 { return }
    throw try loss(of: lease, transaction)
  }

  /// The error code of an item without an answer in ``acknowledge(_:with:)``.
  public static let unanswered = "unanswered"

  /// Acknowledges items that were processed together, each with its own answer, in one commit.
  ///
  /// An item without an answer fails with the code ``unanswered``. An item whose lease is lost,
  /// because it was rescued, cancelled or deleted, is not changed and does not affect the others;
  /// for all or nothing, use ``complete(_:)-([Lease])``.
  ///
  /// - Parameters:
  ///   - leases: the leases of the items; 1,000 at most.
  ///   - answers: the outcome of the work on each item.
  /// - Returns: how each attempt ended, in the order of the leases.
  /// - Throws: ``QueueError/invalid(field:reason:)`` for too many leases or an answer for an item
  ///   that is not among them. Nothing changes then.
  /// - Complexity: O(k log n) for k leases.
  @discardableResult
  public func acknowledge(
    _ leases: [Lease], with answers: [ID<QueueItem>: ItemAnswer]
  ) throws -> [JobOutcome] {
    try QueueError.require(
      leases.count <= PageLimit.maximum, "leases", "must be \(PageLimit.maximum) at most")
    try QueueError.require(
      Set(leases.map(\.item)).isSuperset(of: answers.keys), "answers",
      "must refer to items whose leases are given")
    let nothing = Settlement.fail(
      ItemFailure(code: Self.unanswered, message: "the item has no answer"),
      .automatically)
    func acknowledge(isCareful: Bool) throws -> [JobOutcome] {
      try access.write { transaction in
        try leases.map { lease in
          try (answers[lease.item]?.settlement ?? nothing)
            .applyOrFail(to: lease, isCareful: isCareful, transaction)
        }
      }
    }
    do {
      return try acknowledge(isCareful: false)
    } catch  where !error.isOfStorage {
      // A rule refused one of them at the commit.
      return try acknowledge(isCareful: true)
    }
  }
}
