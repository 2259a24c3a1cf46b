import BackofficeSchema
import BackofficeStorage
import Testing

@Suite("The structure of a new file")
struct SchemaStructureTests {
  private func database(
    _ packs: [MigrationPack], through version: MigrationVersion? = nil,
    _ adjust: (inout Migrator) -> Void = { _ in }
  ) throws -> Database {
    try Database(.memory) { maintenance in
      var migrator = try Migrator(packs)
      migrator.options.grouping = .togetherWhenNew
      adjust(&migrator)
      if let version {
        _ = try migrator.up(maintenance, to: version, of: "core")
      } else {
        _ = try migrator.up(maintenance)
      }
    }
  }

  private func objects(_ database: Database) throws -> [String] {
    try database.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '')
          FROM sqlite_schema ORDER BY 1
          """
      ) { try $0.value(at: 0, as: String.self) }
    }
  }

  private func ledger(_ database: Database) throws -> [String] {
    try database.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT pack || ' ' || version || ' ' || name || ' ' || file || ' ' || checksum || ' '
          || coalesce(down_checksum, '') || ' ' || coalesce(down, '')
          FROM \(Migrator.ledgerTable) ORDER BY 1
          """
      ) { try $0.value(at: 0, as: String.self) }
    }
  }

  @Test("It is what the migrations come to: every object, every row, every line of the ledger")
  func same() throws {
    let steps = try database([CoreSchema.pack.withoutStructure])
    let whole = try database([CoreSchema.pack])
    #expect(try objects(whole) == objects(steps))
    #expect(try ledger(whole) == ledger(steps))
    #expect(
      try whole.read { try SchemaStructure.sql(of: $0) }
        == steps.read { try SchemaStructure.sql(of: $0) })
    #expect(try whole.verify() == [])
  }

  @Test("A file that was made from it goes back step by step to nothing, and comes again")
  func down() throws {
    let whole = try database([CoreSchema.pack])
    let migrator = try Migrator([CoreSchema.pack])
    try whole.maintain { maintenance in
      while try migrator.downByOne(maintenance) != nil {}
    }
    #expect(try ledger(whole) == [])
    try whole.maintain { maintenance in
      var migrator = migrator
      migrator.options.grouping = .togetherWhenNew
      _ = try migrator.up(maintenance)
    }
    #expect(try objects(whole) == objects(database([CoreSchema.pack])))
  }

  /// A script that cannot be mistaken for the migrations.
  private let marked = MigrationPack(
    "core", trusted: CoreSchema.pack.migrations,
    structure: MigrationPack.Structure(
      through: CoreSchema.pack.latestVersion, sql: "CREATE TABLE marked (a INTEGER) STRICT;"))

  @Test("It runs on a new file that gets everything, and nowhere else")
  func when() throws {
    func isMarked(_ database: Database) throws -> Bool {
      try objects(database).contains { $0.hasPrefix("table marked") }
    }
    #expect(try isMarked(database([marked])))
    #expect(try !isMarked(database([marked], through: 3)))
    #expect(try !isMarked(database([marked]) { $0.options.grouping = .eachAlone }))
    #expect(try !isMarked(database([marked]) { $0.options.grouping = .together }))
    #expect(
      try !isMarked(database([marked]) { $0.options.hooks.afterEach = { _, _ in } }))
    let begun = try database([marked], through: 3)
    try begun.maintain { maintenance in
      var migrator = try Migrator([marked])
      migrator.options.grouping = .togetherWhenNew
      _ = try migrator.up(maintenance)
    }
    #expect(try !isMarked(begun))
    let foreign = try Database(.memory) { maintenance in
      try maintenance.executeScript("CREATE TABLE theirs (a INTEGER) STRICT")
      var migrator = try Migrator([marked])
      migrator.options.grouping = .togetherWhenNew
      _ = try migrator.up(maintenance)
    }
    #expect(try !isMarked(foreign))
  }

  @Test("A script that fails leaves nothing, and the error names its file and line")
  func failing() throws {
    let broken = MigrationPack(
      "core", trusted: CoreSchema.pack.migrations,
      structure: MigrationPack.Structure(
        through: CoreSchema.pack.latestVersion, sql: "CREATE TABLE a (b INTEGER) STRICT;\nCREATE x;"
      ))
    let failure = #expect(throws: MigrationFailure.self) { try database([broken]) }
    #expect(failure.map { "\($0)" }?.contains("core/structure:2") == true)
    #expect(failure?.applied == [])
  }
}
