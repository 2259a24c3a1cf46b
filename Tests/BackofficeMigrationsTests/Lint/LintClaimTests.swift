import BackofficeMigrations
import Testing

@Suite("19: What lint claims")
struct LintClaimTests {
  private func rules(_ base: String, _ up: String) throws -> [LintRule] {
    let ignored: Set<LintRule> = [.downMissing, .changeType, .unboundedWrite]
    return try Migrator([
      MigrationPack(
        "test",
        trusted: [
          Migration(version: 1, name: "base", up: base),
          Migration(version: 2, name: "step", up: up),
        ])
    ]).lint { $0.name == "step" }.map(\.rule).filter { !ignored.contains($0) }
  }

  private static let table = "CREATE TABLE a (b INTEGER PRIMARY KEY, c TEXT, d TEXT UNIQUE);"

  private static func rebuild(_ definition: String, _ copy: String) -> String {
    "CREATE TABLE n \(definition); \(copy); DROP TABLE a; ALTER TABLE n RENAME TO a;"
  }

  static let cases: [(String, String, [LintRule])] = [
    ("a unique index", "CREATE UNIQUE INDEX x ON a (c);", [.uniqueOverRows]),
    ("a partial unique index", "CREATE UNIQUE INDEX x ON a (c) WHERE c <> '';", [.uniqueOverRows]),
    ("a unique expression", "CREATE UNIQUE INDEX x ON a (lower(c));", [.uniqueOverRows]),
    ("an index", "CREATE INDEX x ON a (c);", []),
    ("a key that contains the primary key", "CREATE UNIQUE INDEX x ON a (c, b);", []),
    ("a key that contains a unique column", "CREATE UNIQUE INDEX x ON a (d, c);", []),
    (
      "a key with another collation", "CREATE UNIQUE INDEX x ON a (d COLLATE NOCASE);",
      [.uniqueOverRows]
    ),
    ("a new table", "CREATE TABLE z (y UNIQUE); CREATE UNIQUE INDEX x ON z (y);", []),
    ("a new column", "ALTER TABLE a ADD COLUMN e; CREATE UNIQUE INDEX x ON a (e);", []),
    (
      "a new column with a default",
      "ALTER TABLE a ADD COLUMN e DEFAULT 1; CREATE UNIQUE INDEX x ON a (e);", [.uniqueOverRows]
    ),
    (
      "rows that were cleaned", "DELETE FROM a WHERE c IS NULL; CREATE UNIQUE INDEX x ON a (c);", []
    ),
    (
      "UNIQUE in a rebuild",
      rebuild(
        "(b INTEGER PRIMARY KEY, c TEXT UNIQUE, d TEXT UNIQUE)",
        "INSERT INTO n SELECT b, c, d FROM a"),
      [.uniqueOverRows]
    ),
    (
      "CHECK in a rebuild",
      rebuild(
        "(b INTEGER PRIMARY KEY, c TEXT CHECK (c <> ''), d TEXT UNIQUE)",
        "INSERT INTO n SELECT b, c, d FROM a"), [.checkOverRows]
    ),
    (
      "a foreign key in a rebuild",
      rebuild(
        "(b INTEGER PRIMARY KEY, c TEXT REFERENCES a (d), d TEXT UNIQUE)",
        "INSERT INTO n SELECT b, c, d FROM a"), [.checkOverRows]
    ),
    (
      "NOT NULL over a bare column",
      rebuild(
        "(b INTEGER PRIMARY KEY, c TEXT NOT NULL, d TEXT UNIQUE)", "INSERT INTO n SELECT * FROM a"),
      [.nullableToNotNull]
    ),
    (
      "NOT NULL over coalesce",
      rebuild(
        "(b INTEGER PRIMARY KEY, c TEXT NOT NULL, d TEXT UNIQUE)",
        "INSERT INTO n SELECT b, coalesce(c, ''), d FROM a"), []
    ),
    (
      "NOT NULL after an update",
      "UPDATE a SET c = '' WHERE c IS NULL;"
        + rebuild(
          "(b INTEGER PRIMARY KEY, c TEXT NOT NULL, d TEXT UNIQUE)", "INSERT INTO n SELECT * FROM a"
        ), []
    ),
    ("a text that reads now", "CREATE TABLE z (y CHECK (y IN ('now', 'later')));", []),
    (
      "the moment in a check", "CREATE TABLE z (y CHECK (y < datetime('now', '-1 day')));",
      [.movingTime]
    ),
    (
      "the moment behind a format", "CREATE TABLE z (y CHECK (y < strftime('%s', 'now')));",
      [.movingTime]
    ),
    ("a parent that never comes", "CREATE TABLE z (y REFERENCES x);", [.danglingForeignKey]),
    (
      "a parent in the same script",
      "CREATE TABLE z (y REFERENCES x); CREATE TABLE x (y PRIMARY KEY);", []
    ),
  ]

  @Test("A claim is made where it holds, and only there", arguments: cases)
  func claims(what: String, up: String, expected: [LintRule]) throws {
    #expect(try rules(Self.table, up) == expected, "\(what)")
  }

  @Test("A parent that a later migration creates is not missing")
  func laterParent() throws {
    let child = Migration(
      version: 1, name: "c", up: "CREATE TABLE c (d REFERENCES p);", down: "DROP TABLE c;")
    let parent = Migration(
      version: 2, name: "p", up: "CREATE TABLE p (q PRIMARY KEY);", down: "DROP TABLE p;")
    #expect(try Packs.migrator(child, parent).lint() == [])
    #expect(try Packs.migrator(child).lint().map(\.rule) == [.danglingForeignKey])
  }

  @Test("Lint claims nothing that the options of the runner settle")
  func options() throws {
    let files = try MigrationFiles([
      "1_a.sql":
        ".timeout 1\nPRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE a (b DEFAULT \"x\");\nINSERT INTO a VALUES (\"y\");\nCOMMIT;",
      "1_a.down.sql": "DROP TABLE a;",
    ])
    #expect(try files.migrator().lint().map(\.rule) == [.fails])
    let migrator = try files.migrator {
      $0.unwrapsTransactions = true
      $0.allowsDoubleQuotedTexts = true
    }
    #expect(try migrator.lint() == [])
    #expect(try migrator.verify() == [])
  }
}
