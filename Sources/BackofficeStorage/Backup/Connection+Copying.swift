import CBackofficeSQLite

extension Connection {
  /// Replaces what `target` holds by a copy of this database, page by page.
  ///
  /// - Parameters:
  ///   - target: an open connection, in no transaction.
  ///   - pages: how many pages are copied between two calls of `progress`; all of them by default.
  ///   - progress: told how far the copy has come; what it throws ends the copy.
  package func copyPages(
    to target: Connection, inStepsOf pages: Int32 = -1,
    progress: (Database.CopyProgress) throws -> Void = { _ in }
  ) throws {
    guard let backup = unsafe sqlite3_backup_init(target.handle, "main", handle, "main") else {
      throw target.failure(unsafe sqlite3_extended_errcode(target.handle), operation: .backup)
    }
    var code = SQLITE_OK
    do {
      while true {
        code = unsafe sqlite3_backup_step(backup, pages)
        guard code == SQLITE_OK || code == SQLITE_DONE else { break }
        let total = unsafe Int(sqlite3_backup_pagecount(backup))
        let left = unsafe Int(sqlite3_backup_remaining(backup))
        try progress(Database.CopyProgress(copiedPages: total - left, totalPages: total))
        if code == SQLITE_DONE { break }
      }
    } catch {
      unsafe sqlite3_backup_finish(backup)
      throw error
    }
    let finished = unsafe sqlite3_backup_finish(backup)
    guard code == SQLITE_DONE, finished == SQLITE_OK else {
      throw target.failure(code == SQLITE_DONE ? finished : code, operation: .backup)
    }
  }

  /// Writes a compacted copy of what this connection sees.
  func vacuum(into path: String) throws {
    do {
      try run(sql: "VACUUM INTO ?", path)
    } catch let error as SQLiteError where error.code == .error {
      // "output file already exists": SQLite also says so when it cannot ask for its size.
      throw StorageError.cannotOpen(path: path, reason: .copyInProgress(error.message))
    }
  }

  /// Writes a compacted copy of what this connection sees, verifies it, and gives it its name.
  ///
  /// - Throws: ``StorageError/verificationFailed(path:findings:)``, ``SQLiteError``; nothing is left
  ///   then.
  package func writeVerifiedCopy(to path: String) throws {
    let partial = path + ".partial"
    FileSystem.remove(partial)
    do {
      try vacuum(into: partial)
      try quickCheck(partial)
      try publisher.publish(partial, as: path)
    } catch {
      FileSystem.remove(partial)
      throw error
    }
  }

  private func quickCheck(_ path: String) throws {
    var configuration = Database.Configuration()
    configuration.fileSystem = fileSystem
    let copy = try Connection.maintenance(
      path, flags: SQLITE_OPEN_READONLY, configuration: configuration)
    defer { copy.disconnect() }
    let findings = try Database.confirmed {
      var findings: [String] = []
      try copy.run(sql: "PRAGMA quick_check") { row in
        findings.append(try row.value(at: 0))
        return true
      }
      return findings.filter { $0 != "ok" }
    }
    guard findings.isEmpty else {
      throw StorageError.verificationFailed(path: path, findings: findings)
    }
  }
}
