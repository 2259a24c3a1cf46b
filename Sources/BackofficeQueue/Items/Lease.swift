/// The right of one worker to one attempt of one item, for a time.
///
/// Every acknowledgement names it: a worker whose lease was lost cannot finish the attempt of
/// another. A value that is copied, or stored by a program across a restart, means the same lease.
public struct Lease: Sendable, Hashable, Codable {
  /// The item.
  public let item: ID<QueueItem>
  /// The attempt; another one for each claim.
  public let token: ID<Lease>

  /// Puts a lease together from its parts.
  public init(item: ID<QueueItem>, token: ID<Lease>) {
    self.item = item
    self.token = token
  }
}

/// An item handed to a worker, with the lease to acknowledge it by.
public struct ClaimedItem: Sendable, Hashable {
  /// The item as it is now, running.
  public let item: QueueItem
  /// The lease.
  public let lease: Lease
}

/// What the store tells a worker that is still at it.
public struct LeaseState: Sendable, Hashable {
  /// When the lease ends unless the worker extends it; never beyond the attempt's run limit.
  public let expiresAt: Timestamp
  /// Whether the attempt was asked to stop; its worker then calls ``WorkQueue/cancelled(_:reason:)``.
  public let isCancelRequested: Bool
  /// When the whole item is given up.
  public let deadlineAt: Timestamp?
}

/// Why an attempt failed.
public struct ItemFailure: Error, Sendable, Hashable {
  /// A short word that programs compare, such as `timeout`; cut to 256 bytes when it is stored.
  public var code: String?
  /// The failure in words; cut to 8 KiB of UTF-8 when it is stored.
  public var message: String
  /// What the attempt had found out all the same, kept with it as ``QueueAttempt/result``.
  ///
  /// Left out when it is longer than ``WorkQueue/largestDocument``. Stored as it is, not sealed.
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

/// What is to follow a failed attempt.
public enum RetryPolicy: Sendable, Hashable {
  /// Another attempt after the item's delay, doubled for each retry, while attempts are left.
  case automatically
  /// Another attempt after a time of the worker's choice, while attempts are left.
  case after(Duration)
  /// None: the failure is permanent.
  case never
}

/// The answer to a failed attempt.
public enum FailureOutcome: Sendable, Hashable {
  /// It is tried again from this time on.
  case retrying(at: Timestamp)
  /// It failed for good.
  case failed
  /// It had been asked to stop, so it is cancelled.
  case cancelled
}

/// The answer to an item that was handed back.
public enum HandBackOutcome: Sendable, Hashable {
  /// It waits for a worker again.
  case returned
  /// It had been asked to stop, so it is cancelled.
  case cancelled
}

/// The answer to a request to cancel an item.
public enum CancelOutcome: Sendable, Hashable {
  /// It is cancelled.
  case cancelled
  /// It runs; its worker learns of the request with the next heartbeat.
  case requested
}
