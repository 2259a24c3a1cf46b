/// The exclusive right of a worker to an attempt of an item, for a limited time.
///
/// Every acknowledgement needs the lease, so that a worker that lost its lease cannot end the
/// attempt of another worker. A copy of the value, or one that a program stored before a restart,
/// is the same lease.
public struct Lease: Sendable, Hashable, Codable {
  /// The item.
  public let item: ID<QueueItem>
  /// The token of the attempt; each claim creates a new one.
  public let token: ID<Lease>

  /// Creates a lease from its parts.
  public init(item: ID<QueueItem>, token: ID<Lease>) {
    self.item = item
    self.token = token
  }
}

/// An item handed to a worker, with the lease for its acknowledgement.
public struct ClaimedItem: Sendable, Hashable {
  /// The running item.
  public let item: QueueItem
  /// The lease.
  public let lease: Lease
}

/// The state of a lease that a heartbeat returns to the worker.
public struct LeaseState: Sendable, Hashable {
  /// When the lease ends unless the worker extends it; never beyond the attempt's run limit.
  public let expiresAt: Timestamp
  /// Whether the attempt was asked to stop; its worker then calls ``WorkQueue/cancelled(_:reason:)``.
  public let isCancelRequested: Bool
  /// The deadline of the item.
  public let deadlineAt: Timestamp?
}

/// Why an attempt failed.
public struct ItemFailure: Error, Sendable, Hashable {
  /// An error code for programs, such as `timeout`; cut to 256 bytes when it is stored.
  public var code: String?
  /// The error message; cut to 8 KiB of UTF-8 when it is stored.
  public var message: String
  /// The partial result of the attempt, recorded as ``QueueAttempt/result``.
  ///
  /// It is omitted if it is larger than ``WorkQueue/largestDocument``, and stored without sealing.
  public var result: JSONText?

  /// Describes a failure.
  public init(code: String? = nil, message: String, result: JSONText? = nil) {
    self.code = code
    self.message = message
    self.result = result
  }

  /// The code and the message as they are stored.
  var stored: (code: String?, message: String) {
    (
      code?.prefix(bytes: QueueError.longestName),
      message.prefix(bytes: QueueError.longestMessage)
    )
  }
}

/// What follows a failed attempt.
public enum RetryPolicy: Sendable, Hashable {
  /// Another attempt after the delay of the item's policy, while attempts are left.
  case automatically
  /// Another attempt after the given time, while attempts are left.
  case after(Duration)
  /// No further attempt: the failure is permanent.
  case never

  func validate() throws(QueueError) {
    if case .after(let delay) = self { try QueueError.requireWait(delay, "retry") }
  }
}

/// The outcome of a failed attempt.
public enum FailureOutcome: Sendable, Hashable {
  /// The item is retried, at this time at the earliest.
  case retrying(at: Timestamp)
  /// The item failed permanently.
  case failed
  /// Cancellation had been requested, so the item is cancelled.
  case cancelled
}

/// The outcome of handing an item back.
public enum HandBackOutcome: Sendable, Hashable {
  /// The item waits for a worker again.
  case returned
  /// Cancellation had been requested, so the item is cancelled.
  case cancelled
}

/// The outcome of a request to cancel an item.
public enum CancelOutcome: Sendable, Hashable {
  /// The item is cancelled.
  case cancelled
  /// The item runs; its worker receives the request with the next heartbeat.
  case requested
}
