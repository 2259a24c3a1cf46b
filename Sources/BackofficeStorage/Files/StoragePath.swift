import CBackofficeSQLite

/// The one way in which a path becomes the name of a file.
///
/// SQLite would read `file:` at the start of a path as a URI, and resolve a relative path again for
/// each connection.
package enum StoragePath {
  /// The longest path that SQLite accepts, in bytes, less the suffixes of the files beside it.
  static let maximumBytes = 500

  /// Returns the path for the file system of a configuration; only SQLite's own has folders.
  static func resolved(
    _ path: String, in configuration: Database.Configuration
  ) throws(StorageError) -> String {
    configuration.fileSystem == nil ? try resolved(path) : path
  }

  /// Returns the absolute path of a file without symbolic links; the file need not exist.
  ///
  /// - Throws: ``StorageError/cannotOpen(path:reason:)`` with ``OpenFailure/notAPath``,
  ///   ``OpenFailure/pathTooLong(maximumBytes:)``, ``OpenFailure/folderMissing`` or
  ///   ``OpenFailure/refused(_:)``.
  package static func resolved(_ path: String) throws(StorageError) -> String {
    guard !path.isEmpty, path != ":memory:", !path.utf8.contains(0) else {
      throw .cannotOpen(path: path, reason: .notAPath)
    }
    let (code, resolved) = unsafe withUnsafeTemporaryAllocation(
      of: CChar.self, capacity: Int(PATH_MAX)
    ) { buffer -> (Int32, String) in
      guard let start = buffer.baseAddress else { return (ENOMEM, "") }
      let code = unsafe backoffice_resolve_path(path, start)
      return (code, code == 0 ? unsafe String(cString: start) : "")
    }
    switch code {
    case 0:
      guard resolved.utf8.count <= maximumBytes else {
        throw .cannotOpen(path: path, reason: .pathTooLong(maximumBytes: maximumBytes))
      }
      return resolved
    case ENOTDIR: throw .cannotOpen(path: path, reason: .folderMissing)
    case ENAMETOOLONG:
      throw .cannotOpen(path: path, reason: .pathTooLong(maximumBytes: maximumBytes))
    default:
      throw .cannotOpen(path: path, reason: .refused(FileSystem.Failure(code).reason))
    }
  }
}

extension Database.Location {
  /// The same location with an absolute path.
  func resolved(
    in configuration: Database.Configuration
  ) throws(StorageError) -> Database.Location {
    switch self {
    case .file(let path): .file(try StoragePath.resolved(path, in: configuration))
    case .readOnly(let path): .readOnly(try StoragePath.resolved(path, in: configuration))
    case .memory: .memory
    }
  }
}
