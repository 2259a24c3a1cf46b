extension WorkQueue {
  /// The longest lease: a year.
  public static let longestLease: Duration = .days(365)

  /// Hands due items to a worker, each under a lease.
  ///
  /// By priority, then due time, then age, over all the queues named. An item that has waited long
  /// counts a priority higher (``QueueSettings/aging``), and in a fair queue accounts take turns.
  /// Items of paused queues, and of batches, kinds and limit keys that are paused or full, stay
  /// where they are, as do items whose deadline has passed; nothing behind them waits for them.
  /// Each claim charges an attempt.
  ///
  /// - Parameters:
  ///   - limit: the most items to hand out; 1 by default, 1,000 at most.
  ///   - queues: where to look.
  ///   - kinds: the kinds of work that the worker knows; nil for all. In a fair queue the first
  ///     item of an account stands for all of its kinds: give kinds queues of their own there.
  ///   - worker: who works; 1 to 256 bytes of UTF-8.
  ///   - lease: how long the worker has until it must extend the lease; a year at most.
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  /// - Complexity: O(log n) for each kind and priority of which items wait in a queue, and O(log n) per
  ///   item. Neither items that are not due nor those that are held cost anything; a due item whose gate
  ///   is full is stepped over once, and then held until there is a place.
  public func claim(
    _ limit: Int = 1, from queues: [String] = ["default"], kinds: [String]? = nil,
    worker: String, lease: Duration = .seconds(30)
  ) throws -> [ClaimedItem] {
    let terms = try ClaimTerms(
      limit: limit, queues: queues, kinds: kinds, worker: worker, lease: lease)
    guard terms.limit > 0 else { return [] }
    return try access.write { transaction in try Claim.run(terms, transaction) }
  }
}
