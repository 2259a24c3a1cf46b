import BackofficeMigrations
import Foundation

/// A folder of migration files and a database beside it, removed with the test.
final class MigrationFiles {
  let root: URL
  var folder: URL { root.appendingPathComponent("Migrations") }
  var database: String { root.appendingPathComponent("test.sqlite").path }

  init(_ files: [String: String] = [:]) throws {
    root = FileManager.default.temporaryDirectory
      .appendingPathComponent("backoffice-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func write(_ bytes: Data, to name: String) throws {
    let url = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: url)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
  }

  /// The options with which the folder is read.
  var reading = MigrationFolder.Options()

  func read() throws -> MigrationFolder { try MigrationFolder(folder.path, options: reading) }

  func migrator(_ configure: (inout Migrator.Options) -> Void = { _ in }) throws -> Migrator {
    var options = Migrator.Options()
    configure(&options)
    return try Migrator([read().pack()], options: options)
  }

  /// Opens the database for maintenance.
  @discardableResult
  func maintain<Result>(
    _ body: (borrowing MaintenanceConnection) throws -> Result
  ) throws -> Result {
    try Database.maintain(.file(database), body)
  }

  /// Applies all migrations.
  func up(_ configure: (inout Migrator.Options) -> Void = { _ in }) throws {
    let migrator = try migrator(configure)
    try maintain { try migrator.up($0) }
  }

  /// The applied versions, in the order in which they ran.
  func applied() throws -> [String] {
    try Database.texts(
      "SELECT coalesce(version, 'R ' || name) FROM schema_migrations ORDER BY sequence",
      in: database)
  }

  /// The names of all schema objects, including SQLite's internal ones.
  func objects() throws -> [String] {
    try Database.texts("SELECT name FROM sqlite_schema ORDER BY name", in: database)
  }

  /// The error that `body` throws, as text.
  func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no refusal"
    } catch {
      return "\(error)"
    }
  }

  /// Three reversible migrations.
  static func three() throws -> MigrationFiles {
    try MigrationFiles([
      "001_people.sql": "CREATE TABLE people (pk INTEGER PRIMARY KEY, name TEXT NOT NULL);",
      "001_people.down.sql": "DROP TABLE people;",
      "002_notes.sql":
        "CREATE TABLE notes (pk INTEGER PRIMARY KEY, person INTEGER REFERENCES people (pk));",
      "002_notes.down.sql": "DROP TABLE notes;",
      "003_names.sql": "CREATE INDEX names ON people (name);",
      "003_names.down.sql": "DROP INDEX names;",
    ])
  }
}
