import BackofficeMigrations
import BackofficeTestSupport
import Testing

@Suite("Migrations in Swift")
struct CodeMigrationTests {
  private struct Unwilling: Error {}

  private static func capitals(revision: String = "1", fails: Bool = false) -> Migration {
    Migration(
      version: 2, name: "capitals", revision: revision,
      up: { transaction in
        let rows = try transaction.fetchAll(sql: "SELECT pk, name FROM parents") { row in
          (try row.value(at: 0, as: Int.self), try row.value(at: 1, as: String.self))
        }
        for (pk, name) in rows {
          try transaction.execute(
            sql: "UPDATE parents SET name = ? WHERE pk = ?", name.uppercased(), pk)
        }
        if fails { throw Unwilling() }
      },
      down: { transaction in
        try transaction.execute(sql: "UPDATE parents SET name = lower(name)")
      })
  }

  @Test(
    "Code runs in the runner's transaction, is recorded by its revision, and is reverted by code")
  func upAndDown() throws {
    let file = try TemporaryFile()
    let migrator = try Packs.migrator(Packs.parents, Self.capitals())
    try Database.maintain(.file(file.path)) { maintenance throws in
      try migrator.up(maintenance, to: 1, of: "test")
      try maintenance.executeScript("INSERT INTO parents (name) VALUES ('ten')")
      #expect(try migrator.up(maintenance).map(\.description) == ["test/v0002_capitals.sql"])
      #expect(try migrator.diagnose(maintenance).isCurrent)
      #expect(try migrator.status(maintenance).last?.isReversible == true)
    }
    #expect(try Database.texts("SELECT name FROM parents", in: file.path) == ["TEN"])
    #expect(
      try Database.texts(
        "SELECT algorithm || ' ' || checksum FROM schema_migrations WHERE version = '2'",
        in: file.path) == ["declared 1"])
    try Database.maintain(.file(file.path)) { maintenance throws in
      let other = try Packs.migrator(Packs.parents, Self.capitals(revision: "2"))
      #expect(try other.status(maintenance).map(\.short) == ["1 applied", "2 edited"])
      // A program without the code cannot revert it.
      let old = try Packs.migrator(Packs.parents)
      #expect(throws: MigrationError.self) { try old.down(maintenance, to: 1, of: "test") }
      try migrator.down(maintenance, to: 1, of: "test")
    }
    #expect(try Database.texts("SELECT name FROM parents", in: file.path) == ["ten"])
  }

  @Test("An error in code rolls back its migration, and is the cause of the failure")
  func failing() throws {
    let migrator = try Packs.migrator(Packs.parents, Self.capitals(fails: true))
    let database = try Database(.memory) { maintenance throws in
      try migrator.up(maintenance, to: 1, of: "test")
      try maintenance.executeScript("INSERT INTO parents (name) VALUES ('ten')")
      do {
        try migrator.up(maintenance)
        Issue.record("it went through")
      } catch let failure as MigrationFailure {
        #expect(failure.cause is Unwilling)
        #expect(failure.failed.description == "test/v0002_capitals.sql")
      }
    }
    #expect(try database.texts("SELECT name FROM parents") == ["ten"])
  }

  @Test("Code must not end the transaction or change the ledger")
  func guarded() throws {
    for statement in ["COMMIT", "DELETE FROM schema_migrations", "ATTACH 'x' AS y"] {
      let migration = Migration(
        version: 2, name: "bad", up: { try $0.executeScript(statement) })
      let migrator = try Packs.migrator(Packs.parents, migration)
      try Database.maintain(.memory) { maintenance throws in
        #expect(throws: MigrationFailure.self) { try migrator.up(maintenance) }
        #expect(try migrator.status(maintenance).map(\.short) == ["1 applied", "2 pending"])
      }
    }
  }

  @Test("Code can rebuild a table that other tables refer to")
  func rebuild() throws {
    let file = try TemporaryFile()
    let rebuild = Migration(
      version: 3, name: "rebuild",
      up: { transaction in
        try transaction.rebuildTable("parents") { table in
          table.definition =
            "CREATE TABLE parents (pk INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT"
        }
      })
    let migrator = try Packs.migrator(Packs.parents, Packs.children, rebuild)
    try Database.maintain(.file(file.path)) { maintenance throws in
      try migrator.up(maintenance, to: 2, of: "test")
      try maintenance.executeScript(Packs.rows)
      try migrator.up(maintenance)
    }
    #expect(
      try Database.texts("SELECT parent_pk || '' FROM children", in: file.path) == [
        "10", "10", "11",
      ])
  }
}
