import BackofficeStorage
import BackofficeTestSupport
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

  @Test("A backup has all rows, passes verification, and leaves no partial file")
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

  @Test("A backup reports increasing progress up to the total")
  func progress() throws {
    let file = try TemporaryFile()
    let database = try large(file)
    var told: [Database.CopyProgress] = []
    try database.backUp(to: file.folder.appendingPathComponent("copy.sqlite").path) {
      told.append($0)
    }
    #expect(told.count >= 3)
    #expect(told.map(\.copiedPages) == told.map(\.copiedPages).sorted())
    let last = try #require(told.last)
    #expect(last.copiedPages == last.totalPages && last.totalPages > 1000)
  }

  @Test("A backup that its callback or its task stops leaves no file")
  func cancelled() async throws {
    let file = try TemporaryFile()
    let database = try large(file)
    let copy = file.folder.appendingPathComponent("copy.sqlite").path
    struct Enough: Error {}
    #expect(throws: Enough.self) { try database.backUp(to: copy) { _ in throw Enough() } }
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      try database.backUp(to: copy)
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(!FileManager.default.fileExists(atPath: copy))
    #expect(!FileManager.default.fileExists(atPath: copy + ".partial"))
    // The connection is still usable.
    try database.backUp(to: copy)
    #expect(try Database.verify(copy) == [])
  }

  /// A database larger than the page cache, so that a copy is written before it is complete.
  private func large(_ file: TemporaryFile) throws -> Database {
    let database = try filled(file)
    try database.write { transaction in
      try transaction.execute(
        sql: """
          CREATE TABLE bulk AS
          WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
          SELECT i, hex(randomblob(1000)) AS text FROM n
          """)
    }
    return database
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

  @Test("Verification reports a row whose parent is missing")
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
    #expect(try database.verify() == ["row 1 of notes refers to a missing row of items"])
  }
}
