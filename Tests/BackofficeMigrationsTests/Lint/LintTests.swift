import BackofficeMigrations
import Testing

@Suite("Linting migrations")
struct LintTests {
  /// The first migrations of a folder, and the one to check.
  static func lint(_ base: String, _ up: String, down: String? = "SELECT 1;") throws -> [String] {
    let migrations = [
      Migration(version: 1, name: "base", up: base.isEmpty ? "SELECT 1;" : base, down: "SELECT 1;"),
      Migration(version: 2, name: "step", up: up, down: down),
    ]
    let migrator = try Migrator([MigrationPack("test", trusted: migrations)])
    return try migrator.lint { $0.name == "step" }
      .filter { $0.rule != .downRestoresNot || down != "SELECT 1;" }.map(\.description)
  }

  static let table =
    "CREATE TABLE a (b INTEGER PRIMARY KEY AUTOINCREMENT, c TEXT, d TEXT CHECK (d <> ''));"

  static let cases: [(String, String, String, [String])] = [
    ("nothing wrong", table, "ALTER TABLE a ADD COLUMN e TEXT NOT NULL DEFAULT '';", []),
    ("a new table", "", table + "CREATE UNIQUE INDEX ac ON a (c) WHERE c IS NOT NULL;", []),
    (
      "a dropped table", table, "\n\nDROP TABLE a;",
      ["3: warning: table a is dropped with all its rows [drop-table]"]
    ),
    (
      "a dropped column", table, "ALTER TABLE a DROP COLUMN c;",
      ["1: warning: column c of a is dropped with all its values [drop-column]"]
    ),
    (
      "a renamed table", table, "ALTER TABLE a RENAME TO z;",
      [
        "1: warning: table a is renamed to z, which breaks programs that use the old name "
          + "[rename-table]"
      ]
    ),
    (
      "a renamed column", table, "ALTER TABLE a RENAME COLUMN c TO e;",
      [
        "1: warning: column c of a is renamed to e, which breaks programs that use the old name "
          + "[rename-column]"
      ]
    ),
    (
      "a column that refuses NULL without a default", table,
      "ALTER TABLE a ADD COLUMN e INTEGER NOT NULL;",
      [
        "1: warning: column e of a is NOT NULL and has no default; "
          + "adding it fails if the table has rows [not-null-without-default]"
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
          + "values of another type are converted or left unchanged [change-type]",
        "3: warning: table a: column c gained NOT NULL; "
          + "it fails if a row contains NULL [nullable-to-not-null]",
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
        "3: error: a: trigger t was dropped with the old table; create it again "
          + "[rebuild-loses]",
        "3: error: table a lost AUTOINCREMENT in the rebuild of the table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a lost STRICT in the rebuild of the table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a lost UNIQUE (c) in the rebuild of the table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a lost check (d <> '') in the rebuild of the table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a lost foreign key (e) references p in the rebuild of the table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a: column c lost NOT NULL in the rebuild of the table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a: column c lost the default 'x' in the rebuild of the table; "
          + "add it to the definition [rebuild-loses]",
        "3: error: table a: column d changed its collation from NOCASE to BINARY "
          + "in the rebuild of the table; add it to the definition [rebuild-loses]",
        "3: error: table a: index ad was dropped with the old table; create it again "
          + "[rebuild-loses]",
      ]
    ),
    (
      "a rebuild that forgets the mark of AUTOINCREMENT", table,
      "CREATE TABLE n (b INTEGER PRIMARY KEY AUTOINCREMENT, c TEXT, d TEXT CHECK (d <> ''));"
        + "INSERT INTO n SELECT * FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;",
      [
        "1: error: table a loses its AUTOINCREMENT sequence and reuses deleted keys; "
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
        "2: notice: rows of c refer to a with an ON DELETE action: "
          + "a runner that keeps foreign keys enabled would delete them [rebuild-parent]"
      ]
    ),
    (
      "a rebuild in the wrong order",
      "CREATE TABLE a (b INTEGER PRIMARY KEY); CREATE TABLE c (d REFERENCES a);",
      "ALTER TABLE a RENAME TO o;\nCREATE TABLE a (b INTEGER PRIMARY KEY, e);\n"
        + "INSERT INTO a (b) SELECT b FROM o;\nDROP TABLE o;",
      [
        "1: error: table c: foreign key (d) references o, which does not exist; "
          + "create the new table first, and rename it last [dangling-foreign-key]"
      ]
    ),
    (
      "a view whose table goes", "CREATE TABLE a (b); CREATE VIEW v AS SELECT b FROM a;",
      "-- lint:ignore drop-table\nDROP TABLE a;",
      [
        "2: error: view v can no longer be read: it uses something that does not exist "
          + "[broken-dependent]"
      ]
    ),
    (
      "a table from a query", "CREATE TABLE a (b);", "CREATE TABLE c AS SELECT * FROM a;",
      [
        "1: warning: CREATE TABLE … AS SELECT creates no constraints, defaults or keys; "
          + "list the columns [create-as-select]"
      ]
    ),
    (
      "an index on moving time", "CREATE TABLE a (b TEXT);",
      "CREATE INDEX today ON a (b) WHERE b > date('now');\n"
        + "CREATE INDEX old ON a (b) WHERE b < '2020-01-01';\n"
        + "CREATE INDEX days ON a (date(b), strftime('%Y', b));",
      [
        "1: error: table a: index today depends on the current time; "
          + "store the time in a column and compare it in the query [moving-time]"
      ]
    ),
    (
      "a check on moving time", "", "CREATE TABLE a (b TEXT CHECK (b <= datetime()));",
      [
        "1: error: table a: check (b <= datetime ()) depends on the current time; "
          + "store the time in a column and compare it in the query [moving-time]"
      ]
    ),
    (
      "a PRAGMA", table, "PRAGMA foreign_keys = OFF;\nPRAGMA user_version = 3;",
      [
        "1: warning: a PRAGMA changes the connection, and may have no effect in a transaction; "
          + "remove it [pragma]"
      ]
    ),
    (
      "a transaction of its own", table, "BEGIN;\nUPDATE a SET c = 1 WHERE b = 1;\nCOMMIT;",
      [
        "1: error: BEGIN is reserved to the runner; remove it [transaction-statement]",
        "3: error: COMMIT is reserved to the runner; remove it [transaction-statement]",
      ]
    ),
    (
      "a text in double quotes", table, "UPDATE a SET c = \"x\" WHERE d = 'y';",
      [
        "1: error: a string is in double quotes, which are for names; use single quotes "
          + "[double-quoted-text]"
      ]
    ),
    (
      "IF NOT EXISTS and IF EXISTS", table,
      "CREATE TABLE IF NOT EXISTS a (b);\nDROP INDEX IF EXISTS ac;",
      [
        "1: notice: IF NOT EXISTS hides that it already exists; leave it out [if-exists]",
        "2: notice: IF EXISTS hides that it does not exist; leave it out [if-exists]",
      ]
    ),
    (
      "a write of all rows", table, "DELETE FROM a;\nUPDATE a SET c = 1;",
      [
        "1: notice: DELETE without WHERE affects every row of the table [unbounded-write]",
        "2: notice: UPDATE without WHERE affects every row of the table [unbounded-write]",
      ]
    ),
    (
      "a statement that does not run", table, "SELECT 1;\nDROP INDEX ac ON a;",
      ["2: error: the statement fails: near \"ON\": syntax error [fails]"]
    ),
    (
      "a lost unique index", table + "CREATE UNIQUE INDEX ac ON a (c);", "DROP INDEX ac;",
      [
        "1: warning: table a: index ac was dropped; duplicate keys are no longer rejected "
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
      ["4: error: the statement fails: cannot drop PRIMARY KEY column: \"b\" [fails]"]
    ),
  ]

  @Test("30, 31: Each fault is reported, and a rebuild is a single change", arguments: cases)
  func faults(what: String, base: String, up: String, expected: [String]) throws {
    let found = try Self.lint(base, up)
    #expect(found == expected.map { "test/v0002_step.sql:\($0)" }, "\(what)")
  }

  @Test("A missing and an empty down script are reported")
  func downs() throws {
    #expect(
      try Self.lint("", "CREATE TABLE a (b);", down: nil) == [
        "test/v0002_step.sql:1: warning: v0002_step.sql has no down script [down-missing]"
      ])
    #expect(
      try Self.lint("", "-- lint:ignore-file down-missing\nCREATE TABLE a (b);", down: nil) == [])
    #expect(
      try Self.lint("", "CREATE TABLE a (b);", down: "-- DROP TABLE a;\n/* later */") == [
        "test/v0002_step.down.sql:1: error: the down script contains no statements; "
          + "complete it, or remove it [down-empty]"
      ])
    #expect(
      try Self.lint("", "CREATE TABLE a (b);", down: "DROP TABLE a; DROP TABLE b;") == [
        "test/v0002_step.down.sql:1: error: the statement fails: no such table: b [fails]"
      ])
  }

  @Test("Every rule has a unique name and a severity")
  func rules() {
    #expect(Set(LintRule.allCases.map(\.rawValue)).count == LintRule.allCases.count)
    #expect(Set(LintRule.allCases.map(\.severity.name)) == ["notice", "warning", "error"])
  }
}
