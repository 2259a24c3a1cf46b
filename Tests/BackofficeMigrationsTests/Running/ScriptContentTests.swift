import BackofficeMigrations
import Foundation
import Testing

@Suite("17, 18: What is in a script")
struct ScriptContentTests {
  /// The refusal of a script, or nil if it runs.
  private func refusal(
    _ text: String, _ configure: (inout Migrator.Options) -> Void = { _ in }
  ) throws -> String? {
    let files = try MigrationFiles(["1_a.sql": text])
    let migrator = try files.migrator(configure)
    return try files.maintain { maintenance throws in
      let validated = try migrator.validate(maintenance).first?.description
      let text = files.refusal { try migrator.up(maintenance) }
      #expect(validated == nil || validated == text)
      return text == "no refusal" ? nil : text
    }
  }

  static let refused: [(String, String)] = [
    (
      "INSERT INTO t VALUES (?);",
      "1 contains a parameter [?], which would be NULL; write the value"
    ),
    ("SELECT 1;\nSELECT 2,\n  :name;", "3 contains a parameter [:name]"),
    ("SELECT @id;", "1 contains a parameter [@id]"), ("SELECT ?2;", "1 contains a parameter [?]"),
    ("SELECT $value;", "1 contains a parameter [$value]"),
    ("\nCREATE TABLE ${schema}_t (a);", "2 contains a placeholder [${…]"),
    ("CREATE TABLE {{ name }} (a);", "1 contains a placeholder [{{…]"),
    ("CREATE TABLE #{name} (a);", "1 contains a placeholder [#{…]"),
    (".read other.sql\nSELECT 1;", "1 contains a command of a shell [.read other.sql]; remove it"),
    (
      "SELECT 1;\n.timeout 100\nSELECT 2;",
      "2 contains a command of a shell [.timeout 100]; remove it, or"
    ),
    ("\\connect app\nSELECT 1;", "1 contains a command of a shell [\\connect]"),
    (
      "SELECT 1;\n-- down\nDROP TABLE t;",
      "2 has the comment [-- down], which may begin a down section"
    ),
    ("SELECT 1;\n--  ROLLBACK\nSELECT 2;", "2 has the comment [--  ROLLBACK]"),
    (
      "-- +goose Up\n-- +goose ENVSUB ON\nSELECT 1;", "2 contains the comment [-- +goose ENVSUB ON]"
    ),
    ("-- +migrate Sideways\nSELECT 1;", "1 contains the comment [-- +migrate Sideways]"),
    ("-- migrate:sideways\nSELECT 1;", "1 contains the comment [-- migrate:sideways]"),
    (
      "-- migrate:up into the sky\nSELECT 1;", "1 contains the comment [-- migrate:up into the sky]"
    ),
    ("SELECT 1;\0SELECT 2;", "1 contains a NUL character"),
  ]

  @Test(
    "What may be a marker, a parameter or a placeholder is refused with its line",
    arguments: refused)
  func refusals(text: String, reason: String) throws {
    let files = try MigrationFiles(["1_a.sql": text])
    let found = files.refusal {
      let migrator = try files.migrator()
      try files.maintain { try migrator.up($0) }
    }
    #expect(found.contains("1_a.sql:\(reason)"), "\(found)")
    guard FileManager.default.fileExists(atPath: files.database) else { return }
    #expect(try files.objects() == [])
  }

  static let texts = [
    "${name}", "{{ name }}", ":name", "?", "@id", "-- down", "$1", "/* */", "-- migrate:down\n",
    "a;\nb", "a\r\nb", "a\rb\r\n", "\\n", ".read x", "BEGIN;", "#{x}", "\u{feff}x", "it''s",
  ]

