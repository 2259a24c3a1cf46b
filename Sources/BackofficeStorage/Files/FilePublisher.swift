import CBackofficeSQLite

/// How a finished file gets its name for good; tests of failing disks bring their own.
package struct FilePublisher: Sendable {
  /// Asks the disk to keep a file's content; answers whether it promised.
  package var sync: @Sendable (_ path: String) -> Bool
  /// Gives a file another name, in place of a file that has it.
  package var rename: @Sendable (_ from: String, _ to: String) -> Bool
  /// Asks the disk to keep the names in the folder that holds a path.
  package var syncFolder: @Sendable (_ path: String) -> Bool

  /// Creates one from its three steps.
  package init(
    sync: @escaping @Sendable (String) -> Bool,
    rename: @escaping @Sendable (String, String) -> Bool,
    syncFolder: @escaping @Sendable (String) -> Bool
  ) {
    self.sync = sync
    self.rename = rename
    self.syncFolder = syncFolder
  }

  /// The operating system's.
  package static let system = FilePublisher(
    sync: { unsafe backoffice_sync_file($0) == 0 },
    rename: { unsafe backoffice_rename_file($0, $1) == 0 },
    syncFolder: { unsafe backoffice_sync_folder_of($0) == 0 })

  /// Syncs `partial`, gives it the name `path`, and syncs the folder.
  func publish(_ partial: String, as path: String) throws(StorageError) {
    guard sync(partial), rename(partial, path) else {
      throw .cannotOpen(path: path, reason: .notPublished)
    }
    guard syncFolder(path) else { throw .cannotOpen(path: path, reason: .notDurable) }
  }
}
