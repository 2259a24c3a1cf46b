/// The committed outcome of an attempt.
public enum JobOutcome: Sendable, Hashable {
  /// The item is completed.
  case completed
  /// The attempt failed; another one follows, at this time at the earliest.
  case retrying(at: Timestamp)
  /// The item failed permanently.
  case failed
  /// The item is cancelled.
  case cancelled
  /// The item was postponed.
  case snoozed
  /// The item was returned to the queue.
  case handedBack
  /// The item is parked.
  case parked
  /// The lease was lost, and the result of the handler was discarded.
  case leaseLost(QueueError)
  /// A rule of the store refused every end of the attempt; the item is rescued when its lease ends.
  case refused(reason: String)
}

/// How an attempt is to end.
package enum Settlement: Sendable {
  case complete(JSONText?)
  case fail(ItemFailure, RetryPolicy)
  case failPartly(ItemFailure, remaining: JSONText)
  case snooze(Duration)
  case release
  case park(@Sendable (QueueItem, borrowing WriteTransaction) throws -> Void)
  case cancelled(String?)

  /// The end that follows from what a handler threw.
  ///
  /// - Parameters:
  ///   - error: what it threw.
  ///   - stopReason: why it had been asked to stop, if it had.
  package init(
    thrown error: any Error, stopReason: JobContext.StopReason? = nil
  ) {
    switch error {
    case let failure as JobFailure: self.init(failure)
    case let request as JobRequest: self.init(request)
    // Another worker may have the handler.
    case WorkerError.noHandler: self = .release
    case is JobError:
      self = .fail(ItemFailure(code: JobError.undecodable, message: "\(error)"), .never)
    // The cause of a cancellation decides, not how the handler responds to it.
    case _ where stopReason == .cancelRequested: self = .cancelled("\(error)")
    case _ where stopReason == .shutdown: self = .release
    case let failure as ItemFailure: self = .fail(failure, .automatically)
    case is CancellationError:
      self = .fail(
        ItemFailure(code: "cancelled", message: "the handler stopped without a request"),
        .automatically)
    default: self = .fail(ItemFailure(message: "\(error)"), .automatically)
    }
  }

  private init(_ failure: JobFailure) {
    switch failure {
    case .retry(let delay, let reason):
      self = .fail(ItemFailure(message: reason), .after(delay))
    case .partly(let remaining, let reason):
      self = .failPartly(ItemFailure(message: reason), remaining: remaining)
    case .discard(let reason, let code):
      self = .fail(ItemFailure(code: code, message: reason), .never)
    }
  }

  private init(_ request: JobRequest) {
    switch request {
    case .snooze(let duration): self = .snooze(duration)
    case .handBack: self = .release
    case .park(let write): self = .park(write)
    case .cancelled(let reason): self = .cancelled(reason)
    }
  }

  /// Ends the attempt.
  ///
  /// - Throws: ``QueueError/leaseLost(item:reason:)``, and what the rules of the store throw.
  package func apply(
    to lease: Lease, _ transaction: borrowing WriteTransaction
  ) throws -> JobOutcome {
    switch self {
    case .complete(let result):
      try transaction.queue.complete(lease, result: result)
      return .completed
    case .fail(let failure, let retry):
      return JobOutcome(try transaction.queue.fail(lease, error: failure, retry: retry))
    case .failPartly(let failure, let remaining):
      return JobOutcome(
        try transaction.queue.fail(lease, error: failure, remaining: remaining))
    case .snooze(let duration):
      switch try transaction.queue.snooze(lease, for: duration) {
      case .returned: return .snoozed
      case .cancelled: return .cancelled
      }
    case .release:
      switch try transaction.queue.release(lease) {
      case .returned: return .handedBack
      case .cancelled: return .cancelled
      }
    case .park(let write):
      do {
        try transaction.savepoint { transaction in
          try write(try transaction.queue.park(lease), transaction)
        }
        return .parked
      } catch QueueError.cancelRequested {
        try transaction.queue.cancelled(lease)
        return .cancelled
      } catch QueueError.duplicate(lease.item, _) {
        try WorkQueue.supersede(try WorkQueue.attempt(of: lease, transaction), nil, transaction)
        return .cancelled
      }
    case .cancelled(let reason):
      try transaction.queue.cancelled(lease, reason: reason)
      return .cancelled
    }
  }

  /// Ends the attempt, and where a rule of the store refuses that, fails it with the refusal.
  ///
  /// - Parameter isCareful: whether rules at the commit run at once.
  /// - Throws: errors of the storage.
  package func applyOrFail(
    to lease: Lease, isCareful: Bool = false, _ transaction: borrowing WriteTransaction
  ) throws -> JobOutcome {
    func attempt(_ settlement: Settlement) throws -> JobOutcome {
      guard isCareful else { return try settlement.apply(to: lease, transaction) }
      return try transaction.isolated { try settlement.apply(to: lease, $0) }
    }
    do {
      return try attempt(self)
    } catch {
      if error.isOfStorage { throw error }
      if case .leaseLost = error as? QueueError, let error = error as? QueueError {
        return .leaseLost(error)
      }
      let failure = ItemFailure(code: Self.refused, message: "\(error)")
      do {
        return try attempt(.fail(failure, .automatically))
      } catch {
        if error.isOfStorage { throw error }
        if case .leaseLost = error as? QueueError, let error = error as? QueueError {
          return .leaseLost(error)
        }
        return .refused(reason: "\(error)")
      }
    }
  }

  /// The error code of an attempt whose end a rule of the store refused.
  static let refused = "refused"
}

extension JobOutcome {
  fileprivate init(_ outcome: FailureOutcome) {
    switch outcome {
    case .retrying(let moment): self = .retrying(at: moment)
    case .failed: self = .failed
    case .cancelled: self = .cancelled
    }
  }
}

extension Error {
  /// Whether the disk, the lock or the connection said no, not a rule.
  var isOfStorage: Bool {
    self is SQLiteError || self is StorageError || self is CancellationError
  }

  /// Whether the same call may succeed later.
  var isTransient: Bool {
    switch self {
    case let error as SQLiteError:
      let codes: [ResultCode] = [
        .busy, .locked, .full, .ioError, .outOfMemory, .interrupt, .cannotOpen, .readOnly,
      ]
      return codes.contains { $0 ~= error.code }
    case let error as StorageError:
      switch error {
      case .busy, .writerBusy, .readersExhausted: return true
      default: return false
      }
    default: return false
    }
  }

  /// Whether the store was closed.
  var isClosedStore: Bool {
    if case .closed = self as? StorageError { true } else { false }
  }
}