  @Test("A text runs as it stands", arguments: texts)
  func textsStay(text: String) throws {
    let files = try MigrationFiles([
      "1_a.sql": "CREATE TABLE t (a TEXT);\nINSERT INTO t VALUES ('\(text)');\n"
    ])
    try files.up()
    #expect(
      try Database.texts("SELECT hex(a) FROM t", in: files.database)
        == [text.replacing("''", with: "'").utf8.map { String(format: "%02X", $0) }.joined()])
    let findings = try files.migrator().lint().filter { $0.rule == .placeholder }
    let isMeant = text.contains("{") && text.contains("}")
    #expect(findings.map(\.line) == (isMeant ? [2] : []))
  }

  @Test("Line endings outside texts affect neither the schema nor the checksum")
  func lineEndings() throws {
    let unix = try MigrationFiles(["1_a.sql": "CREATE TABLE t (\n  a TEXT\n);\n"])
    let other = try MigrationFiles(["1_a.sql": "CREATE TABLE t (\r\n  a TEXT\r\n);\r\n\r\n"])
    #expect(try unix.read().migrations == other.read().migrations)
    try unix.up()
    try other.up()
    let sql = "SELECT sql FROM sqlite_schema WHERE name = 't'"
    #expect(
      try Database.texts(sql, in: unix.database) == Database.texts(sql, in: other.database))
  }

  @Test("A remark that mentions an option of the runner is not that option")
  func remarks() throws {
    let files = try MigrationFiles([
      "1_a.sql": "-- do not use backoffice:out-of-order here\nSELECT 1;",
      "2_b.sql": "-- backoffice:out-of-order since a hotfix\nSELECT 1;",
      "3_c.sql": "CREATE TABLE t (a TEXT);",
      "4_d.sql": "INSERT INTO t VALUES ('-- lint:ignore drop-table');\nDROP TABLE t;",
      "5_e.sql": "SELECT 1; -- lint:ignore",
    ])
    #expect(try files.read().migrations.prefix(2).map(\.allowsOutOfOrder) == [false, true])
    let findings = try files.migrator().lint()
    #expect(findings.contains { $0.rule == .dropTable && $0.line == 2 })
    #expect(findings.contains { $0.rule == .unknownRule && $0.file == "main/5_e.sql" })
  }

  @Test("Comments of one word are sections or remarks as the options say")
  func bareMarkers() throws {
    let files = try MigrationFiles([
      "1_a.sql": "CREATE TABLE a (b);\n-- down\nCREATE TABLE c (d);",
      "2_b.sql": "SELECT 1; -- up\n-- up\n",
    ])
    files.reading.bareMarkers = .remarks
    #expect(try files.read().migrations.map(\.down) == [nil, nil])
    try files.up()
    #expect(try files.objects().contains("c"))
    files.reading.bareMarkers = .sections
    #expect(try files.read().migrations[0].down == "CREATE TABLE c (d);\n")
  }

  @Test("SQLite's recipe for a rebuild runs when its transaction is unwrapped")
  func recipe() throws {
    let recipe = """
      PRAGMA foreign_keys=OFF;
      BEGIN;
      CREATE TABLE a (b);
      COMMIT;
      PRAGMA foreign_keys=ON;
      """
    #expect(try refusal(recipe)?.contains("1_a.sql:2 must not run [BEGIN;]") == true)
    for text in [recipe, ".timeout 30000\n.bail on\n\n" + recipe, "BEGIN;\nSELECT 1;\nEND;"] {
      #expect(try refusal(text) { $0.unwrapsTransactions = true } == nil)
    }
    for text in [
      "BEGIN; SELECT 1; COMMIT; SELECT 2;", "BEGIN; SELECT 1;", "SELECT 1; COMMIT;",
      "BEGIN; SELECT 1; BEGIN;", "BEGIN; SELECT 1; ROLLBACK;", "COMMIT; SELECT 1; COMMIT;",
      "BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT;", ".read x\nBEGIN; SELECT 1; COMMIT;",
    ] {
      #expect(try refusal(text) { $0.unwrapsTransactions = true } != nil, "\(text) ran")
    }
  }

  @Test("Each statement that the runner skips is a notice with its line")
  func notices() throws {
    let files = try MigrationFiles([
      "1_a.sql": ".timeout 1\nBEGIN;\nCREATE TABLE a (b);\nCOMMIT;\nPRAGMA foreign_keys = ON;",
      "2_b.sql": "-- nothing yet", "3_c.sql": "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;",
      "4_d.sql": "-- migrate:up\nSELECT 1;\n-- migrate:down transaction:false\nSELECT 2;",
    ])
    let migrator = try files.migrator { $0.unwrapsTransactions = true }
    var notices: [String] = []
    try files.maintain { maintenance throws in
      let note = { (event: MigrationEvent) in
        if case .notice(let notice) = event { notices.append("\(notice.file):\(notice.line)") }
      }
      try migrator.up(maintenance, progress: note)
      try migrator.downByOne(maintenance, progress: note)
    }
    #expect(
      notices == [
        "main/1_a.sql:1", "main/1_a.sql:2", "main/1_a.sql:4", "main/1_a.sql:5", "main/2_b.sql:1",
        "main/3_c.sql:1", "main/4_d.sql:3",
      ])
  }

  @Test("Scripts that consist of comments are recorded and reported, up and down")
  func empty() throws {
    let files = try MigrationFiles([
      "1_a.up.sql": "CREATE TABLE a (b);", "1_a.down.sql": "-- cannot be undone",
      "2_b.up.sql": "-- in code", "2_b.down.sql": "", "3_c.up.sql": "INSERT INTO a VALUES (1);",
      "3_c.down.sql": "/* no-op */",
    ])
    let migrator = try files.migrator()
    #expect(
      try migrator.verify().map { "\($0.file) \($0.problem)" } == [
        "main/1_a.down.sql emptyDown", "main/2_b.up.sql emptyUp", "main/3_c.down.sql emptyDown",
      ])
    #expect(
      try migrator.lint().filter { $0.rule != .unboundedWrite }.map { "\($0.file) \($0.rule)" } == [
        "main/1_a.down.sql downEmpty", "main/2_b.up.sql upEmpty", "main/3_c.down.sql downEmpty",
      ])
    try files.up()
    #expect(try files.applied() == ["1", "2", "3"])
    try files.maintain { maintenance throws in
      #expect(
        files.refusal { try migrator.down(maintenance, to: 0, of: "main") }
          == "main/1_a.down.sql contains no statements; remove it if the migration is not reversible"
      )
    }
    #expect(try files.applied() == ["1", "2", "3"])
    // The last two changed no schema.
    try files.maintain { try migrator.down($0, to: 1, of: "main") }
    #expect(try files.applied() == ["1"])
    let bold = try files.migrator { $0.allowsEmptyDowns = true }
    try files.maintain { try bold.down($0, to: 0, of: "main") }
    #expect(try files.applied() == [] && files.objects().contains("a"))
  }

  @Test("A new file is not run before it is written")
  func unwritten() throws {
    let text = "-- backoffice:unwritten until there is a statement\n"
    #expect(try refusal(text) == "main/1_a.sql contains no statements")
    #expect(try refusal(text + "SELECT 1;") == nil)
  }

  @Test("A down script that only the ledger has is not run when it is empty")
  func emptyInLedger() throws {
    let files = try MigrationFiles(["1_a.sql": "CREATE TABLE a (b);", "1_a.down.sql": "-- later"])
    try files.up()
    let other = try Migrator([MigrationPack("main", [])], unknownPacks: .allow)
    try files.maintain { maintenance throws in
      #expect(
        files.refusal { try other.down(maintenance, to: 0, of: "main") }
          .contains("contains no statements"))
    }
    #expect(try files.applied() == ["1"])
  }

  @Test("The error for a text in double quotes, or for a missing function, says what to do")
  func hints() throws {
    let table = "CREATE TABLE t (a TEXT);\n"
    #expect(
      try refusal(table + "INSERT INTO t VALUES (\"now\");")?.hasSuffix(
        "; double quotes are for names: write 'now', or allow double-quoted texts") == true)
    #expect(try refusal(table + "UPDATE t SET a = b;")?.contains("double quotes") == false)
    #expect(
      try refusal(table + "UPDATE t SET a = normalise(a);")?.hasSuffix(
        "; register normalise, or update SQLite") == true)
  }

  @Test("A script calls the functions that a program registers, also in trials")
  func functions() throws {
    let files = try MigrationFiles([
      "1_a.sql":
        "CREATE TABLE t (a TEXT);\nINSERT INTO t VALUES (shout('a')), (shout(upper('b')));",
      "1_a.down.sql": "DROP TABLE t;",
    ])
    let configure = { (options: inout Migrator.Options) in
      options.functions = [
        SQLFunction("shout", argumentCount: 1) { arguments in
          guard case .text(let text) = arguments[0] else { return .null }
          return .text(text + "!")
        },
        // SQLite's own function is not replaced.
        SQLFunction("upper", argumentCount: 1) { _ in .integer(0) },
      ]
    }
    #expect(try files.migrator(configure).verify() == [])
    #expect(try files.migrator(configure).lint() == [])
    try files.up(configure)
    #expect(try Database.texts("SELECT a FROM t", in: files.database) == ["a!", "B!"])
    let migrator = try files.migrator(configure)
    try files.maintain { maintenance throws in
      #expect(try migrator.drift(maintenance).lines == [])
      // It is gone after the run.
      #expect(
        files.refusal { try maintenance.executeScript("SELECT shout('a')") }.contains("shout"))
    }
  }

  @Test("Functions receive and return every storage class, and may fail")
  func values() throws {
    let files = try MigrationFiles([
      "1_a.sql": """
      CREATE TABLE t (a);
      INSERT INTO t VALUES (same(1)), (same(2.5)), (same('x')), (same(x'00ff')), (same(x'')), (same(NULL));
      """,
      "2_b.sql": "SELECT broken();",
    ])
    struct Broken: Error, CustomStringConvertible { let description = "it is broken" }
    let migrator = try files.migrator { options in
      options.functions = [
        SQLFunction("same") { $0[0] },
        SQLFunction("broken", argumentCount: 0) { _ in throw Broken() },
      ]
    }
    try files.maintain { maintenance throws in
      #expect(files.refusal { try migrator.up(maintenance) }.contains("it is broken"))
    }
    #expect(
      try Database.texts("SELECT typeof(a) || ':' || quote(a) FROM t", in: files.database) == [
        "integer:1", "real:2.5", "text:'x'", "blob:X'00FF'", "blob:X''", "null:NULL",
      ])
  }
}
