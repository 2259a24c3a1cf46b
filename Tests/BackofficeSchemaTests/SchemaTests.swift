import Backoffice
import BackofficeAnalytics
import BackofficeMigrations
import BackofficeQueue
import Testing

@Suite("Schema")
struct SchemaTests {
  static let packs = [
    QueueSchema.migrations, OfficeSchema.migrations, AnalyticsSchema.migrations,
  ]

  let migrator: Migrator

  init() throws { migrator = try Migrator(Self.packs) }

  @Test("Every migration is correct on an empty database")
  func verify() throws {
    #expect(try migrator.verify() == [])
  }

  @Test("Each pack depends only on those before it")
  func packsInTurn() throws {
    for count in 1..<Self.packs.count {
      let fewer = try Migrator(Array(Self.packs.prefix(count)))
      #expect(try fewer.verify() == [])
    }
  }

  @Test("All migrations are applied, reverted with rows in all tables, and applied again")
  func roundTrip() throws {
    try Database.maintain(.memory) { maintenance in
      try migrator.up(maintenance)
      let full = try maintenance.schemaDump()
      for pack in Self.packs {
        for step in pack.migrations {
          try maintenance.executeScript(SchemaRows.statements(pack.name, step.version))
        }
      }
      for pack in Self.packs.reversed() {
        try migrator.down(maintenance, to: 0, of: pack.name)
      }
      #expect(try maintenance.schemaDump() == "")
      try migrator.up(maintenance)
      #expect(try maintenance.schemaDump() == full)
    }
  }

  @Test("Each migration can be reverted and reapplied, and changes no rows of other tables")
  func stepsWithRows() throws {
    let file = TemporaryDatabase()
    try Database.maintain(.file(file.path)) { maintenance in
      for pack in Self.packs {
        var previous: MigrationVersion = 0
        for step in pack.migrations {
          let version = step.version
          let place = "step \(version) of \(pack.name)"
          let schema = try maintenance.schema()
          let rows = try file.rows()
          try migrator.up(maintenance, to: version, of: pack.name)
          let after = try maintenance.schema()
          let fresh = try file.rows()
          try maintenance.executeScript(SchemaRows.statements(pack.name, version))
          try migrator.down(maintenance, to: previous, of: pack.name)
          #expect(try maintenance.schema() == schema, "\(place)")
          #expect(try file.rows() == rows, "\(place)")
          try migrator.up(maintenance, to: version, of: pack.name)
          #expect(try maintenance.schema() == after, "\(place)")
          #expect(try file.rows() == fresh, "\(place)")
          // The later migrations run with the rows of this one.
          try maintenance.executeScript(SchemaRows.statements(pack.name, version))
          previous = version
        }
      }
    }
  }

  @Test("The test rows cover every table")
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

  @Test("Every foreign key has an index that SQLite uses")
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
          plan.hasPrefix("SEARCH")
            && (plan.contains("rowid=?") || key.allSatisfy { plan.contains("\($0)=?") }),
          "\(table.name) (\(key.joined(separator: ", "))) is searched without an index: \(plan)")
      }
    }
    #expect(keys > 20)
  }

  @Test("H04: stores that open a new file concurrently all find the whole schema")
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
      let steps = Self.packs.map(\.migrations.count).reduce(0, +)
      for try await count in group { #expect(count == steps) }
    }
  }

  /// A database in memory with the whole schema and a row in every table.
  private func filled() throws -> Database {
    try Database(.memory) { maintenance in
      for pack in Self.packs {
        for step in pack.migrations {
          try migrator.up(maintenance, to: step.version, of: pack.name)
          try maintenance.executeScript(SchemaRows.statements(pack.name, step.version))
        }
      }
    }
  }
}
