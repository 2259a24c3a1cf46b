/// An error by which a handler fails its attempt and controls what follows.
///
/// Any other error fails the attempt, and the item is retried after its delay while attempts are
/// left; an ``ItemFailure`` also sets the error code. To end an attempt without a failure, throw a
/// ``JobRequest``.
public enum JobFailure: Error, Sendable, Hashable {
  /// The attempt failed; another one follows after the given time, while attempts are left.
  case retry(after: Duration, reason: String = "the handler asked for another attempt")
  /// Part of the work was done; another attempt follows with the given payload, while attempts are
  /// left.
  case partly(remaining: JSONText, reason: String)
  /// The item fails permanently.
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

/// A request that a handler throws to end its attempt with neither success nor failure.
///
/// The attempt is not charged.
public enum JobRequest: Error, Sendable {
  /// Postpones the item.
  case snooze(for: Duration)
  /// Returns the item to the queue immediately.
  case handBack
  /// Parks the item until an event outside the queue; the closure records in the same transaction
  /// what it waits for. ``WorkQueue/unpark(_:dueAt:)`` returns it to the queue.
  case park(@Sendable (QueueItem, borrowing WriteTransaction) throws -> Void)
  /// The handler stopped after a cancellation request, and the item is cancelled.
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

/// The errors of a worker.
public enum WorkerError: Error, Sendable, Hashable {
  /// The worker has already run; create another one.
  case alreadyRan(worker: String)
  /// A setting is not valid.
  case invalid(field: String, reason: String)
  /// No handler is registered for the kind of the item.
  case noHandler(kind: String, known: [String])
}

extension WorkerError: CustomStringConvertible {
  /// One line: what failed, and what to do.
  public var description: String {
    switch self {
    case .alreadyRan(let worker):
      "the worker \(worker) has already run; create a new worker to run again"
    case .invalid(let field, let reason): "\(field) \(reason)"
    case .noHandler(let kind, let known):
      "no handler is registered for the kind \(kind); there are handlers for "
        + (known.isEmpty ? "no kind" : known.joined(separator: ", "))
    }
  }
}
