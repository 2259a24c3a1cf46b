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
  /// - Throws: ``MigrationError/snapshotMissing(path:)``, and the errors of
  ///   `Database.restore(from:to:replacing:progress:)`.
  /// - Complexity: reads the snapshot twice and writes it once.
  public func restore(to file: String) throws {
    guard FileSystem.exists(path) else { throw MigrationError.snapshotMissing(path: path) }
    try Database.restore(from: path, to: file, replacing: true)
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
