import BackofficeMigrations
import Foundation
import Testing

/// The numbers are those of behaviors that the test suites of other runners cover.
@Suite("Scenarios: differences between folder and file")
struct ScenarioHistoryTests {
  @Test("13: A migration that is missing from the folder is reported")
  func missing() throws {
    let files = try MigrationFiles.three()
    try files.up()
    try files.remove("002_notes.sql")
    try files.remove("002_notes.down.sql")
    #expect(
      files.refusal { try files.up() }
        == "main/002_notes.sql was applied to this file but is missing from the program; restore it"
    )
  }

  @Test(
    "14: An edited migration is rejected with both checksums, and is not pending")
  func edited() throws {
    let files = try MigrationFiles.three()
    try files.up()
    let before = try files.read().migrations[0].checksum
    try files.write(
      "CREATE TABLE people (pk INTEGER PRIMARY KEY, name TEXT);", to: "001_people.sql")
    let after = try files.read().migrations[0].checksum
    let id = MigrationID(pack: "main", version: 1, name: "people")
    #expect(throws: MigrationError.edited(id, recorded: before, found: after)) { try files.up() }
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(
        try migrator.status(maintenance).map(\.short) == ["1 edited", "2 applied", "3 applied"])
    }
  }

  @Test("15: An out-of-order migration is an error, unless it is allowed")
  func outOfOrder() throws {
    let files = try MigrationFiles.three()
    try files.up()
    try files.write("CREATE TABLE late (a);", to: "0025_late.sql")
    let migrator = try files.migrator()
    // Versions are compared numerically: 25 is above 3.
    try files.maintain { maintenance throws in
      #expect(try migrator.up(maintenance).map(\.id.version) == [25])
    }
    try files.write("CREATE TABLE later (a);", to: "007_later.sql")
    #expect(
      files.refusal { try files.up() }
        == "main/007_later.sql has not run, but version 25 has; give it a higher version")
    let allowed = try files.migrator { $0.outOfOrder = ["main/007_later.sql"] }
    try files.maintain { maintenance throws in
      #expect(try allowed.dryRun(maintenance).trials.map(\.step.id.version) == [7])
    }
    try files.write(
      "-- backoffice:out-of-order\nCREATE TABLE later (a);", to: "007_later.sql")
    try files.up()
    #expect(try files.applied() == ["1", "2", "3", "25", "7"])
    // Migrations are reverted in the reverse order of their execution.
    try files.write("DROP TABLE later;", to: "007_later.down.sql")
    let again = try files.migrator()
    try files.maintain { maintenance throws in
      let id = try #require(try again.status(maintenance).first { $0.isDownEdited }?.id)
      try again.repair(maintenance, [.adoptDown(id)])
      #expect(try again.downByOne(maintenance)?.id.version == 7)
    }
  }

  @Test("17: A table that no migration created is drift, with and without a ledger")
  func drift() throws {
    let files = try MigrationFiles.three()
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      try maintenance.executeScript("CREATE TABLE by_hand (a)")
      let drift = try #require(try migrator.diagnose(maintenance).drift)
      #expect(drift.recorded == nil)
      try maintenance.executeScript("DROP TABLE by_hand")
      try migrator.up(maintenance)
      #expect(try migrator.diagnose(maintenance).isCurrent)
      try maintenance.executeScript("ALTER TABLE people ADD COLUMN by_hand TEXT")
      let changed = try #require(try migrator.diagnose(maintenance).drift)
      #expect(changed.recorded != nil && changed.recorded != changed.found)
      #expect(try !migrator.diagnose(maintenance).isCurrent)
    }
  }

  @Test("18: An edited migration that now fails is found by replay on a scratch database")
  func replay() throws {
    let files = try MigrationFiles.three()
    try files.up()
    try files.write("CREATE TABLE persons (pk INTEGER PRIMARY KEY);", to: "001_people.sql")
    let before = try Data(contentsOf: URL(filePath: files.database))
    #expect(try !files.migrator().verify().isEmpty)
    #expect(try Data(contentsOf: URL(filePath: files.database)) == before)
  }

  @Test("19: An invalid pending migration is reported before it runs")
  func brokenPending() throws {
    let files = try MigrationFiles.three()
    try files.write("-- one day\n", to: "004_empty.sql")
    try files.write("CREATE TABLE x (a);\nVACUUM;", to: "005_vacuum.sql")
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(
        try migrator.diagnose(maintenance).broken.map(\.description) == [
          "main/005_vacuum.sql:2 must not run [VACUUM;]: "
            + "the runner controls the transaction and the connection's settings"
        ])
      #expect(try migrator.validate(maintenance).count == 1)
    }
  }

  @Test("20: The error for a missing folder is clear")
  func noFolder() throws {
    #expect(
      try MigrationFiles().refusal { _ = try MigrationFolder("/no/such/folder") }
        == "the folder /no/such/folder cannot be read: No such file or directory")
  }

  @Test("27: A file newer than the program is rejected, but the program can revert it")
  func superseded() throws {
    let files = try MigrationFiles.three()
    try files.up()
    for name in ["003_names.sql", "003_names.down.sql"] { try files.remove(name) }
    #expect(
      files.refusal { try files.up() }
        == "the file is newer than the program: main is at version 3, but the program has version 2; "
        + "update the program")
    let old = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(try old.diagnose(maintenance).packs[0].position == .ahead)
      #expect(
        try old.down(maintenance, to: 2, of: "main").map(\.description) == [
          "main/003_names.down.sql"
        ])
      #expect(try old.up(maintenance).isEmpty)
    }
  }

  @Test("29: Any change except an addition at the end violates the list of digests")
  func digests() throws {
    let files = try MigrationFiles.three()
    try files.read().writeDigests()
    #expect(try files.read().migrations.count == 3)
    try files.write("DROP INDEX IF EXISTS names;", to: "003_names.down.sql")
    #expect(
      files.refusal { _ = try files.read() }
        == "003_names.sql differs from its entry in the list of digests; "
        + "check recent merges, and write the list of digests again")
    try files.write("DROP INDEX names;", to: "003_names.down.sql")
    try files.write("CREATE TABLE a (b);", to: "0015_between.sql")
    #expect(files.refusal { _ = try files.read() }.hasPrefix("0015_between.sql is not in the list"))
    try files.remove("0015_between.sql")
    try files.write("CREATE TABLE a (b);", to: "V1.5__between.sql")
    #expect(
      files.refusal { _ = try files.read() }.hasPrefix("V1.5__between.sql was inserted between"))
    try files.remove("V1.5__between.sql")
    try files.remove("002_notes.sql")
    try files.remove("002_notes.down.sql")
    #expect(
      files.refusal { _ = try files.read() }.hasPrefix("002_notes.sql is in the list of digests"))
  }

  @Test("33: Status before any run does not create a ledger")
  func statusBeforeRun() throws {
    let files = try MigrationFiles.three()
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(try migrator.status(maintenance).allSatisfy { $0.state == .pending })
      #expect(try migrator.diagnose(maintenance).packs[0].position == .behind)
      #expect(try migrator.validate(maintenance) == [])
    }
    #expect(try files.objects() == [])
  }

  @Test("34: Two files with the same version are rejected when the folder is read")
  func duplicates() throws {
    let files = try MigrationFiles.three()
    try files.write("SELECT 1;", to: "0002_other.sql")
    #expect(
      files.refusal { _ = try files.read() }
        == "version 2 is defined more than once (0002_other.sql, 002_notes.sql); keep one, "
        + "or read the folder in the order of its names")
  }

  @Test("35: A read-only connection can check for pending migrations")
  func readOnly() throws {
    let files = try MigrationFiles.three()
    let migrator = try files.migrator()
    try files.maintain { try migrator.up($0, to: 2, of: "main") }
    try Database.maintain(.readOnly(files.database)) { maintenance throws in
      #expect(try migrator.hasPending(maintenance))
      #expect(try migrator.diagnose(maintenance).packs[0].ids(.pending).map(\.version) == [3])
    }
    let store = try Database(.readOnly(files.database))
    #expect(try store.read { try migrator.hasPending($0) })
    try files.up()
    #expect(try store.read { try !migrator.hasPending($0) })
  }
}
