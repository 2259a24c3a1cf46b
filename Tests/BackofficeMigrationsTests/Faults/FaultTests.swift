import BackofficeMigrations
import Testing

@Suite("Faults in folders of migrations")
struct FaultTests {
  /// Losses of a down script that rebuilds a table and omits one thing.
  static let forgotten: [Fault] = [
    Fault(
      "lost default", down: Fault.rebuild("NOT NULL DEFAULT ''", "NOT NULL"),
      "v0002_step.down.sql", "table items: column name lost the default ''"),
    Fault(
      "lost NOT NULL", down: Fault.rebuild("NOT NULL DEFAULT ''", "DEFAULT ''"),
      "v0002_step.down.sql", "table items: column name lost NOT NULL"),
    Fault(
      "changed type", down: Fault.rebuild("size INTEGER CHECK", "size INT CHECK"),
      "v0002_step.down.sql", "table items: column size changed its type from INTEGER to INT"),
    Fault(
      "lost foreign-key target",
      down: Fault.rebuild(
        "parent INTEGER REFERENCES parents (pk) ON DELETE CASCADE", "parent INTEGER"),
      "v0002_step.down.sql", "table items lost foreign key (parent) references parents (pk)"),
    Fault(
      "another action of a foreign key", down: Fault.rebuild(" ON DELETE CASCADE", ""),
      "changed foreign key (parent) references parents (pk) on delete cascade to foreign key"),
    Fault(
      "lost CHECK", down: Fault.rebuild(" CHECK (size >= 0)", ""),
      "v0002_step.down.sql", "table items lost check (size >= 0)"),
    Fault(
      "weaker CHECK", down: Fault.rebuild("size >= 0", "size >= -1"),
      "table items lost check (size >= 0); table items gained check (size >= - 1)"),
    Fault(
      "lost UNIQUE", down: Fault.rebuild(" TEXT UNIQUE", " TEXT"),
      "v0002_step.down.sql", "table items lost UNIQUE (code)"),
    Fault(
      "lost index", down: Fault.rebuild("CREATE INDEX items_parent ON items (parent);\n", ""),
      "v0002_step.down.sql", "table items: index items_parent was dropped"),
    Fault(
      "lost predicate of a partial index", down: Fault.rebuild(" WHERE size IS NOT NULL", ""),
      "table items: index items_size changed from [(size) where size is not null] to [(size)]"),
    Fault(
      "lost trigger",
      down: Fault.rebuild(
        """
        CREATE TRIGGER items_guard BEFORE DELETE ON items WHEN old.size > 100 BEGIN
          SELECT RAISE(ABORT, 'too big to go');
        END;
        """, ""), "v0002_step.down.sql", "items: trigger items_guard was dropped"),
    Fault(
      "changed trigger", down: Fault.rebuild("old.size > 100", "old.size > 1000"),
      "items: trigger items_guard changed from"),
    Fault(
      "lost view",
      down: Fault.rebuild(
        "CREATE VIEW big_items AS SELECT pk, name FROM items WHERE size > 10;", ""),
      "v0002_step.down.sql", "view big_items was dropped"),
    Fault(
      "lost collation", down: Fault.rebuild(" COLLATE NOCASE", ""),
      "table items: column name changed its collation from NOCASE to BINARY"),
    Fault(
      "generated column lost",
      down: Fault.rebuild("area INTEGER AS (size * size) STORED", "area INTEGER"),
      "table items: column area lost its expression (size * size) STORED"),
    Fault(
      "generated column no longer stored", down: Fault.rebuild(" STORED", ""),
      "table items: column area changed its expression (size * size) STORED to"),
    Fault(
      "STRICT lost", down: Fault.rebuild(") STRICT", ")"), "table items lost STRICT"),
    Fault(
      "AUTOINCREMENT lost",
      down: Fault.rebuild(" AUTOINCREMENT", "").replacing(Fault.mark, with: ""),
      "table items lost AUTOINCREMENT"),
    Fault(
      "columns in another order",
      up: "ALTER TABLE pairs ADD COLUMN c;",
      down: """
        CREATE TABLE fresh (b TEXT, a TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
        INSERT INTO fresh SELECT b, a FROM pairs;
        DROP TABLE pairs;
        ALTER TABLE fresh RENAME TO pairs;
        """, "table pairs changed the order of its columns from (a, b) to (b, a)"),
    Fault(
      "WITHOUT ROWID lost", up: "ALTER TABLE pairs ADD COLUMN c;",
      down: """
        CREATE TABLE fresh (a TEXT NOT NULL, b TEXT NOT NULL, PRIMARY KEY (a, b));
        INSERT INTO fresh SELECT a, b FROM pairs;
        DROP TABLE pairs;
        ALTER TABLE fresh RENAME TO pairs;
        """, "table pairs lost WITHOUT ROWID"),
    Fault(
      "another primary key", up: "ALTER TABLE pairs ADD COLUMN c;",
      down: """
        CREATE TABLE fresh (a TEXT, b TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID;
        INSERT INTO fresh SELECT a, b FROM pairs;
        DROP TABLE pairs;
        ALTER TABLE fresh RENAME TO pairs;
        """, "table pairs changed primary key (a, b) to (b, a)"),
  ]

