import BackofficeStorage
import BackofficeTestSupport
import Testing

@Suite("Statements")
struct StatementTests {
  private static let names = SQLStatement("SELECT name FROM items ORDER BY pk")

  func filled(_ count: Int = 3) throws -> Database {
    let database = try Database.items()
    try database.write { transaction in
      for index in 0..<count {
        try transaction.insert(Item(id: transaction.makeID(), name: "n\(index)", amount: index))
      }
    }
    return database
  }

  @Test("Two cursors can use the same statement at a time")
  func twoCursors() throws {
    let database = try filled()
    var pairs: [String] = []
    try database.read { transaction in
      try transaction.forEach(Self.names) { outer in
        let left: String = try outer.value(at: 0)
        try transaction.forEach(Self.names) { inner in
          pairs.append("\(left)\(try inner.value(at: 0, as: String.self))")
          return true
        }
        try transaction.forEach(sql: "SELECT name FROM items WHERE amount < 2") { first in
          try transaction.forEach(sql: "SELECT name FROM items WHERE amount < 2") { _ in true }
          _ = try first.value(at: 0, as: String.self)
          return true
        }
        return true
      }
    }
    #expect(pairs == ["n0n0", "n0n1", "n0n2", "n1n0", "n1n1", "n1n2", "n2n0", "n2n1", "n2n2"])
  }

  @Test("A statement works again after a failure")
  func reuseAfterError() throws {
    let database = try filled(1)
    try database.write { transaction in
      for _ in 0..<3 {
        let error = #expect(throws: SQLiteError.self) {
          try transaction.insert(Item(id: transaction.makeID(), name: "n0", amount: 1))
        }
        #expect(error?.code == .constraintUnique)
      }
      try transaction.insert(Item(id: transaction.makeID(), name: "fine", amount: 1))
    }
    #expect(try database.items().map(\.name) == ["n0", "fine"])
  }

  @Test("A cached statement survives a change of the schema")
  func schemaChange() throws {
    let database = try filled(1)
    let read = "SELECT * FROM items"
    let before = try database.read { try $0.fetchOne(sql: read) { row in row.count } }
    try database.write { transaction in
      try transaction.execute(sql: "ALTER TABLE items ADD COLUMN extra TEXT")
    }
    let after = try database.read { try $0.fetchOne(sql: read) { row in row.count } }
    #expect(before == 5)
    #expect(after == 6)
  }

  @Test("A loop that ends early leaves no snapshot open: the log can be checkpointed")
  func earlyExit() throws {
    let file = try TemporaryFile()
    let database = try Database(.file(file.path)) { maintenance in
      try maintenance.executeScript(Item.schema)
    }
    try database.write { transaction in
      for index in 0..<100 {
        try transaction.insert(Item(id: transaction.makeID(), name: "n\(index)", amount: 1))
      }
    }
    try database.read { transaction in
      try transaction.forEach(Self.names) { _ in false }
      _ = try transaction.fetchOne(Self.names) { row in try row.value(at: 0, as: String.self) }
    }
    // A pinned snapshot would leave the checkpoint busy (first column 1).
    let busy = try database.maintain { connection in
      try connection.pragmaRow("wal_checkpoint(TRUNCATE)")
    }
    #expect(busy.first == 0)
    #expect(file.size(of: "-wal") == 0)
  }

  @Test("The error for a wrong number of values says how many were expected")
  func parameterCount() throws {
    let database = try filled()
    let sql = "SELECT name FROM items WHERE amount = ? AND name = ?"
    for run: (borrowing ReadTransaction) throws -> Void in [
      { try $0.forEach(sql: sql, 1) { _ in true } },
      { try $0.forEach(sql: sql, 1, "n1", 3) { _ in true } },
    ] {
      #expect(throws: StorageError.self) { try database.read(run) }
    }
    let error = #expect(throws: StorageError.self) {
      try database.read { try $0.forEach(sql: sql) { _ in true } }
    }
    #expect(error == .parameterCount(expected: 2, found: 0, sql: sql))
  }

  @Test("Text with a second statement, or with none, is rejected")
  func oneStatement() throws {
    let database = try filled()
    #expect(throws: StorageError.severalStatements(sql: "SELECT 1; SELECT 2")) {
      try database.read { try $0.forEach(sql: "SELECT 1; SELECT 2") { _ in true } }
    }
    #expect(throws: StorageError.emptyStatement(sql: " -- nothing")) {
      try database.read { try $0.forEach(sql: " -- nothing") { _ in true } }
    }
    let count = try database.read {
      try $0.fetchOne(sql: "SELECT count(*) FROM items; -- the end\n") { row in
        try row.value(at: 0, as: Int.self)
      }
    }
    #expect(count == 3)
  }

  @Test("A syntax error has SQLite's message and the statement")
  func typingMistake() throws {
    let database = try filled()
    let error = #expect(throws: SQLiteError.self) {
      try database.read { try $0.forEach(sql: "SELEC name FROM items") { _ in true } }
    }
    #expect(error?.operation == .prepare)
    #expect(
      error?.description
        == "SQLite prepare failed with SQL logic error (1): near \"SELEC\": syntax error "
        + "[in: SELEC name FROM items]")
  }

  @Test("Double quotes never make a string: a misspelled column is an error")
  func doubleQuotes() throws {
    let database = try filled()
    #expect(throws: SQLiteError.self) {
      try database.read { try $0.forEach(sql: #"SELECT "nmae" FROM items"#) { _ in true } }
    }
  }

  @Test("Errors contain no bound values")
  func redaction() throws {
    let database = try filled(1)
    let error = #expect(throws: SQLiteError.self) {
      try database.write { transaction in
        try transaction.execute(
          sql: "INSERT INTO items (id, name, amount, updated_at) VALUES (?, ?, ?, 0)",
          transaction.makeID(Item.self), "secret name", -1)
      }
    }
    #expect(error?.code == .constraintCheck)
    #expect(error?.description.contains("secret") == false)
  }

  @Test("The statement cache respects its limit")
  func boundedCache() throws {
    var configuration = Database.Configuration()
    configuration.statementCacheCapacity = 4
    let database = try Database.items(configuration: configuration)
    try database.write { transaction in
      for index in 0..<50 {
        try transaction.forEach(sql: "SELECT \(index)") { _ in true }
        #expect(transaction.connection.cachedStatementCount <= 4)
      }
    }
  }
}
