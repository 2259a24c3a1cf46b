import CBackofficeSQLite

/// A verified copy of a file as it was before a run of migrations.
///
/// Lies beside the file as `office.sqlite.before-migration-0007`, numbered in the order of the runs.
public struct MigrationSnapshot: Sendable, Hashable {
  /// The copy's path.
  public let path: String
  /// The number of the copy among those of its file, from 1.
  public let number: Int

  private static let infix = ".before-migration-"

  /// The copies that lie beside a file, the oldest first.
  ///
  /// - Throws: ``MigrationError/folderMissing(path:reason:)``.
  public static func all(of file: String) throws(MigrationError) -> [MigrationSnapshot] {
    let folder = file.folderOfPath
    let names: [String]
    do {
      names = try FileSystem.names(in: folder)
    } catch {
      throw .folderMissing(path: folder, reason: error.reason)
    }
    let prefix = file.lastPathComponent + infix
    return names.compactMap { name in
      guard name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)), number > 0
      else { return nil }
      return MigrationSnapshot(path: Self.path(of: file, number), number: number)
    }.sorted { $0.number < $1.number }
  }

  /// Puts the copy in the place of its file, which no program may have open.
  ///
  /// The copy is verified first; a crash half-way leaves the file as it was. What was written since
  /// the copy was made is lost. The copy stays.
  ///
  /// - Parameter file: the file to replace.
  /// - Throws: ``MigrationError/snapshotMissing(path:)``, and as
  ///   ``Database/restore(from:to:replacing:progress:)``.
  /// - Complexity: reads the copy twice and writes it once.
  public func restore(to file: String) throws {
    guard FileSystem.exists(path) else { throw MigrationError.snapshotMissing(path: path) }
    try Database.restore(from: path, to: file, replacing: true)
  }

  static func path(of file: String, _ number: Int) -> String {
    let digits = String(number)
    return file + infix + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}

extension Connection {
  /// Writes a copy of what this connection sees, verifies it, and gives it its name.
  ///
  /// - Throws: ``StorageError/verificationFailed(path:findings:)``, ``SQLiteError``; nothing is left
  ///   then.
  func writeSnapshot(to path: String) throws {
    let partial = path + ".partial"
    FileSystem.remove(partial)
    do {
      try vacuum(into: partial)
      try verifySnapshot(partial)
      try publisher.publish(partial, as: path)
    } catch {
      FileSystem.remove(partial)
      throw error
    }
  }

  private func vacuum(into partial: String) throws {
    do {
      try run(prepare("VACUUM INTO ?"), partial) { _ in true }
    } catch let error as SQLiteError where error.code == .error {
      // "output file already exists": SQLite also says so when it cannot ask for its size.
      throw StorageError.cannotOpen(path: partial, reason: .copyInProgress(error.message))
    }
  }

  private func verifySnapshot(_ path: String) throws {
    var configuration = Database.Configuration()
    configuration.fileSystem = fileSystem
    let copy = try Connection.maintenance(
      path, flags: SQLITE_OPEN_READONLY, configuration: configuration)
    defer { copy.disconnect() }
    let findings = try Database.confirmed {
      var findings: [String] = []
      try copy.run(copy.prepare("PRAGMA quick_check")) { row in
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
