import Dispatch
import Testing

@testable import BackofficeStorage

/// 16, 28, 32: what other triggers and threads do to a write.
@Suite("Writes that do not take place")
struct BelievedWriteTests {
  @Test("28: an insert that a trigger or constraint ignores is an error")
  func ignored() throws {
    let causes = [
      """
      CREATE TRIGGER foreign_one BEFORE INSERT ON items
        BEGIN INSERT INTO log (text) VALUES ('x'); SELECT RAISE(IGNORE); END
      """
    ]
    for cause in causes {
      let database = try Database.items()
      try database.maintain { try $0.executeScript(cause) }
      try database.write { transaction in
        let item = Item(id: transaction.makeID(), name: "a", amount: 1)
        let error = #expect(throws: RecordError.self) {
          try transaction.savepoint { try $0.insert(item) }
        }
        #expect(error == .notStored(record: "Item", table: "items"))
        #expect(error?.description.contains("RAISE(IGNORE)") == true)
        #expect(throws: RecordError.self) { try transaction.savepoint { try $0.upsert(item) } }
      }
      #expect(try database.items().isEmpty)
    }
  }

  @Test("28: a trigger without end is stopped, and the store goes on")
  func endless() throws {
    var configuration = Database.Configuration()
    configuration.statementLimit = .milliseconds(30)
    let database = try Database.items(configuration: configuration)
    try database.maintain { maintenance in
      try maintenance.executeScript(
        """
        CREATE TRIGGER endless AFTER INSERT ON items WHEN new.name = 'a' BEGIN
          INSERT INTO log (text) WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)
            SELECT n FROM r WHERE n < 0;
        END;
        """)
    }
    let error = #expect(throws: StorageError.self) {
      try database.write { transaction in
        try transaction.insert(Item(id: transaction.makeID(), name: "b", amount: 1))
        try transaction.insert(Item(id: transaction.makeID(), name: "a", amount: 1))
      }
    }
    #expect(error?.description.contains("may not end") == true)
    try database.write { transaction in
      try transaction.insert(Item(id: transaction.makeID(), name: "c", amount: 1))
    }
    #expect(try database.items().map(\.name) == ["c"])
    let read = #expect(throws: StorageError.self) {
      try database.read { transaction in
        try transaction.fetchOne(
          sql: """
            WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)
            SELECT n FROM r WHERE n < 0
            """
        ) { try $0.value(at: 0, as: Int.self) }
      }
    }
    #expect(read?.description.contains("was stopped after 30 ms") == true)
  }

  @Test("16: the usual trigger that stamps its own row works, and a REPLACE is still refused")
  func recursion() throws {
    let database = try Database.items(triggers: [.appendOnly("log")])
    try database.maintain { maintenance in
      try maintenance.executeScript(
        """
        CREATE TRIGGER stamp AFTER UPDATE ON items
          BEGIN UPDATE items SET updated_at = updated_at + 1 WHERE pk = new.pk; END;
        """)
    }
    try database.write { transaction in
      try transaction.insert(Item(id: transaction.makeID(), name: "a", amount: 1))
      try transaction.execute(sql: "UPDATE items SET amount = 2")
      try transaction.log("first")
      for sql in [
        "REPLACE INTO log (pk, text) VALUES (1, 'b')",
        "INSERT OR REPLACE INTO log (pk, text) VALUES (1, 'b')", "DELETE FROM log",
      ] {
        let error = #expect(throws: SQLiteError.self) { try transaction.execute(sql: sql) }
        #expect(error?.message == "log is append-only")
      }
    }
    #expect(try database.items().map(\.updatedAt.microseconds) == [1])
    #expect(try database.log() == ["first"])
  }

  @Test("32: an asynchronous write that a write waits for is refused at once")
  func semaphore() throws {
    let database = try Database.items()
    let failures = Recorder<StorageError>()
    try database.write { _ in
      let done = DispatchSemaphore(value: 0)
      Task {
        do {
          try await database.async.write { _ in }
        } catch {
          if let error = error as? StorageError { failures.add(error) }
        }
        done.signal()
      }
      done.wait()
    }
    #expect(failures.all == [.writeInsideWrite])
  }

  @Test("32: the same inside an asynchronous write; a task of its own may write after it")
  func asynchronous() async throws {
    let database = try Database.items()
    let other = try Database.items()
    let failures = Recorder<StorageError>()
    try await database.async.write { _ in
      let done = DispatchSemaphore(value: 0)
      Task {
        do {
          // Another store is free.
          try await other.async.write { _ in }
          try await database.async.write { _ in }
        } catch {
          if let error = error as? StorageError { failures.add(error) }
        }
        done.signal()
      }
      done.wait()
    }
    #expect(failures.all == [.writeInsideWrite])
    try await Task { try await database.async.write { _ in } }.value
  }
}
