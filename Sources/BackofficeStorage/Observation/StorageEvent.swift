/// Something that happened in the storage floor and that operators want to see.
///
/// Delivered to ``Database/Configuration/onEvent`` on the thread where it happened, after the
/// connection is free where that matters. Statements come with placeholders, never with values.
public enum StorageEvent: Sendable, Hashable {
  /// A statement took at least ``Database/Configuration/slowStatement``.
  case slowStatement(sql: String, microseconds: Int64)
  /// A write transaction was open for at least ``Database/Configuration/longTransaction``.
  case longTransaction(principal: Principal, reason: String?, microseconds: Int64)
  /// A writer waited for another connection, and got the lock or gave up.
  case busyWait(microseconds: Int64, gaveUp: Bool)
  /// The write-ahead log was moved into the file, as far as readers let it.
  case checkpoint(logPages: Int, movedPages: Int, microseconds: Int64)
  /// The write-ahead log is over its limit, and readers keep it from being cut.
  case writeAheadLogOverLimit(bytes: Int64, limit: Int64, oldestRead: ReadInProgress?)
  /// Asynchronous writes shared a commit.
  case groupCommit(writes: Int, failed: Int, microseconds: Int64)
}

/// A read that has not ended.
public struct ReadInProgress: Sendable, Hashable {
  /// What the caller called it, or nil.
  public let name: String?
  /// How long it has lasted, in microseconds.
  public let ageMicroseconds: Int64
}
