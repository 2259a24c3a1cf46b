import BackofficeMigrations
import BackofficeTestSupport
import Foundation
import Testing

@Suite("Migrator: rejected databases")
struct MigratorRefusalTests {
  /// Opens `path` with the migrations, and returns the text of the error.
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

  @Test("H05: a file newer than the program is rejected, and not a byte of it changes")
  func newer() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { try Packs.all().up($0) }
    let before = try Data(contentsOf: URL(filePath: file.path))
    #expect(
      try refusal(file.path, Packs.parents)
        == "the file is newer than the program: test is at version 3, but the program has version 1; "
        + "update the program")
    #expect(try Data(contentsOf: URL(filePath: file.path)) == before)
    #expect(file.size(of: "-wal") == 0)
    #expect(try states(file.path, Packs.parents) == ["1 applied", "2 ahead", "3 ahead"])
    // The down scripts are recorded, so an older program can revert.
    let old = try Packs.migrator(Packs.parents)
    try Database.maintain(.file(file.path)) { maintenance throws in
      #expect(try old.down(maintenance, to: 1, of: "test").count == 2)
      #expect(try old.up(maintenance).isEmpty)
    }
  }

  @Test("A migration that was edited after it ran is rejected")
  func edited() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { try Packs.migrator(Packs.parents).up($0) }
    let edit = Migration(
      version: 1, name: "parents", up: Packs.parents.up + "SELECT 1;", down: Packs.parents.down)
    #expect(
      try refusal(file.path, edit, Packs.children)
        == "test/v0001_parents.sql was edited after it ran (recorded checksum "
        + "\(Packs.parents.checksum.prefix(12)), current checksum \(edit.checksum.prefix(12))); "
        + "restore it, and add a new migration instead")
    #expect(try states(file.path, edit, Packs.children) == ["1 edited", "2 pending"])
  }

  @Test("A missing migration and an out-of-order migration are rejected")
  func missingAndLate() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { maintenance in
      try Packs.migrator(Packs.parents, Packs.names).up(maintenance)
    }
    #expect(
      try refusal(file.path, Packs.names)
        == "test/v0001_parents.sql was applied to this file but is missing from the program; restore it"
    )
    #expect(try states(file.path, Packs.names) == ["1 missing", "3 applied"])
    #expect(
      try refusal(file.path, Packs.parents, Packs.children, Packs.names)
        == "test/v0002_children.sql has not run, but version 3 has; give it a higher version")
    #expect(
      try states(file.path, Packs.parents, Packs.children, Packs.names)
        == ["1 applied", "2 outOfOrder", "3 applied"])
  }

  @Test("A checksum with another algorithm is not reported as an edit")
  func otherAlgorithm() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { maintenance in
      try Packs.migrator(Packs.parents).up(maintenance)
      try maintenance.executeScript("UPDATE schema_migrations SET algorithm = 'sha3-lf'")
    }
    #expect(
      try refusal(file.path, Packs.parents)
        == "test/v0001_parents.sql was recorded with the unknown checksum algorithm sha3-lf; "
        + "update the program")
  }

  @Test("A file in which both names of the ledger are in use is rejected")
  func foreignLedger() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { maintenance in
      try maintenance.executeScript(
        """
        CREATE TABLE schema_migrations (version TEXT PRIMARY KEY, inserted_at TEXT);
        CREATE TABLE backoffice_migrations (a TEXT, b TEXT)
        """)
    }
    #expect(
      try refusal(file.path, Packs.parents)
        == "the file has tables schema_migrations and backoffice_migrations of other programs "
        + "(columns: a, b); use another file")
  }

  @Test("The other errors say what to do")
  func texts() {
    let texts = [
      MigrationError.duplicatePack("core"), .unknownPack("sites"),
      .unknownVersion(pack: "core", version: 9), .insideTransaction,
    ].map(\.description)
    #expect(
      texts == [
        "two migration packs are named core; names must be unique",
        "the file has migrations of the pack sites, which this program does not have; "
          + "add the pack, or allow unknown packs",
        "core has no version 9",
        "migrations cannot run inside a transaction; end it first",
      ])
  }

  @Test("If a migration is not reversible, the later ones are not reverted either")
  func noDown() throws {
    let fixed = Migration(version: 2, name: "fixed", up: "CREATE TABLE fixed (a);")
    let migrator = try Packs.migrator(Packs.parents, fixed, Packs.names)
    try Database.maintain(.memory) { maintenance in
      try migrator.up(maintenance)
      let before = try maintenance.schemaDump()
      #expect {
        try migrator.down(maintenance, to: 0, of: "test")
      } throws: { error in
        "\(error)" == "test/v0002_fixed.sql cannot be reverted: "
          + "it was recorded without a down script; restore a backup instead"
      }
      #expect(try maintenance.schemaDump() == before)
      #expect(try migrator.down(maintenance, to: 2, of: "test").count == 1)
    }
  }

  @Test("Migrations inside a transaction are rejected")
  func insideTransaction() throws {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript("BEGIN")
      #expect(throws: MigrationError.insideTransaction) { try Packs.all().up(maintenance) }
      try maintenance.executeScript("COMMIT")
    }
  }
}