  /// Down scripts that fail or are incomplete.
  static let wrong: [Fault] = [
    Fault(
      "typo in a down", down: "ALTER TABLE items DROP COLUMN ntoe;",
      "main/v0002_step.down.sql:1:", "no such column: \"ntoe\""),
    Fault(
      "wrong order of drops",
      up: "ALTER TABLE items ADD COLUMN note TEXT; CREATE INDEX items_note ON items (note);",
      down: "ALTER TABLE items DROP COLUMN note;\nDROP INDEX items_note;",
      "main/v0002_step.down.sql:1:", "error in index items_note after drop column"),
    Fault(
      "comment-only down", down: "-- ALTER TABLE items DROP COLUMN note;\n/* later */",
      "main/v0002_step.down.sql contains no statements, so it restores nothing"),
    Fault("missing down", down: nil, "main/v0002_step.sql has no down script"),
    Fault(
      "wrong table name", down: "ALTER TABLE item DROP COLUMN note;",
      "main/v0002_step.down.sql:1:", "no such table: item"),
    Fault(
      "DROP COLUMN IF EXISTS", down: "ALTER TABLE items DROP COLUMN IF EXISTS note;",
      "main/v0002_step.down.sql:1:", "near \"EXISTS\": syntax error"),
    Fault(
      "DROP INDEX ON", up: "CREATE INDEX items_name ON items (name);",
      down: "DROP INDEX items_name ON items;",
      "main/v0002_step.down.sql:1:", "near \"ON\": syntax error"),
    Fault(
      "re-added existing column", down: "ALTER TABLE items ADD COLUMN name TEXT;",
      "main/v0002_step.down.sql:1:", "duplicate column name: name"),
    Fault(
      "left-over table", up: "CREATE TABLE one (a); CREATE TABLE two (b);", down: "DROP TABLE one;",
      "main/v0002_step.down.sql does not restore the schema: table two was added (b)"),
    Fault(
      "view over a rebuilt table", down: Fault.rebuild("DROP VIEW big_items;\n", ""),
      "main/v0002_step.down.sql:", "error in view big_items"),
    Fault(
      "statement that does not restore the index",
      up: "DROP INDEX items_size;", down: "CREATE INDEX items_size ON items (size DESC);",
      "table items: index items_size changed from", "to [(size DESC)]"),
    Fault(
      "own COMMIT in a down", down: "ALTER TABLE items DROP COLUMN note;\nCOMMIT;",
      "main/v0002_step.down.sql:2 must not run [COMMIT;]"),
  ]

