extension WorkQueue {
  static let finish = SQLStatement(
    """
    UPDATE queue_items SET status = 'completed', lease_token = NULL, lease_expires_at = NULL,
      finished_at = ?3, rescues = 0, result = ifnull(?4, result), error_code = NULL,
      error_message = NULL, updated_at = ?3
    WHERE id = ?1 AND status = 'running' AND lease_token = ?2
    """)

  // The attempt was rescued, and the item was not claimed since: the work was done all the same.
  static let finishLate = SQLStatement(
    """
    UPDATE queue_items SET status = 'completed', finished_at = ?3, rescues = 0,
      result = ifnull(?4, result), error_code = NULL, error_message = NULL, updated_at = ?3
    WHERE id = ?1 AND status = 'retrying' AND EXISTS (
      SELECT 1 FROM queue_attempts a
      WHERE a.item_pk = queue_items.pk AND a.lease_token = ?2 AND a.outcome = 'rescued'
        AND a.number = queue_items.claims)
    """)

  /// Acknowledges an attempt that did its work.
  ///
  /// Accepted unless the item was claimed again, also after the lease has expired and after the
  /// item was asked to stop: the work is done. An item that was rescued and waits to be tried again is
  /// completed too, once; when another worker has it, the success is refused.
  ///
  /// - Parameters:
  ///   - lease: the lease.
  ///   - result: what the work produced, ``largestDocument`` at most; nil keeps what is there.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, and ``QueueError/invalid(field:reason:)`` for a
  ///   result that is too long; then nothing has changed.
  /// - Complexity: O(log n).
  public func complete(_ lease: Lease, result: JSONText? = nil) throws {
    try access.write { transaction in try Self.complete(lease, result: result, transaction) }
  }

  /// Acknowledges several attempts: all of them, or none when one lease is lost.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)`` for the first one that is lost.
  public func complete(_ leases: [Lease]) throws {
    try access.write { transaction in
      for lease in leases { try Self.complete(lease, result: nil, transaction) }
    }
  }

  /// Acknowledges several attempts with their results: all of them, or none when one lease is lost.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)`` for the first one that is lost,
  ///   ``QueueError/invalid(field:reason:)`` for a result that is too long.
  public func complete(_ work: [(lease: Lease, result: JSONText?)]) throws {
    try access.write { transaction in
      for done in work { try Self.complete(done.lease, result: done.result, transaction) }
    }
  }

  /// Acknowledges attempts that did their work and hands out the next items, in one commit.
  ///
  /// A worker that always has work commits once per round instead of twice, and the places that
  /// its items free are there for the next ones.
  ///
  /// - Returns: as ``claim(_:from:kinds:worker:lease:)``.
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, ``QueueError/invalid(field:reason:)``; then
  ///   nothing is acknowledged and nothing handed out.
  public func complete(
    _ work: [(lease: Lease, result: JSONText?)], thenClaim limit: Int,
    from queues: [String] = ["default"], kinds: [String]? = nil, worker: String,
    lease: Duration = .seconds(30)
  ) throws -> [ClaimedItem] {
    let terms = try ClaimTerms(
      limit: limit, queues: queues, kinds: kinds, worker: worker, lease: lease)
    return try access.write { transaction in
      for done in work { try Self.complete(done.lease, result: done.result, transaction) }
      return terms.limit > 0 ? try Claim.run(terms, transaction) : []
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

  /// Acknowledges items that were worked on together, each by its own answer, in one commit.
  ///
  /// An item without an answer fails with the code ``unanswered``. One whose lease is lost, since it
  /// was rescued, cancelled or deleted, is left as it is and stops no other; to have all or nothing
  /// use ``complete(_:)-([Lease])``.
  ///
  /// - Parameters:
  ///   - leases: the leases of the items; 1,000 at most.
  ///   - answers: how the work on each ended.
  /// - Returns: how each attempt ended, in the order of the leases.
  /// - Throws: ``QueueError/invalid(field:reason:)`` for too many leases or an answer about an item
  ///   that is not among them; then nothing has changed.
  /// - Complexity: O(k log n) for k leases.
  @discardableResult
  public func acknowledge(
    _ leases: [Lease], with answers: [ID<QueueItem>: ItemAnswer]
  ) throws -> [JobOutcome] {
    try QueueError.require(
      leases.count <= PageLimit.maximum, "leases", "must be \(PageLimit.maximum) at most")
    try QueueError.require(
      Set(leases.map(\.item)).isSuperset(of: answers.keys), "answers",
      "must be about items whose leases are given")
    let nothing = Settlement.fail(
      ItemFailure(code: Self.unanswered, message: "the item has no answer"),
      .automatically)
    return try access.write { transaction in
      var outcomes: [JobOutcome] = []
      outcomes.reserveCapacity(leases.count)
      for lease in leases {
        outcomes.append(
          try (answers[lease.item]?.settlement ?? nothing).applyOrFail(to: lease, transaction))
      }
      return outcomes
    }
  }
}
