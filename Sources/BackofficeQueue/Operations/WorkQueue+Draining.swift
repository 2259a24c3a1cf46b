/// How far a draining queue has come.
public enum DrainState: Sendable, Hashable {
  /// It is not draining.
  case open
  /// So many of its items have not finished yet.
  case draining(since: Timestamp, unfinished: Int)
  /// All its items have finished.
  case drained(since: Timestamp)
}

extension WorkQueue {
  private static let startDraining = SQLStatement(
    """
    INSERT INTO queue_controls (queue, draining_since, updated_at) VALUES (?1, ?2, ?2)
    ON CONFLICT (queue) DO UPDATE SET draining_since = ifnull(draining_since, ?2), updated_at = ?2
    """)

  private static let stopDraining = SQLStatement(
    "UPDATE queue_controls SET draining_since = NULL, updated_at = ?2 WHERE queue = ?1")

  /// Drains a queue: its items are handed out, and new ones are refused.
  ///
  /// The switch is in the file and holds for all processes. Retries and callbacks of batches still come
  /// in, since they belong to work that was accepted; items that are moved there from other queues are
  /// new. Schedules wait with their runs until the queue is opened again, and then do as their policy
  /// for missed runs says. A queue that is draining already stays so.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  public func drain(queue: String) throws {
    try QueueError.requireName(queue, "queue")
    try access.write { transaction in
      try transaction.execute(Self.startDraining, queue.keyForm, transaction.now)
    }
  }

  /// Lets a draining queue accept new items again; no error when it did.
  public func open(queue: String) throws {
    try access.write { transaction in
      try transaction.execute(Self.stopDraining, queue.keyForm, transaction.now)
    }
  }

  /// How far a draining queue has come.
  ///
  /// - Complexity: as ``depth(_:)``.
  public func drainState(of queue: String) throws -> DrainState {
    let found = try statistics(queue: queue, window: .zero)
    guard let since = found.drainingSince else { return .open }
    return found.unfinished == 0
      ? .drained(since: since) : .draining(since: since, unfinished: found.unfinished)
  }
}
