extension WorkQueue {
  /// The longest lease: a year.
  public static let longestLease: Duration = .days(365)

  /// Hands due items to a worker, each under a lease.
  ///
  /// Items are ordered by priority, then due time, then age, over all the given queues. An item
  /// that has waited long is raised by one priority (``QueueSettings/aging``), and in a fair queue
  /// accounts take turns. Items of paused queues, items of batches, kinds and limit keys that are
  /// paused or at their limit, and items whose deadline has passed are skipped and do not block the
  /// items behind them. So are items that a rule of the store does not let begin, such as one of the
  /// program's own that throws. Each claim charges an attempt.
  ///
  /// - Parameters:
  ///   - limit: the most items to hand out; 1 by default, 1,000 at most.
  ///   - queues: the names of the queues to claim from.
  ///   - kinds: the kinds that the worker handles; nil for all. In a fair queue only the first item
  ///     of an account is considered, of any kind; use separate queues for separate
  ///     workers there.
  ///   - worker: the name of the worker; 1 to 256 bytes of UTF-8.
  ///   - lease: the duration of the lease, after which the worker must have extended it; a year at
  ///     most.
  /// - Throws: ``QueueError/invalid(field:reason:)``, and the error of a rule when it refuses the only
  ///   items that could be claimed.
  /// - Complexity: O(log n) for each kind and priority of which items wait in a queue, and O(log n)
  ///   per item. Items that are not due and items that are held cost nothing; a due item that is at
  ///   a limit is skipped once and then held until the limit admits it.
  public func claim(
    _ limit: Int = 1, from queues: [String] = ["default"], kinds: [String]? = nil,
    worker: String, lease: Duration = .seconds(30)
  ) throws -> [ClaimedItem] {
    let terms = try ClaimTerms(
      limit: limit, queues: queues, kinds: kinds, worker: worker, lease: lease)
    return try claim(terms)
  }

  /// - Parameter isCareful: whether each item is claimed in a savepoint of its own from the start.
  func claim(_ terms: ClaimTerms, isCareful: Bool = false) throws -> [ClaimedItem] {
    guard terms.limit > 0 else { return [] }
    return try claiming(isCareful: isCareful) { isCareful, transaction in
      try Claim.run(terms, isCareful: isCareful, transaction)
    }
  }

  /// Runs a claim, and again with each item in a savepoint of its own when a rule refuses one, be it
  /// at the commit.
  func claiming<Result>(
    isCareful: Bool = false,
    _ body: (_ isCareful: Bool, borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    do {
      return try access.write { transaction in try body(isCareful, transaction) }
    } catch  where !isCareful && !error.isOfStorage && !(error is QueueError) {
      return try access.write { transaction in try body(true, transaction) }
    }
  }
}
