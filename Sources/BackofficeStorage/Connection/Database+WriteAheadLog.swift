import CBackofficeSQLite
import Synchronization

extension Database {
  /// How the write-ahead log is moved into the file; see <https://www.sqlite.org/wal.html>.
  public enum CheckpointMode: Sendable, Hashable {
    /// As far as readers let it, waiting for nobody.
    case passive
    /// All of it, and then the log is cut to nothing; waits for readers and other writers.
    case truncate
  }

  /// What a checkpoint achieved.
  public struct CheckpointResult: Sendable, Hashable {
    /// Whether a reader or another process kept it from finishing.
    public let isBusy: Bool
    /// How many pages the log has.
    public let logPages: Int
    /// How many of them are in the file.
    public let movedPages: Int
  }

  /// Moves the write-ahead log into the file.
  ///
  /// The store does this by itself after ``Configuration/checkpointPages`` pages.
  ///
  /// - Throws: ``StorageError/readOnlyStore``, ``StorageError/closed``, ``SQLiteError``.
  @discardableResult
  public func checkpoint(_ mode: CheckpointMode = .passive) throws -> CheckpointResult {
    try maintain { maintenance in
      try maintenance.connection.checkpoint(
        mode == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE)
    }
  }

  /// After a commit: moves the log when it is due, cuts it when it is large, and says when readers
  /// keep it from being cut.
  func tendWriteAheadLog(_ writer: Connection) -> [StorageEvent] {
    guard pool != nil else { return [] }
    let bytes = Int64(writer.logPages) * writer.pageSize
    logBytes.store(bytes, ordering: .relaxed)
    guard writer.logPages >= max(1, configuration.checkpointPages) else { return [] }
    var events: [StorageEvent] = []
    let start = backoffice_monotonic_microseconds()
    let isLarge = bytes >= configuration.writeAheadLogLimitBytes
    // PASSIVE waits for nobody. A log over its limit is worth one try to cut it, also without
    // waiting: a writer must not stand behind a reader (https://www.sqlite.org/c3ref/wal_checkpoint_v2.html).
    writer.busy.isPatient = false
    defer { writer.busy.isPatient = true }
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
      logBytes.store(0, ordering: .relaxed)
    } else if isLarge, bytes >= writer.nextLogAlarm {
      // Once at the limit, then at each doubling: an alarm a commit would be noise.
      writer.nextLogAlarm = max(bytes, 1) * 2
      events.append(
        .writeAheadLogOverLimit(
          bytes: bytes, limit: configuration.writeAheadLogLimitBytes,
          oldestRead: pool?.usage.oldest))
    }
    return events
  }
}

extension Connection {
  func checkpoint(_ mode: Int32) throws(SQLiteError) -> Database.CheckpointResult {
    var logPages: Int32 = 0
    var movedPages: Int32 = 0
    let code = unsafe sqlite3_wal_checkpoint_v2(handle, "main", mode, &logPages, &movedPages)
    guard code == SQLITE_OK || code & 0xff == SQLITE_BUSY else {
      throw failure(code, operation: .step)
    }
    return Database.CheckpointResult(
      isBusy: code != SQLITE_OK || movedPages < logPages, logPages: max(0, Int(logPages)),
      movedPages: max(0, Int(movedPages)))
  }

  /// Keeps the length of the log in ``logPages``; takes the place of SQLite's own checkpointing.
  func watchWriteAheadLog() {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe sqlite3_wal_hook(
      handle,
      { context, _, _, pages in
        guard let context = unsafe context else { return SQLITE_OK }
        unsafe Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().logPages =
          Int(pages)
        return SQLITE_OK
      }, context)
  }
}
