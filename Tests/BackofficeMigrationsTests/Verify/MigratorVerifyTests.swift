import BackofficeMigrations
import BackofficeTestSupport
import Foundation
import Testing

@Suite("Migrator: verification")
struct MigratorVerifyTests {
  @Test("Correct migrations have no findings")
  func sound() throws {
    #expect(try Packs.all().verify() == [])
  }

  @Test("A down script that restores another schema is reported with the difference")
  func notRestored() throws {
    let sloppy = Migration(
      version: 1, name: "sloppy",
      up: "CREATE TABLE a (b);\nCREATE TABLE c (d);", down: "DROP TABLE a;")
    let repeated = Migration(
      version: 2, name: "repeated", up: "CREATE TABLE IF NOT EXISTS e (f);", down: "SELECT 1;")
    let findings = try Packs.migrator(sloppy).verify().map(\.description)
    #expect(
      findings == [
        "test/v0001_sloppy.down.sql does not restore the schema: table c was added (d)"
      ])
    #expect(
      try Packs.migrator(Packs.parents, repeated).verify().map(\.description) == [
        "test/v0002_repeated.down.sql does not restore the schema: table e was added (f)"
      ])
  }

  @Test("A missing and a failing down script are reported")
  func irreversible() throws {
    let fixed = Migration(version: 1, name: "fixed", up: "CREATE TABLE a (b);")
    let broken = Migration(
      version: 2, name: "broken", up: "CREATE TABLE c (d);", down: "DROP TABLE cc;")
    #expect(
      try Packs.migrator(fixed, broken).verify().map(\.description) == [
        "test/v0001_fixed.sql has no down script",
        "test/v0002_broken.down.sql:1:1 failed and was rolled back: no such table: cc (code 1) "
          + "[in: DROP TABLE cc;]",
      ])
  }

  @Test("Pending migrations are verified on a copy of the file, which is unchanged")
  func pendingOnCopy() throws {
    let file = try TemporaryFile()
    let strict = Migration(
      version: 2, name: "unique_names", up: "CREATE UNIQUE INDEX names ON parents (name);",
      down: "DROP INDEX names;")
    let migrator = try Packs.migrator(Packs.parents, strict)
    #expect(try migrator.verify() == [])
    try Database.maintain(.file(file.path)) { maintenance in
      try migrator.up(maintenance, to: 1, of: "test")
      #expect(try migrator.verifyPending(maintenance) == [])
      try maintenance.executeScript("INSERT INTO parents (name) VALUES ('a'), ('a')")
      let before = try maintenance.schemaDump()
      #expect(
        try migrator.verifyPending(maintenance).map(\.description) == [
          "test/v0002_unique_names.sql:1:1 failed and was rolled back: "
            + "UNIQUE constraint failed: parents.name (code 2067) "
            + "[in: CREATE UNIQUE INDEX names ON parents (name);]"
        ])
      #expect(try maintenance.schemaDump() == before)
      #expect(try migrator.status(maintenance).map(\.short) == ["1 applied", "2 pending"])
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: file.folder.path) == ["test.sqlite"])
  }

  /// Migrations of a table with rows, which only a copy of a file contains.
  static func pending(_ up: String, _ down: String) throws -> [String] {
    let step = Migration(version: 2, name: "step", up: up, down: down)
    let base = Migration(
      version: 1, name: "base",
      up: "CREATE TABLE a (b INTEGER PRIMARY KEY AUTOINCREMENT, c TEXT, d INT);",
      down: "DROP TABLE a;")
    let migrator = try Packs.migrator(base, step)
    return try Database.maintain(.memory) { maintenance in
      try migrator.up(maintenance, to: 1, of: "test")
      try maintenance.executeScript(
        "INSERT INTO a VALUES (1, 'x', 10), (2, 'y', 20), (9, 'z', 30); DELETE FROM a WHERE b = 9;")
      return try migrator.verifyPending(maintenance).map(\.description)
    }
  }

  @Test("A down script that restores the schema but not the rows is reported with table and column")
  func rowsNotRestored() throws {
    let start = "test/v0002_step.down.sql does not restore the rows: "
    #expect(
      try Self.pending("ALTER TABLE a DROP COLUMN d;", "ALTER TABLE a ADD COLUMN d INT;")
        == [start + "table a: column d has different values"])
    #expect(
      try Self.pending("SELECT 1;", "DELETE FROM a WHERE b = 1;")
        == [start + "table a lost 1 of its 2 rows"])
    #expect(
      try Self.pending("INSERT INTO a (c) VALUES ('seed');", "SELECT 1;")
        == [start + "table a has 1 row more than before"])
    #expect(
      try Self.pending("UPDATE a SET c = 'q';", "SELECT 1;")
        == [start + "table a: column c has different values"])
    #expect(
      try Self.pending(
        "SELECT 1;", "UPDATE a SET d = 30 - d;")
        == [start + "table a has its values in different rows"])
    #expect(
      try Self.pending(
        "SELECT 1;",
        """
        CREATE TABLE n (b INTEGER PRIMARY KEY AUTOINCREMENT, c TEXT, d INT);
        INSERT INTO n SELECT * FROM a;
        DROP TABLE a;
        ALTER TABLE n RENAME TO a;
        """) == [start + "table a: the AUTOINCREMENT sequence decreased from 9 to 2"])
    #expect(
      try Self.pending(
        "INSERT INTO a (c) VALUES ('seed');", "DELETE FROM a WHERE c = 'seed';") == [])
  }

  @Test("A migration that only works once is reported")
  func notRepeatable() throws {
    let once = Migration(
      version: 2, name: "once",
      up: "CREATE TABLE IF NOT EXISTS marks (a);\nINSERT INTO marks VALUES (1);",
      down: "DELETE FROM marks; DROP TABLE marks;")
    let base = Migration(version: 1, name: "base", up: "CREATE TABLE b (c);", down: "DROP TABLE b;")
    #expect(try Packs.migrator(base, once).verify() == [])
  }

  @Test("Reverting and reapplying all migrations is verified as well")
  func together() throws {
    // Each down script is correct on its own; the first fails only after the second.
    let one = Migration(
      version: 1, name: "one", up: "CREATE TABLE a (b);",
      down: "DROP TABLE a;")
    let two = Migration(
      version: 2, name: "two", up: "CREATE TABLE c (d); INSERT INTO a VALUES (1);",
      down: "DROP TABLE c; DELETE FROM a;")
    #expect(try Packs.migrator(one, two).verify() == [])
  }

  @Test("Migrations after a wrong down script are still verified, with the correct schema")
  func goesOn() throws {
    let wrong = Migration(
      version: 1, name: "wrong", up: "CREATE TABLE a (b);", down: "SELECT 1;")
    let empty = Migration(
      version: 2, name: "empty", up: "CREATE TABLE c (d);", down: "SELECT 1;")
    let good = Migration(version: 3, name: "good", up: "DROP TABLE a;", down: "CREATE TABLE a (b);")
    #expect(
      try Packs.migrator(wrong, empty, good).verify().map(\.description) == [
        "test/v0001_wrong.down.sql does not restore the schema: table a was added (b)",
        "test/v0002_empty.down.sql does not restore the schema: table c was added (d)",
      ])
  }

  @Test("A squash point that differs from the migrations it replaces is reported")
  func squash() throws {
    let steps = [
      Migration(version: 1, name: "one", up: "CREATE TABLE a (b);", down: "DROP TABLE a;"),
      Migration(
        version: 2, name: "two", up: "ALTER TABLE a ADD COLUMN c TEXT NOT NULL DEFAULT '';",
        down: "ALTER TABLE a DROP COLUMN c;"),
    ]
    let good = Migration(
      version: 2, name: "all", kind: .squash,
      up: "CREATE TABLE a (b, c TEXT DEFAULT '' NOT NULL);")
    let bad = Migration(version: 2, name: "all", kind: .squash, up: "CREATE TABLE a (b, c TEXT);")
    #expect(try Migrator([MigrationPack("test", steps + [good])]).verify() == [])
    let findings = try Migrator([MigrationPack("test", steps + [bad])]).verify()
    #expect(
      findings.map(\.problem.lines) == [
        ["table a: column c lost NOT NULL", "table a: column c lost the default ''"]
      ])
  }

  @Test("Migrations in Swift are verified like all others")
  func code() throws {
    let base = Migration(
      version: 1, name: "base", up: "CREATE TABLE a (b INT, c TEXT);", down: "DROP TABLE a;")
    let code = Migration(version: 2, name: "code") { transaction in
      try transaction.rebuildTable("a") { table in
        table.definition = "CREATE TABLE a (b INT NOT NULL, c TEXT)"
        table.fill("b", with: "coalesce(b, 0)")
      }
    } down: { transaction in
      try transaction.rebuildTable("a") { $0.definition = "CREATE TABLE a (b, c TEXT)" }
    }
    #expect(
      try Packs.migrator(base, code).verify().map(\.problem.lines) == [
        ["table a: column b changed its type from INT to none"]
      ])
  }

  @Test("A hundred small migrations are verified")
  func hundred() throws {
    let migrations = (1...100).map { version in
      Migration(
        version: MigrationVersion(version), name: "step_\(version)",
        up: """
          CREATE TABLE t\(version) (
            pk INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', size INT CHECK (size >= 0)
          ) STRICT;
          CREATE INDEX t\(version)_name ON t\(version) (name) WHERE size IS NOT NULL;
          INSERT INTO t\(version) (name) VALUES ('seed');
          """, down: "DROP TABLE t\(version);")
    }
    let migrator = try Migrator([MigrationPack("test", migrations)])
    #expect(try migrator.verify() == [])
  }
}

extension MigrationFinding.Problem {
  /// The lines of the difference, if there is one.
  var lines: [String] {
    switch self {
    case .notRestored(let difference), .notRepeatable(let difference),
      .notConvergent(let difference):
      difference.lines
    case .rowsNotRestored(let lines), .rowsNotRepeatable(let lines): lines
    case .fails, .throwsError, .irreversible, .emptyDown, .emptyUp, .loses: []
    }
  }
}
