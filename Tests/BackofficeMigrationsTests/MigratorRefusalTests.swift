import BackofficeMigrations
import BackofficeTestSupport
import Foundation
import Testing

@Suite("Migrator: refusals")
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

  @Test("H05: a file newer than the library is refused, and not a byte of it changes")
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