  /// Faults that depend on rows.
  static let rows = """
    INSERT INTO parents (pk, name) VALUES (1, 'a'), (2, 'a');
    INSERT INTO items (pk, parent, name, size) VALUES (1, 1, 'x', 1), (2, 1, 'y', 2), (9, 2, 'z', 3);
    DELETE FROM items WHERE pk = 9;
    """
  static let onRows: [Fault] = [
    Fault(
      "seeded rows not removed", .verifyOn(rows: rows),
      up: "INSERT INTO parents (name) VALUES ('seed');", down: "SELECT 1;",
      "v0002_step.down.sql does not restore the rows: table parents has 1 row more than before"),
    Fault(
      "values not restored", .verifyOn(rows: rows),
      up: "UPDATE parents SET name = upper(name);",
      down: "UPDATE parents SET name = 'b' WHERE name = 'A';",
      "v0002_step.down.sql does not restore the rows: "
        + "table parents: column name has different values"),
    Fault(
      "more rows removed than were seeded", .verifyOn(rows: rows),
      up: "INSERT INTO parents (name) VALUES ('a');", down: "DELETE FROM parents WHERE name = 'a';",
      "main/v0002_step.down.sql was rolled back because it left 2 rows without a parent"),
    Fault(
      "AUTOINCREMENT mark lost", .verifyOn(rows: rows),
      down: Fault.rebuild(Fault.mark, ""),
      "table items: the AUTOINCREMENT sequence decreased from 9 to 2"),
    Fault(
      "child rows under a cascade", .run(rows: rows), up: "DELETE FROM parents WHERE pk = 1;",
      down: "SELECT 1;",
      "main/v0002_step.sql was rolled back because it left 2 rows without a parent"),
    Fault(
      "unique index over doubled values", .verifyOn(rows: rows),
      up: "CREATE UNIQUE INDEX names ON parents (name);", down: "DROP INDEX names;",
      "main/v0002_step.sql:1:1 failed", "UNIQUE constraint failed: parents.name"),
    Fault(
      "NOT NULL without a default", .verifyOn(rows: rows),
      up: "ALTER TABLE parents ADD COLUMN age INTEGER NOT NULL;",
      down: "ALTER TABLE parents DROP COLUMN age;",
      "main/v0002_step.sql:1:", "Cannot add a NOT NULL column with default value NULL"),
  ]

