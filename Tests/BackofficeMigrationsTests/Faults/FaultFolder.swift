import BackofficeMigrations
import BackofficeTestSupport
import Foundation
import Testing

/// A folder of migrations with one fault, and the expected report.
struct Fault: Sendable, CustomTestStringConvertible {
  /// How the fault is detected.
  enum Way: Sendable {
    /// By reading the folder.
    case load
    /// By verification.
    case verify
    /// By verification of pending migrations, on a file with `base` and these rows.
    case verifyOn(rows: String)
    /// By running the migrations, the last one on these rows.
    case run(rows: String)
    /// By lint.
    case lint
    /// By diagnosis, before they run.
    case validate
    /// By comparison, after the folder was changed to `after`.
    case changed(after: [String: String])
  }

  let name: String
  let way: Way
  let files: [String: String]
  /// The text that a finding must contain; nil for a folder without fault.
  let words: [String]

  var testDescription: String { name }

  init(_ name: String, _ way: Way, _ files: [String: String], _ words: String...) {
    self.name = name
    self.way = way
    self.files = files
    self.words = words
  }

  /// A fault of the second migration of a folder whose first one is correct.
  init(
    _ name: String, _ way: Way = .verify, up: String = "ALTER TABLE items ADD COLUMN note TEXT;",
    down: String?, _ words: String...
  ) {
    var files = Self.base
    files["v0002_step.sql"] = up
    files["v0002_step.down.sql"] = down
    self.name = name
    self.way = way
    self.files = files
    self.words = words
  }

  static let base = [
    "v0001_base.sql": tables + dependents,
    "v0001_base.down.sql": """
    DROP VIEW big_items;
    DROP TABLE pairs;
    DROP TABLE items;
    DROP TABLE parents;
    """,
  ]

  static let items = """
    CREATE TABLE items (
      pk INTEGER PRIMARY KEY AUTOINCREMENT,
      parent INTEGER REFERENCES parents (pk) ON DELETE CASCADE,
      name TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
      size INTEGER CHECK (size >= 0),
      area INTEGER AS (size * size) STORED,
      code TEXT UNIQUE
    ) STRICT;

    """

  static let tables =
    """
    CREATE TABLE parents (pk INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
    CREATE TABLE pairs (a TEXT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;

    """ + items

  static let dependents = """
    CREATE INDEX items_parent ON items (parent);
    CREATE INDEX items_size ON items (size) WHERE size IS NOT NULL;
    CREATE TRIGGER items_guard BEFORE DELETE ON items WHEN old.size > 100 BEGIN
      SELECT RAISE(ABORT, 'too big to go');
    END;
    CREATE VIEW big_items AS SELECT pk, name FROM items WHERE size > 10;

    """

  static let mark =
    "INSERT INTO sqlite_sequence SELECT 'fresh', seq FROM sqlite_sequence WHERE name = 'items';\n"

  /// A down script that rebuilds the table, with `old` replaced by `new`.
  static func rebuild(_ old: String = "", _ new: String = "") -> String {
    let text =
      "DROP VIEW big_items;\n" + items.replacing("TABLE items", with: "TABLE fresh") + mark + """
        INSERT INTO fresh (pk, parent, name, size, code)
          SELECT pk, parent, name, size, code FROM items;
        DROP TABLE items;
        ALTER TABLE fresh RENAME TO items;

        """ + dependents
    return old.isEmpty ? text : text.replacing(old, with: new)
  }
}

/// Migrations in a temporary folder.
final class FaultFolder {
  private let file: TemporaryFile
  var path: String { file.folder.appendingPathComponent("migrations").path }

  init(_ files: [String: String]) throws {
    file = try TemporaryFile()
    try write(files)
  }

  /// Replaces the files of the folder.
  func write(_ files: [String: String]) throws {
    let folder = URL(filePath: path)
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, text) in files {
      let place = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: place)
    }
  }

  func migrator() throws -> Migrator { try Migrator([MigrationFolder(path).pack()]) }

  /// The report about the folder.
  func findings(_ way: Fault.Way) throws -> [String] {
    do {
      return try collect(way)
    } catch {
      return ["\(error)"]
    }
  }

  private func collect(_ way: Fault.Way) throws -> [String] {
    let migrator = try migrator()
    switch way {
    case .load: return []
    case .verify: return try migrator.verify().map(\.description)
    case .lint: return try migrator.lint().map(\.description)
    case .validate:
      return try Database.maintain(.memory) { try migrator.validate($0).map(\.description) }
    case .verifyOn(let rows):
      return try Database.maintain(.memory) { maintenance in
        try migrator.upByOne(maintenance)
        try maintenance.executeScript(rows)
        return try migrator.verifyPending(maintenance).map(\.description)
      }
    case .run(let rows):
      return try Database.maintain(.memory) { maintenance in
        try migrator.upByOne(maintenance)
        try maintenance.executeScript(rows)
        try migrator.up(maintenance)
        return []
      }
    case .changed(let after):
      return try Database.maintain(.memory) { maintenance in
        try migrator.up(maintenance)
        try write(after)
        try self.migrator().up(maintenance)
        return []
      }
    }
  }
}
