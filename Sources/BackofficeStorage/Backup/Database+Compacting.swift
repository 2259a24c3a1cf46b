import CBackofficeSQLite

extension Database {
  /// Rewrites the file without its free pages, so that it becomes smaller after a purge.
  ///
  /// Writes wait until it ends, those of other processes for their busy timeout; reads go on. While
  /// it runs, the disk needs space for two more copies of the data. A database in memory is left as it
  /// is.
  ///
  /// - Parameter progress: called with the pages that are written back; it throws to stop, which leaves
  ///   the file as it was.
  /// - Throws: `SQLiteError` when the disk is full or another connection is writing, the error of
  ///   `progress`, and `CancellationError` when the task is cancelled.
  /// - Complexity: reads and writes the whole file.
  public func compact(progress: (CopyProgress) throws -> Void = { _ in }) throws {
    guard case .file(let path) = location else { return }
    let connection = try Connection.maintenance(
      path, flags: SQLITE_OPEN_READWRITE, configuration: configuration)
    defer { connection.disconnect() }
    try withoutActuallyEscaping(progress) { progress in
      // The pages come back through the write-ahead log.
      let monitor = try CopyMonitor(connection, to: path + "-wal", progress)
      try monitor.watching(connection) { try connection.run(sql: "VACUUM") }
      try monitor.finish()
    }
    try connection.run(sql: "PRAGMA wal_checkpoint(TRUNCATE)") { _ in true }
  }
}
