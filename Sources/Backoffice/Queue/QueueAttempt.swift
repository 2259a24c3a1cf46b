public import BackofficeStorage

/// One attempt of an item: who tried it, when, and what came of it.
public struct QueueAttempt: TableRow, Hashable {
  /// The table's name.
  public static let tableName = "queue_attempts"
  /// The columns in the order of the decoder.
  public static let columns = [
    "number", "worker", "processing_node", "claimed_at", "finished_at", "outcome", "is_charged",
    "error_code", "error_message", "result",
  ]

  /// Counts the claims of the item from 1.
  public let number: Int
  /// Who tried it.
  public let worker: String
  /// The machine of that worker.
  public let processingNode: String?
  /// When it began.
  public let claimedAt: Timestamp
  /// When it ended; nil while it runs.
  public let finishedAt: Timestamp?
  /// What came of it; nil while it runs.
  public let outcome: Outcome?
  /// Whether it counts against the maximum.
  public let isCharged: Bool
  /// A short word for the failure.
  public let errorCode: String?
  /// The failure in words.
  public let errorMessage: String?
  /// What it handed in: the result of an attempt that did the work, or what one that failed had
  /// found out all the same (``ItemFailure/result``); nil for nothing.
  public let result: JSONText?

  /// How long it took; nil while it runs.
  public var duration: Duration? {
    finishedAt.map { max(.zero, $0 - claimedAt) }
  }

  /// What came of an attempt.
  public enum Outcome: String, TextEnum {
    /// It did the work.
    case completed
    /// It failed; another may follow.
    case failed
    /// The worker put the item off.
    case snoozed
    /// The worker handed the item back.
    case released
    /// Its lease ran out.
    case rescued
    /// It stopped until a person has done something.
    case waiting
    /// It was called off.
    case cancelled
    /// It ended in a way that the queue does not know.
    case lost
  }

  /// Decodes a row of ``columns``.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    number = try column.next()
    worker = try column.next()
    processingNode = try column.next()
    claimedAt = try column.next()
    finishedAt = try column.next()
    outcome = try column.next()
    isCharged = try column.next()
    errorCode = try column.next()
    errorMessage = try column.next()
    result = try column.next()
  }
}
