import BackofficeMigrations
import Testing

@Suite("Looking at migrations before they run")
struct LintTests {
  /// A folder's first steps, and what is asked of the last one.
  static func lint(_ base: String, _ up: String, down: String? = "SELECT 1;") throws -> [String] {
    let migrations = [
      Migration(version: 1, name: "base", up: base.isEmpty ? "SELECT 1;" : base, down: "SELECT 1;"),
      Migration(version: 2, name: "step", up: up, down: down),
    ]
    let migrator = try Migrator([MigrationPack("test", trusted: migrations)])
    return try migrator.lint { $0.name == "step" }.map(\.description)
  }

  static let table =
    "CREATE TABLE a (b INTEGER PRIMARY KEY AUTOINCREMENT, c TEXT, d TEXT CHECK (d <> ''));"

  static let cases: [(String, String, String, [String])] = [
    ("nothing wrong", table, "ALTER TABLE a ADD COLUMN e TEXT NOT NULL DEFAULT '';", []),
    ("a new table", "", table + "CREATE UNIQUE INDEX ac ON a (c) WHERE c IS NOT NULL;", []),
    (
      "a dropped table", table, "\n\nDROP TABLE a;",
      ["3: warning: table a goes, with all its rows [drop-table]"]
    ),
    (
      "a dropped column", table, "ALTER TABLE a DROP COLUMN c;",
      ["1: warning: column c of a goes, with all its values [drop-column]"]
    ),
    (
      "a renamed table", table, "ALTER TABLE a RENAME TO z;",
      [
        "1: warning: table a becomes z; programs that know the old name fail until they are "
          + "replaced [rename-table]"
      ]
    ),
    (
      "a renamed column", table, "ALTER TABLE a RENAME COLUMN c TO e;",
      [
        "1: warning: column c of a becomes e; programs that know the old name fail until they are "
          + "replaced [rename-column]"
      ]
    ),
    (
      "a column that refuses NULL without a default", table,
      "ALTER TABLE a ADD COLUMN e INTEGER NOT NULL;",
      [
        "1: warning: column e of a refuses NULL and has no default; "
          + "it fails as soon as the table has a row [not-null-without-default]"
      ]
    ),
    (
      "a table that is rebuilt as it was", "CREATE TABLE a (b, c); CREATE INDEX ab ON a (b);",
      """
      CREATE TABLE n (b, c, d);
      INSERT INTO n (b, c) SELECT b, c FROM a;
      DROP TABLE a;
      ALTER TABLE n RENAME TO a;
      CREATE INDEX ab ON a (b);
      """, []
    ),
    (
      "a rebuild that changes a type and begins to refuse NULL",
      "CREATE TABLE a (b BIGINT, c TEXT);",
      """
      CREATE TABLE n (b BLOB, c TEXT NOT NULL);
      INSERT INTO n SELECT b, c FROM a;
      DROP TABLE a;
      ALTER TABLE n RENAME TO a;
      """,
      [
        "3: warning: table a: column b changed its type from BIGINT to BLOB; "
          + "values that do not fit are converted, or stay as they are [change-type]",
        "3: warning: table a: column c gained NOT NULL; "
          + "it fails on a file in which a row has NULL [nullable-to-not-null]",
      ]
    ),
    (
      "a rebuild to a type of the same kind", "CREATE TABLE a (b BIGINT);",
      "CREATE TABLE n (b INTEGER); INSERT INTO n SELECT b FROM a; DROP TABLE a;"
        + "ALTER TABLE n RENAME TO a;", []
    ),
    (
      "a rebuild that loses what belonged to the table",
      """
      CREATE TABLE p (q INTEGER PRIMARY KEY);
      CREATE TABLE a (b INTEGER PRIMARY KEY AUTOINCREMENT, c TEXT NOT NULL DEFAULT 'x' UNIQUE,
        d TEXT CHECK (d <> '') COLLATE NOCASE, e REFERENCES p) STRICT;
      """.replacing("e REFERENCES", with: "e INT REFERENCES") + """
        CREATE INDEX ad ON a (d); CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;
        """,
      """
      CREATE TABLE n (b INTEGER PRIMARY KEY, c TEXT, d TEXT, e INT);
      INSERT INTO n SELECT b, c, d, e FROM a;
      DROP TABLE a;
      ALTER TABLE n RENAME TO a;
      """,
      [
        "3: error: a: trigger t is gone, as it went with the old table; create it again "
          + "[rebuild-loses]",
        "3: error: table a lost AUTOINCREMENT on the way to the new table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a lost STRICT on the way to the new table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a lost UNIQUE (c) on the way to the new table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a lost check (d <> '') on the way to the new table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a lost foreign key (e) references p on the way to the new table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a: column c lost NOT NULL on the way to the new table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a: column c lost the default 'x' on the way to the new table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a: column d changed its collation from NOCASE to BINARY "
          + "on the way to the new table; add it to the definition [rebuild-loses]",
        "3: error: table a: index ad is gone, as it went with the old table; create it again "
          + "[rebuild-loses]",
      ]
    ),
    (
      "a rebuild that forgets the mark of AUTOINCREMENT", table,
      "CREATE TABLE n (b INTEGER PRIMARY KEY AUTOINCREMENT, c TEXT, d TEXT CHECK (d <> ''));"
        + "INSERT INTO n SELECT * FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;",
      [
        "1: error: table a forgets which keys it gave out, and gives deleted ones again; "
          + "copy its row of sqlite_sequence, or use rebuildTable [rebuild-sequence]"
      ]
    ),
    (
      "a rebuild of a table with children under a cascade",
      "CREATE TABLE a (b INTEGER PRIMARY KEY);"
        + "CREATE TABLE c (d REFERENCES a ON DELETE CASCADE);",
      "CREATE TABLE n (b INTEGER PRIMARY KEY, e); INSERT INTO n (b) SELECT b FROM a;\n"
        + "DROP TABLE a; ALTER TABLE n RENAME TO a;",
      [
        "2: notice: rows of c refer to a with an action on deletion: "
          + "a runner that leaves foreign keys on would take them along [rebuild-parent]"
      ]
    ),
    (
      "a rebuild in the wrong order",
      "CREATE TABLE a (b INTEGER PRIMARY KEY); CREATE TABLE c (d REFERENCES a);",
      "ALTER TABLE a RENAME TO o;\nCREATE TABLE a (b INTEGER PRIMARY KEY, e);\n"
        + "INSERT INTO a (b) SELECT b FROM o;\nDROP TABLE o;",
      [
        "1: error: table c: foreign key (d) references o, which is not there; "
          + "make the new table first, and rename it last [dangling-foreign-key]"
      ]
    ),
    (
      "a view whose table goes", "CREATE TABLE a (b); CREATE VIEW v AS SELECT b FROM a;",
      "-- lint:ignore drop-table\nDROP TABLE a;",
      [
        "2: error: view v cannot be read any more: it uses something that is not there "
          + "[broken-dependent]"
      ]
    ),
    (
      "a table from a query", "CREATE TABLE a (b);", "CREATE TABLE c AS SELECT * FROM a;",
      [
        "1: warning: CREATE TABLE … AS SELECT gives the table no constraint, default or key; "
          + "write the columns out [create-as-select]"
      ]
    ),
    (
      "an index on moving time", "CREATE TABLE a (b TEXT);",
      "CREATE INDEX today ON a (b) WHERE b > date('now');\n"
        + "CREATE INDEX old ON a (b) WHERE b < '2020-01-01';\n"
        + "CREATE INDEX days ON a (date(b), strftime('%Y', b));",
      [
        "1: error: table a: index today depends on the time at which it is asked; "
          + "store the time in a column and compare it in the query [moving-time]"
      ]
    ),
    (
      "a check on moving time", "", "CREATE TABLE a (b TEXT CHECK (b <= datetime()));",
      [
        "1: error: table a: check (b <= datetime ()) depends on the time at which it is asked; "
          + "store the time in a column and compare it in the query [moving-time]"
      ]
    ),
    (
      "a PRAGMA", table, "PRAGMA foreign_keys = OFF;\nPRAGMA user_version = 3;",
      [
        "1: warning: a PRAGMA belongs to the connection, and inside a transaction may do nothing; "
          + "remove it [pragma]"
      ]
    ),
    (
      "a transaction of its own", table, "BEGIN;\nUPDATE a SET c = 1 WHERE b = 1;\nCOMMIT;",
      [
        "1: error: BEGIN is the runner's business; remove it [transaction-statement]",
        "3: error: COMMIT is the runner's business; remove it [transaction-statement]",
      ]
    ),
    (
      "a text in double quotes", table, "UPDATE a SET c = \"x\" WHERE d = 'y';",
      [
        "1: error: a text stands in double quotes, which are for names; use single quotes "
          + "[double-quoted-text]"
      ]
    ),
    (
      "IF NOT EXISTS and IF EXISTS", table,
      "CREATE TABLE IF NOT EXISTS a (b);\nDROP INDEX IF EXISTS ac;",
      [
        "1: notice: IF NOT EXISTS hides that another hand made it already; leave it out [if-exists]",
        "2: notice: IF EXISTS hides that it was gone already; leave it out [if-exists]",
      ]
    ),
    (
      "a write of all rows", table, "DELETE FROM a;\nUPDATE a SET c = 1;",
      [
        "1: notice: DELETE without WHERE takes every row of the table [unbounded-write]",
        "2: notice: UPDATE without WHERE takes every row of the table [unbounded-write]",
      ]
    ),
    (
      "a statement that does not run", table, "SELECT 1;\nDROP INDEX ac ON a;",
      ["2: error: the statement does not run: near \"ON\": syntax error [fails]"]
    ),
    (
      "a lost unique index", table + "CREATE UNIQUE INDEX ac ON a (c);", "DROP INDEX ac;",
      [
        "1: warning: table a: index ac is gone; nothing keeps its keys apart any more "
          + "[lost-constraint]"
      ]
    ),
    (
      "a rule that is not there", table, "-- lint:ignore drop-tabel\nSELECT 1;",
      ["1: error: there is no rule drop-tabel [unknown-rule]"]
    ),
    (
      "directives", table,
      "-- lint:ignore-file rename-column\nALTER TABLE a RENAME COLUMN c TO e;\n"
        + "ALTER TABLE a DROP COLUMN e; -- lint:ignore drop-column since it was unused\n"
        + "ALTER TABLE a DROP COLUMN b;",
      ["4: error: the statement does not run: cannot drop PRIMARY KEY column: \"b\" [fails]"]
    ),
  ]

