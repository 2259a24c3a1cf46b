import CBackofficeSQLite

extension Connection {
  /// Switches a file to WAL and sets what a commit survives.
  ///
  /// Two processes that make the same file at once both want the switch, and SQLite answers one of
  /// them BUSY at once, without its busy timeout; hence the loop.
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
}
