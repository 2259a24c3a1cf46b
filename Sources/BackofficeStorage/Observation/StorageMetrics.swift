import Synchronization

/// The state of a database's connections and log at one moment.
public struct StorageMetrics: Sendable, Hashable {
  /// The size of the write-ahead log at the last commit, in bytes; 0 in memory.
  public let writeAheadLogBytes: Int64
  /// How many readers are open.
  public let openReaders: Int
  /// How many readers are lent out.
  public let busyReaders: Int
  /// The read that has lasted longest, if any.
  public let oldestRead: ReadInProgress?
  /// How many writers wait for their turn.
  public let waitingWriters: Int
}

extension Database {
  /// The state of connections and log now; takes no lock of the file.
  public var metrics: StorageMetrics {
    let readers = pool?.usage
    return StorageMetrics(
      writeAheadLogBytes: logBytes.load(ordering: .relaxed),
      openReaders: readers?.open ?? 0, busyReaders: readers?.lent ?? 0,
      oldestRead: readers?.oldest, waitingWriters: gate.waitingCount)
  }
}
