import BackofficeMigrations
import Testing

@Suite("17: Files of other tools")
struct AdoptionTests {
  /// A folder of three tables, the first two of which a tool has made in a file.
  private func files(of tool: OtherTool) throws -> MigrationFiles {
    let files = try MigrationFiles()
    for (index, name) in tool.files.enumerated() {
      try files.write("CREATE TABLE IF NOT EXISTS t\(index + 1) (a);", to: name)
    }
    files.reading.order = MigrationFolder.Order(rawValue: tool.order) ?? .automatic
    try files.maintain { maintenance throws in
      try maintenance.executeScript("CREATE TABLE t1 (a); CREATE TABLE t2 (a);\n" + tool.sql)
    }
    return files
  }

  private func rows(of tool: OtherTool, in files: MigrationFiles) throws -> [String] {
    try Database.texts(
      "SELECT sql FROM sqlite_schema WHERE name = '\(tool.table)'", in: files.database)
      + Database.texts(
        "SELECT json_array(count(*), group_concat(hex(rowid))) FROM \"\(tool.table)\"",
        in: files.database)
  }

  @Test("The record of a tool is read, adopted and left in peace", arguments: OtherTool.all)
  func adopts(_ tool: OtherTool) throws {
    let files = try files(of: tool)
    let before = try rows(of: tool, in: files)
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      let ledger = try #require(try migrator.otherLedgers(maintenance).first)
      #expect(ledger.tool == tool.tool && ledger.table.lowercased() == tool.table.lowercased())
      #expect(ledger.unfinished == [])
      let refusal = files.refusal { try migrator.up(maintenance) }
      #expect(refusal.contains(tool.tool) && refusal.contains("adopt its record"))
      #expect(try migrator.diagnose(maintenance).problems.map(\.description) == [refusal])
      #expect(files.refusal { _ = try migrator.hasPending(maintenance) } == refusal)
      let ids = try migrator.adopt(maintenance, of: "main")
      #expect(ids.map(\.file) == Array(tool.files.prefix(2)))
      #expect(try migrator.drift(maintenance).lines == [])
      let due = tool.files.dropFirst(2).map { $0 }
      #expect(try migrator.up(maintenance).map(\.file) == due)
      #expect(try migrator.diagnose(maintenance).isCurrent)
      #expect(
        files.refusal { try migrator.adopt(maintenance, of: "main") }.contains(
          "already has migrations"))
    }
    #expect(try rows(of: tool, in: files) == before)
    let own = tool.table == "schema_migrations" ? "backoffice_migrations" : "schema_migrations"
    #expect(
      try Database.texts("SELECT kind FROM \(own) WHERE kind <> 'repeatable'", in: files.database)
        == ["adopted", "adopted", "versioned"])
  }

  @Test(
    "What a tool left half done is not adopted",
    arguments: OtherTool.all.filter { $0.failure != nil })
  func unfinished(_ tool: OtherTool) throws {
    let files = try files(of: tool)
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      try maintenance.executeScript(tool.failure ?? "")
      #expect(files.refusal { try migrator.up(maintenance) } != "no refusal")
      #expect(files.refusal { try migrator.adopt(maintenance, of: "main") }.contains("half done"))
    }
    #expect(!(try files.objects().contains("t3")))
  }

  @Test("A record with migrations that the folder does not have is not adopted")
  func unknown() throws {
    let files = try files(of: OtherTool.all[0])
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      try maintenance.executeScript("UPDATE schema_migrations SET version = 9")
      #expect(
        files.refusal { try migrator.adopt(maintenance, of: "main") }
          == "the record of another tool cannot be adopted: golang-migrate has run 9, "
          + "which the folder does not have")
      // It belongs to that tool all the same.
      #expect(files.refusal { try migrator.up(maintenance) }.contains("golang-migrate"))
    }
  }

  @Test("A migration that the tool left out is out of order afterwards, not taken as applied")
  func gap() throws {
    let files = try files(of: OtherTool.all[1])
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      try maintenance.executeScript("DELETE FROM schema_migrations WHERE version LIKE '20240101%'")
      #expect(try migrator.adopt(maintenance, of: "main").count == 1)
      #expect(
        try migrator.status(maintenance).map(\.state) == [.outOfOrder, .applied, .pending])
    }
  }

  @Test("A folder that the tool has not run, and packs of a program, run beside its record")
  func beside() throws {
    let files = try files(of: OtherTool.all[1])
    let other = try Packs.migrator(Packs.parents, Packs.children)
    try files.maintain { maintenance throws in
      #expect(try other.up(maintenance).count == 2)
      #expect(try other.drift(maintenance).isDrift == false)
    }
    let reports = try MigrationFiles(["20990101000000_reports.sql": "CREATE TABLE r (a);"])
    let migrator = try Migrator([reports.read().pack("reports")], unknownPacks: .allow)
    try files.maintain { try migrator.up($0) }
    var ignoring = try files.migrator { $0.ignoresOtherTools = true }
    ignoring.unknownPacks = .allow
    let all = ignoring
    try files.maintain { maintenance throws in
      #expect(try all.up(maintenance).count == 3)
    }
    #expect(
      try Database.texts("SELECT DISTINCT pack FROM backoffice_migrations", in: files.database)
        .count
        == 3)
  }

  @Test("A program's own table with the name of a ledger is part of the schema")
  func ownTable() throws {
    let files = try MigrationFiles([
      "1_a.sql": "CREATE TABLE migrations (bird TEXT, south TEXT);",
      "1_a.down.sql": "DROP TABLE migrations;",
    ])
    #expect(try files.migrator().verify() == [])
    try files.up()
    try files.maintain { maintenance throws in
      #expect(try maintenance.schema().table("migrations") != nil)
    }
  }

  @Test("The files of Drizzle are recognized by their digests")
  func drizzle() throws {
    let files = try MigrationFiles([
      "0000_a.sql": "CREATE TABLE t1 (a);", "0001_b.sql": "CREATE TABLE t2 (a);\n",
    ])
    let folder = try files.read()
    try files.maintain { maintenance throws in
      try maintenance.executeScript(
        """
        CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric);
        INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('\(folder.migrations[1].checksum)', 2);
        """)
      let migrator = try files.migrator()
      #expect(try migrator.adopt(maintenance, of: "main").map(\.file) == ["0001_b.sql"])
    }
  }

  @Test("Several records need a name, and a file without one has nothing to adopt")
  func several() throws {
    let files = try files(of: OtherTool.all[0])
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      try maintenance.executeScript(
        "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('1')")
      #expect(
        files.refusal { try migrator.adopt(maintenance, of: "main") }.contains(
          "several tools: alembic_version, schema_migrations; name the table"))
      #expect(
        files.refusal { try migrator.adopt(maintenance, of: "main", from: "t1") }.contains(
          "t1 is not the table of a known tool"))
      #expect(try migrator.adopt(maintenance, of: "main", from: "alembic_version").count == 1)
    }
    let empty = try MigrationFiles.three()
    let other = try empty.migrator()
    try empty.maintain { maintenance throws in
      #expect(
        empty.refusal { try other.adopt(maintenance, of: "main") }.contains(
          "no record of a known tool"))
    }
  }
}
