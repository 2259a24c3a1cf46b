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
  ///   `Database.restore(from:to:replacing:progress:)`.
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

extension String {
  /// The folder of a path: everything before the last slash.
  fileprivate var folderOfPath: String {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == startIndex ? "/" : String(self[..<slash])
  }

  /// The last part of a path.
  fileprivate var lastPathComponent: String {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return String(self[utf8.index(after: slash)...])
  }
}
