import BackofficeMigrations
import Dispatch
import Synchronization
import Testing

/// The numbers are those of behaviors that the test suites of other runners cover.
@Suite("Scenarios: concurrent runs")
struct ScenarioConcurrencyTests {
  private static func files(_ count: Int) throws -> MigrationFiles {
    let files = try MigrationFiles()
    for number in 1...count {
      try files.write("CREATE TABLE t\(number) (a);", to: "\(number)_t.sql")
      try files.write("DROP TABLE t\(number);", to: "\(number)_t.down.sql")
    }
    return files
  }

  @Test("10: Concurrent runs that apply the next migration apply each version once, in order")
  func upByOne() async throws {
    let files = try Self.files(12)
    let migrator = try files.migrator()
    let path = files.database
    let versions = try await withThrowingTaskGroup(of: [MigrationVersion].self) { group in
      for _ in 0..<4 {
        group.addTask {
          var mine: [MigrationVersion] = []
          while let step = try Database.maintain(.file(path), { try migrator.upByOne($0) }) {
            mine.append(step.id.version)
          }
          return mine
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(versions.sorted() == (1...12).map { MigrationVersion($0) })
    #expect(try files.applied() == (1...12).map(String.init))
  }

  @Test("11: Concurrent runs that revert everything revert each migration once")
  func downToZero() async throws {
    let files = try Self.files(8)
    try files.up()
    let migrator = try files.migrator { $0.grouping = .together }
    let path = files.database
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<6 {
        group.addTask {
          try Database.maintain(.file(path)) { maintenance throws in
            try migrator.down(maintenance, to: 0, of: "main").count
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    // Each run is one transaction, so exactly one does the work.
    #expect(counts.sorted() == [0, 0, 0, 0, 0, 8])
    #expect(try files.applied() == [])
  }

  @Test("After concurrent runs in both directions, the ledger matches the schema")
  func upAndDown() async throws {
    let files = try Self.files(6)
    let migrator = try files.migrator()
    let path = files.database
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<6 {
        group.addTask {
          for _ in 0..<5 {
            try Database.maintain(.file(path)) { maintenance throws in
              if task.isMultiple(of: 2) {
                try migrator.up(maintenance)
              } else {
                try migrator.down(maintenance, to: 2, of: "main")
              }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let applied = try files.applied()
    #expect(applied == (1...6).prefix(applied.count).map(String.init))
    #expect(
      try files.objects().filter { $0.hasPrefix("t") }.count == applied.count)
  }
}
