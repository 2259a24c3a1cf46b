import Backoffice
import CBackofficeFaultVFS
import Foundation

/// A store whose files are in the memory of this process, so that a forked child has its own.
final class HeapOffice: Office {
  let path: String
  var isPreparing = false

  init(path: String) { self.path = path }

  func adapt(_ configuration: inout Database.Configuration) {
    removeUnfinished()
    configuration.publisher = FilePublisher(
      sync: { _ in true },
      rename: { unsafe faultvfs_heap_rename($0, $1) == 0 },
      syncFolder: { _ in true })
  }

  func load(_ bytes: Data?) {
    faultvfs_heap_clear()
    guard let bytes else { return }
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe faultvfs_heap_put(path, bytes.baseAddress, Int64(bytes.count))
    }
  }

  func contents() -> Data {
    var size: Int64 = 0
    guard let bytes = unsafe faultvfs_heap_bytes(path, &size) else { return Data() }
    return unsafe Data(bytes: bytes, count: Int(size))
  }

  /// A digest of the names and bytes of all files.
  func digest(_ seed: UInt64) -> UInt64 { faultvfs_heap_digest(seed) }

  /// What SQLite alone finds wrong with the file, and what it holds.
  func inspect() -> (problems: String, state: String) {
    var problems: UnsafeMutablePointer<CChar>?
    var state: UnsafeMutablePointer<CChar>?
    var size: Int64 = 0
    guard unsafe faultvfs_heap_bytes(path, &size) != nil else { return ("", "") }
    _ = unsafe faultvfs_inspect_open(path, &problems, &state)
    defer {
      unsafe faultvfs_free(problems)
      unsafe faultvfs_free(state)
    }
    return (
      unsafe problems.map { unsafe String(cString: $0) } ?? "",
      unsafe state.map { unsafe String(cString: $0) } ?? ""
    )
  }

  /// What is wrong with the backup, if there is one.
  func verifyBackup() throws -> [String] {
    var size: Int64 = 0
    guard unsafe faultvfs_heap_bytes(backup, &size) != nil else { return [] }
    return try Database.verify(backup)
  }

  /// Removes a backup.
  func removeBackup() {
    _ = unsafe faultvfs_heap_remove(backup)
    removeUnfinished()
  }

  /// Removes what copies that failed have left: the library's own removal only reaches disks.
  private func removeUnfinished() {
    unsafe faultvfs_heap_remove_ending(".partial")
    unsafe faultvfs_heap_remove_ending(".partial-journal")
  }
}
