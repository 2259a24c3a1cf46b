import BackofficeTestSupport
import Foundation
import Testing

@testable import BackofficeStorage

/// 27, 32: what a copy takes over from the file that it is a copy of, or replaces.
@Suite("Permissions and origin of copies")
struct CopyRightsTests {
  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
  }

  private func setMode(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  @Test(
    "27: every file beside or instead of a store has its permissions", arguments: [0o600, 0o640])
  func permissions(_ wanted: Int) throws {
    let file = try TemporaryFile()
    try Database(.file(file.path)).close()
    try setMode(wanted, file.path)
    let store = try Database(.file(file.path)) { try $0.executeScript(Item.schema) }
    #expect(try mode(file.path + "-wal") == wanted)
    #expect(try mode(file.path + "-shm") == wanted)
    let copy = file.path + ".copy"
    var duringCopy: Int?
    try store.backUp(to: copy) { _ in duringCopy = try mode(copy + ".partial") }
    #expect(duringCopy == wanted)
    #expect(try mode(copy) == wanted)
    try store.maintain { try $0.connection.writeVerifiedCopy(to: file.path + ".snapshot") }
    #expect(try mode(file.path + ".snapshot") == wanted)
    store.close()
    // A restore keeps the permissions of the file that it replaces, not those of the backup.
    try setMode(0o644, copy)
    try Database.restore(from: copy, to: file.path, replacing: true)
    #expect(try mode(file.path) == wanted)
    try setMode(wanted, copy)
    try Database.restore(from: copy, to: file.path + ".fresh")
    #expect(try mode(file.path + ".fresh") == wanted)
  }

  @Test("27: a copy takes over the owner, where the process may give files away")
  func owner() throws {
    guard getuid() == 0 else { return }
    let file = try TemporaryFile()
    let store = try Database(.file(file.path)) { try $0.executeScript(Item.schema) }
    try FileManager.default.setAttributes(
      [.ownerAccountID: 12345, .groupOwnerAccountID: 23456], ofItemAtPath: file.path)
    try store.backUp(to: file.path + ".copy")
    store.close()
    try Database.restore(from: file.path + ".copy", to: file.path, replacing: true)
    for path in [file.path, file.path + ".copy"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect((attributes[.ownerAccountID] as? NSNumber)?.intValue == 12345)
      #expect((attributes[.groupOwnerAccountID] as? NSNumber)?.intValue == 23456)
    }
  }

  @Test("32: a file of another program does not replace a store")
  func foreignBackup() throws {
    let file = try TemporaryFile()
    let other = file.path + ".other"
    try Database(.file(file.path)) { try $0.executeScript("PRAGMA application_id = 7") }.close()
    try Database(.file(other)) { try $0.executeScript("PRAGMA application_id = 8") }.close()
    let error = #expect(throws: StorageError.self) {
      try Database.restore(from: other, to: file.path, replacing: true)
    }
    #expect(
      error == .cannotOpen(path: other, reason: .foreign(applicationID: 8, tables: [])))
    #expect(
      try Database.maintain(.readOnly(file.path)) { try $0.pragmaText("application_id") } == "7")
  }
}
