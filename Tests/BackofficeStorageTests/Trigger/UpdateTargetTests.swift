import BackofficeStorage
import Testing

/// A table with a column that SQLite computes, and a rule that observes all of it.
@Suite("Columns that an update sets")
struct UpdateTargetTests {
  struct Box: TableRow {
    static let tableName = "boxes"
    static let columns = ["pk", "width", "label", "area", "lid"]
    let text: String

    init(_ row: borrowing Row) throws {
      let key: Int = try row.value(at: 0)
      let width: Int = try row.value(at: 1)
      let label: String = try row.value(at: 2)
      let area: Int = try row.value(at: 3)
      let lid: Int? = try row.value(at: 4)
      text = "\(key) \(width) \(label) \(area) \(lid ?? 0)"
    }
  }

  static let schema = """
    CREATE TABLE lids (pk INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE boxes (
      pk INTEGER PRIMARY KEY,
      width INTEGER NOT NULL,
      label TEXT NOT NULL,
      area INTEGER GENERATED ALWAYS AS (width * width) STORED,
      lid INTEGER REFERENCES lids (pk) ON UPDATE CASCADE ON DELETE SET NULL,
      other TEXT
    );
    INSERT INTO lids VALUES (1, 'flat'), (2, 'round');
    INSERT INTO boxes (pk, width, label, lid) VALUES (1, 3, 'a', 1);
    CREATE TABLE log (pk INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
    """

  /// What a rule that observes these columns sees of a statement.
  func changes(by sql: String, of columns: Trigger.Events) throws -> [String] {
    let rule = Trigger.after("boxes", columns, on: Box.self) { change, transaction in
      try transaction.log("\(change.old?.text ?? "") > \(change.new?.text ?? "")")
    }
    let store = try Database(.memory, triggers: [rule]) { try $0.executeScript(Self.schema) }
    try store.write { transaction in _ = try transaction.execute(sql: sql) }
    return try store.log()
  }

  static let all = Trigger.Events.update(of: "pk", "width", "label", "area", "lid")

  @Test(
    "Every way to write an update shows what changed",
    arguments: [
      ("UPDATE boxes SET width = 4", "1 4 a 16 1"),
      ("update Boxes set WIDTH = 4 where pk = 1", "1 4 a 16 1"),
      ("UPDATE main.boxes SET \"width\" = 4, [label] = 'b'", "1 4 b 16 1"),
      ("UPDATE boxes AS b SET (width, label) = (4, 'b') WHERE b.pk = 1", "1 4 b 16 1"),
      ("UPDATE boxes SET (label) = ('x,y'), width = max(width, 4), lid = 2", "1 4 x,y 16 2"),
      ("UPDATE boxes SET other = 1 IS NOT DISTINCT FROM 2, width = 4", "1 4 a 16 1"),
      ("UPDATE boxes SET label = CASE WHEN width = 3 THEN 'b' ELSE 'c' END", "1 3 b 9 1"),
      ("UPDATE boxes SET label = l.name FROM lids l WHERE l.pk = 2", "1 3 round 9 1"),
      ("UPDATE OR REPLACE boxes SET label /* width = 1 */ = 'b' -- ,", "1 3 b 9 1"),
      ("UPDATE boxes SET rowid = 7, other = 'x'", "7 3 a 9 1"),
      ("UPDATE boxes SET pk = 7", "7 3 a 9 1"),
      ("WITH w AS (SELECT 4 AS n) UPDATE boxes SET width = (SELECT n FROM w)", "1 4 a 16 1"),
      (
        "INSERT INTO boxes (pk, width, label) VALUES (1, 9, 'z') "
          + "ON CONFLICT (pk) DO UPDATE SET width = 4", "1 4 a 16 1"
      ),
      ("UPDATE lids SET pk = 9 WHERE pk = 1", "1 3 a 9 9"),
      ("DELETE FROM lids WHERE pk = 1", "1 3 a 9 0"),
      ("UPDATE boxes SET width = 4 RETURNING pk, width, label", "1 4 a 16 1"),
    ])
  func forms(sql: String, after: String) throws {
    #expect(try changes(by: sql, of: Self.all) == ["1 3 a 9 1 > \(after)"])
  }

  @Test("A column that SQLite computes changes with those it is computed from")
  func computed() throws {
    let seen = try changes(by: "UPDATE boxes SET width = 4", of: .update(of: "area"))
    #expect(seen == ["1 3 a 9 1 > 1 4 a 16 1"])
  }

  @Test("What a statement sets to what it was, or does not set, is no change")
  func same() throws {
    #expect(try changes(by: "UPDATE boxes SET width = 3, other = 'x'", of: Self.all) == [])
    #expect(try changes(by: "UPDATE boxes SET width = 4", of: .update(of: "label", "lid")) == [])
  }

  @Test("A rule for every update sees one that sets nothing it reads")
  func everyUpdate() throws {
    let seen = try changes(by: "UPDATE boxes SET other = 'x'", of: .update)
    #expect(seen == ["1 3 a 9 1 > 1 3 a 9 1"])
  }

  @Test("A statement that runs inside the rows of another one is told from it")
  func nested() throws {
    let rule = Trigger.after("boxes", Self.all, on: Box.self) { change, transaction in
      try transaction.log(change.new?.text ?? "")
    }
    let store = try Database(.memory, triggers: [rule]) { try $0.executeScript(Self.schema) }
    try store.write { transaction in
      try transaction.forEach(sql: "SELECT pk FROM boxes") { _ in
        try transaction.execute(sql: "UPDATE boxes SET label = 'b'")
        try transaction.execute(sql: "UPDATE boxes SET width = 5")
        return true
      }
    }
    #expect(try store.log() == ["1 3 b 9 1", "1 5 b 25 1"])
  }
}
