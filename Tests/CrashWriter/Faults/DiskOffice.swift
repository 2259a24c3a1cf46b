import Backoffice
import CBackofficeFaultVFS
import Foundation

/// A store in a folder, whose file system ends the process when it is told to.
///
/// @unchecked Sendable: the process that uses it has one thread.
@safe
final class DiskOffice: Office, @unchecked Sendable {
  let path: String
  var isPreparing = false
  private let vfs: OpaquePointer

  struct NoMemory: Error {}

  /// What a killed process can leave half-done; reads and locks change nothing.
  private static let changes = UInt32(
    FAULTVFS_OPEN | FAULTVFS_DELETE | FAULTVFS_WRITE | FAULTVFS_TRUNCATE | FAULTVFS_SYNC
      | FAULTVFS_SHM_MAP | FAULTVFS_SHM_LOCK | FAULTVFS_PUBLISH_SYNC | FAULTVFS_PUBLISH_RENAME
      | FAULTVFS_PUBLISH_FOLDER)

  init(path: String) throws {
    guard let vfs = unsafe faultvfs_create() else { throw NoMemory() }
    unsafe self.vfs = unsafe vfs
    self.path = path
  }

  deinit { unsafe faultvfs_destroy(vfs) }

  func adapt(_ configuration: inout Database.Configuration) {
    configuration.fileSystem = unsafe String(cString: faultvfs_name(vfs))
    // Each commit is synced, and each sync is a place to be killed at.
    configuration.durability = .full
    configuration.publisher = FilePublisher(
      sync: { unsafe faultvfs_publish_sync(self.vfs, $0) == 0 },
      rename: { unsafe faultvfs_publish_rename(self.vfs, $0, $1) == 0 },
      syncFolder: { unsafe faultvfs_publish_folder(self.vfs, $0) == 0 })
  }

  /// Counts what changes files, from 0.
  func count() { unsafe faultvfs_reset(vfs, Self.changes) }

  /// How many changes were counted.
  var operations: Int { unsafe Int(faultvfs_count(vfs)) }

  /// Counts from 0, and kills this process before the change `operation`.
  func dieBefore(_ operation: Int) {
    unsafe faultvfs_arm(vfs, Self.changes, Int64(operation), 0, Int32(FAULTVFS_KILL))
  }

  func load(_ bytes: Data?) {
    let folder = (path as NSString).deletingLastPathComponent
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      try? FileManager.default.removeItem(atPath: folder + "/" + name)
    }
    try? bytes?.write(to: URL(fileURLWithPath: path))
  }

  func contents() -> Data { (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data() }

  /// What SQLite alone finds wrong with the file, and what it holds.
  func inspect() -> (problems: String, state: String) {
    var problems: UnsafeMutablePointer<CChar>?
    var state: UnsafeMutablePointer<CChar>?
    _ = unsafe faultvfs_inspect(path, &problems, &state)
    defer {
      unsafe faultvfs_free(problems)
      unsafe faultvfs_free(state)
    }
    return (
      unsafe problems.map { unsafe String(cString: $0) } ?? "",
      unsafe state.map { unsafe String(cString: $0) } ?? ""
    )
  }
}
