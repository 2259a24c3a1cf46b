import BackofficeMigrations
import Foundation
import Testing

/// The numbers are those of behaviors that the test suites of other runners cover.
@Suite("Scenarios: applying and reverting")
struct ScenarioWalkTests {
  @Test("1: Up on an empty folder does nothing and succeeds")
  func emptyFolder() throws {
    let files = try MigrationFiles(["README.md": "nothing here yet"])
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(try migrator.up(maintenance).isEmpty)
      #expect(try migrator.diagnose(maintenance).isCurrent)
    }
    #expect(try files.objects() == [])
  }

  @Test("2: Applying and reverting all leaves only the ledger and sqlite_sequence")
  func upAndDownToZero() throws {
    let files = try MigrationFiles.three()
    try files.write(
      "CREATE TABLE counted (pk INTEGER PRIMARY KEY AUTOINCREMENT);", to: "004_counted.sql")
    try files.write("DROP TABLE counted;", to: "004_counted.down.sql")
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(try migrator.up(maintenance).count == 4)
      #expect(try migrator.down(maintenance, to: 0, of: "main").count == 4)
    }
    #expect(
      try files.objects()
        == ["schema_migrations", "sqlite_autoindex_schema_migrations_1", "sqlite_sequence"])
  }

  @Test("3: Migrations are applied one by one, and reverted one by one")
  func byOne() throws {
    let files = try MigrationFiles.three()
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      for version: MigrationVersion in [1, 2, 3] {
        #expect(try migrator.upByOne(maintenance)?.id.version == version)
        #expect(
          try migrator.status(maintenance).last { $0.state == .applied }?.id.version == version)
      }
      #expect(try migrator.upByOne(maintenance) == nil)
      for version: MigrationVersion in [3, 2, 1] {
        #expect(try migrator.downByOne(maintenance)?.id.version == version)
      }
      #expect(try migrator.downByOne(maintenance) == nil)
    }
    #expect(try files.applied() == [])
  }

  @Test("4: Up to a version applies exactly those migrations; versions below 1 are errors")
  func upTo() throws {
    let files = try MigrationFiles.three()
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(try migrator.up(maintenance, to: 2, of: "main").map(\.id.version) == [1, 2])
      #expect(throws: MigrationError.unknownVersion(pack: "main", version: 0)) {
        try migrator.up(maintenance, to: 0, of: "main")
      }
      #expect(throws: MigrationError.unknownVersion(pack: "main", version: -1)) {
        try migrator.down(maintenance, to: -1, of: "main")
      }
    }
    #expect(try files.applied() == ["1", "2"])
  }

  @Test("5: Applying a version twice is rejected, and changes nothing")
  func twice() throws {
    let files = try MigrationFiles.three()
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      try migrator.apply(maintenance, 1, of: "main")
      #expect(
        files.refusal { try migrator.apply(maintenance, 1, of: "main") }
          == "main/001_people.sql is already applied")
      #expect(
        files.refusal { try migrator.apply(maintenance, 3, of: "main") }
          == "2 migrations have not run on this file, first main/002_notes.sql; "
          + "open it for writing to run them")
    }
    #expect(try files.applied() == ["1"])
  }

  @Test("6: An unknown version is rejected in both directions")
  func unknownVersion() throws {
    let files = try MigrationFiles.three()
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      let unknown = MigrationError.unknownVersion(pack: "main", version: 9)
      #expect(throws: unknown) { try migrator.up(maintenance, to: 9, of: "main") }
      #expect(throws: unknown) { try migrator.down(maintenance, to: 9, of: "main") }
      #expect(throws: unknown) { try migrator.apply(maintenance, 9, of: "main") }
    }
  }

  @Test(
    "7: If the second of three fails, the first stays applied, and the error says so")
  func secondFails() throws {
    let files = try MigrationFiles.three()
    try files.write("CREATE TABLE extra (a);\nINSERT INTO nowhere VALUES (1);", to: "002_notes.sql")
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      do {
        try migrator.up(maintenance)
        Issue.record("it went through")
      } catch let failure as MigrationFailure {
        #expect(failure.applied.map(\.description) == ["main/001_people.sql"])
        #expect(failure.failed.description == "main/002_notes.sql")
        #expect(failure.outcome == .rolledBack)
        guard
          case MigrationError.statementFailed(
            "main/002_notes.sql", 2, 1, let statement, let reason)? = failure.cause
            as? MigrationError
        else {
          Issue.record("another cause: \(failure.cause)")
          return
        }
        #expect(statement == "INSERT INTO nowhere VALUES (1);")
        #expect(reason.message == "no such table: nowhere")
        #expect(
          "\(failure)" == "main/002_notes.sql:2:1 failed and was rolled back: "
            + "no such table: nowhere (code 1) [in: INSERT INTO nowhere VALUES (1);]; "
            + "1 earlier step was committed")
      }
      #expect(
        try migrator.status(maintenance).map(\.short) == ["1 applied", "2 pending", "3 pending"])
    }
    #expect(try !files.objects().contains("extra"))
  }

  @Test("8: In a single transaction, any failure rolls back all migrations and the ledger")
  func together() throws {
    let files = try MigrationFiles.three()
    try files.write("INSERT INTO nowhere VALUES (1);", to: "003_names.sql")
    let migrator = try files.migrator { $0.grouping = .together }
    try files.maintain { maintenance throws in
      do {
        try migrator.up(maintenance)
        Issue.record("it went through")
      } catch let failure as MigrationFailure {
        #expect(failure.applied.isEmpty)
        #expect(failure.failed.description == "main/003_names.sql")
      }
    }
    #expect(try files.objects() == [])
    try files.write("CREATE INDEX names ON people (name);", to: "003_names.sql")
    let mended = try files.migrator { $0.grouping = .together }
    try files.maintain { maintenance throws in #expect(try mended.up(maintenance).count == 3) }
    #expect(
      try Database.texts("SELECT DISTINCT batch || '' FROM schema_migrations", in: files.database)
        == ["1"])
  }

  @Test("12: A single connection is sufficient, also in memory")
  func singleConnection() throws {
    let migrator = try MigrationFiles.three().migrator()
    let database = try Database(.memory) { try migrator.up($0) }
    #expect(try database.texts("SELECT count(*) || '' FROM schema_migrations") == ["3"])
  }

  @Test("36: Applying all, reverting one by one, and applying again results in the same schema")
  func upDownUp() throws {
    let files = try MigrationFiles.three()
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      try migrator.up(maintenance)
      let schema = try maintenance.schemaDump()
      #expect(
        try migrator.down(maintenance, to: 0, of: "main").map(\.id.version) == [3, 2, 1])
      #expect(try maintenance.schemaDump() == "")
      #expect(try migrator.up(maintenance).map(\.id.version) == [1, 2, 3])
      #expect(try maintenance.schemaDump() == schema)
    }
  }
}