  /// Faults of the names and contents of the files.
  static let files: [Fault] = [
    Fault(
      "misnamed file", .load,
      Fault.base.merging(["v0002_step_down.sql": "SELECT 1;"]) { one, _ in one },
      "v0002_step_down.sql is not a valid migration name"),
    Fault(
      "_up.sql among .up.sql", .load,
      ["001_a.up.sql": "SELECT 1;", "002_b_up.sql": "SELECT 1;"],
      "002_b_up.sql is not a valid migration name", "002_b.up.sql"),
    Fault(
      "double number", .load,
      Fault.base.merging(["v0001_other.sql": "SELECT 1;"]) { one, _ in one },
      "v0001_base.sql", "v0001_other.sql", "more than once"),
    Fault(
      "down without an up", .load,
      Fault.base.merging(["v0002_step.down.sql": "SELECT 1;"]) { one, _ in one },
      "v0002_step.down.sql has no up file"),
    Fault(
      "own COMMIT in a file", .run(rows: ""), up: "CREATE TABLE a (b);\nCOMMIT;", down: nil,
      "main/v0002_step.sql:2 must not run [COMMIT;]"),
    Fault(
      "ATTACH", .run(rows: ""), up: "ATTACH 'other.sqlite' AS other;", down: nil,
      "main/v0002_step.sql:1 must not run [ATTACH 'other.sqlite' AS other;]"),
    Fault(
      "broken pending file", .validate, up: "CREATE TABLE a (b);\n\nBEGIN;", down: nil,
      "main/v0002_step.sql:3 must not run [BEGIN;]"),
    Fault(
      "PRAGMA foreign_keys inside", .lint,
      up: "PRAGMA foreign_keys = OFF;\nCREATE TABLE a (b);", down: "DROP TABLE a;",
      "main/v0002_step.sql:1: warning: a PRAGMA changes the connection", "[pragma]"),
    Fault(
      "table renamed away before it is rebuilt", .lint,
      up: """
        ALTER TABLE parents RENAME TO old_parents;
        CREATE TABLE parents (pk INTEGER PRIMARY KEY, name TEXT NOT NULL, age INT) STRICT;
        INSERT INTO parents SELECT pk, name, NULL FROM old_parents;
        DROP TABLE old_parents;
        """, down: "SELECT 1;",
      "main/v0002_step.sql:1: error: table items: foreign key (parent) references old_parents",
      "[dangling-foreign-key]"),
    Fault(
      "index on moving time", .lint,
      up: "CREATE INDEX items_new ON items (name) WHERE name > date('now');",
      down: "DROP INDEX items_new;",
      "main/v0002_step.sql:1: error: table items: index items_new depends on the current time"),
    Fault(
      "edited after it ran",
      .changed(
        after: ["v0001_a.sql": "CREATE TABLE a (b, c);", "v0002_b.sql": "CREATE TABLE b (c);"]),
      ["v0001_a.sql": "CREATE TABLE a (b);"], "main/v0001_a.sql was edited after it ran"),
    Fault(
      "missing file", .changed(after: ["v0002_b.sql": "CREATE TABLE b (c);"]),
      ["v0001_a.sql": "CREATE TABLE a (b);", "v0002_b.sql": "CREATE TABLE b (c);"],
      "main/v0001_a.sql was applied to this file but is missing"),
    Fault(
      "late number",
      .changed(
        after: [
          "v0001_a.sql": "CREATE TABLE a (b);", "v0002_b.sql": "CREATE TABLE b (c);",
          "v0003_c.sql": "CREATE TABLE c (d);",
        ]), ["v0001_a.sql": "CREATE TABLE a (b);", "v0003_c.sql": "CREATE TABLE c (d);"],
      "main/v0002_b.sql has not run, but version 3 has"),
  ]

  static let sound: [Fault] = [
    Fault("a sound folder", .verify, Fault.base),
    Fault("a table rebuilt as it was", down: Fault.rebuild()),
    Fault("a table rebuilt over rows", .verifyOn(rows: rows), down: Fault.rebuild()),
    Fault(
      "another editor's line ends and byte order mark",
      .changed(after: ["v0001_a.sql": "\u{feff}CREATE TABLE a (\r\n  b\r\n);\r\n\r\n"]),
      ["v0001_a.sql": "CREATE TABLE a (\n  b\n);"]),
  ]

  @Test("Losses of a table rebuild are reported", arguments: forgotten)
  func checkForgotten(fault: Fault) throws { try check(fault) }

  @Test("A failing or incomplete down script is reported", arguments: wrong)
  func checkWrong(fault: Fault) throws { try check(fault) }

  @Test("Faults that depend on rows are reported", arguments: onRows)
  func checkOnRows(fault: Fault) throws { try check(fault) }

  @Test("Faults of the files are reported", arguments: files)
  func checkFiles(fault: Fault) throws { try check(fault) }

  @Test("A correct folder has no findings", arguments: sound)
  func checkSound(fault: Fault) throws {
    #expect(try FaultFolder(fault.files).findings(fault.way) == [])
  }

  @Test("There are at least thirty faults with unique names")
  func count() {
    let all = Self.forgotten + Self.wrong + Self.onRows + Self.files
    #expect(Set(all.map(\.name)).count == all.count)
    #expect(all.count >= 30, "\(all.count)")
  }

  private func check(_ fault: Fault) throws {
    let findings = try FaultFolder(fault.files).findings(fault.way)
    let isNamed = findings.contains { finding in
      fault.words.allSatisfy { finding.contains($0) }
    }
    #expect(isNamed, "\(fault.words) is not in \(findings)")
  }
}
