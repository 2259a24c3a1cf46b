import BackofficeMigrations
import Foundation
import Testing

/// The numbers are those of the behaviours that other runners' suites test.
@Suite("Scenarios: folder and file that differ")
struct ScenarioHistoryTests {
  @Test("13: A migration that ran and is gone from the folder is named")
  func missing() throws {
    let files = try MigrationFiles.three()
    try files.up()
    try files.remove("002_notes.sql")
    try files.remove("002_notes.down.sql")
    #expect(
      files.refusal { try files.up() }
        == "main/002_notes.sql ran on this file and is gone from the library; put it back")
  }

  @Test(
    "14: A file that was edited after it ran is refused with both digests, and no longer pending")
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

  @Test("15: A file that came in below the head is an error, unless it opts in")
  func outOfOrder() throws {
    let files = try MigrationFiles.three()
    try files.up()
    try files.write("CREATE TABLE late (a);", to: "0025_late.sql")
    let migrator = try files.migrator()
    // 25 is above 3: numbers count, not letters.
    try files.maintain { maintenance throws in
      #expect(try migrator.up(maintenance).map(\.id.version) == [25])
    }
    try files.write("CREATE TABLE later (a);", to: "007_later.sql")
    #expect(
      files.refusal { try files.up() }
        == "main/007_later.sql has not run, but version 25 has; give it a number above that")
    let allowed = try files.migrator { $0.outOfOrder = ["main/007_later.sql"] }
    try files.maintain { maintenance throws in
      #expect(try allowed.dryRun(maintenance).trials.map(\.step.id.version) == [7])
    }
    try files.write(
      "-- backoffice:out-of-order\nCREATE TABLE later (a);", to: "007_later.sql")
    try files.up()
    #expect(try files.applied() == ["1", "2", "3", "25", "7"])
    // Down goes by the order in which they ran.
    try files.write("DROP TABLE later;", to: "007_later.down.sql")
    let again = try files.migrator()
    try files.maintain { maintenance throws in
      let id = try #require(try again.status(maintenance).first { $0.isDownEdited }?.id)
      try again.repair(maintenance, [.adoptDown(id)])
      #expect(try again.downByOne(maintenance)?.id.version == 7)
    }
  }

  @Test("17: A table made by hand is drift, with and without a ledger")
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

  @Test("18: An edited old file that no longer applies is found by replay, away from the file")
  func replay() throws {
    let files = try MigrationFiles.three()
    try files.up()
    try files.write("CREATE TABLE persons (pk INTEGER PRIMARY KEY);", to: "001_people.sql")
    let before = try Data(contentsOf: URL(filePath: files.database))
    #expect(try !files.migrator().verify().isEmpty)
    #expect(try Data(contentsOf: URL(filePath: files.database)) == before)
  }

  @Test("19: A pending file that cannot run is named before anyone runs it")
  func brokenPending() throws {
    let files = try MigrationFiles.three()
    try files.write("-- one day\n", to: "004_empty.sql")
    try files.write("CREATE TABLE x (a);\nVACUUM;", to: "005_vacuum.sql")
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(
        try migrator.diagnose(maintenance).broken.map(\.description) == [
          "main/004_empty.sql holds no statement",
          "main/005_vacuum.sql:2 may not run [VACUUM;]: "
            + "the transaction and the connection's settings belong to the runner",
        ])
      #expect(try migrator.validate(maintenance).count == 2)
    }
  }

  @Test("20: A folder that is not there is a clear answer")
  func noFolder() throws {
    #expect(
      try MigrationFiles().refusal { _ = try MigrationFolder("/no/such/folder") }
        == "the folder /no/such/folder cannot be read: No such file or directory")
  }

  @Test("27: A file that is newer than the program is refused, and can be led back by it")
  func superseded() throws {
    let files = try MigrationFiles.three()
    try files.up()
    for name in ["003_names.sql", "003_names.down.sql"] { try files.remove(name) }
    #expect(
      files.refusal { try files.up() }
        == "the file is newer than the library: main is at version 3, this library knows 2; "
        + "update the library")
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

  @Test("29: An edit that is no addition at the end breaks the folder's list of digests")
  func digests() throws {
    let files = try MigrationFiles.three()
    try files.read().writeDigests()
    #expect(try files.read().migrations.count == 3)
    try files.write("DROP INDEX IF EXISTS names;", to: "003_names.down.sql")
    #expect(
      files.refusal { _ = try files.read() }
        == "003_names.sql differs from the list of digests; "
        + "look at what was merged, and write the list of digests again")
    try files.write("DROP INDEX names;", to: "003_names.down.sql")
    try files.write("CREATE TABLE a (b);", to: "0015_between.sql")
    #expect(files.refusal { _ = try files.read() }.hasPrefix("0015_between.sql is not in the list"))
    try files.remove("0015_between.sql")
    try files.write("CREATE TABLE a (b);", to: "V1.5__between.sql")
    #expect(files.refusal { _ = try files.read() }.hasPrefix("V1.5__between.sql came in between"))
    try files.remove("V1.5__between.sql")
    try files.remove("002_notes.sql")
    try files.remove("002_notes.down.sql")
    #expect(
      files.refusal { _ = try files.read() }.hasPrefix("002_notes.sql is in the list of digests"))
  }

  @Test("33: Status before any run makes no ledger")
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

  @Test("34: Two files of one number are refused when the folder is read")
  func duplicates() throws {
    let files = try MigrationFiles.three()
    try files.write("SELECT 1;", to: "0002_other.sql")
    #expect(
      files.refusal { _ = try files.read() }
        == "version 2 is there more than once (0002_other.sql, 002_notes.sql); keep one")
  }

  @Test("35: A connection that may only read can ask whether something is due")
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
