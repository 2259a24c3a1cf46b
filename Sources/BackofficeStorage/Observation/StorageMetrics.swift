import Synchronization

/// The state of a database's connections and write-ahead log.
public struct StorageMetrics: Sendable, Hashable {
  /// The size of the write-ahead log after the last commit, in bytes; 0 for a database in memory.
  public let writeAheadLogBytes: Int64
  /// The number of open reading connections.
  public let openReaders: Int
  /// The number of reading connections in use.
  public let busyReaders: Int
  /// The longest-running read, if any.
  public let oldestRead: ReadInProgress?
  /// The number of waiting writers.
  public let waitingWriters: Int
}

extension Database {
  /// The current state of the connections and the write-ahead log; takes no file lock.
  public var metrics: StorageMetrics {
    let readers = pool?.usage
    return StorageMetrics(
      writeAheadLogBytes: logSize.bytes.load(ordering: .relaxed),
      openReaders: readers?.open ?? 0, busyReaders: readers?.lent ?? 0,
      oldestRead: readers?.oldest, waitingWriters: gate.waitingCount)
  }
}
