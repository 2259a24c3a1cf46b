import BackofficeStorage
import Synchronization
import Testing

/// A row of which every column is copied.
private struct Wide: TableRow {
  static let tableName = "wide"
  static let width = 200
  let values: [Int64]

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    var values: [Int64] = []
    for index in 0..<Self.width { values.append(try column("c\(index)")) }
    self.values = values
  }
}

@Suite("Triggers of a table with more than 64 columns")
struct WideTableTests {
  /// Columns on both sides of a 64-bit word boundary.
  static let observed = [0, 1, 62, 63, 64, 65, 126, 127, 128, 129, 191, 192, 199]

  @Test("Exactly the triggers run whose column an update changes")
  func everyWord() throws {
    let ran = Mutex<Set<Int>>([])
    let seen = Mutex<[Int64]>([])
    var triggers = Self.observed.map { column in
      Trigger.after("of \(column)", .update(of: "c\(column)"), on: Wide.self) { _, _ in
        ran.withLock { _ = $0.insert(column) }
      }
    }
    triggers.append(
      Trigger.after("whole", .update, on: Wide.self) { change, _ in
        seen.withLock { $0 = change.new?.values ?? [] }
      })
    let definition = Wide.columns.map { "\($0) INTEGER NOT NULL DEFAULT 0" }
    let store = try Database(.memory, triggers: triggers) { maintenance in
      try maintenance.executeScript(
        "CREATE TABLE wide (pk INTEGER PRIMARY KEY, \(definition.joined(separator: ", "))) STRICT")
    }
    var random = RandomSource.seeded(7)
    var expected = [Int64](repeating: 0, count: Wide.width)
    try store.write { transaction in
      try transaction.execute(sql: "INSERT INTO wide (pk) VALUES (1)")
      for step in 0..<300 {
        let column =
          step < Wide.width ? step : Int.random(in: 0..<Wide.width, using: &random)
        let others = (0..<3).map { _ in Int.random(in: 0..<Wide.width, using: &random) }
        var changed: Set<Int> = []
        for place in Set(others + [column]) where place == column || Bool.random(using: &random) {
          expected[place] += 1
          changed.insert(place)
        }
        ran.withLock { $0 = [] }
        // Columns that are set to their current value are not changed.
        let texts = Set(others + [column]).map { "c\($0) = \(expected[$0])" }
        try transaction.execute(sql: "UPDATE wide SET \(texts.joined(separator: ", "))")
        #expect(ran.withLock { $0 } == changed.intersection(Self.observed))
        #expect(seen.withLock { $0 } == expected)
      }
    }
  }
}
