import CBackofficeSQLite

extension Connection {
  /// Copies this database over the contents of `target`, page by page.
  ///
  /// - Parameters:
  ///   - target: an open connection with no open transaction.
  ///   - pages: the number of pages to copy between calls to `progress`; all by default.
  ///   - progress: receives the progress of the copy; an error that it throws stops the copy.
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

  /// Writes a compacted copy of the connection's current snapshot.
  func vacuum(into path: String) throws {
    do {
      try run(sql: "VACUUM INTO ?", path)
    } catch let error as SQLiteError where error.code == .error {
      // SQLite also reports "output file already exists" when it cannot read the size of the file.
      throw StorageError.cannotOpen(path: path, reason: .copyInProgress(error.message))
    }
  }

  /// Writes a compacted copy of the connection's snapshot, verifies it, and renames it to `path`.
  ///
  /// - Throws: ``StorageError/verificationFailed(path:findings:)``, ``SQLiteError``; the incomplete
  ///   copy is removed.
  package func writeVerifiedCopy(to path: String) throws {
    let partial = path + ".partial"
    try Database.prepare(partial, for: path, like: filePath, fileSystem)
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

  // MARK: Templates

  func serialized() throws(SQLiteError) -> [UInt8] {
    var size: Int64 = 0
    guard let start = unsafe sqlite3_serialize(handle, "main", &size, 0) else {
      throw failure(SQLITE_NOMEM, operation: .backup)
    }
    defer { unsafe sqlite3_free(start) }
    return unsafe [UInt8](UnsafeBufferPointer(start: start, count: Int(size)))
  }

  /// Replaces the connection's in-memory database with a copy of `template`.
  func load(_ template: DatabaseTemplate) throws(SQLiteError) {
    let count = template.bytes.count
    guard let buffer = unsafe sqlite3_malloc64(UInt64(count)) else {
      throw failure(SQLITE_NOMEM, operation: .backup)
    }
    unsafe template.bytes.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { unsafe buffer.copyMemory(from: start, byteCount: count) }
    }
    // SQLite owns the buffer from here on, even if the call fails.
    let code = unsafe sqlite3_deserialize(
      handle, "main", buffer.assumingMemoryBound(to: UInt8.self), Int64(count), Int64(count),
      UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE))
    if code != SQLITE_OK { throw failure(code, operation: .backup) }
  }

  /// Resets the in-memory database to its template, and keeps the handle for the next copy.
  ///
  /// Returns false, and leaves the handle to the caller to close, if the connection cannot be
  /// reset: a statement is still running, the schema differs, a database is attached, or the
  /// program changed settings.
  func recycle() -> Bool {
    guard let template, !hasPermanentChanges, !isInTransaction, isAutocommit,
      let version = try? pragmaText("schema_version"), version == template.schemaVersion
    else { return false }
    unsafe slots.removeAll()
    cache.removeAll()
    capture.forgetTables()
    guard unsafe sqlite3_next_stmt(handle, nil) == nil, unsafe sqlite3_db_name(handle, 2) == nil,
      unsafe sqlite3_db_readonly(handle, "temp") < 0
    else { return false }
    unsafe sqlite3_preupdate_hook(handle, nil, nil)
    unsafe sqlite3_set_authorizer(handle, nil, nil)
    unsafe sqlite3_busy_handler(handle, nil, nil)
    unsafe sqlite3_progress_handler(handle, 0, nil, nil)
    unsafe sqlite3_set_last_insert_rowid(handle, 0)
    let code = unsafe template.bytes.withUnsafeBytes { bytes in
      unsafe backoffice_overwrite_memory(handle, bytes.baseAddress, Int64(bytes.count))
    }
    return unsafe code == SQLITE_OK && template.spares.keep(SpareConnections.Spare(handle: handle))
  }
}
