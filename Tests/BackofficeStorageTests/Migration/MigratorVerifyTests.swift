import BackofficeStorage
import Foundation
import Testing

@Suite("Migrator: trial runs")
struct MigratorVerifyTests {
  @Test("Sound steps have no findings")
  func sound() throws {
    #expect(try Packs.all().verify() == [])
  }

  @Test("A way back that restores something else is named with the difference")
  func notRestored() throws {
    let sloppy = Migration(
      version: 1, name: "sloppy",
      up: "CREATE TABLE a (b);\nCREATE TABLE c (d);", down: "DROP TABLE a;")
    let repeated = Migration(
      version: 2, name: "repeated", up: "CREATE TABLE IF NOT EXISTS e (f);", down: "SELECT 1;")
    let findings = try Packs.migrator(sloppy).verify().map(\.description)
    #expect(
      findings == [
        "test/v0001_sloppy.down.sql does not restore the schema: left over [CREATE TABLE c (d);]",
        "test/v0001_sloppy.sql:2:14 failed and was rolled back: table c already exists (code 1) "
          + "[in: CREATE TABLE c (d);]",
      ])
    #expect(
      try Packs.migrator(Packs.parents, repeated).verify().map(\.description) == [
        "test/v0002_repeated.down.sql does not restore the schema: "
          + "left over [CREATE TABLE e (f);]"
      ])
  }

  @Test("A step without a way back, and one whose way back does not run, are findings")
  func irreversible() throws {
    let fixed = Migration(version: 1, name: "fixed", up: "CREATE TABLE a (b);")
    let broken = Migration(
      version: 2, name: "broken", up: "CREATE TABLE c (d);", down: "DROP TABLE cc;")
    #expect(
      try Packs.migrator(fixed, broken).verify().map(\.description) == [
        "test/v0001_fixed.sql has no way back",
        "test/v0002_broken.down.sql:1:1 failed and was rolled back: no such table: cc (code 1) "
          + "[in: DROP TABLE cc;]",
      ])
  }

  @Test("Pending steps are tried on a copy with the rows of the file, which stays as it is")
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
}
