import Testing

@testable import BackofficeStorage

/// 15b: a captured row equals what SELECT gives before and after, for every schema and statement.
@Suite("Captured rows equal the rows of SELECT")
struct CapturedRowTests {
  /// A schema with its rows, a statement, and the columns of which rules read each subset.
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    var schema: String
    let statements: [String]
  }

  static let cases: [Case] = [
    Case(
      description: "a column added with a default",
      schema: """
        CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1);
        ALTER TABLE t ADD COLUMN z INTEGER NOT NULL DEFAULT 42; INSERT INTO t VALUES (2, 3);
        """,
      statements: [
        "UPDATE t SET z = z", "UPDATE t SET a = a + 1", "UPDATE t SET z = z + 1", "DELETE FROM t",
      ]),
    Case(
      description: "a nullable column added with a default",
      schema: """
        CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1);
        ALTER TABLE t ADD COLUMN z TEXT DEFAULT 'x'; INSERT INTO t VALUES (2, NULL);
        """,
      statements: ["UPDATE t SET z = z", "UPDATE t SET a = 7", "UPDATE t SET z = NULL"]),
    Case(
      description: "short records copied from another table",
      schema: """
        CREATE TABLE t (a INTEGER); CREATE TABLE u (a INTEGER); INSERT INTO u VALUES (1);
        ALTER TABLE t ADD COLUMN z INTEGER DEFAULT 42; ALTER TABLE u ADD COLUMN z INTEGER DEFAULT 42;
        """,
      statements: ["INSERT INTO t SELECT * FROM u", "UPDATE t SET a = 2"]),
    Case(
      description: "a virtual column before others",
      schema: """
        CREATE TABLE t (v AS (a * 2) VIRTUAL, a INTEGER, b INTEGER, s AS (a + b) STORED);
        INSERT INTO t VALUES (1, 20), (2, 30);
        """,
      statements: ["UPDATE t SET b = 21", "UPDATE t SET a = 5, b = 6 WHERE a = 1", "DELETE FROM t"]),
    Case(
      description: "a virtual column before the alias of the rowid",
      schema: """
        CREATE TABLE t (v AS (b) VIRTUAL, id INTEGER PRIMARY KEY, b INTEGER);
        INSERT INTO t VALUES (1, 20), (2, 30);
        """,
      statements: [
        "UPDATE t SET b = 21", "UPDATE t SET id = id + 10", "INSERT INTO t VALUES (3, 4)",
        "INSERT OR REPLACE INTO t VALUES (3, 5)",
      ]),
    Case(
      description: "real numbers that are stored as integers",
      schema: "CREATE TABLE t (r REAL, d DOUBLE PRECISION, f FLOATING POINT, n NUMERIC, x);",
      statements: [
        "INSERT INTO t VALUES (5, 5, 5, 5, 5), (5.0, 5.0, 5.0, 5.0, 5.0), ('a', 1e300, 2, 3, 4)",
        "UPDATE t SET r = 6, x = 7", "UPDATE t SET r = 6.0, d = d", "DELETE FROM t",
      ]),
    Case(
      description: "a table without rowid whose key stands last",
      schema: """
        CREATE TABLE t (r REAL, n INTEGER, b TEXT COLLATE NOCASE, a INTEGER, PRIMARY KEY (a, b))
          WITHOUT ROWID;
        INSERT INTO t VALUES (1, 2, 'x', 3), (2, 3, 'y', 4);
        """,
      statements: [
        "UPDATE t SET n = 5", "UPDATE t SET a = a + 10", "UPDATE t SET b = upper(b), r = 4",
        "REPLACE INTO t VALUES (7, 7, 'Y', 14)", "DELETE FROM t",
      ]),
    Case(
      description: "a table without rowid with a virtual column before its key",
      schema: """
        CREATE TABLE t (v AS (n + 1) VIRTUAL, n INTEGER, k TEXT PRIMARY KEY, s AS (n) STORED, m REAL)
          WITHOUT ROWID;
        INSERT INTO t (n, k, m) VALUES (1, 'a', 1), (2, 'b', 2);
        """,
      statements: [
        "UPDATE t SET n = 5, k = k || 'x'", "UPDATE t SET m = 3", "DELETE FROM t WHERE k = 'ax'",
        "INSERT INTO t (n, k) VALUES (5, 'q') ON CONFLICT (k) DO UPDATE SET n = 6",
        "INSERT INTO t (n, k) VALUES (5, 'q') ON CONFLICT (k) DO UPDATE SET n = 6, k = 'r'",
      ]),
    Case(
      description: "a key with one column twice",
      schema: """
        CREATE TABLE t (n INTEGER, k TEXT, PRIMARY KEY (k COLLATE NOCASE, k)) WITHOUT ROWID;
        INSERT INTO t VALUES (1, 'a'), (2, 'B');
        """,
      statements: ["UPDATE t SET n = 5", "UPDATE t SET k = k || 'x'", "DELETE FROM t"]),
    Case(
      description: "columns with the names of the rowid",
      schema: """
        CREATE TABLE t (rowid TEXT, v AS (length(rowid)) VIRTUAL, _rowid_ REAL, oid INTEGER PRIMARY KEY);
        INSERT INTO t VALUES ('a', 1, 1), ('b', 2, 2);
        """,
      statements: ["UPDATE t SET rowid = 'abc'", "UPDATE t SET oid = oid + 5", "DELETE FROM t"]),
    Case(
      description: "a column that is called rowid but is not",
      schema: """
        CREATE TABLE t (rowid TEXT, v AS (length(rowid)) VIRTUAL, b INTEGER);
        INSERT INTO t VALUES ('a', 1), ('b', 2);
        """,
      statements: [
        "UPDATE t SET rowid = 'abc'", "UPDATE t SET _rowid_ = _rowid_ + 5, b = 3", "DELETE FROM t",
      ]),
    Case(
      description: "a key in descending order, which is no alias of the rowid",
      schema: """
        CREATE TABLE t (id INTEGER PRIMARY KEY DESC, v AS (b) VIRTUAL, b INTEGER);
        INSERT INTO t VALUES (7, 1), (9, 2);
        """,
      statements: [
        "UPDATE t SET id = id + 1", "UPDATE t SET b = 5",
        "UPDATE t SET rowid = 55 WHERE b = 5 AND id = 8",
      ]),
    Case(
      description: "names that Swift takes for one",
      schema: """
        CREATE TABLE t ("\u{e9}" INTEGER, "e\u{301}" INTEGER, "E\u{301}x" TEXT);
        INSERT INTO t VALUES (1, 2, 'a');
        """,
      statements: [
        "UPDATE t SET \"\u{e9}\" = 5", "UPDATE t SET \"e\u{301}\" = 6", "DELETE FROM t",
      ]),
    Case(
      description: "an index on a virtual column",
      schema: """
        CREATE TABLE t (v AS (a * 2) VIRTUAL UNIQUE, a INTEGER, b INTEGER);
        CREATE INDEX t_all ON t (b, a, v);
        INSERT INTO t VALUES (1, 20), (2, 30);
        """,
      statements: [
        "UPDATE t SET a = a + 1 WHERE v = 4", "INSERT OR REPLACE INTO t VALUES (3, 1)",
        "UPDATE OR REPLACE t SET a = 1", "DELETE FROM t WHERE b = 1",
      ]),
    Case(
      description: "triggers and foreign keys that change the same rows",
      schema: """
        CREATE TABLE t (
          v AS (a * 2) VIRTUAL, id INTEGER PRIMARY KEY, a INTEGER DEFAULT 7,
          p INTEGER REFERENCES t (id) ON DELETE SET DEFAULT ON UPDATE CASCADE DEFAULT NULL);
        INSERT INTO t (id, a, p) VALUES (1, 1, NULL), (2, 2, 1), (3, 3, 2);
        CREATE TRIGGER before_update BEFORE UPDATE OF a ON t WHEN new.a < 100
          BEGIN UPDATE t SET p = NULL WHERE id = new.id; END;
        CREATE TRIGGER after_update AFTER UPDATE OF a ON t WHEN new.a < 100
          BEGIN UPDATE t SET a = a + 100 WHERE id = new.id; END;
        CREATE TRIGGER after_insert AFTER INSERT ON t WHEN new.a = 9
          BEGIN DELETE FROM t WHERE id = new.id; INSERT INTO t (id, a) VALUES (new.id, 10); END;
        """,
      statements: [
        "UPDATE t SET a = 5", "UPDATE t SET id = id + 10 WHERE id = 1",
        "DELETE FROM t WHERE id = 2",
        "INSERT INTO t (a) VALUES (9), (8)", "DELETE FROM t",
      ]),
  ]

  @Test("A captured row equals the row of SELECT", arguments: cases)
  func equals(_ sample: Case) throws {
    for encoding in ["UTF-8", "UTF-16le"] {
      let names = try Self.columns(of: sample.schema)
      for mask in 1..<(1 << min(names.count, 4)) {
        let columns = names.indices.filter { $0 >= 4 || mask & 1 << $0 != 0 }.map { names[$0] }
        let oracle = CaptureOracle(table: "t", columns: columns, isStrict: true)
        let database = try Database(.memory, triggers: oracle.triggers) { maintenance in
          try maintenance.executeScript("PRAGMA encoding = '\(encoding)'; \(sample.schema)")
        }
        try database.write { transaction in
          for sql in sample.statements {
            let findings = try oracle.findings(transaction) { try $0.execute(sql: sql) }
            #expect(findings.isEmpty, "\(encoding) \(columns) \(sql)")
          }
        }
      }
    }
  }

  static func columns(of schema: String) throws -> [String] {
    try Database(.memory) { try $0.executeScript(schema) }.read { transaction in
      try transaction.fetchAll(sql: "SELECT name FROM pragma_table_xinfo('t')") { row in
        try row.value(at: 0)
      }
    }
  }
}

