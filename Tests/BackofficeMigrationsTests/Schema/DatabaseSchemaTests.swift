import BackofficeMigrations
import Testing

@Suite("The structure of a database")
struct DatabaseSchemaTests {
  static func schema(_ sql: String) throws -> DatabaseSchema {
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(sql)
      return try maintenance.schema()
    }
  }

  static func difference(_ before: String, _ after: String) throws -> [String] {
    try schema(before).difference(to: schema(after)).lines
  }

  /// Definitions with the same meaning.
  static let same: [(String, String)] = [
    (
      "CREATE TABLE a (b INTEGER PRIMARY KEY, c TEXT NOT NULL DEFAULT 'x' CHECK (c <> ''));",
      "create table if not exists \"a\"(\n[b] integer primary key, -- key\n"
        + "`c` text default 'x' check(c<>'') not null)"
    ),
    (
      "CREATE TABLE a (b, c, UNIQUE (b, c), CHECK (b > 0), CHECK (c > 0));",
      "CREATE TABLE a (b CHECK (b > 0), c CHECK (c>0), UNIQUE (b,c));"
    ),
    (
      "CREATE TABLE a (b PRIMARY KEY) WITHOUT ROWID;",
      "CREATE TABLE a (b, PRIMARY KEY (b)) WITHOUT ROWID;"
    ),
    (
      "CREATE TABLE p (a PRIMARY KEY); CREATE TABLE c (d REFERENCES p (a) ON DELETE CASCADE);",
      "CREATE TABLE p (a PRIMARY KEY);"
        + "CREATE TABLE c (d, FOREIGN KEY (d) REFERENCES p (a) ON DELETE CASCADE);"
    ),
    (
      "CREATE TABLE a (b, c); CREATE INDEX i ON a (b, c DESC) WHERE b IS NOT NULL;",
      "CREATE TABLE a (b, c); create index I2 on a (b); drop index I2;"
        + "CREATE INDEX IF NOT EXISTS i ON a(b ASC,c DESC)WHERE b is not null;"
    ),
    (
      "CREATE TABLE a (b); CREATE TABLE z (b); CREATE VIEW v AS SELECT b FROM a;",
      "CREATE TABLE z (b); CREATE TABLE x (b); ALTER TABLE x RENAME TO a;"
        + "CREATE VIEW v AS SELECT \"b\"  FROM a -- all\n;"
    ),
    (
      "CREATE TABLE a (b, c TEXT);", "CREATE TABLE a (b); ALTER TABLE a ADD COLUMN c TEXT;"
    ),
    (
      "CREATE TABLE a (b); CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;",
      "CREATE TABLE a (b); CREATE TRIGGER IF NOT EXISTS t after insert on A\n"
        + "begin select 1 ; end;"
    ),
  ]

  @Test("White space, quotes, case and the position of a constraint do not matter", arguments: same)
  func equal(one: String, other: String) throws {
    #expect(try Self.difference(one, other) == [])
    let (one, other) = (try Self.schema(one), try Self.schema(other))
    #expect(one.fingerprint == other.fingerprint, "\(one.canonicalText)\(other.canonicalText)")
  }

  static let base = "CREATE TABLE p (pk INTEGER PRIMARY KEY);\n"

  /// Pairs of schemas with one difference, and its description.
  static let changes: [(String, String, [String])] = [
    ("CREATE TABLE a (b);", "", ["table a was dropped"]),
    ("", "CREATE TABLE a (b, c);", ["table a was added (b, c)"]),
    (
      "CREATE TABLE a (b, c);", "CREATE TABLE a (b, d INT);",
      ["table a: column c was dropped", "table a: column d was added (INT)"]
    ),
    (
      "CREATE TABLE a (b BIGINT);", "CREATE TABLE a (b INT64);",
      ["table a: column b changed its type from BIGINT to INT64"]
    ),
    (
      "CREATE TABLE a (b TEXT NOT NULL DEFAULT '');", "CREATE TABLE a (b TEXT);",
      ["table a: column b lost NOT NULL", "table a: column b lost the default ''"]
    ),
    (
      "CREATE TABLE a (b DEFAULT 0);", "CREATE TABLE a (b DEFAULT 1);",
      ["table a: column b changed the default 0 to 1"]
    ),
    (
      "CREATE TABLE a (b DEFAULT 'Aa');", "CREATE TABLE a (b DEFAULT 'aa');",
      ["table a: column b changed the default 'Aa' to 'aa'"]
    ),
    (
      "CREATE TABLE a (b TEXT COLLATE NOCASE);", "CREATE TABLE a (b TEXT);",
      ["table a: column b changed its collation from NOCASE to BINARY"]
    ),
    (
      "CREATE TABLE a (b, c AS (b + 1) STORED);", "CREATE TABLE a (b, c AS (b + 2));",
      ["table a: column c changed its expression (b + 1) STORED to (b + 2) VIRTUAL"]
    ),
    (
      "CREATE TABLE a (b, c AS (b));", "CREATE TABLE a (b, c);",
      ["table a: column c lost its expression (b) VIRTUAL"]
    ),
    (
      "CREATE TABLE a (b, c, d);", "CREATE TABLE a (b, d, c);",
      ["table a changed the order of its columns from (b, c, d) to (b, d, c)"]
    ),
    (
      "CREATE TABLE a (b PRIMARY KEY, c);", "CREATE TABLE a (b, c PRIMARY KEY);",
      ["table a changed primary key (b) to (c)"]
    ),
    (
      "CREATE TABLE a (b UNIQUE, c);", "CREATE TABLE a (b, c);", ["table a lost UNIQUE (b)"]
    ),
    (
      "CREATE TABLE a (b CHECK (b > 0));", "CREATE TABLE a (b CHECK (b >= 0));",
      ["table a lost check (b > 0)", "table a gained check (b >= 0)"]
    ),
    (
      "CREATE TABLE a (b INTEGER PRIMARY KEY AUTOINCREMENT);",
      "CREATE TABLE a (b INTEGER PRIMARY KEY);", ["table a lost AUTOINCREMENT"]
    ),
    ("CREATE TABLE a (b INT) STRICT;", "CREATE TABLE a (b INT);", ["table a lost STRICT"]),
    (
      "CREATE TABLE a (b NOT NULL PRIMARY KEY) WITHOUT ROWID;",
      "CREATE TABLE a (b NOT NULL PRIMARY KEY);", ["table a lost WITHOUT ROWID"]
    ),
    (
      "CREATE TABLE a (b UNIQUE ON CONFLICT REPLACE);", "CREATE TABLE a (b UNIQUE);",
      ["table a lost unique (b) on conflict replace"]
    ),
    (
      base + "CREATE TABLE a (b REFERENCES p ON DELETE CASCADE);",
      base + "CREATE TABLE a (b REFERENCES p);",
      [
        "table a changed foreign key (b) references p on delete cascade "
          + "to foreign key (b) references p"
      ]
    ),
    (
      base + "CREATE TABLE a (b REFERENCES p DEFERRABLE INITIALLY DEFERRED);",
      base + "CREATE TABLE a (b);", ["table a lost foreign key (b) references p deferred"]
    ),
    (
      "CREATE TABLE a (b); CREATE UNIQUE INDEX i ON a (b);",
      "CREATE TABLE a (b); CREATE INDEX i ON a (b);",
      ["table a: index i changed from [unique (b)] to [(b)]"]
    ),
    (
      "CREATE TABLE a (b); CREATE INDEX i ON a (b) WHERE b > 0;",
      "CREATE TABLE a (b); CREATE INDEX i ON a (b);",
      ["table a: index i changed from [(b) where b > 0] to [(b)]"]
    ),
    (
      "CREATE TABLE a (b); CREATE INDEX i ON a (lower(b), b COLLATE NOCASE DESC);",
      "CREATE TABLE a (b);", ["table a: index i was dropped"]
    ),
    (
      "CREATE TABLE a (b); CREATE INDEX i ON a (lower(b));",
      "CREATE TABLE a (b); CREATE INDEX i ON a (upper(b));",
      ["table a: index i changed from [(lower (b))] to [(upper (b))]"]
    ),
    (
      "CREATE TABLE a (b); CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;",
      "CREATE TABLE a (b);", ["a: trigger t was dropped"]
    ),
    (
      "CREATE TABLE a (b); CREATE VIEW v AS SELECT b FROM a;",
      "CREATE TABLE a (b); CREATE VIEW v AS SELECT 1 AS b FROM a;",
      ["view v changed from [as select b from a] to [as select 1 as b from a]"]
    ),
    (
      "CREATE VIRTUAL TABLE f USING fts5(a, b);", "CREATE VIRTUAL TABLE f USING fts5(a);",
      ["table f changed from [fts5 (a, b)] to [fts5 (a)]", "table f: column b was dropped"]
    ),
  ]

  @Test("Changes are described in words", arguments: changes)
  func differences(before: String, after: String, lines: [String]) throws {
    #expect(try Self.difference(before, after) == lines)
    #expect(try Self.schema(before).fingerprint != Self.schema(after).fingerprint)
  }

  @Test("The ledger, SQLite's internal tables and shadow tables are omitted")
  func leftOut() throws {
    try Database.maintain(.memory) { maintenance in
      try Packs.migrator(Packs.parents).up(maintenance)
      try maintenance.executeScript(
        """
        CREATE TABLE counted (pk INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
        CREATE VIRTUAL TABLE words USING fts5(name, content='counted');
        INSERT INTO counted (name) VALUES ('a');
        ANALYZE;
        """)
      #expect(try maintenance.schema().tables.map(\.name) == ["counted", "parents", "words"])
      #expect(
        try maintenance.schemaDump() == """
          CREATE TABLE counted (pk INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
          CREATE TABLE parents (pk INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
          CREATE VIRTUAL TABLE words USING fts5(name, content='counted');

          """)
    }
  }

  @Test("A schema can be read if the table of a view is missing")
  func brokenView() throws {
    let schema = try Self.schema(
      "CREATE TABLE a (b); CREATE VIEW v AS SELECT b FROM a; DROP TABLE a;")
    #expect(schema.views.map(\.name) == ["v"])
    #expect(schema.views.first?.columns == [])
  }

  @Test("A dump creates an equal database, whose dump is identical")
  func dump() throws {
    let sql = """
      CREATE TABLE z (a INTEGER PRIMARY KEY, b TEXT COLLATE NOCASE, -- why
        c REFERENCES a (x) ON DELETE SET NULL);
      CREATE TABLE a (x INTEGER PRIMARY KEY, y AS (x + 1));
      CREATE VIRTUAL TABLE words USING fts5(b, content='z', content_rowid='a');
      CREATE VIEW first AS SELECT * FROM second;
      CREATE VIEW second AS SELECT a, b FROM z;
      CREATE TRIGGER act INSTEAD OF INSERT ON first BEGIN SELECT 1; END;
      CREATE TRIGGER feed AFTER INSERT ON z BEGIN
        INSERT INTO words (rowid, b) VALUES (new.a, new.b);
      END;
      CREATE UNIQUE INDEX zb ON z (b) WHERE c IS NULL;
      """
    let (schema, dump) = try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(sql)
      return (try maintenance.schema(), try maintenance.schemaDump())
    }
    try Database.maintain(.memory) { maintenance in
      try maintenance.executeScript(dump)
      #expect(try maintenance.schemaDump() == dump)
      #expect(try schema.difference(to: maintenance.schema()).lines == [])
    }
  }

  @Test("32: Reverting and reapplying migrations in any order results in the same dump")
  func stableDump() throws {
    let migrator = try Packs.all()
    try Database.maintain(.memory) { maintenance in
      let empty = try maintenance.schemaDump()
      try migrator.up(maintenance)
      let full = try maintenance.schemaDump()
      try migrator.down(maintenance, to: 0, of: "test")
      #expect(try maintenance.schemaDump() == empty)
      try migrator.up(maintenance)
      #expect(try maintenance.schemaDump() == full)
    }
  }

  @Test("A fingerprint is parsed from its text, with its algorithm")
  func fingerprintText() throws {
    let fingerprint = try Self.schema("CREATE TABLE a (b);").fingerprint
    #expect(SchemaFingerprint(fingerprint.description) == fingerprint)
    #expect(fingerprint.isCurrent)
    #expect(fingerprint.digest.count == 64)
    #expect(SchemaFingerprint("nonsense") == nil)
    #expect(SchemaFingerprint("schema-9:ab")?.isCurrent == false)
  }

  @Test("The schema of an open store can be read")
  func transaction() throws {
    let store = try Database(.memory) { try $0.executeScript("CREATE TABLE a (b);") }
    #expect(try store.read { try $0.schema().tables.map(\.name) } == ["a"])
  }
}
