import CBackofficeSQLite

/// The steps that rename a finished file durably; tests replace them to simulate disk failures.
package struct FilePublisher: Sendable {
  /// Syncs the content of a file, and returns whether it succeeded.
  package var sync: @Sendable (_ path: String) -> Bool
  /// Renames a file, replacing an existing file, and returns whether it succeeded.
  package var rename: @Sendable (_ from: String, _ to: String) -> Bool
  /// Syncs the folder of a path, and returns whether it succeeded.
  package var syncFolder: @Sendable (_ path: String) -> Bool

  /// Creates a publisher from its three steps.
  package init(
    sync: @escaping @Sendable (String) -> Bool,
    rename: @escaping @Sendable (String, String) -> Bool,
    syncFolder: @escaping @Sendable (String) -> Bool
  ) {
    self.sync = sync
    self.rename = rename
    self.syncFolder = syncFolder
  }

  /// The publisher that uses the operating system.
  package static let system = FilePublisher(
    sync: { unsafe backoffice_sync_file($0) == 0 },
    rename: { unsafe backoffice_rename_file($0, $1) == 0 },
    syncFolder: { unsafe backoffice_sync_folder_of($0) == 0 })

  /// Syncs `partial`, renames it to `path`, and syncs the folder.
  func publish(_ partial: String, as path: String) throws(StorageError) {
    guard sync(partial), rename(partial, path) else {
      throw .cannotOpen(path: path, reason: .notPublished)
    }
    guard syncFolder(path) else { throw .cannotOpen(path: path, reason: .notDurable) }
  }
}
