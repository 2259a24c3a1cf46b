public import BackofficeStorage

/// What a handler throws to say what is to follow, instead of failing in the usual way.
///
/// Any other error fails the attempt: it is tried again after the item's delay while attempts are
/// left. An ``ItemFailure`` does so with a code of its own.
public enum JobFailure: Error, Sendable, Hashable {
  /// The attempt failed; another one follows after a time of the handler's choice, while attempts
  /// are left.
  case retry(after: Duration, reason: String = "the handler asked for another attempt")
  /// A part of the work was done: another attempt follows with what remains as its payload, while
  /// attempts are left.
  case partly(remaining: JSONText, reason: String)
  /// The item fails for good.
  case discard(reason: String, code: String? = nil)
  /// The moment has not come: the item is put off, and the attempt is not charged.
  case snooze(for: Duration)
  /// The item goes back to the queue at once, and the attempt is not charged.
  case handBack
  /// A person is needed: the item waits for this action, and the attempt is not charged.
  case park(NewAction)
  /// The handler stopped since it was asked to: the item is cancelled.
  case cancelled(reason: String? = nil)
}

extension JobFailure: CustomStringConvertible {
  /// One line.
  public var description: String {
    switch self {
    case .retry(_, let reason): reason
    case .partly(_, let reason): reason
    case .discard(let reason, _): reason
    case .snooze: "the handler put the item off"
    case .handBack: "the handler gave the item back"
    case .park(let action): "a person is needed: \(action.title)"
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
    case .invalid(let field, let reason): "\(field) is not valid: \(reason)"
    }
  }
}
