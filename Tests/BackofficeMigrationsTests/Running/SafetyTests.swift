import BackofficeMigrations
import Foundation
import Synchronization
import Testing

@Suite("Dry runs, snapshots, hooks and cancellation")
struct SafetyTests {
  @Test("A dry run runs the migrations, reports them, and leaves the file unchanged")
  func dryRun() throws {
    let files = try MigrationFiles.three()
    try files.write(
      "PRAGMA foreign_keys = OFF;\nINSERT INTO people (name) VALUES ('a'), ('b');\nDELETE FROM people;",
      to: "004_rows.sql")
    try files.maintain { try $0.executeScript("CREATE TABLE before (a)") }
    let before = try Data(contentsOf: URL(filePath: files.database))
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      let dryRun = try migrator.dryRun(maintenance)
      #expect(dryRun.succeeds)
      #expect(
        dryRun.trials.map(\.step.file) == [
          "001_people.sql", "002_notes.sql", "003_names.sql", "004_rows.sql",
        ])
      #expect(dryRun.trials.map(\.isDestructive) == [false, false, false, true])
      #expect(dryRun.trials.last?.changedRows == 4)
      #expect(dryRun.trials.last?.statements == 2)
      #expect(dryRun.trials.last?.notices.map(\.line) == [1])
      #expect(try migrator.status(maintenance).allSatisfy { $0.state == .pending })
    }
    #expect(try Data(contentsOf: URL(filePath: files.database)) == before)
    #expect(try MigrationSnapshot.all(of: files.database) == [])
  }

  @Test("A dry run uses the actual rows, and reports the migration that would fail")
  func dryRunFails() throws {
    let files = try MigrationFiles.three()
    try files.up()
    try files.maintain {
      try $0.executeScript("INSERT INTO people (name) VALUES ('a'), ('a')")
    }
    try files.write("CREATE TABLE fine (a);", to: "004_fine.sql")
    try files.write("CREATE UNIQUE INDEX only ON people (name);", to: "005_only.sql")
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      let dryRun = try migrator.dryRun(maintenance)
      #expect(dryRun.trials.map(\.step.file) == ["004_fine.sql"])
      #expect(
        dryRun.failure?.description == "main/005_only.sql:1:1 failed and was rolled back: "
          + "UNIQUE constraint failed: people.name (code 2067) "
          + "[in: CREATE UNIQUE INDEX only ON people (name);]")
      let back = try migrator.dryRunDown(maintenance, to: 0, of: "main")
      #expect(back.trials.count == 3 && back.succeeds)
      #expect(try migrator.dryRun(maintenance, to: 4, of: "main").succeeds)
    }
    #expect(try files.applied() == ["1", "2", "3"])
  }

  @Test("A destructive run starts with a verified snapshot; three are kept")
  func snapshots() throws {
    let files = try MigrationFiles.three()
    try files.up()
    #expect(try MigrationSnapshot.all(of: files.database) == [])
    try files.maintain { try $0.executeScript("INSERT INTO people (name) VALUES ('a')") }
    let migrator = try files.migrator()
    var told: [String] = []
    for _ in 0..<5 {
      try files.maintain { maintenance throws in
        try migrator.down(maintenance, to: 2, of: "main") { event in
          if case .snapshot(let path) = event { told.append(path) }
        }
        try migrator.up(maintenance)
      }
    }
    let kept = try MigrationSnapshot.all(of: files.database)
    #expect(kept.map(\.number) == [3, 4, 5])
    #expect(kept.map(\.path) == told.suffix(3))
    #expect(told.first == "\(files.database).before-migration-0001")
    // The snapshot equals the file before the run.
    #expect(
      try Database.texts(
        "SELECT version FROM schema_migrations ORDER BY sequence", in: kept[0].path)
        == ["1", "2", "3"])
  }

  @Test("A restored snapshot equals the file before the run")
  func restore() throws {
    let files = try MigrationFiles.three()
    try files.up()
    try files.maintain { try $0.executeScript("INSERT INTO people (name) VALUES ('kept')") }
    try files.write("DROP TABLE notes;\nDROP TABLE people;", to: "004_gone.sql")
    try files.up()
    #expect(try !files.objects().contains("people"))
    let snapshot = try #require(try MigrationSnapshot.all(of: files.database).last)
    try snapshot.restore(to: files.database)
    #expect(try Database.texts("SELECT name FROM people", in: files.database) == ["kept"])
    #expect(try files.applied() == ["1", "2", "3"])
    try FileManager.default.removeItem(atPath: snapshot.path)
    #expect(throws: MigrationError.snapshotMissing(path: snapshot.path)) {
      try snapshot.restore(to: files.database)
    }
  }

  @Test("No snapshot is created if nothing can be lost, or if it is disabled")
  func noSnapshots() throws {
    let files = try MigrationFiles(["1_a.sql": "DROP TABLE IF EXISTS a; CREATE TABLE a (b);"])
    try files.up()
    #expect(try MigrationSnapshot.all(of: files.database) == [])
    try files.write("DROP TABLE a; CREATE TABLE kept (x);", to: "2_b.sql")
    let never = try files.migrator { $0.snapshots = .never }
    try files.maintain { try never.up($0) }
    #expect(try MigrationSnapshot.all(of: files.database) == [])
    try files.write("CREATE TABLE c (d);", to: "3_c.sql")
    try files.write("CREATE TABLE e (f);", to: "4_e.sql")
    let always = try files.migrator { $0.snapshots = .always(keeping: 1) }
    try files.maintain { maintenance throws in
      try always.up(maintenance, to: 3, of: "main")
      try always.up(maintenance)
    }
    #expect(try MigrationSnapshot.all(of: files.database).map(\.number) == [2])
  }

  @Test("A run does not begin without disk space for the snapshot")
  func diskFull() throws {
    let files = try MigrationFiles.three()
    try files.up()
    let migrator = try files.migrator { $0.freeBytes = 5000 }
    try files.maintain { maintenance throws in
      #expect(
        files.refusal { try migrator.down(maintenance, to: 0, of: "main") }
          .contains("the snapshot of "))
    }
    #expect(try files.applied() == ["1", "2", "3"])
  }

  @Test("Hooks run inside the migration, and an error in a hook rolls it back")
  func hooks() throws {
    struct Veto: Error {}
    let files = try MigrationFiles.three()
    let heard = Mutex<[String]>([])
    let migrator = try files.migrator { options in
      options.hooks.beforeEach = { step, transaction in
        heard.withLock { $0.append("before \(step.file)") }
        try transaction.execute(sql: "CREATE TABLE IF NOT EXISTS audit (file TEXT)")
      }
      options.hooks.afterEach = { step, transaction in
        try transaction.execute(sql: "INSERT INTO audit VALUES (?)", step.file)
        if step.file == "003_names.sql" { throw Veto() }
      }
      options.hooks.onError = { step, error in
        heard.withLock { $0.append("error \(step.file) \(error is Veto)") }
      }
    }
    try files.maintain { maintenance throws in
      #expect(throws: MigrationFailure.self) { try migrator.up(maintenance) }
    }
    #expect(
      heard.withLock { $0 } == [
        "before 001_people.sql", "before 002_notes.sql", "before 003_names.sql",
        "error 003_names.sql true",
      ])
    #expect(
      try Database.texts("SELECT file FROM audit", in: files.database)
        == ["001_people.sql", "002_notes.sql"])
  }

  private static let long = """
    CREATE TABLE numbers (a);
    INSERT INTO numbers
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000)
      SELECT i FROM n;
    """

  @Test("A long migration reports progress, and a cancellation rolls it back")
  func cancellation() throws {
    let files = try MigrationFiles(["1_a.sql": "CREATE TABLE a (b);", "2_long.sql": Self.long])
    let cancellation = MigrationCancellation()
    let migrator = try files.migrator { options in
      options.cancellation = cancellation
      options.progressInterval = .milliseconds(5)
    }
    try files.maintain { maintenance throws in
      var reports: [Int] = []
      do {
        try migrator.up(maintenance) { event in
          guard case .progress(_, let statement, _) = event else { return }
          reports.append(statement)
          if reports.count == 3 { cancellation.cancel() }
        }
        Issue.record("it went through")
      } catch let failure as MigrationFailure {
        #expect(failure.cause is CancellationError)
        #expect(failure.applied.map(\.file) == ["1_a.sql"])
      }
      #expect(reports == [2, 2, 2])
      #expect(try migrator.status(maintenance).map(\.short) == ["1 applied", "2 pending"])
      #expect(try maintenance.pragmaText("foreign_keys") == "1")
    }
    #expect(try !files.objects().contains("numbers"))
  }

  @Test("Cancelling the task cancels the run")
  func cancelledTask() async throws {
    let files = try MigrationFiles(["1_long.sql": Self.long])
    let migrator = try files.migrator { $0.progressInterval = .milliseconds(1) }
    let path = files.database
    let task = Task.detached {
      try Database.maintain(.file(path)) { maintenance throws in
        _ = try migrator.up(maintenance) { event in
          guard case .progress = event else { return }
          unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
        }
      }
    }
    let result = await task.result
    #expect {
      try result.get()
    } throws: { error in
      (error as? MigrationFailure)?.cause is CancellationError
    }
    #expect(try files.objects() == [])
  }
}
