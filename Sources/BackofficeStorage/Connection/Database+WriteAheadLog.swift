import CBackofficeSQLite
import Synchronization

extension Database {
  /// The mode of a checkpoint; see <https://www.sqlite.org/wal.html>.
  public enum CheckpointMode: Sendable, Hashable {
    /// Moves as many pages as possible without waiting for readers or writers.
    case passive
    /// Waits for readers and writers, moves all pages, and truncates the log to zero bytes.
    case truncate
  }

  /// The result of a checkpoint.
  public struct CheckpointResult: Sendable, Hashable {
    /// Whether a reader or another process kept the checkpoint from finishing.
    public let isBusy: Bool
    /// The number of pages in the log.
    public let logPages: Int
    /// The number of those pages that were moved into the file.
    public let movedPages: Int
  }

  /// Moves the write-ahead log into the database file.
  ///
  /// The store does this automatically after ``Configuration/checkpointPages`` pages.
  ///
  /// - Parameter mode: the checkpoint mode; passive by default.
  ///
  /// - Throws: ``StorageError/readOnlyStore``, ``StorageError/closed``, ``SQLiteError``.
  @discardableResult
  public func checkpoint(_ mode: CheckpointMode = .passive) throws -> CheckpointResult {
    try maintain { maintenance in
      try maintenance.connection.checkpoint(
        mode == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE)
    }
  }

  /// Runs a checkpoint after a commit if one is due, truncates a large log, and reports readers
  /// that prevent the truncation.
  func checkpointIfDue(_ writer: Connection) -> [StorageEvent] {
    guard pool != nil else { return [] }
    let bytes = Int64(writer.logPages) * writer.pageSize
    logSize.bytes.store(bytes, ordering: .relaxed)
    guard writer.logPages >= max(1, configuration.checkpointPages) else { return [] }
    var events: [StorageEvent] = []
    let start = backoffice_monotonic_microseconds()
    let isLarge = bytes >= configuration.writeAheadLogLimitBytes
    // PASSIVE never waits. If the log is over its limit, one attempt is made to truncate it, also
    // without waiting: a writer must not block on a reader
    // (https://www.sqlite.org/c3ref/wal_checkpoint_v2.html).
    writer.busy.isWaitingAllowed = false
    defer { writer.busy.isWaitingAllowed = true }
    let mode = isLarge ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
    let result = try? writer.checkpoint(mode)
    if let result, configuration.onEvent != nil {
      events.append(
        .checkpoint(
          logPages: result.logPages, movedPages: result.movedPages,
          microseconds: backoffice_monotonic_microseconds() - start))
    }
    if let result, !result.isBusy, isLarge {
      writer.nextLogAlarm = configuration.writeAheadLogLimitBytes
      logSize.bytes.store(0, ordering: .relaxed)
    } else if isLarge, bytes >= writer.nextLogAlarm {
      // Reported at the limit and then each time the size doubles, instead of at each commit.
      writer.nextLogAlarm = max(bytes, 1) * 2
      events.append(
        .writeAheadLogOverLimit(
          bytes: bytes, limit: configuration.writeAheadLogLimitBytes,
          oldestRead: pool?.usage.oldest))
    }
    return events
  }
}
