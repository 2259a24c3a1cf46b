import BackofficeMigrations
import BackofficeTestSupport
import Foundation
import Synchronization
import Testing

@Suite("The ledger of migrations")
struct LedgerTests {
  @Test("The ledger records kind, file, batch, both checksums, and the schema before and after")
  func columns() throws {
    let files = try MigrationFiles.three()
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      try migrator.up(maintenance, to: 2, of: "main")
      try migrator.up(maintenance)
    }
    #expect(
      try Database.texts(
        """
        SELECT sequence || ' ' || version || ' ' || kind || ' ' || file || ' ' || batch || ' '
          || down_file || ' ' || down_line || ' ' || length(down_checksum)
        FROM schema_migrations ORDER BY sequence
        """, in: files.database) == [
          "1 1 versioned 001_people.sql 1 001_people.down.sql 1 64",
          "2 2 versioned 002_notes.sql 1 002_notes.down.sql 1 64",
          "3 3 versioned 003_names.sql 2 003_names.down.sql 1 64",
        ])
    // Each migration begins with the schema that the previous one left.
    let schemas = try Database.texts(
      """
      SELECT (a.schema_after = b.schema_before) || '' FROM schema_migrations AS a
      JOIN schema_migrations AS b ON b.sequence = a.sequence + 1
      """, in: files.database)
    #expect(schemas == ["1", "1"])
    try files.maintain { maintenance throws in
      #expect(try migrator.downLastRun(maintenance).map(\.id.version) == [3])
      #expect(try migrator.downLastRun(maintenance).map(\.id.version) == [2, 1])
    }
  }

  @Test("A run without pending migrations is one read, and takes no lock", arguments: [1, 40])
  func fastPath(count: Int) throws {
    let files = try MigrationFiles()
    for number in 1...count {
      try files.write("CREATE TABLE t\(number) (a);", to: "\(number)_t.sql")
    }
    try files.up()
    let migrator = try files.migrator()
    let statements = Mutex<[String]>([])
    var configuration = Database.Configuration()
    configuration.busyTimeout = .milliseconds(1)
    configuration.slowStatement = .zero
    configuration.onEvent = { event in
      if case .slowStatement(let sql, _) = event { statements.withLock { $0.append(sql) } }
    }
    let holder = try Database(.file(files.database))
    try holder.write { transaction in
      try transaction.execute(sql: "INSERT INTO t1 VALUES (1)")
      try Database.maintain(.readOnly(files.database), configuration: configuration) {
        maintenance throws in
        statements.withLock { $0.removeAll() }
        #expect(try migrator.up(maintenance).isEmpty)
      }
      #expect(statements.withLock { $0.count } == 1)
      let sql = try #require(statements.withLock { $0.first })
      let plan = try transaction.queryPlan(sql)
      #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }
  }

  @Test("A baseline records existing migrations, and rejects a file that has migrations")
  func baseline() throws {
    let files = try MigrationFiles.three()
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      try maintenance.executeScript(
        """
        CREATE TABLE people (pk INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE notes (pk INTEGER PRIMARY KEY, person INTEGER REFERENCES people (pk));
        """)
      #expect(throws: MigrationError.unknownVersion(pack: "main", version: 7)) {
        try migrator.baseline(maintenance, at: 7, of: "main")
      }
      #expect(try migrator.baseline(maintenance, at: 2, of: "main").map(\.version) == [1, 2])
      #expect(try migrator.diagnose(maintenance).drift == nil)
      #expect(try migrator.up(maintenance).map(\.id.version) == [3])
      #expect(throws: MigrationError.baselineRefused(pack: "main")) {
        try migrator.baseline(maintenance, at: 2, of: "main")
      }
      #expect(try migrator.down(maintenance, to: 0, of: "main").count == 3)
    }
  }

  @Test("A repair changes only what is chosen, and only in the ledger")
  func repair() throws {
    let files = try MigrationFiles.three()
    try files.up()
    try files.write("CREATE TABLE people (pk INTEGER PRIMARY KEY);", to: "001_people.sql")
    try files.remove("002_notes.sql")
    try files.remove("002_notes.down.sql")
    try files.write("DROP INDEX IF EXISTS names;", to: "003_names.down.sql")
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      let diagnosis = try migrator.diagnose(maintenance)
      #expect(diagnosis.packs[0].position == .diverged(lastCommon: nil))
      #expect(diagnosis.problems.count == 2)
      let schema = try maintenance.schemaDump()
      let ids = try migrator.status(maintenance).map(\.id)
      #expect(throws: MigrationError.self) {
        try migrator.repair(maintenance, [.acceptEdited(ids[0]), .acceptEdited(ids[2])])
      }
      #expect(try migrator.diagnose(maintenance).problems.count == 2)
      try migrator.repair(
        maintenance, [.acceptEdited(ids[0]), .removeMissing(ids[1]), .adoptDown(ids[2])])
      #expect(try migrator.up(maintenance).isEmpty)
      #expect(try migrator.diagnose(maintenance).isCurrent)
      #expect(try !migrator.status(maintenance).contains { $0.isDownEdited })
      #expect(try maintenance.schemaDump() == schema)
    }
  }

  @Test("Redo reverts the last migration and applies the current one, in one transaction")
  func redo() throws {
    let files = try MigrationFiles.three()
    try files.up()
    try files.write("CREATE INDEX names ON people (name DESC);", to: "003_names.sql")
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(
        try migrator.redo(maintenance).map(\.file) == ["003_names.down.sql", "003_names.sql"])
      #expect(try migrator.diagnose(maintenance).isCurrent)
      #expect(try maintenance.schemaDump().contains("DESC"))
    }
    try files.write("CREATE INDEX names ON people (nowhere);", to: "003_names.sql")
    let broken = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(throws: MigrationFailure.self) { try broken.redo(maintenance) }
      #expect(try maintenance.schemaDump().contains("DESC"))
    }
    #expect(try files.applied() == ["1", "2", "3"])
  }

  @Test("Reverting a migration below one of another pack is not drift")
  func downInTheMiddle() throws {
    let file = try TemporaryFile()
    let more = try MigrationPack(
      "more", [Migration(version: 1, name: "a", up: "CREATE TABLE a (b);", down: "DROP TABLE a;")])
    let migrator = try Migrator([Packs.pack(Packs.parents, Packs.children), more])
    try Database.maintain(.file(file.path)) { maintenance throws in
      try migrator.up(maintenance)
      try migrator.down(maintenance, to: 1, of: "test")
      #expect(try migrator.diagnose(maintenance).drift == nil)
      #expect(try migrator.up(maintenance).map(\.description) == ["test/v0002_children.sql"])
      #expect(try migrator.diagnose(maintenance).isCurrent)
    }
  }

  @Test("If file and folder diverge, the last common migration is reported")
  func diverged() throws {
    let files = try MigrationFiles.three()
    try files.up()
    for name in ["003_names.sql", "003_names.down.sql"] { try files.remove(name) }
    try files.write("CREATE TABLE ours (a);", to: "003_ours.sql")
    try files.write("CREATE TABLE more (a);", to: "004_more.sql")
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      let pack = try migrator.diagnose(maintenance).packs[0]
      #expect(
        pack.position
          == .diverged(lastCommon: MigrationID(pack: "main", version: 2, name: "notes")))
      #expect(pack.ids(.pending).map(\.file) == ["004_more.sql"])
    }
  }
}
