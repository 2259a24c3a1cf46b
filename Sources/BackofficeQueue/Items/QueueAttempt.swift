/// An attempt of an item: its worker, its times and its outcome.
///
/// The item itself records its last attempt. Failed, rescued and cancelled attempts are always
/// recorded in rows of their own; the others only if the policy of the item keeps all attempts
/// (``ItemPolicy/keepsAllAttempts``).
public struct QueueAttempt: Sendable, Hashable {
  /// The number of the claim, from 1.
  public let number: Int
  /// The name of the worker.
  public let worker: String
  /// When it started.
  public let claimedAt: Timestamp
  /// When it ended; nil while it runs.
  public let finishedAt: Timestamp?
  /// The outcome; nil while it runs.
  public let outcome: Outcome?
  /// Whether it counts against the maximum.
  public let isCharged: Bool
  /// The error code of the failure.
  public let errorCode: String?
  /// The error message of the failure.
  public let errorMessage: String?
  /// The result of an attempt that completed the item, or the partial result of a failed attempt
  /// (``ItemFailure/result``); nil if there is none.
  public let result: JSONText?

  /// The duration; nil while it runs.
  public var duration: Duration? { finishedAt.map { max(.zero, $0 - claimedAt) } }

  /// The outcome of an attempt.
  public enum Outcome: String, TextEnum {
    /// It completed the item.
    case completed
    /// It failed; another attempt may follow.
    case failed
    /// The worker postponed the item.
    case snoozed
    /// The worker returned the item to the queue.
    case released
    /// Its lease expired.
    case rescued
    /// The item was parked until an event outside the queue.
    case parked
    /// It was cancelled.
    case cancelled
    /// It ended with an outcome that this version does not know.
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
  ///
  /// - Throws: `ColumnError` when a column is missing or holds a value of another type.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      number: column("number"), worker: column("worker"),
      claimedAt: column("claimed_at"), finishedAt: column("finished_at"),
      outcome: column("outcome"), isCharged: column("is_charged"),
      errorCode: column("error_code"), errorMessage: column("error_message"),
      result: column("result"))
  }

  /// The attempt that the item itself records: the one that runs or completed it.
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
