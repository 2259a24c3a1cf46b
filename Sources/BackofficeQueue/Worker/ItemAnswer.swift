/// How the work on one item of several ended.
public enum ItemAnswer: Sendable, Hashable {
  /// It was done.
  case completed(result: JSONText? = nil)
  /// It failed.
  case failed(ItemFailure, retry: RetryPolicy = .automatically)
  /// Its moment has not come; the attempt is not charged.
  case snoozed(for: Duration)
  /// It was not begun; the attempt is not charged.
  case handedBack

  var settlement: Settlement {
    switch self {
    case .completed(let result): .complete(result)
    case .failed(let failure, let retry): .fail(failure, retry)
    case .snoozed(let duration): .snooze(max(.zero, duration))
    case .handedBack: .release
    }
  }
}
