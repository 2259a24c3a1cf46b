import BackofficeStorage
import Foundation
import Testing

@Suite("Migrator: refusals and failures")
struct MigratorRefusalTests {
  /// Opens `path` with the steps, and answers the error's text.
  func refusal(_ path: String, _ migrations: Migration...) throws -> String {
    let migrator = try Migrator([MigrationPack("test", migrations)])
    do {
      _ = try Database(.file(path)) { try migrator.up($0) }
      return "no refusal"
    } catch {
      return "\(error)"
    }
  }

  func states(_ path: String, _ migrations: Migration...) throws -> [String] {
    let migrator = try Migrator([MigrationPack("test", migrations)])
    return try Database.maintain(.readOnly(path)) { try migrator.status($0).map(\.short) }
  }

  @Test("A file newer than the library is refused, and not a byte of it changes")
  func newer() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { try Packs.all().up($0) }
    let before = try Data(contentsOf: URL(filePath: file.path))
    #expect(
      try refusal(file.path, Packs.parents)
        == "the file is newer than the library: test is at version 3, this library knows 1; "
        + "update the library")
    #expect(try Data(contentsOf: URL(filePath: file.path)) == before)
    #expect(file.size(of: "-wal") == 0)
    #expect(try states(file.path, Packs.parents) == ["1 applied", "2 ahead", "3 ahead"])
    // The texts are in the file, so the older library can still lead it back.
    let old = try Packs.migrator(Packs.parents)
    try Database.maintain(.file(file.path)) { maintenance throws in
      #expect(try old.down(maintenance, to: 1, of: "test").count == 2)
      #expect(try old.up(maintenance).isEmpty)
    }
  }

  @Test("A step that was edited after it ran is refused")
  func edited() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { try Packs.migrator(Packs.parents).up($0) }
    let edit = Migration(
      version: 1, name: "parents", up: Packs.parents.up + "SELECT 1;", down: Packs.parents.down)
    #expect(
      try refusal(file.path, edit, Packs.children)
        == "test/v0001_parents.sql was edited after it ran (checksum then "
        + "\(Packs.parents.checksum.prefix(12)), now \(edit.checksum.prefix(12))); "
        + "restore its text and put the change into a new migration")
    #expect(try states(file.path, edit, Packs.children) == ["1 edited", "2 pending"])
  }

  @Test("A step that the library lost is refused, and one that came in below another")
  func missingAndLate() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { maintenance in
      try Packs.migrator(Packs.parents, Packs.names).up(maintenance)
    }
    #expect(
      try refusal(file.path, Packs.names)
        == "test/v0001_parents.sql ran on this file and is gone from the library; put it back")
    #expect(try states(file.path, Packs.names) == ["1 missing", "3 applied"])
    #expect(
      try refusal(file.path, Packs.parents, Packs.children, Packs.names)
        == "test/v0002_children.sql has not run, but version 3 has; give it a number above that")
    #expect(
      try states(file.path, Packs.parents, Packs.children, Packs.names)
        == ["1 applied", "2 outOfOrder", "3 applied"])
  }

  @Test("A checksum of another kind is not taken for an edit")
  func otherAlgorithm() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { maintenance in
      try Packs.migrator(Packs.parents).up(maintenance)
      try maintenance.executeScript("UPDATE schema_migrations SET algorithm = 'sha3-lf'")
    }
    #expect(
      try refusal(file.path, Packs.parents)
        == "test/v0001_parents.sql was recorded with the checksum sha3-lf, "
        + "which this library does not know; update the library")
  }

  @Test("The ledger of another tool is left alone")
  func foreignLedger() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { maintenance in
      try maintenance.executeScript(
        "CREATE TABLE schema_migrations (version TEXT PRIMARY KEY, inserted_at TEXT)")
    }
    #expect(
      try refusal(file.path, Packs.parents)
        == "the file's table schema_migrations was made by another tool "
        + "(its columns: version, inserted_at); use a file of its own")
  }

  @Test("A step that fails leaves exactly what was there, and says where it failed")
  func failing() throws {
    let file = try TemporaryFile()
    let bad = Migration(
      version: 2, name: "bad",
      up: """
        -- fine so far
        UPDATE parents SET name = 'changed';
        CREATE TABLE extra (a);

        INSERT INTO parents
          (name,
           agee)
        VALUES ('x', 1);
        """)
    try Database.maintain(.file(file.path)) { maintenance in
      let migrator = try Packs.migrator(Packs.parents, bad)
      try migrator.up(maintenance, to: 1, of: "test")
      try maintenance.executeScript("INSERT INTO parents (name) VALUES ('ten')")
      let before = try maintenance.schemaDump()
      #expect {
        try migrator.up(maintenance)
      } throws: { error in
        "\(error)" == "test/v0002_bad.sql:5 failed and was rolled back: "
          + "table parents has no column named agee (code 1) "
          + "[in: INSERT INTO parents (name, agee) VALUES ('x', 1);]"
      }
      #expect(try maintenance.schemaDump() == before)
      #expect(try migrator.status(maintenance).map(\.short) == ["1 applied", "2 pending"])
    }
    #expect(try Database.texts("SELECT name FROM parents", in: file.path) == ["ten"])
  }

  @Test("Steps before the failing one stay, those behind it do not run")
  func failingMiddle() throws {
    let bad = Migration(version: 2, name: "bad", up: "CREATE TABLE parents (a);")
    let migrator = try Packs.migrator(Packs.parents, bad, Packs.names)
    try Database.maintain(.memory) { maintenance throws in
      #expect {
        try migrator.up(maintenance)
      } throws: { error in
        guard
          case MigrationError.statementFailed("test/v0002_bad.sql", 1, _, let reason) = error
        else { return false }
        return reason.message == "table parents already exists"
      }
      #expect(
        try migrator.status(maintenance).map(\.short) == ["1 applied", "2 pending", "3 pending"])
    }
  }

  @Test("A statement that fails while it runs is named by its first line")
  func failingStep() throws {
    let bad = Migration(
      version: 2, name: "bad",
      up: "INSERT INTO parents VALUES (1, 'a');\n\n-- again\nINSERT INTO parents\nVALUES (1, 'b');")
    try Database.maintain(.memory) { maintenance in
      #expect {
        try Packs.migrator(Packs.parents, bad).up(maintenance)
      } throws: { error in
        "\(error)" == "test/v0002_bad.sql:4 failed and was rolled back: "
          + "UNIQUE constraint failed: parents.pk (code 1555) "
          + "[in: INSERT INTO parents VALUES (1, 'b');]"
      }
    }
  }

  @Test("A typing mistake deep in a statement is named by its own line")
  func typingMistake() throws {
    let bad = Migration(
      version: 2, name: "bad",
      up: "SELECT 1;\nCREATE VIEW names AS\nSELECT name\nFORM parents;\nSELECT 2;")
    try Database.maintain(.memory) { maintenance in
      #expect {
        try Packs.migrator(Packs.parents, bad).up(maintenance)
      } throws: { error in
        "\(error)" == "test/v0002_bad.sql:4 failed and was rolled back: "
          + "near \"parents\": syntax error (code 1) "
          + "[in: CREATE VIEW names AS SELECT name FORM parents;]"
      }
    }
  }

  @Test("OR ROLLBACK ends the transaction and still leaves nothing")
  func orRollback() throws {
    let bad = Migration(
      version: 2, name: "bad",
      up: """
        INSERT INTO parents VALUES (1, 'a');
        INSERT OR ROLLBACK INTO parents VALUES (1, 'b');
        """)
    let migrator = try Packs.migrator(Packs.parents, bad)
    let store = try Database(.memory) { maintenance in
      #expect(throws: MigrationError.self) { try migrator.up(maintenance) }
    }
    #expect(try store.texts("SELECT name FROM parents").isEmpty)
  }

  @Test("A step that leaves orphans is rolled back, and the rows are named")
  func orphans() throws {
    let bad = Migration(version: 3, name: "bad", up: "DELETE FROM parents WHERE pk = 10;")
    let migrator = try Packs.migrator(Packs.parents, Packs.children, bad)
    let store = try Database(.memory) { maintenance in
      try migrator.up(maintenance, to: 2, of: "test")
      try maintenance.executeScript(Packs.rows)
      #expect {
        try migrator.up(maintenance)
      } throws: { error in
        "\(error)" == "test/v0003_bad.sql was rolled back, as it left 2 rows without a parent: "
          + "row 1 of children refers to no row of parents; "
          + "row 2 of children refers to no row of parents"
      }
    }
    #expect(try store.texts("SELECT name FROM parents ORDER BY pk") == ["ten", "eleven"])
  }

  @Test("A step whose foreign key can never hold is refused")
  func foreignKeyMismatch() throws {
    let bad = Migration(
      version: 2, name: "bad",
      up: "CREATE TABLE notes (name TEXT REFERENCES parents (name)) STRICT;")
    let migrator = try Packs.migrator(Packs.parents, bad)
    try Database.maintain(.memory) { maintenance in
      #expect {
        try migrator.up(maintenance)
      } throws: { error in
        "\(error)" == "test/v0002_bad.sql:1 failed and was rolled back: "
          + "foreign key mismatch - \"notes\" referencing \"parents\" (code 1) "
          + "[in: PRAGMA foreign_key_check]"
      }
      #expect(try !maintenance.schemaDump().contains("notes"))
      // Where another program left such a key, the store still opens.
      try maintenance.executeScript(bad.up)
      #expect(try Packs.all().up(maintenance).count == 2)
    }
  }

  @Test("Of many orphans the first are named")
  func manyOrphans() throws {
    let values = (1...13).map { "(\($0))" }.joined(separator: ", ")
    let bad = Migration(
      version: 3, name: "bad", up: "INSERT INTO children (parent_pk) VALUES \(values);")
    try Database.maintain(.memory) { maintenance in
      #expect {
        try Packs.migrator(Packs.parents, Packs.children, bad).up(maintenance)
      } throws: { error in
        guard case MigrationError.foreignKeysViolated(_, let rows, let count) = error else {
          return false
        }
        return rows.count == 10 && count == 13 && "\(error)".hasSuffix("; and 3 more")
      }
    }
  }

  @Test("The remaining refusals are sentences that say what to do")
  func texts() {
    let texts = [
      MigrationError.duplicatePack("core"), .unknownPack("sites"),
      .unknownVersion(pack: "core", version: 9), .insideTransaction,
    ].map(\.description)
    #expect(
      texts == [
        "two migration packs are named core; give each a name of its own",
        "the file has migrations of the pack sites, which this program does not have; "
          + "add the pack, or allow unknown packs",
        "there is no version 9 of core",
        "migrations cannot run inside a transaction; end it first",
      ])
  }

  @Test("Orphans that were there before do not stop a step")
  func oldOrphans() throws {
    let migrator = try Packs.all()
    try Database.maintain(.memory) { maintenance in
      try migrator.up(maintenance, to: 2, of: "test")
      try maintenance.executeScript(
        """
        PRAGMA foreign_keys = OFF;
        INSERT INTO children (parent_pk) VALUES (77), (78);
        PRAGMA foreign_keys = ON;
        """)
      #expect(try migrator.up(maintenance).count == 1)
    }
  }

  @Test("Without a way back nothing is undone, not even the steps above that have one")
  func noDown() throws {
    let fixed = Migration(version: 2, name: "fixed", up: "CREATE TABLE fixed (a);")
    let migrator = try Packs.migrator(Packs.parents, fixed, Packs.names)
    try Database.maintain(.memory) { maintenance in
      try migrator.up(maintenance)
      let before = try maintenance.schemaDump()
      #expect {
        try migrator.down(maintenance, to: 0, of: "test")
      } throws: { error in
        "\(error)" == "test/v0002_fixed.sql cannot be undone: "
          + "it was recorded without a way back; restore a backup instead"
      }
      #expect(try maintenance.schemaDump() == before)
      #expect(try migrator.down(maintenance, to: 2, of: "test").count == 1)
    }
  }

  @Test("Migrations inside a transaction are refused")
  func insideTransaction() throws {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript("BEGIN")
      #expect(throws: MigrationError.insideTransaction) { try Packs.all().up(maintenance) }
      try maintenance.executeScript("COMMIT")
    }
  }
}
