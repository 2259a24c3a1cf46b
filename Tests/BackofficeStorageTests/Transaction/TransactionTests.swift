import BackofficeStorage
import BackofficeTestSupport
import Synchronization
import Testing

@Suite("Transactions")
struct TransactionTests {
  struct Undo: Error {}

  func insert(_ name: String, in transaction: borrowing WriteTransaction) throws {
    try transaction.insert(Item(id: transaction.makeID(), name: name, amount: 1))
  }

  @Test("An error in a write rolls back the whole transaction")
  func rollback() throws {
    let database = try Database.items()
    #expect(throws: Undo.self) {
      try database.write { transaction in
        try insert("a", in: transaction)
        throw Undo()
      }
    }
    #expect(try database.items().isEmpty)
    try database.write { try insert("b", in: $0) }
    #expect(try database.items().map(\.name) == ["b"])
  }

  @Test("A nested write joins the transaction, and its failure rolls back only itself")
  func nestedWrite() throws {
    let database = try Database.items()
    try database.write { outer in
      try insert("a", in: outer)
      #expect(throws: Undo.self) {
        try database.write { inner in
          try insert("b", in: inner)
          throw Undo()
        }
      }
      try database.write { try insert("c", in: $0) }
      let seen = try database.items().map(\.name)
      #expect(seen == ["a", "c"])
    }
    #expect(try database.items().map(\.name) == ["a", "c"])
  }

  @Test("A transaction has one time, one principal and one reason")
  func context() throws {
    let clock = ManualClock(Timestamp(microseconds: 5))
    var configuration = Database.Configuration()
    configuration.clock = clock.clock
    let database = try Database.items(configuration: configuration)
    let ada = Principal(kind: .staff, id: "ada")
    try database.write(as: ada, reason: "tidy") { outer in
      clock.advance(by: .seconds(1))
      #expect(outer.now.microseconds == 5)
      try database.write(reason: "inner") { inner in
        #expect(inner.now.microseconds == 5)
        #expect(inner.principal == ada)
        #expect(inner.reason == "inner")
      }
      #expect(outer.reason == "tidy")
    }
    try database.write { transaction in
      #expect(transaction.principal == .system)
      #expect(transaction.now.microseconds == 1_000_005)
    }
  }

  @Test("A write inside a read is rejected instead of deadlocking")
  func writeInsideRead() throws {
    let file = try TemporaryFile()
    let onDisk = try Database(.file(file.path)) { try $0.executeScript(Item.schema) }
    for database in [try Database.items(), onDisk] {
      #expect(throws: StorageError.writeInsideRead) {
        try database.read { _ in try database.write { _ in } }
      }
      try database.write { _ in }
    }
  }

  @Test("A statement that writes is rejected in a read")
  func writingStatementInRead() throws {
    let database = try Database.items()
    #expect(throws: StorageError.statementWrites(sql: "DELETE FROM items RETURNING name")) {
      try database.read { transaction in
        try transaction.forEach(sql: "DELETE FROM items RETURNING name") { _ in true }
      }
    }
  }

  @Test("Access after the end of its transaction is rejected, on the same thread and on others")
  func escapedAccess() throws {
    let database = try Database.items()
    let escaped = Mutex<DatabaseAccess?>(nil)
    try database.write { transaction in
      let access = DatabaseAccess(transaction)
      escaped.withLock { $0 = access }
      try access.write { try insert("inside", in: $0) }
      let other = Mutex<(any Error)?>(nil)
      let thread = TestThread {
        do {
          _ = try access.read { _ in 1 }
        } catch {
          other.withLock { $0 = error }
        }
      }
      thread.join()
      #expect(other.withLock { $0 as? StorageError } == .transactionEnded)
    }
    let access = try #require(escaped.withLock { $0 })
    #expect(throws: StorageError.transactionEnded) { try access.read { _ in } }
    #expect(throws: StorageError.transactionEnded) { try access.write { _ in } }
    try database.write { _ in
      #expect(throws: StorageError.transactionEnded) { try access.write { _ in } }
    }
    #expect(try database.items().map(\.name) == ["inside"])
  }

  @Test("Concurrent writes of several threads are serialized, and none is lost")
  func concurrentWriters() throws {
    let file = try TemporaryFile()
    let database = try Database(.file(file.path)) { try $0.executeScript(Item.schema) }
    TestThread.run(8) { worker in
      for index in 0..<25 {
        try? database.write { try insert("w\(worker)-\(index)", in: $0) }
        _ = try? database.items().count
      }
    }
    #expect(try database.items().count == 200)
  }

  @Test("Reading and then writing in one transaction never meets BUSY_SNAPSHOT")
  func readThenWrite() throws {
    let file = try TemporaryFile()
    let databases = try (0..<2).map { index in
      try Database(.file(file.path)) { maintenance in
        if index == 0 { try maintenance.executeScript(Item.schema) }
      }
    }
    try databases[0].write { try insert("counter", in: $0) }
    let errors = Mutex<[String]>([])
    TestThread.run(4) { worker in
      for _ in 0..<50 {
        do {
          try databases[worker % 2].write { transaction in
            let amount = try transaction.fetchOne(sql: "SELECT amount FROM items") { row in
              try row.value(at: 0, as: Int.self)
            }
            try transaction.execute(sql: "UPDATE items SET amount = ?", (amount ?? 0) + 1)
          }
        } catch {
          errors.withLock { $0.append("\(error)") }
        }
      }
    }
    #expect(errors.withLock { $0 } == [])
    #expect(try databases[0].items().map(\.amount) == [201])
  }

  @Test("A reader keeps its snapshot while others write")
  func snapshotReads() throws {
    let file = try TemporaryFile()
    let database = try Database(.file(file.path)) { try $0.executeScript(Item.schema) }
    try database.write { try insert("a", in: $0) }
    try database.read { transaction in
      let before = try Item.fetchAll(transaction, Item.all).count
      let thread = TestThread { try? database.write { try insert("b", in: $0) } }
      thread.join()
      #expect(try Item.fetchAll(transaction, Item.all).count == before)
    }
    #expect(try database.items().count == 2)
  }

  @Test("Asynchronous writes are committed in the order of the calls")
  func asyncWrites() async throws {
    let database = try Database.items()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<32 {
        group.addTask {
          try await database.async.write { transaction in
            try insert("t\(index)", in: transaction)
          }
        }
      }
      try await group.waitForAll()
    }
    let count = try await database.async.read { try Item.fetchAll($0, Item.all).count }
    #expect(count == 32)
  }

  @Test("A task that is cancelled while it waits writes nothing")
  func cancelledBeforeTurn() async throws {
    let database = try Database.items()
    let task = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      try await database.async.write { try insert("never", in: $0) }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try database.items().isEmpty)
  }
}