extension CapturedRowTests {
  @Test("A rule that would need a rowid without a name is refused")
  func unnamedRowID() throws {
    let rule = Trigger(
      name: "rule", table: "t", timing: .after, events: [.update], observedColumns: nil,
      rowColumns: ["b"], action: .after { _, _ in })
    #expect(throws: StorageError.self) {
      try Database(.memory, triggers: [rule]) { maintenance in
        try maintenance.executeScript("CREATE TABLE t (rowid, _rowid_, oid, v AS (oid), b)")
      }
    }
  }

  @Test("A key that SQLite 3.40 rounds before the hook sees it is refused, not confused")
  func largeKeys() throws {
    let oracle = CaptureOracle(table: "t", columns: ["r", "k", "n"])
    let database = try Database(.memory, triggers: oracle.triggers) {
      try $0.executeScript(
        """
        CREATE TABLE t (r REAL, n INTEGER, k INTEGER PRIMARY KEY) WITHOUT ROWID;
        INSERT INTO t VALUES (1, 1, 9007199254740993), (2, 2, 9007199254740992), (3, 3, 5);
        """)
    }
    try database.write { transaction in
      let findings = try oracle.findings(transaction) {
        try $0.execute(sql: "UPDATE t SET n = 7 WHERE k = 9007199254740993")
      }
      #expect(findings.isEmpty || findings == [Self.refusal])
      #expect(
        try oracle.findings(transaction) { try $0.execute(sql: "DELETE FROM t WHERE k = 5") } == [])
    }
  }

  private static let refusal =
    "SQLite step failed with datatype mismatch (20): a changed row could not be captured"

  @Test("A rule on a view or a virtual table, for which it would never run, is refused")
  func views() throws {
    let rule = Trigger(
      name: "rule", table: "t", timing: .after, events: [.update], observedColumns: nil,
      rowColumns: ["b"], action: .after { _, _ in })
    for sql in ["CREATE VIEW t AS SELECT 1 AS b", "CREATE VIRTUAL TABLE t USING fts5 (b)"] {
      #expect(throws: StorageError.self) {
        try Database(.memory, triggers: [rule]) { try $0.executeScript(sql) }
      }
    }
  }

  @Test("The rows of an attached database whose name begins like main run no rules")
  func attached() throws {
    let oracle = CaptureOracle(table: "t", columns: ["a"])
    let database = try Database(.memory, triggers: oracle.triggers) { maintenance in
      try maintenance.executeScript(
        "CREATE TABLE t (a); ATTACH ':memory:' AS mirror; CREATE TABLE mirror.t (a)")
    }
    try database.write { transaction in
      let findings = try oracle.findings(transaction) {
        try $0.execute(sql: "INSERT INTO mirror.t VALUES (1)")
      }
      #expect(findings.isEmpty)
    }
  }

  @Test("The write of a part of a blob is an update, whose rules run at the commit")
  func blobWrites() throws {
    for schema in ["CREATE TABLE t (a, b BLOB)", "CREATE TABLE t (a, b BLOB, v AS (hex(b)))"] {
      let oracle = CaptureOracle(table: "t", columns: try Self.columns(of: schema))
      let database = try Database(.memory, triggers: oracle.triggers) {
        try $0.executeScript("\(schema); INSERT INTO t (a, b) VALUES (1, zeroblob(4))")
      }
      try database.write { transaction in
        try transaction.connection.overwriteBlob(of: "t", "b", row: 1, with: [1])
        try transaction.connection.overwriteBlob(of: "t", "b", row: 1, with: [2])
      }
      let blobs = oracle.rows.map { [$0.old?[1], $0.new?[1]] }
      #expect(oracle.rows.map(\.event) == [.update, .update])
      #expect(
        blobs == [
          [.blob([0, 0, 0, 0]), .blob([1, 0, 0, 0])], [.blob([1, 0, 0, 0]), .blob([2, 0, 0, 0])],
        ])
      #expect(
        oracle.rows.last?.new?.dropFirst(2) ?? []
          == (schema.contains("hex") ? [.text(Array("02000000".utf8))] : []))
    }
  }

  @Test("A savepoint between the rows of a RETURNING keeps the rows captured before it")
  func savepointInReturning() throws {
    let oracle = CaptureOracle(table: "t", columns: ["a"])
    let database = try Database(.memory, triggers: oracle.triggers) {
      try $0.executeScript("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)")
    }
    try database.write { transaction in
      let findings = try oracle.findings(transaction) { transaction in
        try transaction.forEach(sql: "UPDATE t SET a = a + 1 RETURNING a") { _ in
          try? transaction.savepoint { _ in throw CaptureUndo() }
          return true
        }
      }
      #expect(findings.isEmpty)
    }
  }
}
