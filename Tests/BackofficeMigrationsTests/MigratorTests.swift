import BackofficeMigrations
import BackofficeTestSupport
import Foundation
import Testing

@Suite("Migrator")
struct MigratorTests {
  @Test("Migrations run once, in order, and are recorded with time, duration and versions")
  func upAndLedger() throws {
    let file = try TemporaryFile()
    let clock = ManualClock(Timestamp(microseconds: 1_700_000_000_000_000))
    var configuration = Database.Configuration()
    configuration.clock = clock.clock
    let migrator = try Packs.all()
    try Database.maintain(.file(file.path), configuration: configuration) { maintenance in
      var events: [MigrationEvent] = []
      let steps = try migrator.up(maintenance) { events.append($0) }
      #expect(
        steps.map(\.description) == [
          "test/v0001_parents.sql", "test/v0002_children.sql", "test/v0003_names.sql",
        ])
      #expect(events.count == 6)
      #expect(events.first == steps.first.map(MigrationEvent.started))
      #expect(try migrator.up(maintenance).isEmpty)
      let status = try migrator.status(maintenance)
      #expect(status.map(\.short) == ["1 applied", "2 applied", "3 applied"])
      #expect(status.allSatisfy { $0.appliedAt == clock.now && $0.isReversible })
      #expect(
        status.first?.description
          == "test/v0001_parents.sql: applied, applied at 2023-11-14T22:13:20Z")
    }
    let ledger = try Database.texts(
      """
      SELECT pack || '|' || version || '|' || name || '|' || sequence || '|' || algorithm || '|'
        || length(checksum) || '|' || (down IS NOT NULL) || '|' || (duration_microseconds >= 0)
        || '|' || (sqlite_version = sqlite_version()) || '|' || (library_version <> '')
      FROM schema_migrations ORDER BY version
      """, in: file.path)
    #expect(
      ledger == [
        "test|1|parents|1|sha256-lf|64|1|1|1|1", "test|2|children|2|sha256-lf|64|1|1|1|1",
        "test|3|names|3|sha256-lf|64|1|1|1|1",
      ])
  }

  @Test("Up and down go to a version, one or several at a time")
  func targets() throws {
    let migrator = try Packs.all()
    try Database.maintain(.memory) { maintenance in
      try migrator.up(maintenance, to: 2, of: "test")
      #expect(
        try migrator.status(maintenance).map(\.short) == ["1 applied", "2 applied", "3 pending"])
      #expect(try migrator.up(maintenance, to: 1, of: "test").isEmpty)
      let two = try maintenance.schemaDump()
      try migrator.up(maintenance)
      let steps = try migrator.down(maintenance, to: 2, of: "test")
      #expect(steps.map(\.description) == ["test/v0003_names.down.sql"])
      #expect(try maintenance.schemaDump() == two)
      #expect(try migrator.down(maintenance, to: 0, of: "test").count == 2)
      #expect(try maintenance.schemaDump() == "")
      #expect(try migrator.down(maintenance, to: 0, of: "test").isEmpty)
      #expect(try migrator.up(maintenance).count == 3)
      #expect(throws: MigrationError.unknownVersion(pack: "test", version: 4)) {
        try migrator.up(maintenance, to: 4, of: "test")
      }
      #expect(throws: MigrationError.unknownVersion(pack: "test", version: -1)) {
        try migrator.down(maintenance, to: -1, of: "test")
      }
      #expect(throws: MigrationError.unknownPack("other")) {
        try migrator.down(maintenance, to: 0, of: "other")
      }
    }
  }

  @Test("Reading the status of a new file does not change it")
  func statusIsReadOnly() throws {
    let migrator = try Packs.all()
    try Database.maintain(.memory) { maintenance in
      #expect(
        try migrator.status(maintenance).map(\.short) == ["1 pending", "2 pending", "3 pending"])
      try maintenance.executeScript("SELECT 1")
      #expect(try maintenance.schemaDump() == "")
    }
    let file = try TemporaryFile()
    try Database.maintain(.file(file.path)) { _ in }
    let before = try Data(contentsOf: URL(filePath: file.path))
    try Database.maintain(.readOnly(file.path)) { maintenance throws in
      #expect(try migrator.status(maintenance).count == 3)
      #expect(throws: StorageError.readOnlyStore) { try migrator.up(maintenance) }
    }
    #expect(try Data(contentsOf: URL(filePath: file.path)) == before)
    #expect(try Database.texts("SELECT name FROM sqlite_schema", in: file.path).isEmpty)
  }

  @Test("A run without pending migrations does not wait for a writer")
  func fastPath() throws {
    let file = try TemporaryFile()
    let migrator = try Packs.all()
    let store = try Database(.file(file.path)) { try migrator.up($0) }
    var impatient = Database.Configuration()
    impatient.busyTimeout = .milliseconds(10)
    try store.write { transaction in
      try transaction.execute(sql: "INSERT INTO parents (name) VALUES ('held')")
      _ = try Database(.file(file.path), configuration: impatient) { maintenance throws in
        #expect(try migrator.up(maintenance).isEmpty)
      }
      let more = try Migrator([
        Packs.pack(Packs.parents, Packs.children, Packs.names),
        MigrationPack("more", [Migration(version: 1, name: "a", up: "CREATE TABLE a (b);")]),
      ])
      #expect {
        try Database(.file(file.path), configuration: impatient) { try more.up($0) }
      } throws: { error in
        if case .busy(let waited, "a migration", _)? = error as? StorageError {
          waited >= 10_000
        } else {
          false
        }
      }
    }
  }

  @Test("Foreign keys are disabled during a migration and always enabled afterwards")
  func foreignKeys() throws {
    let rebuild = Migration(
      version: 3, name: "rebuild",
      up: """
        CREATE TABLE new_parents (pk INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER) STRICT;
        INSERT INTO new_parents (pk, name) SELECT pk, name FROM parents;
        DROP TABLE parents;
        ALTER TABLE new_parents RENAME TO parents;
        """)
    let failing = Migration(version: 4, name: "failing", up: "INSERT INTO nowhere VALUES (1);")
    let migrator = try Packs.migrator(Packs.parents, Packs.children, rebuild, failing)
    let store = try Database(.memory) { maintenance in
      try migrator.up(maintenance, to: 2, of: "test")
      try maintenance.executeScript(Packs.rows)
      try migrator.up(maintenance, to: 3, of: "test")
      #expect(throws: MigrationFailure.self) { try migrator.up(maintenance) }
      #expect {
        try maintenance.executeScript("INSERT INTO children (parent_pk) VALUES (99)")
      } throws: { error in
        (error as? SQLiteError)?.code == .constraintForeignKey
      }
    }
    // A rebuild with foreign keys enabled would have deleted the children.
    #expect(try store.texts("SELECT CAST(parent_pk AS TEXT) FROM children") == ["10", "10", "11"])
    #expect(try store.texts("SELECT name FROM parents ORDER BY pk") == ["ten", "eleven"])
  }

  @Test("The commit of a migration is synced even if other commits are not")
  func synchronous() throws {
    let file = try TemporaryFile()
    var configuration = Database.Configuration()
    configuration.durability = .normal
    let migrator = try Packs.migrator(Packs.parents)
    let store = try Database(.file(file.path), configuration: configuration) { maintenance in
      try migrator.up(maintenance) { _ in
        #expect((try? maintenance.pragmaText("synchronous")) == "2")
        #expect((try? maintenance.pragmaText("foreign_keys")) == "0")
      }
      #expect(try maintenance.pragmaText("synchronous") == "1")
      #expect(try maintenance.pragmaText("foreign_keys") == "1")
    }
    store.close()
  }

  @Test("An open store reports its status and pending migrations")
  func openStore() throws {
    let migrator = try Packs.all()
    let store = try Database(.memory) { try migrator.up($0, to: 1, of: "test") }
    #expect {
      try store.read { try migrator.requireCurrent($0) }
    } throws: { error in
      "\(error)" == "2 migrations have not run on this file, first test/v0002_children.sql; "
        + "open it for writing to run them"
    }
    let current = try Database(.memory) { try migrator.up($0) }
    try current.read { transaction in
      try migrator.requireCurrent(transaction)
      #expect(try migrator.status(transaction).count == 3)
      #expect(try transaction.schemaDump().hasPrefix("CREATE TABLE children ("))
    }
  }

  @Test("Packs run in order, each with its own versions")
  func severalPacks() throws {
    let more = try MigrationPack(
      "more",
      [
        Migration(
          version: 1, name: "a", up: "ALTER TABLE parents ADD COLUMN extra TEXT;",
          down: "ALTER TABLE parents DROP COLUMN extra;")
      ])
    let core = try Packs.pack(Packs.parents, Packs.children)
    let migrator = try Migrator([core, more])
    try Database.maintain(.memory) { maintenance in
      #expect(
        try migrator.up(maintenance).map(\.description) == [
          "test/v0001_parents.sql", "test/v0002_children.sql", "more/v0001_a.sql",
        ])
      let small = try Migrator([core])
      #expect(try small.status(maintenance).map(\.short).last == "1 unknownPack")
      #expect(throws: MigrationError.unknownPack("more")) { try small.up(maintenance) }
      #expect(try Migrator([core], unknownPacks: .allow).up(maintenance).isEmpty)
      #expect(try migrator.down(maintenance, to: 0, of: "more").count == 1)
      #expect(try small.up(maintenance).isEmpty)
    }
  }
}
