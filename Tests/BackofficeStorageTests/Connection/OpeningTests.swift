import BackofficeStorage
import BackofficeTestSupport
import Foundation
import Testing

@Suite("Opening")
struct OpeningTests {
  @Test("A new file is in WAL mode with full durability and foreign keys on")
  func settings() throws {
    let file = try TemporaryFile()
    let database = try Database(.file(file.path)) { try $0.executeScript(Item.schema) }
    func pragma(_ name: String) throws -> String? {
      try database.read { transaction in
        try transaction.fetchOne(sql: "SELECT CAST(\(name) AS TEXT) FROM pragma_\(name)") { row in
          try row.value(at: 0)
        }
      }
    }
    #expect(try pragma("journal_mode") == "wal")
    #expect(try pragma("foreign_keys") == "1")
    try database.write { transaction in
      let synchronous = try transaction.fetchOne(
        sql: "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous"
      ) { row in try row.value(at: 0, as: String.self) }
      #expect(synchronous == "2")
    }
  }

  @Test("A file that is not a database is rejected by name, and is unchanged")
  func foreignFile() throws {
    let file = try TemporaryFile()
    let text = String(repeating: "This is a letter, not a database. ", count: 50)
    try text.write(toFile: file.path, atomically: true, encoding: .utf8)
    let error = #expect(throws: StorageError.self) { try Database(.file(file.path)) }
    #expect(
      error?.description
        == "cannot open \(file.path): it is not a SQLite database, or it is encrypted")
    #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
  }

  @Test("The error for a missing folder says what to do")
  func missingFolder() throws {
    let file = try TemporaryFile()
    let error = #expect(throws: StorageError.self) {
      try Database(.file(file.path + "/no/such.sqlite"))
    }
    #expect(error?.description.contains("its folder does not exist") == true)
  }

  @Test("A read-only store reads, rejects writes, and requires the file")
  func readOnly() throws {
    let file = try TemporaryFile()
    #expect(throws: StorageError.self) { try Database(.readOnly(file.path)) }
    let writer = try Database(.file(file.path)) { try $0.executeScript(Item.schema) }
    try writer.write { transaction in
      try transaction.insert(Item(id: transaction.makeID(), name: "a", amount: 1))
    }
    let reader = try Database(.readOnly(file.path))
    #expect(try reader.items().count == 1)
    #expect(throws: StorageError.readOnlyStore) { try reader.write { _ in } }
  }

  @Test("A closed store rejects calls, and closing it twice has no effect")
  func closed() throws {
    let file = try TemporaryFile()
    for database in [
      try Database.items(), try Database(.file(file.path)) { try $0.executeScript(Item.schema) },
    ] {
      database.close()
      database.close()
      #expect(throws: StorageError.closed) { try database.write { _ in } }
      #expect(throws: StorageError.closed) { try database.read { _ in } }
    }
  }

  @Test("The SQLite library is new enough and has the required features")
  func library() throws {
    try SQLiteLibrary.check()
    #expect(SQLiteLibrary.isCompiled(with: "ENABLE_PREUPDATE_HOOK"))
    #expect(!SQLiteLibrary.version.isEmpty)
  }

  @Test("Reads beyond the limit wait, and time out with a typed error")
  func readerLimit() throws {
    let file = try TemporaryFile()
    var configuration = Database.Configuration()
    configuration.maximumReaders = 1
    configuration.readerTimeout = .milliseconds(30)
    let database = try Database(.file(file.path), configuration: configuration) {
      try $0.executeScript(Item.schema)
    }
    try database.read { _ in
      let thread = TestThread {
        let error = #expect(throws: StorageError.self) { try database.items() }
        guard case .readersExhausted(limit: 1, let waited) = error else {
          Issue.record("expected readersExhausted, got \(String(describing: error))")
          return
        }
        #expect(waited >= 25_000)
      }
      thread.join()
    }
    #expect(try database.items().isEmpty)
  }
}
