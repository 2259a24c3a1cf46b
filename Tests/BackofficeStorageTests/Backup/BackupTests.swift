import BackofficeStorage
import Foundation
import Testing

@Suite("Backup")
struct BackupTests {
  func filled(_ file: TemporaryFile) throws -> Database {
    let database = try Database(.file(file.path)) { try $0.executeScript(Item.schema) }
    try database.write { transaction in
      for index in 0..<500 {
        try transaction.insert(Item(id: transaction.makeID(), name: "n\(index)", amount: index))
      }
    }
    return database
  }

  @Test("A backup holds every row, passes verification, and leaves no partial file")
  func backUp() throws {
    let file = try TemporaryFile()
    let database = try filled(file)
    let copy = file.folder.appendingPathComponent("copy.sqlite").path
    try database.backUp(to: copy)
    let restored = try Database(.file(copy))
    #expect(try restored.items() == database.items())
    #expect(try Database.verify(copy) == [])
    #expect(!FileManager.default.fileExists(atPath: copy + ".partial"))
  }

  @Test("A database in memory can be backed up to a file")
  func fromMemory() throws {
    let file = try TemporaryFile()
    let database = try Database.items()
    try database.write { transaction in
      try transaction.insert(Item(id: transaction.makeID(), name: "a", amount: 1))
    }
    try database.backUp(to: file.path)
    #expect(try Database(.readOnly(file.path)).items().map(\.name) == ["a"])
  }

  @Test("An existing file is never overwritten")
  func existing() throws {
    let file = try TemporaryFile()
    let database = try filled(file)
    #expect(throws: StorageError.self) { try database.backUp(to: file.path) }
    #expect(try database.items().count == 500)
  }

  @Test("Verification names a row whose parent is missing")
  func orphan() throws {
    let file = try TemporaryFile()
    let database = try Database(.file(file.path)) { maintenance in
      try maintenance.executeScript(Item.schema)
      try maintenance.executeScript(
        """
        PRAGMA foreign_keys = OFF;
        INSERT INTO notes (item_id, text) VALUES (zeroblob(16), 'lost');
        PRAGMA foreign_keys = ON;
        """)
    }
    #expect(try database.verify() == ["row 1 of notes refers to no row of items"])
  }
}
