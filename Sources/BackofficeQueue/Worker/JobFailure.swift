/// How a handler fails, when it wants to say what follows.
///
/// Any other error fails the attempt: it is tried again after the item's delay while attempts are left.
/// An ``ItemFailure`` does so with a code of its own. What is no failure is a ``JobRequest``.
public enum JobFailure: Error, Sendable, Hashable {
  /// The attempt failed; another one follows after a time of the handler's choice, while attempts
  /// are left.
  case retry(after: Duration, reason: String = "the handler asked for another attempt")
  /// A part of the work was done: another attempt follows with what remains as its payload, while
  /// attempts are left.
  case partly(remaining: JSONText, reason: String)
  /// The item fails for good.
  case discard(reason: String, code: String? = nil)
}

extension JobFailure: CustomStringConvertible {
  /// The reason.
  public var description: String {
    switch self {
    case .retry(_, let reason), .partly(_, let reason), .discard(let reason, _): reason
    }
  }
}

/// What a handler throws to ask for another end of its attempt than success or failure.
///
/// The attempt is not charged.
public enum JobRequest: Error, Sendable {
  /// The moment has not come: the item is put off.
  case snooze(for: Duration)
  /// The item goes back to the queue at once.
  case handBack
  /// The item is parked until something outside the queue has happened; the closure writes what it
  /// waits for in the same transaction. ``WorkQueue/unpark(_:dueAt:)`` goes on with it.
  case park(@Sendable (QueueItem, borrowing WriteTransaction) throws -> Void)
  /// The handler stopped because it was asked to: the item is cancelled.
  case cancelled(reason: String? = nil)
}

extension JobRequest: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .snooze(let duration): "the handler put the item off for \(duration)"
    case .handBack: "the handler handed the item back"
    case .park: "the handler parked the item"
    case .cancelled(let reason): reason ?? "the handler stopped"
    }
  }
}

/// What a worker itself refuses.
public enum WorkerError: Error, Sendable, Hashable {
  /// A worker runs once; make another one.
  case alreadyRan(worker: String)
  /// A setting makes no sense.
  case invalid(field: String, reason: String)
}

extension WorkerError: CustomStringConvertible {
  /// One line: what failed, and what to do.
  public var description: String {
    switch self {
    case .alreadyRan(let worker):
      "the worker \(worker) ran already; make another one to run again"
    case .invalid(let field, let reason): "\(field) \(reason)"
    }
  }
}
