import CBackofficeSQLite

extension Database {
  /// The progress of a copy, in pages.
  public struct CopyProgress: Sendable, Hashable {
    /// The number of pages copied so far.
    public let copiedPages: Int
    /// The total number of pages.
    public let totalPages: Int
  }

  /// Restores a backup over a store that no program has open.
  ///
  /// The backup is verified, copied next to the target, verified again, and then renamed. A crash
  /// leaves the target unchanged.
  ///
  /// - Parameters:
  ///   - backup: the file to restore.
  ///   - path: the store's file; an existing file is replaced if `replacing` is true.
  ///   - replacing: whether an existing store, with its write-ahead log, may be replaced.
  ///   - progress: called after every 256 pages.
  /// - Throws: ``StorageError/verificationFailed(path:findings:)``,
  ///   ``StorageError/cannotOpen(path:reason:)`` if the target exists and may not be replaced or is
  ///   in use, ``SQLiteError``, and any error that `progress` throws, which stops the restore.
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
    let backup = try StoragePath.resolved(backup, in: configuration)
    let path = try StoragePath.resolved(path, in: configuration)
    let exists = FileSystem.exists(path)
    if exists, !replacing {
      throw StorageError.cannotOpen(path: path, reason: .exists)
    }
    let findings = try verify(backup, configuration)
    guard findings.isEmpty else {
      throw StorageError.verificationFailed(path: backup, findings: findings)
    }
    let partial = path + ".partial"
    try prepare(partial, for: path, like: exists ? path : backup, configuration.fileSystem)
    do {
      try copyPages(from: backup, to: partial, configuration, progress: progress)
      let copied = try verify(partial, configuration)
      guard copied.isEmpty else {
        throw StorageError.verificationFailed(path: partial, findings: copied)
      }
      if exists {
        try requireSameProgram(backup, path, configuration)
        try requireExclusiveAccess(path, configuration)
      }
      // The removal of the old log must be durable before the new file takes the name: a log that
      // reappears after a power failure would be replayed into the new file.
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

  /// Checks that the backup is a file of the program that made the store.
  private static func requireSameProgram(
    _ backup: String, _ path: String, _ configuration: Configuration
  ) throws {
    func identity(_ path: String) throws -> String? {
      try maintain(.readOnly(path), configuration: configuration) {
        try $0.pragmaText("application_id")
      }
    }
    // A store that cannot be read is what a backup is for.
    guard let present = try? identity(path), let kept = try identity(backup), kept != present,
      present != "0"
    else { return }
    throw StorageError.cannotOpen(
      path: backup, reason: .foreign(applicationID: Int32(kept) ?? 0, tables: []))
  }

  /// Checks that no connection has the store open, and removes its log.
  private static func requireExclusiveAccess(_ path: String, _ configuration: Configuration) throws
  {
    do {
      try maintain(.file(path), configuration: configuration) { maintenance in
        // Leaving WAL mode requires exclusive access (https://www.sqlite.org/wal.html), and removes
        // the log, which must not be replayed into the restored file.
        maintenance.connection.busy.isWaitingAllowed = false
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
