import BackofficeStorage
import Synchronization
import Testing

/// A row of every storage class.
private struct Sample: TableRow, Equatable {
  static let tableName = "samples"
  var real: Double?
  var text: String?
  var pk: Int64
  var blob: [UInt8]?
  var whole: Int64?

  init(pk: Int64, real: Double? = nil, text: String? = nil, blob: [UInt8]? = nil, whole: Int64?) {
    self.pk = pk
    self.real = real
    self.text = text
    self.blob = blob
    self.whole = whole
  }

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    real = try column("real")
    text = try column("text")
    pk = try column("pk")
    blob = try column("blob")
    whole = try column("whole")
  }
}

/// The changes that triggers received.
private final class Seen: Sendable {
  private let changes = Mutex<[(old: Sample?, new: Sample?)]>([])

  func add(_ change: RowChange<Sample>) {
    changes.withLock { $0.append((change.old, change.new)) }
  }

  var all: [(old: Sample?, new: Sample?)] { changes.withLock { $0 } }
}

@Suite("Capture of changed rows")
struct ChangeCaptureTests {
  private func store(_ events: Trigger.Events, _ seen: Seen, more: [Trigger] = []) throws
    -> Database
  {
    let rule = Trigger.after("samples", events, on: Sample.self) { change, _ in seen.add(change) }
    return try Database(.memory, triggers: [rule] + more) { maintenance in
      try maintenance.executeScript(
        """
        CREATE TABLE samples (pk INTEGER PRIMARY KEY, text TEXT, whole INTEGER, real REAL,
          blob BLOB, other TEXT) STRICT
        """)
    }
  }

  private func insert(_ sample: Sample, _ transaction: borrowing WriteTransaction) throws {
    try transaction.execute(
      sql: "INSERT INTO samples (pk, text, whole, real, blob) VALUES (?, ?, ?, ?, ?)", sample.pk,
      sample.text, sample.whole, sample.real, sample.blob)
  }

  @Test("Old and new values of every storage class are captured unchanged")
  func allClasses() throws {
    let seen = Seen()
    let store = try store(.any, seen)
    let first = Sample(
      pk: 1, real: -0.5, text: "a\0b", blob: Array(0...255), whole: .min)
    let second = Sample(
      pk: 2, real: 3, text: "", blob: [], whole: .max)
    let third = Sample(
      pk: 3, text: String(repeating: "Grüße ☃ ", count: 9000), blob: nil, whole: nil)
    try store.write { transaction in
      for sample in [first, second, third] { try insert(sample, transaction) }
      try transaction.execute(
        sql: "UPDATE samples SET text = 'x' || text, real = NULL, blob = NULL WHERE pk < 3")
      try transaction.execute(sql: "DELETE FROM samples")
    }
    let changed = [first, second].map { sample in
      Sample(pk: sample.pk, text: "x" + (sample.text ?? ""), whole: sample.whole)
    }
    let all = seen.all
    #expect(all.count == 8)
    #expect(all.map(\.old) == [nil, nil, nil, first, second, changed[0], changed[1], third])
    #expect(all.map(\.new) == [first, second, third, changed[0], changed[1], nil, nil, nil])
  }

  @Test("An update that does not change the observed columns does not run the trigger")
  func unobserved() throws {
    let seen = Seen()
    let store = try store(.update(of: "text", "blob"), seen)
    try store.write { transaction in
      try insert(Sample(pk: 1, text: "a", blob: [1], whole: 1), transaction)
      try transaction.execute(sql: "UPDATE samples SET whole = 2, other = 'o', text = 'a'")
      #expect(seen.all.isEmpty)
      try transaction.execute(sql: "UPDATE samples SET blob = x'02', whole = 3")
      try transaction.execute(sql: "UPDATE samples SET text = NULL")
      try transaction.execute(sql: "UPDATE samples SET text = NULL")
    }
    #expect(seen.all.map(\.new?.whole) == [3, 3])
    #expect(seen.all.map(\.old?.whole) == [2, 3])
  }

  @Test("Each trigger of a table gets its own columns, whichever of them run")
  func severalRules() throws {
    let seen = Seen()
    let others = Seen()
    let other = Trigger.after("others", .update(of: "other"), on: Sample.self) { change, _ in
      others.add(change)
    }
    let store = try store(.update(of: "whole"), seen, more: [other])
    try store.write { transaction in
      try insert(Sample(pk: 1, text: "a", whole: 1), transaction)
      try transaction.execute(sql: "UPDATE samples SET other = 'o'")
      try transaction.execute(sql: "UPDATE samples SET whole = 2")
      try transaction.execute(sql: "UPDATE samples SET other = 'p', whole = 3")
    }
    #expect(seen.all.map(\.new?.whole) == [2, 3])
    #expect(others.all.map(\.new?.whole) == [1, 3])
  }

  @Test("Invalid UTF-8 in a captured row makes the trigger and its statement fail")
  func invalidText() throws {
    let store = try store(.insert, Seen())
    #expect(throws: RowDecodingError.self) {
      try store.write { transaction in
        try transaction.execute(
          sql: "INSERT INTO samples (pk, text) VALUES (1, CAST(x'41ff42' AS TEXT))")
      }
    }
    let count: Int? = try store.read { transaction in
      try transaction.fetchOne(sql: "SELECT count(*) FROM samples") { try $0.value(at: 0) }
    }
    #expect(count == 0)
  }
}
