import BackofficeMigrations
import BackofficeTestSupport
import Testing

@Suite("Rebuilding a table: errors")
struct TableRebuildRefusalTests {
  static let people = TableRebuildTests.people

  static let refusals: [(String, String, @Sendable (inout TableRebuild) -> Void, String)] = [
    (
      people, "nobody", { _ in }, "the table nobody does not exist"
    ),
    (
      "CREATE VIRTUAL TABLE words USING fts5(a);", "words", { _ in },
      "words cannot be rebuilt: it is virtual, or internal to the runner or SQLite"
    ),
    (
      "CREATE VIRTUAL TABLE words USING fts5(a);", "words_data", { _ in },
      "words_data cannot be rebuilt: it is virtual, or internal to the runner or SQLite"
    ),
    (
      people, "people", { $0.definition = "CREATE TABLE peple (pk)" },
      "the new definition of people must be CREATE TABLE people (…), "
        + "not [CREATE TABLE peple (pk)]"
    ),
    (
      people, "people", { $0.definition = "DROP TABLE people" },
      "the new definition of people must be CREATE TABLE people (…), not [DROP TABLE people]"
    ),
    (
      people, "people", { $0.definition = "CREATE TABLE people (pk INTEGER PRIMARY KEY, age)" },
      "the rebuild of people would lose the columns boss, name; "
        + "add them to the definition, or drop them explicitly"
    ),
    (
      people, "people", { $0.drop("nick") },
      "the rebuild of people uses the column nick, which does not exist"
    ),
    (
      people, "people", { $0.fill("nick", with: "1") },
      "the rebuild of people uses the column nick, which does not exist"
    ),
    (
      people, "people",
      { $0.definition = $0.definition.replacing("CHECK (age >= 0)", with: "") },
      "the rebuild of people would lose check (age >= 0); "
        + "add it to the definition, or drop it explicitly"
    ),
    (
      people, "people",
      {
        $0.definition = $0.definition.replacing(
          "REFERENCES people (pk) ON DELETE SET NULL", with: "")
      },
      "the rebuild of people would lose foreign key (boss) references people (pk) "
        + "on delete set null; add it to the definition, or drop it explicitly"
    ),
    (
      people, "people", { $0.definition = $0.definition.replacing("AUTOINCREMENT", with: "") },
      "the rebuild of people would lose AUTOINCREMENT; "
        + "add it to the definition, or drop it explicitly"
    ),
    (
      people, "people", { $0.definition = $0.definition.replacing("COLLATE NOCASE", with: "") },
      "the rebuild of people would lose COLLATE NOCASE; "
        + "add it to the definition, or drop it explicitly"
    ),
    (
      "CREATE TABLE a (b INT UNIQUE) STRICT;", "a", { $0.definition = "CREATE TABLE a (b INT)" },
      "the rebuild of a would lose UNIQUE (b); STRICT; "
        + "add it to the definition, or drop it explicitly"
    ),
    (
      people, "people",
      {
        $0.definition = $0.definition.replacing(
          "age INTEGER", with: "size INT NOT NULL, age INTEGER")
      },
      "the rebuild of people has no value for the NOT NULL column size; "
        + "fill it, or give it a default"
    ),
    (
      "CREATE TABLE a (b); INSERT INTO a VALUES (1), (1);", "a",
      { $0.definition = "CREATE TABLE a (b UNIQUE ON CONFLICT IGNORE)" },
      "the rebuild of a would keep only 1 of 2 rows; a constraint of the new table drops the others"
    ),
    (
      "CREATE TABLE a (b, c); CREATE INDEX ac ON a (c);", "a",
      {
        $0.definition = "CREATE TABLE a (b)"
        $0.drop("c")
      },
      "the rebuild of a would break index ac: no such column: c; change or drop it as well"
    ),
    (
      "CREATE TABLE a (b, c); CREATE VIEW v AS SELECT c FROM a;", "a",
      {
        $0.definition = "CREATE TABLE a (b)"
        $0.drop("c")
      },
      "the rebuild of a would break a trigger or view: error in view v: no such column: c; "
        + "change or drop it as well"
    ),
    (
      "CREATE TABLE a (b, c); CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT new.c; END;", "a",
      {
        $0.definition = "CREATE TABLE a (b)"
        $0.drop("c")
      },
      "the rebuild of a would break a trigger or view: error in trigger t: no such column: new.c; "
        + "change or drop it as well"
    ),
  ]

