import BackofficeMigrations
import BackofficeTestSupport
import Synchronization
import Testing

@Suite("Migrator: concurrency")
struct MigratorConcurrencyTests {
  static func pack(_ count: Int) throws -> MigrationPack {
    try MigrationPack(
      "test",
      (1...count).map { version in
        Migration(
          version: MigrationVersion(version), name: "table_\(version)",
          up: "CREATE TABLE table_\(version) (a);", down: "DROP TABLE table_\(version);")
      })
  }

  @Test("Stores that open a new file concurrently all succeed, and each migration runs once")
  func newFile() throws {
    let migrator = try Migrator([Self.pack(12)])
    for round in 0..<20 {
      let file = try TemporaryFile()
      let path = file.path
      let failures = Mutex<[String]>([])
      let ran = Mutex(0)
      TestThread.run(4) { _ in
        do {
          _ = try Database(.file(path)) { maintenance in
            let steps = try migrator.up(maintenance)
            ran.withLock { $0 += steps.count }
          }
        } catch {
          failures.withLock { $0.append("round \(round): \(error)") }
        }
      }
      #expect(failures.withLock { $0 } == [])
      #expect(ran.withLock { $0 } == 12)
      #expect(
        try Database.texts("SELECT CAST(count(*) AS TEXT) FROM schema_migrations", in: path)
          == ["12"])
    }
  }

  @Test("Concurrent runs that revert a file revert each migration once")
  func down() throws {
    let migrator = try Migrator([Self.pack(6)])
    let file = try TemporaryFile()
    let path = file.path
    try Database.maintain(.file(path)) { try migrator.up($0) }
    let ran = Mutex(0)
    let failures = Mutex<[String]>([])
    TestThread.run(4) { _ in
      do {
        try Database.maintain(.file(path)) { maintenance in
          let steps = try migrator.down(maintenance, to: 0, of: "test")
          ran.withLock { $0 += steps.count }
        }
      } catch {
        failures.withLock { $0.append("\(error)") }
      }
    }
    #expect(failures.withLock { $0 } == [])
    #expect(ran.withLock { $0 } == 6)
  }
}
