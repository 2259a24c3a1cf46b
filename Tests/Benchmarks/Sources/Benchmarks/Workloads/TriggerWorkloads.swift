import BackofficeStorage
import Foundation
import Synchronization

/// The columns of the measured table that a rule reads.
private struct CounterRow: TableRow {
  static let tableName = "counters"
  let key: Int64
  let value: Int64

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    key = try column("pk")
    value = try column("value")
  }
}

extension Bench {
  private static let update = SQLStatement("UPDATE counters SET value = ? WHERE pk = ?")

  private func counters(_ name: String, _ triggers: [Trigger]) throws -> Database {
    let path = scratch.path("work-\(name)")
    Scratch.remove(path)
    var configuration = Database.Configuration()
    configuration.durability = .normal
    return try Database(.file(path), configuration: configuration, triggers: triggers) {
      maintenance in
      try maintenance.executeScript(
        """
        CREATE TABLE counters (pk INTEGER PRIMARY KEY, name TEXT NOT NULL, value INTEGER NOT NULL,
          note TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
        INSERT INTO counters SELECT i, 'counter ' || i, 0, NULL, 1, 1 FROM n;
        """)
    }
  }

  /// What rules cost an update of one column, none of them writing anything.
  func triggerCost() throws -> Outcome {
    let count = options.operations(20_000)
    let seen = Atomic<Int64>(0)
    func triggers(_ count: Int) -> [Trigger] {
      (0..<count).map { index in
        Trigger.after("counters.\(index)", .update(of: "value"), on: CounterRow.self) {
          change, _ in
          if let new = change.new { seen.wrappingAdd(new.value, ordering: .relaxed) }
        }
      }
    }
    func run(_ database: Database, _ value: Int64) throws {
      try database.write { transaction in
        for index in 0..<count {
          try transaction.execute(Self.update, value, 1 + (index &* 7919) % 10_000)
        }
      }
    }
    let tapePath = scratch.path("work-tape")
    let tape = try Tape.record(
      options.rounds + 1, open: { try counters("tape", []) },
      operation: { database, round in try run(database, Int64(round + 1)) })
    let databases = try [0, 1, 5].map { ($0, try counters("rules-\($0)", triggers($0))) }
    let limit = try Limit(scratch.copy(tapePath, for: "limit"))
    let hooked = try Limit(scratch.copy(tapePath, for: "hooked"))
    hooked.installEmptyHook()
    func side(_ name: String, _ limit: Limit) throws -> Side {
      try limit.prepare(tape)
      return Side(name: name) { round in
        try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
          try limit.run(tape, round + 1..<round + 2)
        } / Double(count)
      }
    }
    var sides = [try side(Side.limit, limit), try side("C with an empty hook", hooked)]
    for (rules, database) in databases {
      sides.append(
        Side(name: rules == 0 ? Side.ours : "\(rules) rules") { round in
          try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
            try run(database, Int64(round + 1))
          } / Double(count)
        })
    }
    for side in sides { _ = try side.round(-1) }
    let figures = try Measuring.interleaved(sides, options)
    var outcome = Outcome(
      number: 16, title: "update of one column; no, one and five after-triggers",
      conditions: "NORMAL, \(count) a transaction, 10000 rows", unit: "µs",
      goal: "no subscriber <= 1.05x; <= 2 µs a trigger")
    outcome.take(figures)
    outcome.peersToOurs = [:]
    let none = outcome.figures[Side.ours]?.median ?? 0
    let one = (outcome.figures["1 rules"]?.median ?? 0) - none
    let five = ((outcome.figures["5 rules"]?.median ?? 0) - none) / 5
    let hook =
      (outcome.figures["C with an empty hook"]?.median ?? 0)
      / (outcome.figures[Side.limit]?.median ?? 1)
    outcome.isMet = (outcome.oursToLimit?.median ?? 2) <= 1.05 && max(one, five) <= 2
    outcome.notes.append(
      "the first trigger costs \(Report.number(one)) µs, each of five \(Report.number(five)) µs; an "
        + "empty hook makes C \(Report.number(hook))x")
    scratch.removeWork()
    return outcome
  }
}
