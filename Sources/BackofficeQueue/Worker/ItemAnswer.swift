/// The outcome of the work on one of several items.
public enum ItemAnswer: Sendable, Hashable {
  /// The item is completed.
  case completed(result: JSONText? = nil)
  /// The attempt failed.
  case failed(ItemFailure, retry: RetryPolicy = .automatically)
  /// The item is postponed, and the attempt is not charged.
  case snoozed(for: Duration)
  /// The item is returned to the queue, and the attempt is not charged.
  case handedBack

  var settlement: Settlement {
    switch self {
    case .completed(let result): .complete(result)
    case .failed(let failure, let retry): .fail(failure, retry)
    case .snoozed(let duration): .snooze(duration)
    case .handedBack: .release
    }
  }
}
