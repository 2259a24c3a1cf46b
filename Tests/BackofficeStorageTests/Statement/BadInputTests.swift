import BackofficeStorage
import BackofficeTestSupport
import Synchronization
import Testing

@Suite("Bad input")
struct BadInputTests {
  private static let byName = SQLStatement("SELECT amount FROM items WHERE name = ?")

  private func filled() throws -> Database {
    let database = try Database.items()
    try database.write { transaction in
      try transaction.insert(Item(id: transaction.makeID(), name: "a", amount: 1))
    }
    return database
  }

  /// The description of the error that `body` throws; the store must be usable and unchanged
  /// afterwards.
  private func refusal(
    _ database: Database, _ body: (Database) throws -> Void
  ) throws -> String {
    let before = try database.items()
    let error = #expect(throws: (any Error).self) { try body(database) }
    #expect(try database.items() == before)
    try database.write { try $0.execute(sql: "UPDATE items SET amount = amount") }
    return "\(try #require(error))"
  }

  @Test("The error for a misspelled word, table or column quotes it with its statement")
  func typo() throws {
    let database = try filled()
    let texts = [
      "UPDAT items SET amount = 2": "near \"UPDAT\": syntax error",
      "UPDATE item SET amount = 2": "no such table: item",
      "UPDATE items SET amuont = 2": "no such column: amuont",
      "UPDATE items SET amount = ?1 WHERE": "incomplete input",
      "UPDATE items SET amount = total(1, 2, 3)": "wrong number of arguments to function total()",
    ]
    for (sql, words) in texts {
      let text = try refusal(database) { try $0.write { _ = try $0.execute(sql: sql) } }
      #expect(text == "SQLite prepare failed with SQL logic error (1): \(words) [in: \(sql)]")
    }
  }

  @Test("Too few or too many values are rejected with both counts, and nothing runs")
  func wrongNumberOfValues() throws {
    let database = try filled()
    let sql = "UPDATE items SET amount = ? WHERE name = ?"
    let few = try refusal(database) { try $0.write { _ = try $0.execute(sql: sql, 9) } }
    #expect(few == "the statement has 2 parameters, but 1 values were passed [\(sql)]")
    let many = try refusal(database) { try $0.write { _ = try $0.execute(sql: sql, 9, "a", 1) } }
    #expect(many == "the statement has 2 parameters, but 3 values were passed [\(sql)]")
    let declared = try refusal(database) { database in
      _ = try database.read { try $0.fetchOne(Self.byName) { _ in 0 } }
    }
    #expect(declared.hasPrefix("the statement has 1 parameters, but 0 values were passed"))
  }

