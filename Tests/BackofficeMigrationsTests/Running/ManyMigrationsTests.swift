import BackofficeMigrations
import Testing

@Suite("Folders of many migrations")
struct ManyMigrationsTests {
  /// A folder as large as that of a ten-year-old program, with files of about 500 bytes.
  private static func folder(_ count: Int) throws -> MigrationFiles {
    let files = try MigrationFiles()
    let comment = "-- " + String(repeating: "what it is about ", count: 18) + "\n"
    for number in 1...count {
      // Every tenth migration creates a table; the others change one.
      let table = (number - 1) / 10
      let up =
        number % 10 == 1
        ? "CREATE TABLE t\(table) (pk INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;"
        : "ALTER TABLE t\(table) ADD COLUMN c\(number) INTEGER NOT NULL DEFAULT 0;"
      let down =
        number % 10 == 1 ? "DROP TABLE t\(table);" : "ALTER TABLE t\(table) DROP COLUMN c\(number);"
      try files.write(comment + up, to: "\(number)_step.up.sql")
      try files.write(down, to: "\(number)_step.down.sql")
    }
    return files
  }

  @Test(
    "A thousand migrations run, and a run without pending migrations takes a fraction of the time")
  func thousand() throws {
    let files = try Self.folder(1000)
    let clock = ContinuousClock()
    let migrator = try files.migrator()
    let first = try clock.measure {
      try files.maintain { maintenance throws in #expect(try migrator.up(maintenance).count == 1000)
      }
    }
    var reading: [Duration] = []
    var starts: [Duration] = []
    for _ in 0..<5 {
      var migrator: Migrator?
      reading.append(try clock.measure { migrator = try files.migrator() })
      let current = try #require(migrator)
      starts.append(
        try clock.measure {
          try files.maintain { maintenance throws in #expect(try current.up(maintenance).isEmpty) }
        })
    }
    let read = try #require(reading.min())
    let start = try #require(starts.min())
    print(
      "a thousand migrations: first run \(first), then \(read) to read the folder and \(start) to "
        + "open the file")
    #expect(start * 5 < first)
  }
}
