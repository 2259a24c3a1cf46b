import CBackofficeSQLite

extension Database {
  /// Writes a consistent copy of the store to `path` while other connections read and write.
  ///
  /// The copy is compacted and verified before it is renamed to `path`. A crash leaves either no
  /// file or a file ending in `.partial`. If the task is cancelled, the copy stops and its file is
  /// removed.
  ///
  /// - Parameters:
  ///   - path: the file to create; it must not exist.
  ///   - progress: called about every 256 pages and at the end. Because the copy is compacted, it
  ///     may finish before the number of copied pages reaches the total.
  /// - Throws: ``StorageError/cannotOpen(path:reason:)`` if the file exists,
  ///   ``StorageError/verificationFailed(path:findings:)``, ``SQLiteError``, `CancellationError`,
  ///   and any error that `progress` throws, which stops the copy.
  /// - Complexity: reads and writes the whole file once, and reads the copy once to verify it.
  public func backUp(
    to path: String, progress: (CopyProgress) throws -> Void = { _ in }
  ) throws {
    let path = try StoragePath.resolved(path, in: configuration)
    guard !FileSystem.exists(path) else {
      throw StorageError.cannotOpen(path: path, reason: .exists)
    }
    let partial = path + ".partial"
    let model: String? = if case .memory = location { nil } else { location.path }
    try Self.prepare(partial, for: path, like: model, configuration.fileSystem)
    do {
      try withoutActuallyEscaping(progress) { try copy(to: partial, $0) }
      do {
        try configuration.publisher.publish(partial, as: path)
      } catch {
        // Only a durable copy may keep the name. This call created the file, so it may remove it.
        if error == .cannotOpen(path: path, reason: .notDurable) {
          FileSystem.remove(path)
        }
        throw error
      }
    } catch {
      // The disk is probably full; this frees the space that the copy used.
      FileSystem.remove(partial)
      throw error
    }
  }

  /// Writes the copy under its temporary name and verifies it.
  private func copy(
    to partial: String, _ progress: @escaping (CopyProgress) throws -> Void
  ) throws {
    try readOnce { transaction in
      // VACUUM INTO reads a single snapshot, on a reading connection as well.
      let connection = transaction.connection
      let wasQueryOnly = connection.role == .reader
      if wasQueryOnly { try connection.pragma("query_only = OFF") }
      defer { if wasQueryOnly { try? connection.pragma("query_only = ON") } }
      let monitor = try CopyMonitor(connection, to: partial, progress)
      try monitor.watching(connection) { try connection.vacuum(into: partial) }
      try monitor.finish()
    }
    var settings = Configuration()
    settings.fileSystem = configuration.fileSystem
    // A distinct number prevents the log of the original from being mistaken for the log of the
    // copy.
    let number = Int32(configuration.random.next(below: Int(Int32.max) - 1)) + 1
    let connection = try Connection.maintenance(
      partial, flags: SQLITE_OPEN_READWRITE, configuration: settings)
    // A file without a number is not a store, and keeps its header.
    if try connection.pragmaText("user_version") != "0" {
      try connection.pragma("user_version = \(number)")
    }
    connection.disconnect()
    let findings = try Database(.readOnly(partial), configuration: settings).verify()
    guard findings.isEmpty else {
      throw StorageError.verificationFailed(path: partial, findings: findings)
    }
  }

  /// Creates the temporary file of a copy with the permissions and the owner of another file.
  static func prepare(
    _ partial: String, for path: String, like model: String?, _ fileSystem: String?
  ) throws(StorageError) {
    FileSystem.remove(partial)
    guard fileSystem == nil else { return }
    do {
      try FileSystem.create(partial, like: model)
    } catch {
      throw .cannotOpen(path: path, reason: OpenFailure.creating(path, error))
    }
  }

  /// Runs `PRAGMA integrity_check` and `PRAGMA foreign_key_check` on a file and returns the
  /// findings.
  ///
  /// - Returns: the findings; empty if the file is intact.
  /// - Throws: ``StorageError/cannotOpen(path:reason:)``, ``SQLiteError``.
  ///
  /// - Complexity: reads the whole file, and a second time if there are findings.
  public static func verify(_ path: String) throws -> [String] {
    try Database(.readOnly(path)).verify()
  }

  /// Runs `PRAGMA integrity_check` and `PRAGMA foreign_key_check` and returns the findings.
  ///
  /// - Returns: the findings; empty if the database is intact.
  /// - Throws: ``StorageError/closed``, ``SQLiteError``.
  ///
  /// - Complexity: reads the whole file, and a second time if there are findings.
  public func verify() throws -> [String] {
    try Self.confirmed { try check() }
  }

  /// Runs a check, and runs it again if it has findings.
  ///
  /// SQLite's checks report a page that could not be read, or for which memory ran out, as damage
  /// ("failed to get page", 3.40) instead of failing.
  static func confirmed(_ check: () throws -> [String]) throws -> [String] {
    try check().isEmpty ? [] : check()
  }

  private func check() throws -> [String] {
    try read { transaction in
      // Reading a whole file may take longer than the limit of a statement.
      try transaction.connection.polling({ true }) {
        var findings = try transaction.fetchAll(sql: "PRAGMA integrity_check") { row in
          try row.value(at: 0, as: String.self)
        }
        findings.removeAll { $0 == "ok" }
        try transaction.connection.forEachForeignKeyViolation { violation in
          findings.append(violation.description)
          return findings.count < 100
        }
        return findings
      }
    }
  }
}
