import BackofficeMigrations
import BackofficeTestSupport
import Testing

@Suite("Drift")
struct SchemaDriftTests {
  @Test("A table that no migration created is drift, even without a ledger (scenario 17)")
  func handMadeTable() throws {
    let file = try TemporaryFile()
    let migrator = try Packs.all()
    try Database.maintain(.file(file.path)) { maintenance in
      #expect(try migrator.drift(maintenance).isDrift == false)
      try maintenance.executeScript("CREATE TABLE extra (a)")
      let drift = try migrator.drift(maintenance)
      #expect(drift.isDrift)
      #expect(drift.recorded == nil)
      #expect(drift.lines == ["table extra was added (a)"])
    }
  }

  @Test("A manual change is reported, also on a read-only connection")
  func changed() throws {
    let file = try TemporaryFile()
    let migrator = try Packs.all()
    try Database.maintain(.file(file.path)) { maintenance in
      try migrator.up(maintenance)
      #expect(try migrator.drift(maintenance).lines == [])
      try maintenance.executeScript(
        "DROP INDEX parents_name; ALTER TABLE parents ADD COLUMN age INTEGER;")
    }
    let drift = try Database.maintain(.readOnly(file.path)) { try migrator.drift($0) }
    #expect(drift.isDrift)
    #expect(
      drift.lines == [
        "table parents: column age was added (INTEGER)",
        "table parents: index parents_name was dropped",
      ])
  }

  @Test("A repeatable migration is not drift")
  func afterDown() throws {
    let file = try TemporaryFile()
    let migrator = try Packs.all()
    try Database.maintain(.file(file.path)) { maintenance in
      try migrator.up(maintenance)
      try migrator.down(maintenance, to: 1, of: "test")
      #expect(try migrator.drift(maintenance).lines == [])
      try migrator.up(maintenance)
      #expect(try migrator.drift(maintenance).isDrift == false)
    }
  }

  @Test("An edited old file that no longer applies is reported through the replay (scenario 18)")
  func editedAndBroken() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { maintenance in
      try Packs.all().up(maintenance)
      let before = try maintenance.schemaDump()
      let broken = Migration(
        version: 2, name: "children", up: "CREATE TABL children (pk);")
      let migrator = try Packs.migrator(Packs.parents, broken, Packs.names)
      let drift = try migrator.drift(maintenance)
      #expect(!drift.isDrift)
      #expect(drift.difference == nil)
      let text = try #require(drift.lines.first)
      #expect(
        text.hasPrefix(
          "the migrations fail on an empty database: "
            + "test/v0002_children.sql:1:8 failed and was rolled back: near \"TABL\""), "\(text)"
      )
      #expect(try maintenance.schemaDump() == before)
    }
  }

  @Test("A missing migration is reported, and the fingerprint still detects drift")
  func missing() throws {
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { maintenance in
      try Packs.all().up(maintenance)
      try maintenance.executeScript("CREATE TABLE extra (a)")
      let drift = try Packs.migrator(Packs.parents, Packs.names).drift(maintenance)
      #expect(drift.isDrift)
      #expect(
        drift.lines == [
          "the schema differs from the one that the ledger recorded",
          "test/v0002_children.sql was applied to this file but is missing from the program",
        ])
    }
  }
}
