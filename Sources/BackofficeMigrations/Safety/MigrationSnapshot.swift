/// A verified copy of a database file from before a run of migrations.
///
/// It is stored next to the file, as `office.sqlite.before-migration-0007`, numbered in the order
/// of the runs.
public struct MigrationSnapshot: Sendable, Hashable {
  /// The path of the snapshot.
  public let path: String
  /// The number of the snapshot, starting at 1.
  public let number: Int

  private static let infix = ".before-migration-"

  /// Returns the snapshots of a file, oldest first.
  ///
  /// - Throws: ``MigrationError/folderMissing(path:reason:)``.
  public static func all(of file: String) throws(MigrationError) -> [MigrationSnapshot] {
    // Snapshots stand beside the file, not beside a link to it.
    let file = (try? StoragePath.resolved(file)) ?? file
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

  /// Restores the snapshot over its file, which no program may have open.
  ///
  /// The snapshot is verified first; a crash leaves the file unchanged. Changes since the snapshot
  /// are lost. The snapshot is kept.
  ///
  /// - Parameter file: the file to replace.
  /// - Throws: ``MigrationError/snapshotMissing(path:)``,
  ///   ``MigrationError/snapshotOfAnotherFile(path:file:)``, and the errors of
  ///   `Database.restore(from:to:replacing:progress:)`.
  /// - Complexity: reads the snapshot twice and writes it once.
  public func restore(to file: String) throws {
    guard FileSystem.exists(path) else { throw MigrationError.snapshotMissing(path: path) }
    guard try isCopy(of: file) else {
      throw MigrationError.snapshotOfAnotherFile(path: path, file: file)
    }
    try Database.restore(from: path, to: file, replacing: true)
  }

  /// Whether the snapshot was taken of a file: they share a migration that was applied at the same
  /// time, or one of them has none that could differ.
  private func isCopy(of file: String) throws -> Bool {
    // A file that is missing or damaged is what a snapshot is for.
    guard FileSystem.exists(file), let present = try? Origin(file) else { return true }
    let kept = try Origin(path)
    // From before the first migration, or after the last one was reverted.
    if kept.applied.isEmpty || (present.isOurs && present.applied.isEmpty) { return true }
    return !kept.applied.isDisjoint(with: present.applied)
  }

  /// What tells whose file one is.
  private struct Origin {
    struct Applied: Hashable {
      let id: MigrationID
      let checksum: String
      let at: Timestamp
    }

    let applied: Set<Applied>
    /// Whether the file has a ledger, or nothing that another program could have made.
    let isOurs: Bool

    init(_ path: String) throws {
      (applied, isOurs) = try Database.maintain(.readOnly(path)) { maintenance in
        let ledger = MigrationLedger(maintenance.connection)
        let applied = try ledger.entries().map {
          Applied(id: $0.id, checksum: $0.checksum, at: $0.appliedAt)
        }
        guard case .none = try ledger.located().layout() else { return (Set(applied), true) }
        var isEmpty = true
        try maintenance.connection.run(sql: "SELECT 1 FROM sqlite_schema LIMIT 1") { _ in
          isEmpty = false
          return false
        }
        return (Set(applied), isEmpty)
      }
    }
  }

  /// Removes what a run that was killed left of its snapshot.
  static func removeUnfinished(of file: String) {
    let prefix = file.lastPathComponent + infix
    let folder = file.folderOfPath
    for name in (try? FileSystem.names(in: folder)) ?? []
    where name.hasPrefix(prefix) && name.contains(".partial") {
      FileSystem.remove("\(folder)/\(name)")
    }
  }

  static func path(of file: String, _ number: Int) -> String {
    let digits = String(number)
    return file + infix + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}

extension String {
  /// The folder of a path.
  fileprivate var folderOfPath: String {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// The last component of a path.
  fileprivate var lastPathComponent: String {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return String(self[utf8.index(after: slash)...])
  }
}
