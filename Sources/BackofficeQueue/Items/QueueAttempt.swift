/// One attempt of an item: who tried it, when, and how it ended.
///
/// The item itself is the record of its last attempt. Attempts have rows of their own when they failed,
/// were rescued or were called off, and all of them have where the policy of the item keeps them
/// (``ItemPolicy/keepsAllAttempts``).
public struct QueueAttempt: Sendable, Hashable {
  /// Counts the claims of the item from 1.
  public let number: Int
  /// Who tried it.
  public let worker: String
  /// When it began.
  public let claimedAt: Timestamp
  /// When it ended; nil while it runs.
  public let finishedAt: Timestamp?
  /// How it ended; nil while it runs.
  public let outcome: Outcome?
  /// Whether it counts against the maximum.
  public let isCharged: Bool
  /// A short word for the failure.
  public let errorCode: String?
  /// The failure in words.
  public let errorMessage: String?
  /// What it handed in: the result of an attempt that completed the item, or what a failed one had
  /// found out (``ItemFailure/result``); nil for nothing.
  public let result: JSONText?

  /// How long it took; nil while it runs.
  public var duration: Duration? { finishedAt.map { max(.zero, $0 - claimedAt) } }

  /// How an attempt ended.
  public enum Outcome: String, TextEnum {
    /// It completed the item.
    case completed
    /// It failed; another may follow.
    case failed
    /// The worker put the item off.
    case snoozed
    /// The worker handed the item back.
    case released
    /// Its lease expired.
    case rescued
    /// It ended until something outside the queue has happened.
    case parked
    /// It was called off.
    case cancelled
    /// It ended in a way that the queue does not know.
    case lost

    /// Whether the attempt has a row under every policy.
    var isKept: Bool {
      switch self {
      case .failed, .rescued, .parked, .cancelled, .lost: true
      case .completed, .snoozed, .released: false
      }
    }
  }
}

extension QueueAttempt: TableRow {
  /// The table's name.
  public static let tableName = "queue_attempts"

  /// Reads the columns.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      number: column("number"), worker: column("worker"),
      claimedAt: column("claimed_at"), finishedAt: column("finished_at"),
      outcome: column("outcome"), isCharged: column("is_charged"),
      errorCode: column("error_code"), errorMessage: column("error_message"),
      result: column("result"))
  }

  /// The attempt that an item is the record of: the one that runs, or that completed it.
  init?(recordedIn item: QueueItem) {
    guard item.status == .running || item.status == .completed, item.attempts.claims > 0,
      let worker = item.run.worker, let claimedAt = item.run.claimedAt
    else { return nil }
    let isOver = item.status == .completed
    self.init(
      number: item.attempts.claims, worker: worker, claimedAt: claimedAt,
      finishedAt: isOver ? item.times.finishedAt : nil, outcome: isOver ? .completed : nil,
      isCharged: true, errorCode: nil, errorMessage: nil, result: item.result)
  }
}
