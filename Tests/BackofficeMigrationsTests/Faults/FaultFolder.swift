import BackofficeMigrations
import BackofficeTestSupport
import Foundation
import Testing

/// A folder of migrations with one fault in it, and what has to be said about it.
struct Fault: Sendable, CustomTestStringConvertible {
  /// How the fault comes to light.
  enum Way: Sendable {
    /// When the folder is read.
    case load
    /// When each migration is taken in, out and in again.
    case verify
    /// The same on a copy of a file that has `base` and these rows.
    case verifyOn(rows: String)
    /// When the migrations run, the last one over these rows.
    case run(rows: String)
    /// When one looks at them before they run.
    case lint
    /// In the status, before anybody runs them.
    case validate
    /// When the folder has become `after` since its migrations ran.
    case changed(after: [String: String])
  }

  let name: String
  let way: Way
  let files: [String: String]
  /// What one of the findings has to hold, word by word; nothing for a folder without fault.
  let words: [String]

  var testDescription: String { name }

  init(_ name: String, _ way: Way, _ files: [String: String], _ words: String...) {
    self.name = name
    self.way = way
    self.files = files
    self.words = words
  }

  /// A fault of the second step of a folder whose first one is sound.
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

  /// A way back that rebuilds the table as it was, but for `old`, which becomes `new`.
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

  /// Makes the folder hold these files and no others.
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

  /// What is said about the folder.
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
