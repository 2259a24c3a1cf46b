import BackofficeSchema
import BackofficeStorage
import Testing

@Suite("Core schema")
struct CoreSchemaTests {
  let migrator: Migrator

  init() throws { migrator = try Migrator([CoreSchema.pack]) }

  @Test("Every step is sound on an empty database")
  func verify() throws {
    #expect(try migrator.verify() == [])
  }

  @Test("Everything comes in, goes out with rows in all tables, and comes in again")
  func roundTrip() throws {
    try Database.maintain(.memory) { maintenance in
      try migrator.up(maintenance)
      let full = try maintenance.schemaDump()
      for version in CoreRows.statements.keys.sorted() {
        try maintenance.executeScript(CoreRows.statements[version] ?? "")
      }
      try migrator.down(maintenance, to: 0, of: "core")
      #expect(try maintenance.schemaDump() == "")
      try migrator.up(maintenance)
      #expect(try maintenance.schemaDump() == full)
    }
  }

  @Test("Each step goes in, out and in again, restores the schema, and touches no row of others")
  func stepsWithRows() throws {
    let file = TemporaryDatabase()
    var previous: MigrationVersion = 0
    try Database.maintain(.file(file.path)) { maintenance in
      for step in CoreSchema.pack.migrations {
        let version = step.version
        let schema = try maintenance.schema()
        let rows = try file.rows()
        try migrator.up(maintenance, to: version, of: "core")
        let after = try maintenance.schema()
        let fresh = try file.rows()
        try maintenance.executeScript(CoreRows.statements[version] ?? "")
        try migrator.down(maintenance, to: previous, of: "core")
        #expect(try maintenance.schema() == schema, "step \(version)")
        #expect(try file.rows() == rows, "step \(version)")
        try migrator.up(maintenance, to: version, of: "core")
        #expect(try maintenance.schema() == after, "step \(version)")
        #expect(try file.rows() == fresh, "step \(version)")
        // The later steps find the rows of this one.
        try maintenance.executeScript(CoreRows.statements[version] ?? "")
        previous = version
      }
    }
  }

  @Test("The rows of these tests reach every table")
  func rowsEverywhere() throws {
    let store = try filled()
    for table in try store.tables() where table.type == "table" {
      #expect(try store.count("SELECT count(*) FROM \(table.name)") > 0, "\(table.name) is empty")
    }
    #expect(try store.verify() == [])
  }

  @Test("Every view can be read")
  func views() throws {
    let store = try filled()
    let views = try store.texts("SELECT name FROM sqlite_schema WHERE type = 'view'")
    #expect(!views.isEmpty)
    for view in views {
      #expect(throws: Never.self, "\(view)") { try store.count("SELECT count(*) FROM \(view)") }
    }
  }

  @Test("Every table is STRICT")
  func strictTables() throws {
    for table in try filled().tables() where table.type == "table" {
      #expect(table.isStrict, "\(table.name) is not STRICT")
    }
  }

  @Test("Every foreign key has an index that SQLite takes for it")
  func foreignKeyIndexes() throws {
    let store = try filled()
    var keys = 0
    for table in try store.tables() where table.type == "table" {
      let columns = try store.texts(
        """
        SELECT group_concat("from", ' ') FROM
          (SELECT * FROM pragma_foreign_key_list('\(table.name)') ORDER BY id, seq)
        GROUP BY id
        """)
      for key in columns.map({ $0.split(separator: " ").map(String.init) }) {
        keys += 1
        let condition = key.map { "\($0) = ?" }.joined(separator: " AND ")
        let plan = try store.read {
          try $0.queryPlan("SELECT 1 FROM \(table.name) WHERE \(condition)").joined()
        }
        #expect(
          plan.hasPrefix("SEARCH") && key.allSatisfy { plan.contains("\($0)=?") },
          "\(table.name) (\(key.joined(separator: ", "))) is searched without an index: \(plan)")
      }
    }
    #expect(keys > 20)
  }

  @Test("H04: stores that open one new file at once all find the whole schema")
  func concurrentOpening() async throws {
    let file = TemporaryDatabase()
    let migrator = migrator
    let path = file.path
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let store = try Database(.file(path)) { try migrator.up($0) }
          return try store.count("SELECT count(*) FROM schema_migrations")
        }
      }
      for try await count in group { #expect(count == CoreSchema.pack.migrations.count) }
    }
  }

  /// A database in memory with the whole schema and a row in every table.
  private func filled() throws -> Database {
    try Database(.memory) { maintenance in
      for step in CoreSchema.pack.migrations {
        try migrator.up(maintenance, to: step.version, of: "core")
        try maintenance.executeScript(CoreRows.statements[step.version] ?? "")
      }
    }
  }
}
