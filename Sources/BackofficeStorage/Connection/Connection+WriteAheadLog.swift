import CBackofficeSQLite

extension Connection {
  /// Switches a file to WAL mode and sets its durability.
  ///
  /// If two processes create the same file, SQLite returns BUSY to one of them at once, without
  /// waiting for its busy timeout; hence the loop.
  func enterWriteAheadLogging(
    _ configuration: Database.Configuration, clock: StoreClock
  ) throws {
    let start = backoffice_monotonic_microseconds()
    var attempt = 0
    while true {
      do {
        if try pragmaText("journal_mode")?.lowercased() == "wal" { break }
        if try pragmaText("journal_mode = WAL")?.lowercased() == "wal" { break }
        throw StorageError.cannotOpen(path: path, reason: .writeAheadLogUnsupported)
      } catch let error as SQLiteError where ResultCode.busy ~= error.code {
        let waited = backoffice_monotonic_microseconds() - start
        guard waited < configuration.busyTimeout.microseconds else {
          throw StorageError.busy(
            waitedMicroseconds: waited, operation: "the switch to WAL",
            holder: LockHolder.current(of: path))
        }
        attempt += 1
        sqlite3_sleep(Int32(min(50, 1 + attempt * 2)))
      }
    }
    try pragma("synchronous = \(configuration.durability.rawValue)")
    pageSize = Int64(try pragmaText("page_size") ?? "") ?? 4096
    watchWriteAheadLog()
    try pragma("journal_size_limit = \(configuration.writeAheadLogLimitBytes)")
  }

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

  /// Records the length of the log in ``logPages``; replaces SQLite's automatic checkpoints.
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
