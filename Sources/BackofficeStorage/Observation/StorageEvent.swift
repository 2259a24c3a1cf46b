/// An operational event of the storage library.
///
/// Events are passed to ``Database/Configuration/onEvent`` on the thread that causes them.
/// Statements are reported with their parameters unexpanded.
public enum StorageEvent: Sendable, Hashable {
  /// A statement took at least ``Database/Configuration/slowStatement``.
  case slowStatement(sql: String, microseconds: Int64)
  /// A write transaction was open for at least ``Database/Configuration/longTransaction``.
  case longTransaction(principal: Principal, reason: String?, microseconds: Int64)
  /// A writer waited for the lock of another connection, and acquired it or gave up.
  case busyWait(microseconds: Int64, gaveUp: Bool)
  /// A checkpoint moved pages of the write-ahead log into the file.
  case checkpoint(logPages: Int, movedPages: Int, microseconds: Int64)
  /// The write-ahead log is over its limit, and readers prevent its truncation.
  case writeAheadLogOverLimit(bytes: Int64, limit: Int64, oldestRead: ReadInProgress?)
  /// A commit of one or more asynchronous writes.
  case groupCommit(writes: Int, failed: Int, microseconds: Int64)
}

/// A running read.
public struct ReadInProgress: Sendable, Hashable {
  /// The name that the caller gave to the read, or nil.
  public let name: String?
  /// The duration of the read so far, in microseconds.
  public let ageMicroseconds: Int64
}
