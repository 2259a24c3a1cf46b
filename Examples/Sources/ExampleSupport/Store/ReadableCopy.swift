import Backoffice
import Foundation
import Synchronization

/// Copies of stores in folders that this program may not write, for which SQLite has no place for
/// the index of the log.
enum ReadableCopy {
  private static let folders = Mutex<[URL]>([])

  /// A path at which the file can be read: its own, or that of a copy.
  ///
  /// - Throws: `StorageError.busy` if the file changes while it is copied, and the errors of
  ///   copying.
  static func path(for path: String) throws -> String {
    do {
      _ = try ForeignDatabase.look(at: path)
      return path
    } catch StorageError.cannotOpen(_, .readOnlyFolder) {
      Output.note("\(path) is in a folder that cannot be written; a copy of it is read")
      return try copy(of: URL(filePath: path)).path
    }
  }

  /// Removes the copies.
  static func removeAll() {
    for folder in folders.withLock({ $0 }) { try? FileManager.default.removeItem(at: folder) }
  }

  private static func copy(of file: URL) throws -> URL {
    let temporary = FileManager.default.temporaryDirectory
    let folder = temporary.appending(path: "backoffice-\(UUID())")
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw NoPlaceForCopy(path: file.path, folder: temporary.path)
    }
    folders.withLock { $0.append(folder) }
    for _ in 0..<3 {
      let before = state(of: file)
      for suffix in ["", "-wal"] {
        let from = file.deletingLastPathComponent().appending(
          path: file.lastPathComponent + suffix)
        let to = folder.appending(path: "copy.sqlite" + suffix)
        try? FileManager.default.removeItem(at: to)
        guard suffix.isEmpty || FileManager.default.fileExists(atPath: from.path) else { continue }
        try FileManager.default.copyItem(at: from, to: to)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: to.path)
      }
      if state(of: file) == before { return folder.appending(path: "copy.sqlite") }
    }
    throw ChangingFile(path: file.path)
  }

  /// What changes when another program writes the file or its log.
  private static func state(of file: URL) -> [String] {
    ["", "-wal"].map { suffix in
      let attributes = try? FileManager.default.attributesOfItem(atPath: file.path + suffix)
      return "\(attributes?[.size] ?? 0) \(attributes?[.modificationDate] ?? 0)"
    }
  }
}

/// Thrown when a file in a folder that cannot be written changes while it is copied.
struct ChangingFile: Error, CustomStringConvertible {
  let path: String

  var description: String {
    "\(path) is in a folder that cannot be written, and another program changes it; "
      + "to read it, ask for the right to write the folder, or use a backup"
  }
}

/// Thrown when the temporary folder cannot be written either.
struct NoPlaceForCopy: Error, CustomStringConvertible {
  let path: String
  let folder: String

  var description: String {
    "\(path) is in a folder that cannot be written, and neither can \(folder), where a copy would "
      + "be made; set TMPDIR to a folder that you may write"
  }
}
