/// Whether a queue is draining, and how many items are unfinished.
public enum DrainState: Sendable, Hashable {
  /// It is not draining.
  case open
  /// The queue still has this number of unfinished items.
  case draining(since: Timestamp, unfinished: Int)
  /// All its items have finished.
  case drained(since: Timestamp)
}

extension Queues {
  private static let startDraining = SQLStatement(
    """
    INSERT INTO queue_controls (queue, draining_since, updated_at) VALUES (?1, ?2, ?2)
    ON CONFLICT (queue) DO UPDATE SET draining_since = ifnull(draining_since, ?2), updated_at = ?2
    """)

  private static let stopDraining = SQLStatement(
    "UPDATE queue_controls SET draining_since = NULL, updated_at = ?2 WHERE queue = ?1")

  /// Drains a queue: its items are handed out, and new items are refused.
  ///
  /// The state is stored in the file and applies to all processes. Retries and callbacks of batches
  /// are still accepted, because they belong to accepted work; items moved from other queues are
  /// refused. Schedules postpone their runs until the queue is opened again, and then follow their
  /// policy for missed runs. Draining a draining queue changes nothing.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``, ``QueueError/unknownQueue(_:known:)``.
  public func drain(_ queue: String) throws {
    try access.write { transaction in
      try transaction.requireQueue(queue)
      try transaction.execute(Self.startDraining, queue.keyForm, transaction.now)
    }
  }

  /// Opens a draining queue for new items; does nothing if it is not draining.
  ///
  /// - Throws: ``QueueError/unknownQueue(_:known:)``.
  public func open(_ queue: String) throws {
    try access.write { transaction in
      try transaction.requireQueue(queue)
      try transaction.execute(Self.stopDraining, queue.keyForm, transaction.now)
    }
  }

  /// Whether a queue is draining, and how many items are unfinished.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: as ``depth(_:)``.
  public func drainState(of queue: String) throws -> DrainState {
    let found = try statistics(queue, window: .zero)
    guard let since = found.drainingSince else { return .open }
    return found.unfinished == 0
      ? .drained(since: since) : .draining(since: since, unfinished: found.unfinished)
  }

  private static let pauseQueue = SQLStatement(
    """
    INSERT INTO queue_controls (queue, is_paused, paused_at, reason, updated_at)
    VALUES (?1, 1, ?2, ?3, ?2)
    ON CONFLICT (queue) DO UPDATE SET is_paused = 1, paused_at = ifnull(paused_at, ?2),
      reason = ifnull(?3, reason), updated_at = ?2
    """)

  private static let resumeQueue = SQLStatement(
    """
    UPDATE queue_controls SET is_paused = 0, paused_at = NULL, reason = NULL, updated_at = ?2
    WHERE queue = ?1
    """)

  private static let pausedNames = SQLStatement(
    "SELECT queue FROM queue_controls WHERE is_paused = 1 ORDER BY queue")

  /// Stops handing out items of a queue; running items are not affected.
  ///
  /// The state is stored in the file and survives a restart. A queue exists from its first item,
  /// schedule or settings on; `default` always does.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)`` for a name of no or too many bytes,
  ///   ``QueueError/unknownQueue(_:known:)``.
  public func pause(_ queue: String, reason: String? = nil) throws {
    try access.write { transaction in
      try transaction.requireQueue(queue)
      try transaction.execute(
        Self.pauseQueue, queue.keyForm, transaction.now,
        reason?.prefix(bytes: QueueError.longestMessage))
    }
  }

  /// Hands out items of a queue again; does nothing if it is not paused.
  ///
  /// - Throws: ``QueueError/unknownQueue(_:known:)``.
  public func resume(_ queue: String) throws {
    try access.write { transaction in
      try transaction.requireQueue(queue)
      try transaction.execute(Self.resumeQueue, queue.keyForm, transaction.now)
    }
  }

  /// The names of the queues that are paused.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  public func paused() throws -> [String] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.pausedNames) { row in try row.value(at: 0) }
    }
  }
}

extension WriteTransaction {
  /// Requires a queue that exists, so that a misspelled name does not pass in silence.
  fileprivate func requireQueue(_ name: String) throws {
    try QueueError.requireName(name, "queue")
    let queue = name.keyForm
    if queue == "default" { return }
    let names = try queues.names()
    if names.contains(queue) { return }
    let known = ["default"] + names.filter { $0 != "default" }
    throw QueueError.unknownQueue(name, known: Array(known.prefix(20)))
  }
}