  @Test(
    "A rebuild that would lose something is rejected, and changes nothing", arguments: refusals)
  func refused(
    sql: String, table: String, change: @Sendable (inout TableRebuild) -> Void, text: String
  ) throws {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(sql)
      let before = try maintenance.schema()
      var found = "no refusal"
      do {
        try maintenance.rebuildTable(table) { change(&$0) }
      } catch {
        found = "\(error)"
      }
      #expect(found == text)
      #expect(try before.difference(to: maintenance.schema()).lines == [])
    }
  }

  @Test("Columns, indexes, triggers and constraints can be dropped explicitly")
  func givenUp() throws {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(
        Self.people + "CREATE INDEX ages ON people (age);"
          + "CREATE TRIGGER t AFTER INSERT ON people BEGIN SELECT new.age; END;")
      let difference = try maintenance.rebuildTable("people") { table in
        table.definition = "CREATE TABLE people (pk INTEGER PRIMARY KEY, name TEXT, boss INTEGER)"
        table.drop("age")
        table.dropIndex("ages")
        table.dropTrigger("t")
        for aspect in [SchemaChange.Aspect.check, .foreignKey, .autoincrement, .collation] {
          table.dropConstraints(aspect)
        }
      }
      #expect(
        difference.lines == [
          "table people lost AUTOINCREMENT", "table people: column age was dropped",
          "table people: column name changed its collation from NOCASE to BINARY",
          "table people lost check (age >= 0)",
          "table people lost foreign key (boss) references people (pk) on delete set null",
          "table people: index ages was dropped", "people: trigger t was dropped",
        ])
    }
  }

  @Test("A row that violates the new definition rolls back the rebuild")
  func brokenRow() throws {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(Self.people + "UPDATE people SET age = NULL WHERE pk = 2;")
      #expect(throws: SQLiteError.self) {
        try maintenance.rebuildTable("people") { table in
          table.definition = table.definition.replacing(
            "age INTEGER", with: "age INTEGER NOT NULL")
        }
      }
      #expect(try maintenance.firstColumn("SELECT count(*) FROM people") == ["2"])
      #expect(try maintenance.firstColumn("PRAGMA foreign_keys") == ["1"])
      #expect(try maintenance.firstColumn("PRAGMA legacy_alter_table") == ["0"])
    }
  }

  @Test("Adding a value to the list of a CHECK is a change, not a loss")
  func widenedCheck() throws {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript("CREATE TABLE a (b CHECK (b IN ('x', 'y')));")
      let difference = try maintenance.rebuildTable("a") { table in
        table.definition = "CREATE TABLE a (b CHECK (b IN ('x', 'y', 'z')))"
      }
      #expect(difference.changes.count == 2)
    }
  }

  @Test("Too little disk space is detected before anything is written")
  func room() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { maintenance in
      try maintenance.executeScript("CREATE TABLE a (b); INSERT INTO a VALUES (zeroblob(3000000));")
      var found: TableRebuildError?
      do {
        _ = try maintenance.rebuildTable("a", freeBytes: 6_000_000) { _ in }
      } catch let error as TableRebuildError {
        found = error
      }
      guard case .diskTooFull("a", let needed, 6_000_000) = found else {
        Issue.record("not refused: \(String(describing: found))")
        return
      }
      #expect((6_600_000...6_700_000).contains(needed))
      _ = try maintenance.rebuildTable("a", freeBytes: needed) { _ in }
    }
  }
}
