import BackofficeMigrations
import BackofficeTestSupport
import Testing

@Suite("Steps on tables to which another hand added something")
struct OtherHandsTests {
  private static let start = Migration(
    version: 1, name: "notes",
    up: """
      CREATE TABLE notes (pk INTEGER PRIMARY KEY, text TEXT, old TEXT);
      CREATE INDEX notes_text ON notes (text);
      INSERT INTO notes (text) VALUES ('one');
      """, down: "DROP TABLE notes;")

  private static let program = """
    ALTER TABLE notes ADD COLUMN Mark TEXT COLLATE NOCASE DEFAULT 'x y';
    CREATE INDEX marks ON notes (Mark);
    CREATE TABLE own (note INTEGER REFERENCES notes (pk), what TEXT);
    CREATE INDEX own_what ON own (what);
    """

  /// The outcome of a second step of the library on a file that a program has extended.
  private func outcome(of up: String) throws -> [String]? {
    try outcome(of: Migration(version: 2, name: "later", up: up))
  }

  private func outcome(of step: Migration) throws -> [String]? {
    let program = try MigrationPack(
      "program", [Migration(version: 1, name: "program", up: Self.program)])
    return try Database.maintain(.memory) { maintenance in
      try Migrator([MigrationPack("library", [Self.start]), program]).up(maintenance)
      do {
        try Migrator([MigrationPack("library", [Self.start, step]), program]).up(maintenance)
        return nil
      } catch let failure as MigrationFailure {
        guard case .takesAlong(_, let things) = failure.cause as? MigrationError else {
          throw failure
        }
        return things
      }
    }
  }

  @Test("A migration may drop what its own pack created")
  func own() throws {
    #expect(try outcome(of: "ALTER TABLE notes DROP COLUMN old;") == nil)
    #expect(try outcome(of: "DROP INDEX notes_text;") == nil)
  }

  @Test("Dropping a table names the columns, indexes and references that would go")
  func table() throws {
    #expect(
      try outcome(of: "DROP TABLE notes;") == [
        "column Mark of notes", "index marks of notes", "reference of own to notes",
      ])
    #expect(
      try outcome(
        of: """
          CREATE TABLE other AS SELECT pk, text FROM notes; DROP TABLE notes;
          ALTER TABLE other RENAME TO notes;
          """) == ["column Mark of notes", "index marks of notes"])
  }

  @Test("A renamed table has what was added to it under its new name")
  func renamed() throws {
    #expect(
      try outcome(of: "ALTER TABLE notes RENAME TO letters; DELETE FROM letters WHERE pk = 9;")
        == nil)
  }

  @Test("What a step names in its DROP is meant")
  func named() throws {
    #expect(
      try outcome(of: "DROP INDEX IF EXISTS marks; ALTER TABLE notes DROP COLUMN mark;") == nil)
  }

  @Test("A way back is refused as well")
  func wayBack() throws {
    let library = try MigrationPack("library", [Self.start])
    let program = try MigrationPack(
      "program", [Migration(version: 1, name: "program", up: Self.program)])
    try Database.maintain(.memory) { maintenance in
      let migrator = try Migrator([library, program])
      try migrator.up(maintenance)
      let failure = try #require(throws: MigrationFailure.self) {
        try migrator.down(maintenance, to: 0, of: "library")
      }
      #expect(
        "\(failure.cause)".contains("column Mark of notes, index marks of notes"))
    }
  }

  @Test("A rebuild keeps other columns where it is told to, before the constraints of the table")
  func keptColumns() throws {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(
        """
        CREATE TABLE notes (pk INTEGER PRIMARY KEY, text TEXT, UNIQUE (text));
        \(Self.program)
        INSERT INTO notes (text, Mark) VALUES ('a', 'B');
        """)
      try maintenance.rebuildTable("notes") { table in
        table.definition = """
          CREATE TABLE notes (
            pk INTEGER PRIMARY KEY, text TEXT NOT NULL, -- the note
            UNIQUE (text)
          )
          """
        table.keepsOtherColumns = true
      }
      let schema = try maintenance.schema()
      let column = try #require(schema.table("notes")?.columns.last)
      #expect(column.name == "Mark")
      #expect(column.collation == "NOCASE")
      #expect(column.defaultValue == "'x y'")
      #expect(schema.table("notes")?.indexes.map(\.name) == ["marks"])
      let marks: [String] = try maintenance.firstColumn("SELECT mark FROM notes")
      #expect(marks == ["B"])
    }
  }
}
