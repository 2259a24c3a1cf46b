import BackofficeMigrations
import Testing

/// A rebuild of a table that loses something.
struct Loss: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The definition before, without the name.
  var before = "(b INTEGER PRIMARY KEY, c TEXT)"
  /// The definition after.
  var after = "(b INTEGER PRIMARY KEY, c TEXT)"
  var copy = "INSERT INTO n (b, c) SELECT b, c FROM a;"
  /// The rule that both lint and a trial run name; nil if nothing is lost.
  let rule: LintRule?
  let text: String

  var base: String {
    "CREATE TABLE p (q INTEGER PRIMARY KEY, r UNIQUE);\nCREATE TABLE a \(before);\n"
  }
  var up: String { "CREATE TABLE n \(after);\n\(copy)\nDROP TABLE a;\nALTER TABLE n RENAME TO a;" }

  private static let key = "(b INTEGER PRIMARY KEY, c INT REFERENCES p (q)"
  private static let plain = "(b INTEGER PRIMARY KEY, c INT REFERENCES p (q))"

  static let all: [Loss] = [
    Loss(testDescription: "nothing", rule: nil, text: ""),
    Loss(
      testDescription: "DEFERRABLE", before: key + " DEFERRABLE INITIALLY DEFERRED)", after: plain,
      rule: .rebuildLoses, text: "foreign key (c) references p (q) deferred"),
    Loss(
      testDescription: "ON UPDATE CASCADE", before: key + " ON UPDATE CASCADE)", after: plain,
      rule: .rebuildLoses, text: "on update cascade"),
    Loss(
      testDescription: "ON DELETE SET NULL", before: key + " ON DELETE SET NULL)", after: plain,
      rule: .rebuildLoses, text: "on delete set null"),
    Loss(
      testDescription: "another ON DELETE", before: key + " ON DELETE SET NULL)",
      after: key + " ON DELETE CASCADE)", rule: nil, text: ""),
    Loss(
      testDescription: "a foreign key", before: plain, after: "(b INTEGER PRIMARY KEY, c INT)",
      rule: .rebuildLoses, text: "lost foreign key"),
    Loss(
      testDescription: "INTEGER PRIMARY KEY to INT", after: "(b INT PRIMARY KEY, c TEXT)",
      rule: .rebuildLoses, text: "lost INTEGER PRIMARY KEY"),
    Loss(
      testDescription: "INTEGER PRIMARY KEY to DESC",
      after: "(b INTEGER PRIMARY KEY DESC, c TEXT)", rule: .rebuildLoses,
      text: "lost INTEGER PRIMARY KEY"),
    Loss(
      testDescription: "the primary key", after: "(b INTEGER NOT NULL, c TEXT)",
      rule: .rebuildLoses, text: "lost primary key (b)"),
    Loss(
      testDescription: "NOT NULL", before: "(b INTEGER PRIMARY KEY, c TEXT NOT NULL)",
      rule: .rebuildLoses, text: "lost NOT NULL"),
    Loss(
      testDescription: "a default", before: "(b INTEGER PRIMARY KEY, c TEXT DEFAULT 'x')",
      rule: .rebuildLoses, text: "lost the default 'x'"),
    Loss(
      testDescription: "UNIQUE", before: "(b INTEGER PRIMARY KEY, c TEXT UNIQUE)",
      rule: .rebuildLoses, text: "lost UNIQUE (c)"),
    Loss(
      testDescription: "CHECK", before: "(b INTEGER PRIMARY KEY, c TEXT CHECK (c <> ''))",
      rule: .rebuildLoses, text: "lost check (c <> '')"),
    Loss(
      testDescription: "COLLATE", before: "(b INTEGER PRIMARY KEY, c TEXT COLLATE NOCASE)",
      rule: .rebuildLoses, text: "from NOCASE to BINARY"),
    Loss(
      testDescription: "STRICT", before: "(b INTEGER PRIMARY KEY, c TEXT) STRICT",
      rule: .rebuildLoses, text: "lost STRICT"),
    Loss(
      testDescription: "ON CONFLICT",
      before: "(b INTEGER PRIMARY KEY, c TEXT NOT NULL ON CONFLICT IGNORE)",
      after: "(b INTEGER PRIMARY KEY, c TEXT NOT NULL)", rule: .rebuildLoses,
      text: "on conflict ignore"),
    Loss(
      testDescription: "the keys given out",
      before: "(b INTEGER PRIMARY KEY AUTOINCREMENT, c TEXT)",
      after: "(b INTEGER PRIMARY KEY AUTOINCREMENT, c TEXT)", rule: .rebuildSequence,
      text: "reuses deleted keys"),
    Loss(
      testDescription: "rows by OR IGNORE",
      copy: "INSERT OR IGNORE INTO n (b, c) SELECT b, c FROM a;",
      rule: .rebuildDropsRows, text: "OR IGNORE leaves out rows"),
    Loss(
      testDescription: "rows by REPLACE", copy: "REPLACE INTO n (b, c) SELECT b, c FROM a;",
      rule: .rebuildDropsRows, text: "REPLACE leaves out rows"),
    Loss(
      testDescription: "rows by ON CONFLICT",
      copy: "INSERT INTO n (b, c) SELECT b, c FROM a WHERE true ON CONFLICT DO NOTHING;",
      rule: .rebuildDropsRows, text: "ON CONFLICT leaves out rows"),
    Loss(
      testDescription: "rows by WHERE",
      copy: "INSERT INTO n (b, c) SELECT b, c FROM a WHERE c <> '';",
      rule: .rebuildDropsRows, text: "WHERE may leave out rows"),
    Loss(
      testDescription: "rows by JOIN",
      copy: "INSERT INTO n (b, c) SELECT a.b, a.c FROM a JOIN p ON p.q = a.b;",
      rule: .rebuildDropsRows, text: "JOIN may leave out rows"),
    Loss(
      testDescription: "rows by DISTINCT, GROUP BY and LIMIT",
      copy: "INSERT INTO n (b, c) SELECT DISTINCT b, c FROM a;", rule: .rebuildDropsRows,
      text: "DISTINCT may leave out rows"),
    Loss(
      testDescription: "rows by LIMIT", copy: "INSERT INTO n (b, c) SELECT b, c FROM a LIMIT 10;",
      rule: .rebuildDropsRows, text: "LIMIT may leave out rows"),
    Loss(
      testDescription: "all rows", copy: "SELECT 1;", rule: .rebuildDropsRows,
      text: "no statement copies the rows of a"),
    Loss(
      testDescription: "no rows by LEFT JOIN",
      copy: "INSERT INTO n (b, c) SELECT a.b, a.c FROM a LEFT JOIN p ON p.q = a.b;", rule: nil,
      text: ""),
    Loss(
      testDescription: "the values of a column", copy: "INSERT INTO n (b) SELECT b FROM a;",
      rule: .rebuildDropsValues, text: "the values of column c of a are not copied"),
    Loss(
      testDescription: "values by position, with a star",
      before: "(b INTEGER PRIMARY KEY, c TEXT, d TEXT)",
      after: "(b INTEGER PRIMARY KEY, d TEXT, c TEXT)",
      copy: "INSERT INTO n SELECT * FROM a;", rule: .rebuildMisplacesValues, text: "c to d, d to c"),
    Loss(
      testDescription: "values by position, without a list",
      before: "(b INTEGER PRIMARY KEY, c TEXT, d TEXT)",
      after: "(b INTEGER PRIMARY KEY, d TEXT, c TEXT)",
      copy: "INSERT INTO n SELECT b, c, a.d FROM a;", rule: .rebuildMisplacesValues,
      text: "c to d, d to c"),
    Loss(
      testDescription: "nothing by position", copy: "INSERT INTO n SELECT * FROM a;", rule: nil,
      text: ""),
  ]
}