  @Test("A decoding error names the column and both types, but not the value")
  func wrongRowType() throws {
    let database = try filled()
    let sql = "SELECT name, amount FROM items"
    let text = try refusal(database) { database in
      _ = try database.read { try $0.fetchOne(sql: sql) { try $0.value(at: 0, as: Int.self) } }
    }
    #expect(text == "cannot decode column name (0): expected Int, found TEXT [in: \(sql)]")
    let outside = try refusal(database) { database in
      _ = try database.read { try $0.fetchOne(sql: sql) { try $0.value(at: 2, as: Int.self) } }
    }
    #expect(
      outside == "cannot decode column 2: expected Int, but the row has no such column [in: \(sql)]"
    )
    let null = try refusal(database) { database in
      _ = try database.read {
        try $0.fetchOne(sql: "SELECT NULL AS absent") { try $0.value(at: 0, as: String.self) }
      }
    }
    #expect(null.hasPrefix("cannot decode column absent (0): expected String, found NULL"))
    let record = try refusal(database) { database in
      _ = try database.read { transaction in
        try transaction.fetchOne(sql: "SELECT 1, 2, 3, 4, 5") { try Item($0) }
      }
    }
    #expect(record.contains("expected ID<Item>, found INTEGER"))
  }

  @Test("The error for a value of the wrong type for its column does not contain the value")
  func wrongValueType() throws {
    let text = try refusal(try filled()) { database in
      try database.write { _ = try $0.execute(sql: "UPDATE items SET amount = ?", "secret") }
    }
    #expect(text.contains("(3091): cannot store TEXT value in INTEGER column items.amount"))
    #expect(!text.contains("secret"))
  }

  @Test("A closed store rejects reads, writes and retained access with the same message")
  func afterClose() async throws {
    let file = try TemporaryFile()
    for database in [
      try filled(), try Database(.file(file.path)) { try $0.executeScript(Item.schema) },
    ] {
      let access = DatabaseAccess(database)
      database.close()
      let calls: [(Database) throws -> Void] = [
        { try $0.write { _ in } }, { try $0.read { _ in } }, { _ = try $0.items() },
        { _ in try access.read { _ in } }, { _ in try access.write { _ in } },
        { try $0.checkpoint() }, { try $0.backUp(to: file.path + ".copy") },
      ]
      for call in calls {
        let error = #expect(throws: StorageError.closed) { try call(database) }
        #expect("\(error ?? .closed)" == "the store is closed; open it again before using it")
      }
      await #expect(throws: StorageError.closed) { try await database.async.write { _ in } }
      await #expect(throws: StorageError.closed) { try await database.async.read { _ in } }
    }
  }

  @Test("A store that is closed inside a transaction closes after it")
  func closedInside() throws {
    let database = try filled()
    try database.write { transaction in
      database.close()
      try transaction.execute(sql: "UPDATE items SET amount = 2")
    }
    #expect(throws: StorageError.closed) { try database.read { _ in } }
  }

  @Test("The error for access after the end of its transaction says what to do")
  func afterScope() throws {
    let database = try filled()
    let kept = Mutex<DatabaseAccess?>(nil)
    try database.write { transaction in
      let access = DatabaseAccess(transaction)
      kept.withLock { $0 = access }
    }
    let access = try #require(kept.withLock { $0 })
    let text = try refusal(database) { _ in
      try access.write { _ = try $0.execute(sql: "DELETE FROM items") }
    }
    #expect(
      text == "a transaction was used after its closure returned, or on another thread; "
        + "use it only inside the closure that receives it")
  }

  @Test("A write inside a read, maintenance inside a write, and writes to a reader are rejected")
  func nesting() throws {
    let database = try filled()
    let inside = try refusal(database) { database in
      try database.read { _ in try database.write { _ = try $0.execute(sql: "DELETE FROM items") } }
    }
    #expect(
      inside == "a write began inside a read transaction; "
        + "use a write transaction for both")
    let reading = try refusal(database) { database in
      try database.read { try $0.forEach(sql: "DELETE FROM items RETURNING 1") { _ in true } }
    }
    #expect(reading.hasPrefix("a statement that writes was run in a read transaction ["))
    let maintaining = try refusal(database) { database in
      try database.write { _ in _ = try database.checkpoint() }
    }
    #expect(maintaining.hasPrefix("a write began inside a read transaction"))
  }

  @Test(
    "A transaction cannot be begun, nested or ended by an SQL statement",
    arguments: [
      "COMMIT", " -- now\n END", "/* now */ rollback", "BEGIN IMMEDIATE", "RELEASE scope",
      "SAVEPOINT a",
    ])
  func transactionControl(sql: String) throws {
    let database = try filled()
    for isDeclared in [true, false] {
      let text = try refusal(database) { database in
        try database.write { transaction in
          try transaction.execute(sql: "UPDATE items SET amount = 99")
          if isDeclared {
            try transaction.execute(SQLStatement(sql))
          } else {
            try transaction.execute(sql: sql)
          }
        }
      }
      #expect(
        text.hasPrefix(
          "a statement must not begin or end a transaction; use read, write and savepoint"))
    }
    let reading = try refusal(database) { database in
      try database.read { try $0.forEach(sql: sql) { _ in true } }
    }
    #expect(
      reading.hasPrefix(
        "a statement must not begin or end a transaction; use read, write and savepoint"))
  }

  @Test("A transaction cannot commit after an error between rows was ignored")
  func swallowed() throws {
    struct Enough: Error {}
    let text = try refusal(try filled()) { database in
      try database.write { transaction in
        do {
          try transaction.forEach(sql: "UPDATE items SET amount = 7 RETURNING name") { _ in
            throw Enough()
          }
        } catch {
          // The program continues, although its statement did not end.
        }
      }
    }
    #expect(text.hasPrefix("a statement failed earlier in this transaction"))
  }
}
