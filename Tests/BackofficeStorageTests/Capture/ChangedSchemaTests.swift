import BackofficeTestSupport
import Testing

@testable import BackofficeStorage

/// 15: rules see the right columns after a change of the schema, by this connection or another one.
@Suite("Rules after a change of the schema")
struct ChangedSchemaTests {
  private static let schema = """
    CREATE TABLE t (x INTEGER, a INTEGER, b INTEGER); INSERT INTO t VALUES (0, 1, 2), (0, 3, 4);
    """

  private static let rebuild = [
    "CREATE TABLE fresh (b INTEGER, sum AS (a + b) STORED, v AS (a) VIRTUAL, a INTEGER)",
    "INSERT INTO fresh (a, b) SELECT a, b FROM t", "DROP TABLE t",
    "ALTER TABLE fresh RENAME TO t",
  ]

  private static let changes: [[String]] = [
    ["ALTER TABLE t DROP COLUMN x"], ["ALTER TABLE t ADD COLUMN z INTEGER NOT NULL DEFAULT 42"],
    ["ALTER TABLE t ADD COLUMN v AS (a + 1)"], ["ALTER TABLE t RENAME COLUMN x TO y"], rebuild,
  ]

  private static let statements = [
    "UPDATE t SET a = a + 1", "UPDATE t SET b = 9", "INSERT INTO t (a, b) VALUES (5, 6)",
    "DELETE FROM t WHERE b = 6",
  ]

  private func check(
    _ database: Database, _ oracle: CaptureOracle, _ label: String,
    before: (borrowing WriteTransaction) throws -> Void = { _ in }
  ) throws {
    try database.write { transaction in
      try before(transaction)
      for sql in Self.statements {
        let findings = try oracle.findings(transaction) { try $0.execute(sql: sql) }
        #expect(findings.isEmpty, "\(label): \(sql)")
      }
    }
  }

  @Test("Another connection changes the schema", arguments: changes)
  func otherConnection(_ change: [String]) throws {
    let file = try TemporaryFile()
    let oracle = CaptureOracle(table: "t", columns: ["a", "b"], isStrict: true)
    let database = try Database(.file(file.path), triggers: oracle.triggers) {
      try $0.executeScript(Self.schema)
    }
    try check(database, oracle, "before")
    try Database.maintain(.file(file.path)) { maintenance in
      for sql in change { try maintenance.executeScript(sql) }
    }
    try check(database, oracle, "after")
  }

  @Test("The same connection changes the schema between transactions", arguments: changes)
  func maintenance(_ change: [String]) throws {
    let oracle = CaptureOracle(table: "t", columns: ["a", "b"], isStrict: true)
    let database = try Database(.memory, triggers: oracle.triggers) {
      try $0.executeScript(Self.schema)
    }
    try check(database, oracle, "before")
    try database.maintain { for sql in change { try $0.executeScript(sql) } }
    try check(database, oracle, "after")
  }

  @Test("The transaction changes the schema, and undoes it", arguments: changes)
  func transaction(_ change: [String]) throws {
    let oracle = CaptureOracle(table: "t", columns: ["a", "b"], isStrict: true)
    let database = try Database(.memory, triggers: oracle.triggers) {
      try $0.executeScript(Self.schema)
    }
    try check(database, oracle, "a savepoint that is undone") { transaction in
      try? transaction.savepoint { inner in
        for sql in change { try inner.execute(sql: sql) }
        try inner.execute(sql: "UPDATE t SET a = a + 7")
        throw CaptureUndo()
      }
    }
    try? database.write { transaction in
      for sql in change { try transaction.execute(sql: sql) }
      try transaction.execute(sql: "UPDATE t SET a = a + 7")
      throw CaptureUndo()
    }
    try check(database, oracle, "a transaction that is undone")
    try check(database, oracle, "in the transaction") { transaction in
      for sql in change { try transaction.execute(sql: sql) }
    }
    try check(database, oracle, "after the transaction")
  }

  @Test("A column or table that a rule needs cannot disappear in silence")
  func missing() throws {
    let changes = [
      "ALTER TABLE t DROP COLUMN a", "ALTER TABLE t RENAME COLUMN a TO c", "DROP TABLE t",
      "ALTER TABLE t RENAME TO s",
    ]
    for change in changes {
      let file = try TemporaryFile()
      let oracle = CaptureOracle(table: "t", columns: ["a", "b"])
      let database = try Database(.file(file.path), triggers: oracle.triggers) {
        try $0.executeScript("\(Self.schema) CREATE TABLE other (a)")
      }
      let own = #expect(throws: StorageError.self) {
        try database.write { _ = try $0.execute(sql: change) }
      }
      #expect(own?.description.contains("cannot be installed") == true)
      try check(database, oracle, "after \(change) was refused")
      try Database.maintain(.file(file.path)) { try $0.executeScript(change) }
      let other = #expect(throws: StorageError.self) {
        try database.write { _ = try $0.execute(sql: "INSERT INTO other VALUES (1)") }
      }
      #expect(other?.description.contains("cannot be installed") == true)
    }
  }

  @Test("A rule that changes a table whose rows wait for rules is refused")
  func changeByRule() throws {
    let oracle = CaptureOracle(table: "t", columns: ["a", "b"])
    let change = Trigger(
      name: "change", table: "t", timing: .after, events: [.update], observedColumns: nil,
      rowColumns: [],
      action: .after { _, transaction in
        _ = try transaction.execute(sql: "ALTER TABLE t DROP COLUMN x")
        _ = try transaction.execute(sql: "INSERT INTO t (a, b) VALUES (7, 8)")
      })
    let database = try Database(.memory, triggers: [change] + oracle.triggers) {
      try $0.executeScript(Self.schema)
    }
    let error = #expect(throws: StorageError.self) {
      try database.write { _ = try $0.execute(sql: "UPDATE t SET a = 5") }
    }
    #expect(error?.description.contains("waited for triggers") == true)
  }

  /// A row of which any column may move.
  struct Whole: TableRow {
    static let tableName = "t"
    let x: Int, a: Int

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      x = try column("x")
      a = try column("a")
    }
  }

  private static let all = SQLStatement("SELECT * FROM t")

  @Test("SELECT * gives no other column after a change of the schema")
  func selectAll() throws {
    let file = try TemporaryFile()
    let database = try Database(.file(file.path)) { try $0.executeScript(Self.schema) }
    func rows() throws -> [Whole] {
      try database.read { try Whole.fetchAll($0, Self.all) }
    }
    #expect(try rows().map(\.a) == [1, 3])
    try Database.maintain(.file(file.path)) { try $0.executeScript("ALTER TABLE t ADD COLUMN z") }
    #expect(try rows().map(\.a) == [1, 3])
    try Database.maintain(.file(file.path)) { maintenance in
      for sql in Self.rebuild { try maintenance.executeScript(sql) }
    }
    #expect(throws: SQLiteError.self) { try rows() }
    #expect(throws: RecordError.self) { try rows() }
  }
}
