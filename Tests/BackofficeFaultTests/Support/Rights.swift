import CBackofficeFaultVFS
import Foundation
import Testing

/// Rights of files that hold for everybody while a test looks, the superuser included.
enum Rights {
  struct CannotBeEnforced: Error {}

  /// Runs `body` with the rights of `path` set to `mode`, on a thread for which they count.
  static func with<Result>(
    _ mode: Int, at path: String, _ body: () throws -> Result
  ) throws -> Result {
    let before = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    guard faultvfs_obey_rights(1) == 0 else { throw CannotBeEnforced() }
    defer {
      #expect(faultvfs_obey_rights(0) == 0)
      try? FileManager.default.setAttributes(
        [.posixPermissions: before ?? 0o755], ofItemAtPath: path)
    }
    return try body()
  }
}
