import BackofficeStorage
import BackofficeTestSupport
import Testing

@Suite("Reuse of a template's connections")
struct SpareConnectionTests {
  private let template: DatabaseTemplate
  private let configuration: Database.Configuration

  init() throws {
    let database = try Database(.memory) { try $0.executeScript(Item.schema) }
    try Self.fill(database, "n", 50)
    template = try DatabaseTemplate(copying: database)
    var configuration = Database.Configuration()
    configuration.template = template
    self.configuration = configuration
  }

  private static func fill(_ database: Database, _ name: String, _ count: Int) throws {
    try database.write { transaction in
      for index in 0..<count {
        try transaction.insert(
          Item(id: transaction.makeID(), name: "\(name)\(index)", amount: index))
      }
    }
  }

  /// Uses a copy, closes it, and returns whether its connection was kept.
  private func leavesASpare(_ use: (Database) throws -> Void) throws -> Bool {
    let before = template.spareCount
    let database = try Database(.memory, configuration: configuration)
    let taken = template.spareCount
    #expect(taken == max(0, before - 1))
    try use(database)
    database.close()
    return template.spareCount == taken + 1
  }

  @Test("A copy sees nothing of the previous copy, whether that grew, shrank or was emptied")
  func fresh() throws {
    let uses: [(Database) throws -> Void] = [
      { try Self.fill($0, "more", 3000) },
      { _ = try $0.write { try $0.execute(sql: "DELETE FROM items") } },
      {
        _ = try $0.write {
          try $0.execute(sql: "UPDATE items SET name = name || hex(zeroblob(900))")
        }
      },
      { _ in },
    ]
    let items = try Database(.memory, configuration: configuration).items()
    for use in uses {
      #expect(try leavesASpare(use))
      let next = try Database(.memory, configuration: configuration)
      #expect(try next.items() == items)
      #expect(try next.verify() == [])
      #expect(
        try next.read {
          try $0.fetchOne(sql: "SELECT last_insert_rowid()") { try $0.value(at: 0, as: Int.self) }
        } == 0)
    }
  }

  @Test("A copy that reuses a connection has its own triggers, clock and statements")
  func rules() throws {
    let first = try Database(
      .memory, configuration: configuration, triggers: [TriggerTests.logging])
    try first.write { try $0.execute(sql: "UPDATE items SET amount = 1000 WHERE name = 'n7'") }
    #expect(try first.log() == ["n7=7>n7=1000"])
    first.close()
    #expect(template.spareCount == 1)
    let second = try Database(.memory, configuration: configuration)
    try second.write { try $0.execute(sql: "UPDATE items SET amount = 5 WHERE name = 'n7'") }
    #expect(try second.log() == [])
    #expect(throws: StorageError.closed) { try first.log() }
    let third = try Database(
      .memory, configuration: configuration, triggers: [TriggerTests.logging])
    try third.write { try $0.execute(sql: "UPDATE items SET amount = 6 WHERE name = 'n7'") }
    #expect(try third.log() == ["n7=7>n7=6"])
  }

  @Test(
    "The connection of a copy with a changed schema or changed settings is not reused",
    arguments: [
      "CREATE TABLE other (a INTEGER) STRICT", "DROP TABLE log",
      "CREATE TEMP TABLE other (a INTEGER)", "/* quietly */ pragma ignore_check_constraints = ON",
    ])
  func changed(sql: String) throws {
    let isLeft = try leavesASpare { database in
      _ = try database.write { try $0.execute(sql: sql) }
    }
    #expect(!isLeft)
    #expect(try Database(.memory, configuration: configuration).items().count == 50)
  }

  @Test("A rolled back schema change does not prevent the reuse of a connection")
  func undone() throws {
    struct Undo: Error {}
    let isLeft = try leavesASpare { database in
      #expect(throws: Undo.self) {
        try database.write { transaction in
          try transaction.execute(sql: "CREATE TABLE other (a INTEGER) STRICT")
          throw Undo()
        }
      }
    }
    #expect(isLeft)
    let next = try Database(.memory, configuration: configuration)
    #expect(throws: SQLiteError.self) {
      try next.read { try $0.fetchAll(sql: "TABLE other") { _ in } }
    }
    #expect(try next.items().count == 50)
  }

  @Test("At most the maximum number of connections are kept, also of copies that were not closed")
  func limit() throws {
    var open: [Database] = []
    for _ in 0..<DatabaseTemplate.maximumSpares + 3 {
      open.append(try Database(.memory, configuration: configuration))
    }
    open.removeAll()
    #expect(template.spareCount == DatabaseTemplate.maximumSpares)
  }

  @Test("A template can be created from a file")
  func file() throws {
    let file = try TemporaryFile()
    let database = try Database(.file(file.path)) { try $0.executeScript(Item.schema) }
    try Self.fill(database, "f", 10)
    var configuration = Database.Configuration()
    configuration.template = try DatabaseTemplate(copying: database)
    for _ in 0..<3 {
      let copy = try Database(.memory, configuration: configuration)
      #expect(try copy.items() == database.items())
      try Self.fill(copy, "more", 10)
      copy.close()
    }
  }

  @Test("Copies on many threads are independent")
  func parallel() async throws {
    let configuration = configuration
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for task in 0..<64 {
        group.addTask {
          let copy = try Database(.memory, configuration: configuration)
          defer { copy.close() }
          try Self.fill(copy, "t\(task)-", task)
          return try copy.items().count - task
        }
      }
      return try await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(counts == Array(repeating: 50, count: 64))
  }
}
