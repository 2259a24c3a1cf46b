import CBackofficeSQLite

extension Database {
  /// Writes a copy of the store as it is at one moment to `path`, while others read and write.
  ///
  /// The copy is compacted, verified, and only then there under its name: a crash half-way leaves
  /// nothing, or a file ending in `.partial`. A cancelled task ends the copy and leaves nothing.
  ///
  /// - Parameters:
  ///   - path: the copy's file; it must not exist.
  ///   - progress: told about every 256 pages, and at the end. The copy is compacted, so the end
  ///     may come sooner than the pages say.
  /// - Throws: ``StorageError/cannotOpen(path:reason:)`` when the file exists,
  ///   ``StorageError/verificationFailed(path:findings:)``, ``SQLiteError``, `CancellationError`,
  ///   and what `progress` throws, which ends the copy.
  /// - Complexity: reads and writes the whole file once, and reads the copy once to verify it.
  public func backUp(
    to path: String, progress: (CopyProgress) throws -> Void = { _ in }
  ) throws {
    guard !FileSystem.exists(path) else {
      throw StorageError.cannotOpen(path: path, reason: .exists)
    }
    let partial = path + ".partial"
    FileSystem.remove(partial)
    do {
      try withoutActuallyEscaping(progress) { try copy(to: partial, $0) }
      do {
        try configuration.publisher.publish(partial, as: path)
      } catch {
        // Only a copy that is there for good has the name, and this call made the file.
        if error == .cannotOpen(path: path, reason: .notDurable) {
          FileSystem.remove(path)
        }
        throw error
      }
    } catch {
      // Most likely the disk is full, and this gives back what the copy took.
      FileSystem.remove(partial)
      throw error
    }
  }

  /// Writes the copy under its passing name, and verifies it.
  private func copy(
    to partial: String, _ progress: @escaping (CopyProgress) throws -> Void
  ) throws {
    try readOnce { transaction in
      // VACUUM INTO reads one snapshot, also in a reading connection.
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
    // A number of its own, so that the log of the original is never taken for the copy's.
    let number = Int32(configuration.random.next(below: Int(Int32.max) - 1)) + 1
    try Connection.maintenance(partial, flags: SQLITE_OPEN_READWRITE, configuration: settings)
      .renumber(number)
    let findings = try Database(.readOnly(partial), configuration: settings).verify()
    guard findings.isEmpty else {
      throw StorageError.verificationFailed(path: partial, findings: findings)
    }
  }

  /// What `PRAGMA integrity_check` and `PRAGMA foreign_key_check` find in a file; empty when sound.
  ///
  /// - Complexity: reads the whole file, twice where something is found.
  public static func verify(_ path: String) throws -> [String] {
    try Database(.readOnly(path)).verify()
  }

  /// What `PRAGMA integrity_check` and `PRAGMA foreign_key_check` find; empty when sound.
  ///
  /// - Complexity: reads the whole file, twice where something is found.
  public func verify() throws -> [String] {
    try Self.confirmed { try look() }
  }

  /// What two looks find, the second one only where the first found something.
  ///
  /// A page that could not be read, or for which there was no memory, is damage to SQLite's checks
  /// ("failed to get page", 3.40), where it should be an error.
  static func confirmed(_ look: () throws -> [String]) throws -> [String] {
    try look().isEmpty ? [] : look()
  }

  private func look() throws -> [String] {
    try read { transaction in
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