  @Test("30, 31: Each fault is named, and a rebuild is one change", arguments: cases)
  func faults(what: String, base: String, up: String, expected: [String]) throws {
    let found = try Self.lint(base, up)
    #expect(found == expected.map { "test/v0002_step.sql:\($0)" }, "\(what)")
  }

  @Test("A missing and an empty way back are named")
  func downs() throws {
    #expect(
      try Self.lint("", "CREATE TABLE a (b);", down: nil) == [
        "test/v0002_step.sql:1: warning: there is no way back from step [down-missing]"
      ])
    #expect(
      try Self.lint("", "-- lint:ignore-file down-missing\nCREATE TABLE a (b);", down: nil) == [])
    #expect(
      try Self.lint("", "CREATE TABLE a (b);", down: "-- DROP TABLE a;\n/* later */") == [
        "test/v0002_step.down.sql:1: error: the way back holds no statement; "
          + "write it, or leave it out [down-empty]"
      ])
    #expect(
      try Self.lint("", "CREATE TABLE a (b);", down: "DROP TABLE a; DROP TABLE b;") == [
        "test/v0002_step.down.sql:1: error: the statement does not run: no such table: b [fails]"
      ])
  }

  @Test("Every rule has a name of its own, and a severity")
  func rules() {
    #expect(Set(LintRule.allCases.map(\.rawValue)).count == LintRule.allCases.count)
    #expect(Set(LintRule.allCases.map(\.severity.name)) == ["notice", "warning", "error"])
  }
}
