import BackofficeMigrations

/// The packs of the tests, and their queries.
enum Packs {
  static let parents = Migration(
    version: 1, name: "parents",
    up: "CREATE TABLE parents (pk INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;",
    down: "DROP TABLE parents;")
  static let children = Migration(
    version: 2, name: "children",
    up: """
      CREATE TABLE children (
        pk INTEGER PRIMARY KEY,
        parent_pk INTEGER NOT NULL REFERENCES parents (pk) ON DELETE CASCADE
      ) STRICT;
      CREATE INDEX children_parent ON children (parent_pk);
      """,
    down: "DROP TABLE children;")
  static let names = Migration(
    version: 3, name: "names",
    up: """
      CREATE INDEX parents_name ON parents (name);
      INSERT INTO parents (name) VALUES ('first');
      """,
    down: "DROP INDEX parents_name;\nDELETE FROM parents WHERE name = 'first';")

  static func pack(_ migrations: Migration...) throws -> MigrationPack {
    try MigrationPack("test", migrations)
  }

  static func migrator(_ migrations: Migration...) throws -> Migrator {
    try Migrator([MigrationPack("test", migrations)])
  }

  static func all() throws -> Migrator { try migrator(parents, children, names) }

  /// Rows for the next migration.
  static let rows = """
    INSERT INTO parents (pk, name) VALUES (10, 'ten'), (11, 'eleven');
    INSERT INTO children (parent_pk) VALUES (10), (10), (11);
    """
}

extension Database {
  /// The first column of a query as text, for short comparisons.
  static func texts(_ sql: String, in path: String) throws -> [String] {
    try Database(.readOnly(path)).texts(sql)
  }

  func texts(_ sql: String) throws -> [String] {
    try read { transaction in
      try transaction.fetchAll(sql: sql) { row in try row.value(at: 0) }
    }
  }
}

extension MigrationStatus {
  /// Version and state, for short comparisons.
  var short: String { "\(id.version) \(state.rawValue)" }
}
