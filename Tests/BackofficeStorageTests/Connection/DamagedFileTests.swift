import BackofficeStorage
import BackofficeTestSupport
import Foundation
import Testing

@Suite("Files that are damaged, foreign or not accessible")
struct DamagedFileTests {
  private func sound() throws -> Data {
    let file = try TemporaryFile()
    let database = try Database(.file(file.path)) { try $0.executeScript(Item.schema) }
    try database.write { transaction in
      for index in 0..<400 {
        let item = try transaction.insert(
          Item(id: transaction.makeID(), name: "n\(index)", amount: index))
        try transaction.execute(
          sql: "INSERT INTO notes (item_id, text) VALUES (?, 'note')", item.id)
      }
    }
    try database.checkpoint(.truncate)
    database.close()
    return try Data(contentsOf: URL(fileURLWithPath: file.path))
  }

  @Test("Random damage causes typed errors or stale rows, but never a crash", arguments: 0..<8)
  func randomDamage(round: UInt64) throws {
    let random = RandomSource.seeded(round)
    let sound = try sound()
    for _ in 0..<25 {
      let file = try TemporaryFile()
      var bytes = sound
      switch random.next(below: 4) {
      case 0: bytes = bytes.prefix(random.next(below: bytes.count))
      case 1:
        for _ in 0..<(1 + random.next(below: 40)) {
          bytes[random.next(below: bytes.count)] = UInt8(random.next(below: 256))
        }
      case 2:
        let start = random.next(below: bytes.count - 4096)
        bytes.replaceSubrange(start..<(start + 4096), with: Data(count: 4096))
      default:
        for index in 0..<100 { bytes[index] = UInt8(random.next(below: 256)) }
      }
      try Data(bytes).write(to: URL(fileURLWithPath: file.path))
      do {
        let database = try Database(.file(file.path), triggers: [TriggerTests.logging])
        _ = try database.verify()
        _ = try database.items()
        try database.write { transaction in
          try transaction.execute(sql: "UPDATE items SET amount = amount + 1")
          try transaction.execute(sql: "DELETE FROM items WHERE amount % 2 = 0")
        }
      } catch is SQLiteError {
        // SQLite detected the damage.
      } catch is StorageError {
        // The store detected it.
      } catch is RowDecodingError {
        // A value no longer matches its column.
      }
    }
  }

  @Test("The error for a read-only folder names it, and the file is unchanged")
  func readOnlyFolder() throws {
    // Permissions do not apply to a privileged user.
    guard getuid() != 0 else { return }
    let file = try TemporaryFile()
    try sound().write(to: URL(fileURLWithPath: file.path))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o500], ofItemAtPath: file.folder.path)
    defer {
      try? FileManager.default.setAttributes(
        [.posixPermissions: 0o700], ofItemAtPath: file.folder.path)
    }
    #expect(throws: StorageError.self) { try Database(.file(file.path)) }
  }

  @Test("A folder instead of the file is rejected")
  func folder() throws {
    let file = try TemporaryFile()
    let error = #expect(throws: StorageError.self) { try Database(.file(file.folder.path)) }
    #expect(error?.description.contains("cannot open") == true)
  }

  @Test("The error for an encrypted file says that it may be encrypted")
  func encrypted() throws {
    let file = try TemporaryFile()
    let random = RandomSource.seeded(5)
    try Data(random.bytes(8192)).write(to: URL(fileURLWithPath: file.path))
    let error = #expect(throws: StorageError.self) { try Database(.file(file.path)) }
    #expect(error?.description.hasSuffix("it is not a SQLite database, or it is encrypted") == true)
  }
}
