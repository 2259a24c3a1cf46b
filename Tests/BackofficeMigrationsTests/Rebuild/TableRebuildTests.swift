import BackofficeMigrations
import Testing

@Suite("Rebuilding a table")
struct TableRebuildTests {
  static let people = """
    CREATE TABLE people (
      pk INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT COLLATE NOCASE,
      age INTEGER CHECK (age >= 0),
      boss INTEGER REFERENCES people (pk) ON DELETE SET NULL
    );
    INSERT INTO people (pk, name, age, boss) VALUES (1, 'a', 10, NULL), (2, 'b', 20, 1), (9, 'z', 1, 1);
    DELETE FROM people WHERE pk = 9;

    """

  /// Runs `sql`, rebuilds a table, and returns the first column of `query`.
  static func rebuild(
    _ sql: String, _ table: String = "people", then query: String,
    _ change: (inout TableRebuild) throws -> Void
  ) throws -> [String] {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(sql)
      try maintenance.rebuildTable(table, change)
      return try maintenance.firstColumn(query)
    }
  }

  /// The table with an additional `NOT NULL`, which `ALTER TABLE` does not support.
  static func notNull(_ table: inout TableRebuild) {
    table.definition = table.definition.replacing("age INTEGER", with: "age INTEGER NOT NULL")
    table.fill("age", with: "coalesce(age, 0)")
  }

  @Test("Only the requested changes are made to the schema")
  func sameSchema() throws {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(Self.people)
      let difference = try maintenance.rebuildTable("people", Self.notNull)
      #expect(difference.lines == ["table people: column age gained NOT NULL"])
    }
  }

  @Test("Rows that refer to the table with ON DELETE CASCADE are kept, and still refer to it")
  func cascadeChildren() throws {
    let sql =
      Self.people + """
        CREATE TABLE notes (person INTEGER NOT NULL REFERENCES people (pk) ON DELETE CASCADE);
        INSERT INTO notes VALUES (1), (1), (2);
        """
    let notes = try Self.rebuild(
      sql,
      then: "SELECT count(*) || (SELECT sql FROM sqlite_schema WHERE name = 'notes') FROM notes",
      Self.notNull)
    #expect(
      notes == [
        "3CREATE TABLE notes (person INTEGER NOT NULL REFERENCES people (pk) ON DELETE CASCADE)"
      ])
    #expect(
      try Self.rebuild(sql, then: "PRAGMA foreign_keys", Self.notNull) == ["1"])
  }

  @Test("23: Unique, multi-column, partial and expression indexes are preserved")
  func indexes() throws {
    let texts = [
      "CREATE INDEX many ON people (age DESC, name COLLATE BINARY)",
      "CREATE INDEX words ON people (lower(name), age + 1)",
      "CREATE UNIQUE INDEX names ON people (name)",
      "CREATE UNIQUE INDEX some ON people (boss) WHERE boss IS NOT NULL",
    ]
    let sql = Self.people + texts.map { $0 + ";\n" }.joined()
    let kept = try Self.rebuild(
      sql, then: "SELECT sql FROM sqlite_schema WHERE type = 'index' ORDER BY name", Self.notNull)
    #expect(kept == [texts[0], texts[2], texts[3], texts[1]])
  }

  @Test("A UNIQUE constraint still works after the rebuild")
  func uniqueConstraint() throws {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript("CREATE TABLE a (b UNIQUE, c); INSERT INTO a VALUES (1, 1);")
      try maintenance.rebuildTable("a") { $0.definition = "CREATE TABLE a (b UNIQUE, c INT)" }
      #expect(throws: SQLiteError.self) {
        try maintenance.executeScript("INSERT INTO a VALUES (1, 2)")
      }
    }
  }

  @Test("SQL triggers of the table and those that use it are preserved, and work")
  func triggers() throws {
    let sql =
      Self.people + """
        CREATE TABLE log (line);
        CREATE TRIGGER on_people AFTER INSERT ON people BEGIN INSERT INTO log VALUES (new.name); END;
        CREATE TRIGGER on_log AFTER INSERT ON log BEGIN
          UPDATE people SET age = age + 1 WHERE name = new.line;
        END;
        """
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(sql)
      try maintenance.rebuildTable("people", Self.notNull)
      #expect(try maintenance.firstColumn("SELECT line FROM log") == [])
      try maintenance.executeScript("INSERT INTO people (name, age) VALUES ('new', 1)")
      #expect(try maintenance.firstColumn("SELECT age FROM people WHERE name = 'new'") == ["2"])
    }
  }

  @Test("Views of the table are preserved, with their triggers, and work")
  func views() throws {
    let sql =
      Self.people + """
        CREATE VIEW adults AS SELECT pk, name FROM people WHERE age > 17;
        CREATE VIEW names AS SELECT name FROM adults;
        CREATE TRIGGER add_adult INSTEAD OF INSERT ON adults BEGIN
          INSERT INTO people (name, age) VALUES (new.name, 18);
        END;
        """
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(sql)
      try maintenance.rebuildTable("people", Self.notNull)
      try maintenance.executeScript("INSERT INTO adults (name) VALUES ('c')")
      #expect(try maintenance.firstColumn("SELECT name FROM names ORDER BY name") == ["b", "c"])
    }
  }

  @Test("A deleted AUTOINCREMENT key is not reused")
  func autoincrement() throws {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(Self.people)
      try maintenance.rebuildTable("people", Self.notNull)
      try maintenance.executeScript("INSERT INTO people (name, age) VALUES ('new', 1)")
      #expect(try maintenance.firstColumn("SELECT pk FROM people WHERE name = 'new'") == ["10"])
      #expect(
        try maintenance.firstColumn("SELECT name || seq FROM sqlite_sequence") == ["people10"])
    }
  }

  @Test("The AUTOINCREMENT sequence of an empty table is preserved")
  func autoincrementEmpty() throws {
    let marks = try Self.rebuild(
      Self.people + "DELETE FROM people;", then: "SELECT name || seq FROM sqlite_sequence",
      Self.notNull)
    #expect(marks == ["people9"])
  }

  @Test("Rowids without an alias are preserved, because a full-text index may refer to them")
  func rowIDs() throws {
    let rows = try Self.rebuild(
      "CREATE TABLE a (b); INSERT INTO a (rowid, b) VALUES (7, 'x'), (-3, 'y');", "a",
      then: "SELECT rowid || b FROM a ORDER BY rowid"
    ) { $0.definition = "CREATE TABLE a (b TEXT, c)" }
    #expect(rows == ["-3y", "7x"])
  }

  @Test("A full-text index of the table still works")
  func fullText() throws {
    let sql =
      Self.people + """
        CREATE VIRTUAL TABLE words USING fts5(name, content='people', content_rowid='pk');
        CREATE TRIGGER feed AFTER INSERT ON people BEGIN
          INSERT INTO words (rowid, name) VALUES (new.pk, new.name);
        END;
        INSERT INTO words (words) VALUES ('rebuild');
        """
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(sql)
      try maintenance.rebuildTable("people", Self.notNull)
      try maintenance.executeScript("INSERT INTO people (name, age) VALUES ('c', 1)")
      #expect(
        try maintenance.firstColumn(
          "SELECT name FROM words WHERE words MATCH 'b OR c' ORDER BY name")
          == ["b", "c"])
    }
  }

  @Test("Generated columns, STRICT and WITHOUT ROWID are taken from the definition")
  func traits() throws {
    let sql =
      "CREATE TABLE a (b INT PRIMARY KEY, c AS (b + 1), d TEXT) STRICT, WITHOUT ROWID;"
      .replacing("c AS", with: "c INT AS") + "INSERT INTO a (b, d) VALUES (1, 'x');"
    let rows = try Self.rebuild(sql, "a", then: "SELECT b || c || d FROM a") { table in
      table.definition = table.definition.replacing("d TEXT", with: "d TEXT NOT NULL")
    }
    #expect(rows == ["12x"])
  }

  @Test("A renamed column keeps its values, its index and the foreign keys to it")
  func renamedColumn() throws {
    let sql = """
      CREATE TABLE p (a INTEGER NOT NULL UNIQUE, b); CREATE INDEX pa ON p (a);
      CREATE TABLE c (d REFERENCES p (a)); CREATE VIEW v AS SELECT a FROM p;
      INSERT INTO p VALUES (1, 2); INSERT INTO c VALUES (1);
      """
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(sql)
      try maintenance.rebuildTable("p") { table in
        table.definition = "CREATE TABLE p (key INTEGER NOT NULL UNIQUE, b TEXT)"
        table.rename("a", to: "key")
      }
      #expect(try maintenance.firstColumn("SELECT key FROM v") == ["1"])
      #expect(try maintenance.firstColumn("SELECT name FROM pragma_index_info('pa')") == ["key"])
      #expect(
        try maintenance.firstColumn("SELECT \"to\" FROM pragma_foreign_key_list('c')") == ["key"])
    }
  }

  @Test("The statistics of ANALYZE are preserved")
  func statistics() throws {
    let sql = Self.people + "CREATE INDEX ages ON people (age); ANALYZE;"
    let query = "SELECT tbl || ' ' || coalesce(idx, '') || ' ' || stat FROM sqlite_stat1"
    #expect(try Self.rebuild(sql, then: query, Self.notNull) == ["people ages 2 1"])
  }

  @Test("An expression can compute a column from several dropped columns")
  func fill() throws {
    let rows = try Self.rebuild(
      "CREATE TABLE a (first, last); INSERT INTO a VALUES ('x', 'y');", "a",
      then: "SELECT name FROM a"
    ) { table in
      table.definition = "CREATE TABLE a (name TEXT NOT NULL)"
      table.fill("name", with: "first || ' ' || last")
      table.drop("first")
      table.drop("last")
    }
    #expect(rows == ["x y"])
  }
}
