/// How the work on one item of several ended.
public enum ItemAnswer: Sendable, Hashable {
  /// It was done.
  case completed(result: JSONText? = nil)
  /// It failed.
  case failed(ItemFailure, retry: RetryPolicy = .automatically)
  /// Its moment has not come; the attempt is not charged.
  case snoozed(for: Duration)
  /// It was not begun; the attempt is not charged.
  case handedBack

  fileprivate var settlement: Settlement {
    switch self {
    case .completed(let result): .complete(result)
    case .failed(let failure, let retry): .fail(failure, retry)
    case .snoozed(let duration): .snooze(max(.zero, duration))
    case .handedBack: .release
    }
  }
}

extension WorkQueue {
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
