import BackofficeStorage
import Synchronization
import Testing

/// A row whose columns are assigned in any combination.
private struct Part: TableRow, Equatable {
  static let tableName = "parts"
  var values: [Int64?]

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    values = []
    for name in ["a", "b", "c", "d", "e", "pk"] { values.append(try column(name)) }
  }
}

private struct Sum: TableRow, Equatable {
  static let tableName = "parts"
  var twice: Int64?

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    twice = try column("twice")
  }
}

/// The rows that triggers received.
private final class Seen: Sendable {
  private let state = Mutex<(old: [[Int64?]], new: [[Int64?]], sums: [Int64?])>(([], [], []))

  var rule: Trigger {
    .after("parts", .update(of: "a", "b", "c", "d", "e", "pk"), on: Part.self) { change, _ in
      self.state.withLock { state in
        state.old.append(change.old?.values ?? [])
        state.new.append(change.new?.values ?? [])
      }
    }
  }

  var sums: Trigger {
    .after("sums", .update(of: "twice"), on: Sum.self) { change, _ in
      self.state.withLock { $0.sums.append(change.new?.twice) }
    }
  }

  func take() -> (old: [[Int64?]], new: [[Int64?]], sums: [Int64?]) {
    state.withLock { state in
      defer { state = ([], [], []) }
      return state
    }
  }
}

/// Change capture compares only the columns that a statement assigns; triggers must still receive
/// the actual rows.
@Suite("Assigned columns")
struct AssignedColumnsTests {
  private func store(_ seen: Seen, more: String = "") throws -> Database {
    try Database(.memory, triggers: [seen.rule, seen.sums]) { maintenance in
      try maintenance.executeScript(
        """
        CREATE TABLE parts (
          pk INTEGER PRIMARY KEY, a INTEGER UNIQUE, b INTEGER, c INTEGER, d INTEGER,
          e INTEGER REFERENCES parts (a) ON UPDATE CASCADE,
          twice INTEGER GENERATED ALWAYS AS (2 * b) STORED
        ) STRICT;
        CREATE INDEX parts_e ON parts (e);
        INSERT INTO parts (pk, a, b, c, d, e) VALUES
          (1, 10, 1, 1, 1, NULL), (2, 20, 2, 2, 2, 10), (3, 30, 3, 3, 3, 10), (4, 40, 4, 4, 4, 40);
        \(more)
        """)
    }
  }

  private func rows(_ transaction: borrowing WriteTransaction) throws -> [[Int64?]] {
    try transaction.fetchAll(sql: "SELECT a, b, c, d, e, pk FROM parts ORDER BY pk") { row in
      try Part(row).values
    }
  }

  /// Runs a statement, and compares the changes that triggers received with the actual rows.
  private func check(_ sql: String, _ store: Database, _ seen: Seen) throws {
    try store.write { transaction in
      let before = try rows(transaction)
      try transaction.execute(sql: sql)
      let after = try rows(transaction)
      let saw = seen.take()
      let changed = zip(before, after).filter { $0 != $1 }
      // A row that a foreign key action changes again is captured again, in the state after the
      // first change.
      var steps: [[Int64?]: [Int64?]] = [:]
      for (old, new) in zip(saw.old, saw.new) {
        let first = steps.first { $0.value == old }?.key
        steps[first ?? old] = new
      }
      #expect(steps == Dictionary(uniqueKeysWithValues: changed), "\(sql)")
      let sums = changed.filter { $0.0[1] != $0.1[1] }.map { $0.1[1].map { 2 * $0 } }
      #expect(saw.sums == sums, "\(sql)")
    }
  }

  @Test(
    "A trigger sees complete rows, whichever columns a statement assigns",
    arguments: [UInt64(1), 2, 3])
  func combinations(_ seed: UInt64) throws {
    let seen = Seen()
    let store = try store(seen)
    let random = RandomSource.seeded(seed)
    for _ in 0..<200 {
      let assigned = ["b", "c", "d"].filter { _ in random.next(below: 2) == 0 }
      guard !assigned.isEmpty else { continue }
      let assignments = assigned.map { column in
        switch random.next(below: 3) {
        case 0: "\(column) = \(random.next(below: 5))"
        case 1: "\(column) = NULL"
        default: "\(column) = \(column)"
        }
      }
      let condition = random.next(below: 2) == 0 ? "" : " WHERE pk <= \(random.next(below: 5))"
      try check(
        "UPDATE parts SET \(assignments.joined(separator: ", "))\(condition)", store, seen)
    }
  }

  @Test("Changes by foreign key actions are captured, although no statement assigns them")
  func cascade() throws {
    let seen = Seen()
    let store = try store(seen)
    try check("UPDATE parts SET a = 11 WHERE pk = 1", store, seen)
    try check("UPDATE parts SET a = 41 WHERE pk = 4", store, seen)
    try check("UPDATE parts SET a = a + 100", store, seen)
  }

  @Test("Changes of the same row by an SQL trigger are captured")
  func triggerOfTheFile() throws {
    let seen = Seen()
    let store = try store(
      seen,
      more: """
        CREATE TRIGGER follow AFTER UPDATE OF b ON parts WHEN NEW.c IS NOT NEW.b
          BEGIN UPDATE parts SET c = NEW.b WHERE pk = NEW.pk; END;
        """)
    try store.write { transaction in
      try transaction.execute(sql: "UPDATE parts SET b = 7 WHERE pk = 2")
    }
    let saw = seen.take()
    #expect(saw.old == [[20, 2, 2, 2, 10, 2], [20, 7, 2, 2, 10, 2]])
    #expect(saw.new == [[20, 7, 2, 2, 10, 2], [20, 7, 7, 2, 10, 2]])
  }

  @Test("Updates of a rowid alias, of several columns, and by an upsert are captured")
  func otherForms() throws {
    let seen = Seen()
    let store = try store(seen)
    try check("UPDATE parts SET (b, c) = (SELECT 8, 9) WHERE pk = 3", store, seen)
    try check("UPDATE parts AS p SET d = p.b, B = 5 WHERE pk = 1", store, seen)
    try check(
      "INSERT INTO parts (pk, a, b) VALUES (2, 20, 5) ON CONFLICT (pk) DO UPDATE SET b = 6, d = 0",
      store, seen)
    try check("UPDATE parts SET c = t.n FROM (SELECT 3 AS n) AS t WHERE pk > 1", store, seen)
    try store.write { transaction in
      try transaction.execute(sql: "UPDATE parts SET rowid = 9 WHERE pk = 4")
    }
    #expect(seen.take().new == [[40, 4, 3, 4, 40, 9]])
  }

  @Test("Updates of more column sets than there are plans are captured")
  func manySets() throws {
    let seen = Seen()
    let columns = (0..<9).map { "x\($0)" }
    let store = try store(
      seen,
      more: columns.map { "ALTER TABLE parts ADD COLUMN \($0) INTEGER;" }.joined(separator: "\n"))
    for set in 1..<512 {
      let assigned = columns.indices.filter { set & 1 << $0 != 0 }.map { "\(columns[$0]) = 1" }
      try check(
        "UPDATE parts SET b = \(set), c = \(set) + pk, \(assigned.joined(separator: ", "))", store,
        seen)
    }
  }
}
