import BackofficeMigrations
import BackofficeTestSupport
import Testing

@Suite("Migrator: failures")
struct MigratorFailureTests {
  @Test("A failed migration leaves the file unchanged, and reports where it failed")
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
        "\(error)" == "test/v0002_bad.sql:5:1 failed and was rolled back: "
          + "table parents has no column named agee (code 1) "
          + "[in: INSERT INTO parents (name, agee) VALUES ('x', 1);]"
      }
      #expect(try maintenance.schemaDump() == before)
      #expect(try migrator.status(maintenance).map(\.short) == ["1 applied", "2 pending"])
    }
    #expect(try Database.texts("SELECT name FROM parents", in: file.path) == ["ten"])
  }

  @Test("Migrations before the failing one stay applied, later ones do not run")
  func failingMiddle() throws {
    let bad = Migration(version: 2, name: "bad", up: "CREATE TABLE parents (a);")
    let migrator = try Packs.migrator(Packs.parents, bad, Packs.names)
    try Database.maintain(.memory) { maintenance throws in
      #expect {
        try migrator.up(maintenance)
      } throws: { error in
        guard
          case MigrationError.statementFailed("test/v0002_bad.sql", 1, _, _, let reason)? =
            (error as? MigrationFailure)?.cause as? MigrationError
        else { return false }
        return reason.message == "table parents already exists"
      }
      #expect(
        try migrator.status(maintenance).map(\.short) == ["1 applied", "2 pending", "3 pending"])
    }
  }

  @Test("A statement that fails while it runs is reported at its first line")
  func failingStep() throws {
    let bad = Migration(
      version: 2, name: "bad",
      up: "INSERT INTO parents VALUES (1, 'a');\n\n-- again\nINSERT INTO parents\nVALUES (1, 'b');")
    try Database.maintain(.memory) { maintenance in
      #expect {
        try Packs.migrator(Packs.parents, bad).up(maintenance)
      } throws: { error in
        "\(error)" == "test/v0002_bad.sql:4:1 failed and was rolled back: "
          + "UNIQUE constraint failed: parents.pk (code 1555) "
          + "[in: INSERT INTO parents VALUES (1, 'b');]; 1 earlier step was committed"
      }
    }
  }

  @Test("A syntax error inside a statement is reported at its own line")
  func typingMistake() throws {
    let bad = Migration(
      version: 2, name: "bad",
      up: "SELECT 1;\nCREATE VIEW names AS\nSELECT name\nFORM parents;\nSELECT 2;")
    try Database.maintain(.memory) { maintenance in
      #expect {
        try Packs.migrator(Packs.parents, bad).up(maintenance)
      } throws: { error in
        "\(error)" == "test/v0002_bad.sql:4:6 failed and was rolled back: "
          + "near \"parents\": syntax error (code 1) "
          + "[in: CREATE VIEW names AS SELECT name FORM parents;]; 1 earlier step was committed"
      }
    }
  }

  @Test("OR ROLLBACK ends the transaction and leaves the file unchanged")
  func orRollback() throws {
    let bad = Migration(
      version: 2, name: "bad",
      up: """
        INSERT INTO parents VALUES (1, 'a');
        INSERT OR ROLLBACK INTO parents VALUES (1, 'b');
        """)
    let migrator = try Packs.migrator(Packs.parents, bad)
    let store = try Database(.memory) { maintenance in
      #expect(throws: MigrationFailure.self) { try migrator.up(maintenance) }
    }
    #expect(try store.texts("SELECT name FROM parents").isEmpty)
  }

  @Test("A migration that leaves orphans is rolled back, and the rows are reported")
  func orphans() throws {
    let bad = Migration(version: 3, name: "bad", up: "DELETE FROM parents WHERE pk = 10;")
    let migrator = try Packs.migrator(Packs.parents, Packs.children, bad)
    let store = try Database(.memory) { maintenance in
      try migrator.up(maintenance, to: 2, of: "test")
      try maintenance.executeScript(Packs.rows)
      #expect {
        try migrator.up(maintenance)
      } throws: { error in
        "\(error)" == "test/v0003_bad.sql was rolled back because it left 2 rows without a parent: "
          + "row 1 of children refers to a missing row of parents; "
          + "row 2 of children refers to a missing row of parents"
      }
    }
    #expect(try store.texts("SELECT name FROM parents ORDER BY pk") == ["ten", "eleven"])
  }

  @Test("A migration with a foreign key that can never be valid is rejected")
  func foreignKeyMismatch() throws {
    let bad = Migration(
      version: 2, name: "bad",
      up: "CREATE TABLE notes (name TEXT REFERENCES parents (name)) STRICT;")
    let migrator = try Packs.migrator(Packs.parents, bad)
    try Database.maintain(.memory) { maintenance in
      #expect {
        try migrator.up(maintenance)
      } throws: { error in
        "\(error)" == "test/v0002_bad.sql:1:1 failed and was rolled back: "
          + "foreign key mismatch - \"notes\" referencing \"parents\" (code 1) "
          + "[in: PRAGMA foreign_key_check]; 1 earlier step was committed"
      }
      #expect(try !maintenance.schemaDump().contains("notes"))
      // If another program left such a key, the store still opens.
      try maintenance.executeScript(bad.up)
      #expect(try Packs.all().up(maintenance).count == 2)
    }
  }

  @Test("Only the first of many orphans are listed")
  func manyOrphans() throws {
    let values = (1...13).map { "(\($0))" }.joined(separator: ", ")
    let bad = Migration(
      version: 3, name: "bad", up: "INSERT INTO children (parent_pk) VALUES \(values);")
    try Database.maintain(.memory) { maintenance in
      #expect {
        try Packs.migrator(Packs.parents, Packs.children, bad).up(maintenance)
      } throws: { error in
        guard let cause = (error as? MigrationFailure)?.cause as? MigrationError,
          case .foreignKeysViolated(_, let rows, let count) = cause
        else { return false }
        return rows.count == 10 && count == 13 && "\(cause)".hasSuffix("; and 3 more")
      }
    }
  }

  @Test("Existing orphans do not make a migration fail")
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
}
