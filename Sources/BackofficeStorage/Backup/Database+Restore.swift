import CBackofficeSQLite

extension Database {
  /// How far a copy has come, in pages.
  public struct CopyProgress: Sendable, Hashable {
    /// The pages that are copied.
    public let copiedPages: Int
    /// All pages.
    public let totalPages: Int
  }

  /// Puts a backup in the place of a store that no program has open.
  ///
  /// The backup is verified first, copied beside the target, verified again, and only then takes
  /// its name; a crash half-way leaves the target as it was.
  ///
  /// - Parameters:
  ///   - backup: the file to restore.
  ///   - path: the store's file; what was there is replaced when `replacing` is true.
  ///   - replacing: whether an existing store may go. Its write-ahead log goes with it.
  ///   - progress: told after every 256 pages.
  /// - Throws: ``StorageError/verificationFailed(path:findings:)``,
  ///   ``StorageError/cannotOpen(path:reason:)`` when the target exists and may not be replaced or
  ///   is in use, ``SQLiteError``, and what `progress` throws, which ends the work.
  /// - Complexity: reads the backup twice and writes it once.
  public static func restore(
    from backup: String, to path: String, replacing: Bool = false,
    progress: (CopyProgress) throws -> Void = { _ in }
  ) throws {
    let exists = unsafe backoffice_file_exists(path) == 0
    if exists, !replacing {
      throw StorageError.cannotOpen(path: path, reason: "it exists already; restore replacing it")
    }
    let findings = try verify(backup)
    guard findings.isEmpty else {
      throw StorageError.verificationFailed(path: backup, findings: findings)
    }
    let partial = path + ".partial"
    _ = unsafe backoffice_remove_file(partial)
    try copyPages(from: backup, to: partial, progress: progress)
    let copied = try verify(partial)
    guard copied.isEmpty else {
      throw StorageError.verificationFailed(path: partial, findings: copied)
    }
    if exists { try claimAlone(path) }
    guard unsafe backoffice_publish_file(partial, path) == 0 else {
      throw StorageError.cannotOpen(
        path: path, reason: "the restored copy could not be moved to its name")
    }
  }

  /// Makes sure that nobody has the store open, and takes its log away.
  private static func claimAlone(_ path: String) throws {
    do {
      try maintain(.file(path)) { maintenance in
        // Leaving WAL needs the file for oneself (https://www.sqlite.org/wal.html), and empties
        // and removes the log, which must not be replayed into the restored file.
        maintenance.connection.busy.isPatient = false
        let mode = try maintenance.connection.pragmaText("journal_mode = DELETE")
        guard mode?.lowercased() == "delete" else {
          throw StorageError.cannotOpen(path: path, reason: "a program has it open; end it first")
        }
      }
    } catch let error as SQLiteError {
      guard ResultCode.busy ~= error.code else { throw error }
      throw StorageError.cannotOpen(path: path, reason: "a program has it open; end it first")
    }
  }

  private static func copyPages(
    from source: String, to target: String, progress: (CopyProgress) throws -> Void
  ) throws {
    let configuration = Configuration()
    let from = try Connection.maintenance(
      source, flags: SQLITE_OPEN_READONLY, configuration: configuration)
    let to = try Connection.maintenance(
      target, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, configuration: configuration)
    defer {
      to.disconnect()
      from.disconnect()
    }
    guard let backup = unsafe sqlite3_backup_init(to.handle, "main", from.handle, "main") else {
      throw to.failure(SQLITE_ERROR, operation: .backup)
    }
    var code = SQLITE_OK
    do {
      while true {
        code = unsafe sqlite3_backup_step(backup, 256)
        guard code == SQLITE_OK || code == SQLITE_DONE else { break }
        let total = unsafe Int(sqlite3_backup_pagecount(backup))
        let left = unsafe Int(sqlite3_backup_remaining(backup))
        try progress(CopyProgress(copiedPages: total - left, totalPages: total))
        if code == SQLITE_DONE { break }
      }
    } catch {
      unsafe sqlite3_backup_finish(backup)
      throw error
    }
    let finished = unsafe sqlite3_backup_finish(backup)
    guard code == SQLITE_DONE, finished == SQLITE_OK else {
      throw to.failure(code == SQLITE_DONE ? finished : code, operation: .backup)
    }
  }
}
