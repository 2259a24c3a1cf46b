import BackofficeStorage
import BackofficeTestSupport
import Testing

@Suite("Maintenance connections")
struct MaintenanceTests {
  private static let tables = """
    CREATE TABLE parents (pk INTEGER PRIMARY KEY);
    CREATE TABLE children (pk INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (pk));
    """

  @Test("A script runs statement by statement, and an error has its position in the text")
  func script() throws {
    try Database.maintain(.memory) { maintenance throws in
      let connection = maintenance.connection
      let text = "CREATE TABLE a (b); INSERT INTO a VALUES (1); SELECT b, nowhere FROM a;"
      let script = Array(text.utf8) + [0]
      let first = try connection.runStatement(of: script, from: 0)
      #expect(first == 19)
      let second = try connection.runStatement(of: script, from: first, isRun: false)
      #expect(try maintenance.firstColumn("SELECT count(*) FROM a") == ["0"])
      let third = first + second
      let error = try #require(throws: ScriptStatementError.self) {
        try connection.runStatement(of: script, from: third)
      }
      #expect(error.cause.message == "no such column: nowhere")
      // After " SELECT b, ".
      #expect(error.offset == 11)
    }
  }

  @Test("A statement with an effect that is not allowed is rejected")
  func effects() throws {
    try Database.maintain(.memory) { maintenance throws in
      let connection = maintenance.connection
      try connection.executeScript(Self.tables)
      var changed: [String] = []
      let refused = #expect(throws: SQLiteError.self) {
        try connection.authorizing({ effect in
          switch effect {
          case .table(let name, let database):
            changed.append("\(database).\(name)")
            return true
          case .dependent: return true
          case .transaction, .savepoint, .pragma: return false
          }
        }) {
          try connection.run(sql: "INSERT INTO parents DEFAULT VALUES")
          try connection.executeScript("ALTER TABLE children ADD COLUMN name TEXT")
          try connection.executeScript("SAVEPOINT a")
        }
      }
      #expect(refused?.message == "not authorized")
      #expect(Set(changed).isSuperset(of: ["main.parents", "main.children"]))
      try connection.executeScript("SAVEPOINT a; RELEASE a")
    }
  }

  @Test("A statement is interrupted when polling returns false")
  func polling() throws {
    try Database.maintain(.memory) { maintenance throws in
      let connection = maintenance.connection
      var polls = 0
      let error = #expect(throws: SQLiteError.self) {
        try connection.polling({
          polls += 1
          return polls < 3
        }) {
          try connection.run(
            sql:
              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
          )
        }
      }
      #expect(error?.code == .interrupt)
      #expect(polls == 3)
    }
  }

  @Test("A maintenance transaction commits or rolls back, and a busy lock names the operation")
  func transactions() throws {
    let file = try TemporaryFile()
    var impatient = Database.Configuration()
    impatient.busyTimeout = .zero
    try Database.maintain(.file(file.path)) { maintenance throws in
      let connection = maintenance.connection
      try connection.withMaintenanceTransaction(for: "a test", commits: false) {
        try connection.executeScript(Self.tables)
      }
      #expect(try maintenance.firstColumn("SELECT name FROM sqlite_schema") == [])
      try connection.withMaintenanceTransaction(for: "a test") {
        try connection.executeScript(Self.tables)
        let error = #expect(throws: StorageError.self) {
          try Database.maintain(.file(file.path), configuration: impatient) { other throws in
            try other.connection.withMaintenanceTransaction(for: "another test") {}
          }
        }
        guard case .busy(_, "another test", _) = error else {
          Issue.record("\(String(describing: error))")
          return
        }
      }
      #expect(try maintenance.firstColumn("SELECT count(*) FROM sqlite_schema") == ["2"])
    }
  }

  @Test("Rows without a parent are reported, for one table or for all")
  func foreignKeys() throws {
    try Database.maintain(.memory) { maintenance throws in
      let connection = maintenance.connection
      try connection.executeScript(Self.tables)
      try connection.pragma("foreign_keys = OFF")
      try connection.executeScript("INSERT INTO children VALUES (1, 7), (2, NULL), (3, 8)")
      var found: [ForeignKeyViolation] = []
      try connection.forEachForeignKeyViolation { violation in
        found.append(violation)
        return true
      }
      #expect(found.map(\.rowID) == [1, 3])
      #expect(found.first?.description == "row 1 of children refers to a missing row of parents")
      found = []
      try connection.forEachForeignKeyViolation(of: "children") { violation in
        found.append(violation)
        return false
      }
      #expect(found.map(\.rowID) == [1])
      try connection.forEachForeignKeyViolation(of: "parents") { _ in
        Issue.record("parents refer to nothing")
        return true
      }
    }
  }

  @Test("A temporary copy has the contents of its source, and is deleted with its connection")
  func copies() throws {
    try Database.maintain(.memory) { maintenance throws in
      try maintenance.executeScript(Self.tables)
      for onDisk in [false, true] {
        let copy = try Connection.scratch(onDisk: onDisk)
        try maintenance.connection.copyPages(to: copy)
        #expect(copy.filePath == nil)
        var names: [String] = []
        try copy.run(sql: "SELECT name FROM sqlite_schema ORDER BY name") { row in
          names.append(try row.value(at: 0))
          return true
        }
        #expect(names == ["children", "parents"])
      }
    }
  }

  @Test("The hash of a value tells kinds and bytes apart")
  func hashes() throws {
    struct ValueHash: ColumnDecodable {
      let hash: Int

      static func decode(_ column: borrowing ColumnValue) -> ValueHash? {
        var hasher = Hasher()
        column.hash(into: &hasher)
        return ValueHash(hash: hasher.finalize())
      }
    }
    try Database.maintain(.memory) { maintenance throws in
      var hashes: [Int] = []
      var names: [String?] = []
      for _ in 0..<2 {
        try maintenance.connection.run(
          sql: "SELECT 1 AS a, 1.0, '1', x'31', NULL, '', x'', 2, 1.5, 'ä'"
        ) { row in
          names.append(row.name(at: 0))
          for index in 0..<row.count {
            hashes.append(try row.value(at: index, as: ValueHash.self).hash)
          }
          return true
        }
      }
      #expect(names == ["a", "a"])
      #expect(hashes.prefix(10) == hashes.suffix(10))
      #expect(Set(hashes).count == 10)
    }
  }
}
