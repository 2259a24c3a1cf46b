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
    try restore(
      from: backup, to: path, replacing: replacing, configuration: Configuration(),
      progress: progress)
  }

  /// Restores through the file system of `configuration`.
  package static func restore(
    from backup: String, to path: String, replacing: Bool, configuration: Configuration,
    progress: (CopyProgress) throws -> Void
  ) throws {
    let exists = FileSystem.exists(path)
    if exists, !replacing {
      throw StorageError.cannotOpen(path: path, reason: .exists)
    }
    let findings = try verify(backup, configuration)
    guard findings.isEmpty else {
      throw StorageError.verificationFailed(path: backup, findings: findings)
    }
    let partial = path + ".partial"
    FileSystem.remove(partial)
    do {
      try copyPages(from: backup, to: partial, configuration, progress: progress)
      let copied = try verify(partial, configuration)
      guard copied.isEmpty else {
        throw StorageError.verificationFailed(path: partial, findings: copied)
      }
      if exists { try claimAlone(path, configuration) }
      // The old log must be gone for good before the new file has the name: a log that comes back
      // after a power failure would be played into it.
      guard configuration.publisher.syncFolder(path) else {
        throw StorageError.cannotOpen(path: path, reason: .notPublished)
      }
      try configuration.publisher.publish(partial, as: path)
    } catch {
      FileSystem.remove(partial)
      throw error
    }
  }

  private static func verify(_ path: String, _ configuration: Configuration) throws -> [String] {
    var settings = Configuration()
    settings.fileSystem = configuration.fileSystem
    return try Database(.readOnly(path), configuration: settings).verify()
  }

  /// Makes sure that nobody has the store open, and takes its log away.
  private static func claimAlone(_ path: String, _ configuration: Configuration) throws {
    do {
      try maintain(.file(path), configuration: configuration) { maintenance in
        // Leaving WAL needs the file for oneself (https://www.sqlite.org/wal.html), and empties
        // and removes the log, which must not be replayed into the restored file.
        maintenance.connection.busy.isPatient = false
        let mode = try maintenance.connection.pragmaText("journal_mode = DELETE")
        guard mode?.lowercased() == "delete" else {
          throw StorageError.cannotOpen(path: path, reason: .inUse)
        }
      }
    } catch let error as SQLiteError {
      guard ResultCode.busy ~= error.code else { throw error }
      throw StorageError.cannotOpen(path: path, reason: .inUse)
    }
  }

  private static func copyPages(
    from source: String, to target: String, _ configuration: Configuration,
    progress: (CopyProgress) throws -> Void
  ) throws {
    let from = try Connection.maintenance(
      source, flags: SQLITE_OPEN_READONLY, configuration: configuration)
    let to = try Connection.maintenance(
      target, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, configuration: configuration)
    defer {
      to.disconnect()
      from.disconnect()
    }
    try from.copyPages(to: to, inStepsOf: 256, progress: progress)
  }
}
