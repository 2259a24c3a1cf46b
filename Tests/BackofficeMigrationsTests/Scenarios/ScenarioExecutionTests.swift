import BackofficeMigrations
import Testing

/// The numbers are those of behaviors that the test suites of other runners cover.
@Suite("Scenarios: execution of a migration")
struct ScenarioExecutionTests {
  @Test(
    "22: A file with its own BEGIN and COMMIT is rejected with the line, unless it is allowed")
  func ownTransaction() throws {
    let files = try MigrationFiles([
      "1_own.sql": "-- by hand\nBEGIN IMMEDIATE;\nCREATE TABLE a (b);\nCOMMIT;"
    ])
    #expect(
      files.refusal { try files.up() }
        == "main/1_own.sql:2 must not run [BEGIN IMMEDIATE;]: "
        + "the runner controls the transaction and the connection's settings")
    #expect(try files.objects() == [])
    let unwrapping = try files.migrator { $0.unwrapsTransactions = true }
    try files.maintain { maintenance throws in
      #expect(try unwrapping.validate(maintenance) == [])
      var notices: [String] = []
      try unwrapping.up(maintenance) { event in
        if case .notice(let notice) = event { notices.append("\(notice)") }
      }
      #expect(
        notices == [
          "main/1_own.sql:2: skipped: the runner already uses a transaction",
          "main/1_own.sql:4: skipped: the runner already uses a transaction",
        ])
    }
    #expect(try files.applied() == ["1"])
  }

  @Test(
    "22: A COMMIT in the middle is always rejected",
    arguments: ["BEGIN; CREATE TABLE a (b); COMMIT; CREATE TABLE c (d);", "SELECT 1; ROLLBACK;"])
  func commitInTheMiddle(text: String) throws {
    let files = try MigrationFiles(["1_own.sql": text])
    let migrator = try files.migrator { $0.unwrapsTransactions = true }
    try files.maintain { maintenance throws in
      #expect(
        files.refusal { try migrator.up(maintenance) }.contains("main/1_own.sql:1 must not run ["))
    }
    #expect(try files.objects() == [])
  }

  @Test("26: Rows without a parent make a migration fail, and foreign keys are enabled afterwards")
  func foreignKeys() throws {
    let files = try MigrationFiles.three()
    try files.write(
      "INSERT INTO people (pk, name) VALUES (1, 'a');\nINSERT INTO notes VALUES (7, 1), (8, 5);",
      to: "004_rows.sql")
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(
        files.refusal { try migrator.up(maintenance) }
          == "main/004_rows.sql was rolled back because it left 1 row without a parent: "
          + "row 8 of notes refers to a missing row of people; 3 earlier steps were committed")
      #expect(try maintenance.pragmaText("foreign_keys") == "1")
      #expect(try maintenance.pragmaText("legacy_alter_table") == "0")
    }
    #expect(try Database.texts("SELECT name FROM people", in: files.database) == [])
  }

  @Test("26: Earlier foreign key violations do not make a migration fail")
  func oldOrphans() throws {
    let files = try MigrationFiles.three()
    try files.up()
    try files.maintain { maintenance throws in
      try maintenance.executeScript(
        "PRAGMA foreign_keys = OFF; INSERT INTO notes VALUES (1, 99); PRAGMA foreign_keys = ON;")
    }
    // One migration that changes the table, and one that does not.
    try files.write("ALTER TABLE notes ADD COLUMN text TEXT;", to: "004_text.sql")
    try files.write("CREATE TABLE other (a);", to: "005_other.sql")
    try files.up()
    try files.write("INSERT INTO notes (pk, person) VALUES (2, 98);", to: "006_more.sql")
    #expect(
      files.refusal { try files.up() }.hasPrefix(
        "main/006_more.sql was rolled back because it left 1 row without a parent: "))
    #expect(try files.applied() == ["1", "2", "3", "4", "5"])
  }

  @Test("26: The removal of a parent is found through its children, also after a rename")
  func parentGone() throws {
    let files = try MigrationFiles.three()
    try files.write(
      "INSERT INTO people (pk, name) VALUES (1, 'a'); INSERT INTO notes VALUES (7, 1);",
      to: "004_rows.sql")
    try files.up()
    try files.write("DELETE FROM people;", to: "005_gone.sql")
    #expect(
      files.refusal { try files.up() }.contains("row 7 of notes refers to a missing row of people"))
    try files.write(
      """
      ALTER TABLE notes RENAME TO remarks;
      UPDATE remarks SET person = 4;
      """, to: "005_gone.sql")
    #expect(
      files.refusal { try files.up() }.contains(
        "row 7 of remarks refers to a missing row of people"))
  }

  @Test("Pragmas are skipped with a notice, run and reset, or rejected")
  func pragmas() throws {
    let files = try MigrationFiles([
      "1_settings.sql": """
      PRAGMA foreign_keys=OFF;
      PRAGMA defer_foreign_keys = ON;
      CREATE TABLE a (b);
      PRAGMA legacy_alter_table = ON;
      PRAGMA user_version = 7;
      PRAGMA foreign_key_check;
      """
    ])
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      let trial = try migrator.dryRun(maintenance)
      #expect(trial.trials.first?.notices.map(\.line) == [1, 2])
      #expect(trial.trials.first?.statements == 4)
      try migrator.up(maintenance)
      #expect(try maintenance.pragmaText("legacy_alter_table") == "0")
      #expect(try maintenance.pragmaText("user_version") == "7")
    }
    for (name, statement) in [
      ("2_a.sql", "PRAGMA journal_mode = DELETE"), ("2_b.sql", "PRAGMA synchronous = OFF"),
      ("2_c.sql", "PRAGMA main.writable_schema = 1"), ("2_d.sql", "pragma recursive_triggers(0)"),
    ] {
      try files.write("\n\(statement);", to: name)
      #expect(
        files.refusal { try files.up() }
          == "main/\(name):2 must not run [\(statement);]: "
          + "the runner controls the transaction and the connection's settings")
      try files.remove(name)
    }
  }

  @Test("Migrations must not change the ledger")
  func ledger() throws {
    for statement in [
      "DELETE FROM schema_migrations", "DROP TABLE schema_migrations",
      "UPDATE Schema_Migrations SET batch = 1", "ALTER TABLE schema_migrations ADD COLUMN x",
      "CREATE TRIGGER t AFTER INSERT ON schema_migrations BEGIN SELECT 1; END",
      "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM schema_migrations; END",
    ] {
      let files = try MigrationFiles([
        "1_a.sql": "CREATE TABLE a (b);", "2_b.sql": "\(statement);\nINSERT INTO a VALUES (1);",
      ])
      #expect(files.refusal { try files.up() }.contains("main/2_b.sql"), "\(statement)")
      #expect(try files.applied() == ["1"], "\(statement)")
    }
  }

  @Test("Full-text and R-tree tables can be created and dropped")
  func virtualTables() throws {
    let files = try MigrationFiles([
      "1_a.sql": """
      CREATE VIRTUAL TABLE words USING fts5 (text);
      CREATE VIRTUAL TABLE old_words USING fts4 (text);
      CREATE VIRTUAL TABLE places USING rtree (id, x1, x2);
      INSERT INTO words VALUES ('a b'); INSERT INTO places VALUES (1, 2, 3);
      """,
      "1_a.down.sql": "DROP TABLE words; DROP TABLE old_words; DROP TABLE places;",
    ])
    let migrator = try files.migrator()
    try files.maintain { maintenance in
      try migrator.up(maintenance)
      try migrator.down(maintenance, to: 0, of: "main")
      #expect(try maintenance.schemaDump() == "")
    }
  }

  @Test("A string in double quotes is an error, unless it is allowed")
  func doubleQuotes() throws {
    let files = try MigrationFiles(["1_a.sql": "CREATE TABLE a (b);\nINSERT INTO a VALUES (\"x\");"]
    )
    #expect(files.refusal { try files.up() }.contains("main/1_a.sql:2:23 failed"))
    let allowing = try files.migrator { $0.allowsDoubleQuotedTexts = true }
    try files.maintain { maintenance throws in
      try allowing.up(maintenance)
      #expect(throws: SQLiteError.self) { try maintenance.executeScript("SELECT \"x\"") }
    }
    #expect(try Database.texts("SELECT b FROM a", in: files.database) == ["x"])
  }

  @Test("An error has the file, line, column and statement, also after multibyte characters")
  func place() throws {
    let files = try MigrationFiles([
      "1_a.sql":
        "CREATE TABLE a (b TEXT DEFAULT 'ä;ö');\r\n\r\n  /* ü */ SELECT 'é',  nowhere FROM a;"
    ])
    #expect(
      files.refusal { try files.up() }
        == "main/1_a.sql:3:24 failed and was rolled back: no such column: nowhere (code 1) "
        + "[in: SELECT 'é', nowhere FROM a;]")
  }
}
