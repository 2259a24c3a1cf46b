/// The results of a drain.
public struct DrainReport: Sendable, Hashable {
  /// How many attempts completed their item.
  public var completed = 0
  /// How many attempts failed and will be retried.
  public var retrying = 0
  /// How many items failed permanently.
  public var failed = 0
  /// How many items were cancelled, because cancellation was requested.
  public var cancelled = 0

  /// How many items were postponed, returned or parked; none is charged.
  public var putOff = 0
  /// How many ends of attempts were too late, or were refused by a rule.
  public var refused = 0

  /// A report to compare with.
  public init(
    completed: Int = 0, retrying: Int = 0, failed: Int = 0, cancelled: Int = 0, putOff: Int = 0,
    refused: Int = 0
  ) {
    self.completed = completed
    self.retrying = retrying
    self.failed = failed
    self.cancelled = cancelled
    self.putOff = putOff
    self.refused = refused
  }

  /// All attempts.
  public var attempts: Int { completed + retrying + failed + cancelled + putOff + refused }

  /// Adds the attempts of another drain.
  public static func += (report: inout DrainReport, other: DrainReport) {
    report.completed += other.completed
    report.retrying += other.retrying
    report.failed += other.failed
    report.cancelled += other.cancelled
    report.putOff += other.putOff
    report.refused += other.refused
  }

  mutating func count(_ outcome: JobOutcome) {
    switch outcome {
    case .completed: completed += 1
    case .retrying: retrying += 1
    case .failed: failed += 1
    case .cancelled: cancelled += 1
    case .snoozed, .handedBack, .parked: putOff += 1
    case .leaseLost, .refused: refused += 1
    }
  }
}

extension TestStore {
  /// Runs due items one at a time, as a worker would, until none is due.
  ///
  /// An error of `handler` fails the attempt: an `ItemFailure` with its code and message, any other
  /// error with its description.
  ///
  /// - Parameters:
  ///   - queues: the queues to claim from.
  ///   - limit: the maximum number of attempts, a guard against items that enqueue others
  ///     endlessly.
  ///   - travelling: whether to advance the clock to the next due item, so that retries and
  ///     scheduled items run too.
  ///   - handler: handles an item and returns its result; nil for none.
  /// - Returns: the attempts by outcome.
  /// - Throws: the errors of the queue.
  @discardableResult
  public func drain(
    _ queues: [String] = ["default"], limit: Int = 1000, travelling: Bool = false,
    handler: (QueueItem) throws -> JSONText? = { _ in nil }
  ) throws -> DrainReport {
    var report = DrainReport()
    while report.attempts < limit {
      guard let claimed = try store.queue.claim(1, from: queues, worker: "drain").first else {
        guard travelling, let due = try nextDue(queues), due > clock.now else { break }
        clock.set(to: due)
        continue
      }
      let result: JSONText?
      do {
        result = try handler(claimed.item)
      } catch {
        let failure = (error as? ItemFailure) ?? ItemFailure(message: "\(error)")
        switch try store.queue.fail(claimed.lease, error: failure) {
        case .retrying: report.retrying += 1
        case .failed: report.failed += 1
        case .cancelled: report.cancelled += 1
        }
        continue
      }
      try store.queue.complete(claimed.lease, result: result)
      report.completed += 1
    }
    return report
  }

  func nextDue(_ queues: [String]) throws -> Timestamp? {
    try store.read { transaction in
      var next: Timestamp?
      for queue in queues {
        let due = try transaction.fetchOne(
          sql: """
            SELECT min(due_at) FROM queue_items
            WHERE queue = ? AND status IN ('pending', 'retrying')
            """, queue.keyForm
        ) { row in try row.value(at: 0, as: Timestamp?.self) }
        if let due = due ?? nil { next = next.map { min($0, due) } ?? due }
      }
      return next
    }
  }
}
