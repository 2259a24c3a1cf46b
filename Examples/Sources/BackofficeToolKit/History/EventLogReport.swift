package import Backoffice
import ExampleSupport

/// The figures of the history of one kind of entity.
package struct EventLogReport: Codable, Hashable, Sendable {
  /// Statistics of durations, in seconds.
  package struct Cycle: Codable, Hashable, Sendable {
    package let cases: Int
    package let meanSeconds: Double
    package let medianSeconds: Double
    package let maximumSeconds: Double
    package let casesOfNoTime: Int
  }

  /// How often one status followed another.
  package struct Transition: Codable, Hashable, Sendable {
    package let from: String
    package let to: String
    package let count: Int
  }

  /// The last values of a kept column, over all cases.
  package struct LastValues: Codable, Hashable, Sendable {
    /// How many cases end with each value.
    package let cases: [String: Int]
    /// The sum of the values when all are whole numbers.
    package let sum: Int?
  }

  package let events: Int
  package let cases: Int
  package let firstEvent: Timestamp?
  package let lastEvent: Timestamp?
  /// Events that followed another event of their case, with any status.
  package let changesAfterFirst: Int
  /// Those of them that led to another status.
  package let statusesEntered: Int
  package let cycle: Cycle?
  package let statuses: [String: Int]
  package let transitions: [Transition]
  package let selfTransitions: Int
  /// How often a case changed from one known owner to another.
  package let ownerChanges: Int
  package let lastValues: [String: LastValues]

  /// Reads the history of `kind`.
  ///
  /// - Complexity: reads all its rows.
  package init(_ store: BackofficeStore, kind: EntityKind) throws {
    self = try store.read { transaction in
      let taken = try ImportRecord.takenBackRows(of: .history, transaction)
      return try Self(transaction, kind, Queries(without: taken))
    }
  }

  private init(
    _ transaction: borrowing ReadTransaction, _ kind: EntityKind, _ queries: Queries
  ) throws {
    let totals = try transaction.fetchOne(sql: queries.totals, kind) { row in
      (
        events: try row.value(at: 0) as Int, cases: try row.value(at: 1) as Int,
        first: try row.value(at: 2) as Timestamp?, last: try row.value(at: 3) as Timestamp?
      )
    }
    events = totals?.events ?? 0
    cases = totals?.cases ?? 0
    firstEvent = totals?.first
    lastEvent = totals?.last
    changesAfterFirst = events - cases

    transitions = try transaction.fetchAll(sql: queries.steps, kind) { row in
      Transition(
        from: try row.value(at: 0), to: try row.value(at: 1), count: try row.value(at: 2))
    }
    selfTransitions = transitions.reduce(0) { $0 + ($1.from == $1.to ? $1.count : 0) }
    statusesEntered = changesAfterFirst - selfTransitions
    statuses = Dictionary(
      try transaction.fetchAll(sql: queries.current, kind) { row in
        (try row.value(at: 0) as String, try row.value(at: 1) as Int)
      }, uniquingKeysWith: +)
    ownerChanges =
      try transaction.fetchOne(sql: queries.owners, kind) { row in try row.value(at: 0) } ?? 0
    let spans: [Int] = try transaction.fetchAll(sql: queries.spans, kind) { row in
      try row.value(at: 0)
    }
    cycle = Cycle(ascending: spans)
    lastValues = try Self.lastValues(transaction, kind, queries)
  }

  private static func lastValues(
    _ transaction: borrowing ReadTransaction, _ kind: EntityKind, _ queries: Queries
  ) throws -> [String: LastValues] {
    var counts: [String: [String: Int]] = [:]
    try transaction.forEach(sql: queries.lastDetails, kind) { row in
      let column: String = try row.value(at: 0)
      counts[column, default: [:]][try row.value(at: 1)] = try row.value(at: 2)
      return true
    }
    return counts.mapValues { values in
      LastValues(cases: values, sum: sum(values))
    }
  }
}

extension EventLogReport {
  /// The sum of whole numbers; nil for other values, and for a sum that does not fit.
  private static func sum(_ values: [String: Int]) -> Int? {
    var sum = 0
    for (value, count) in values {
      guard let number = Int(value) else { return nil }
      let (product, isTooLarge) = number.multipliedReportingOverflow(by: count)
      let (next, isOver) = sum.addingReportingOverflow(product)
      guard !isTooLarge, !isOver else { return nil }
      sum = next
    }
    return sum
  }
}

extension EventLogReport.Cycle {
  /// The median of an even count is the mean of the two values in the middle.
  fileprivate init?(ascending values: [Int]) {
    guard let longest = values.last else { return nil }
    let middle = values.count / 2
    let median =
      values.count.isMultiple(of: 2)
      ? (Double(values[middle - 1]) + Double(values[middle])) / 2 : Double(values[middle])
    self.init(
      cases: values.count,
      meanSeconds: values.reduce(0) { $0 + Double($1) } / Double(values.count) / 1_000_000,
      medianSeconds: median / 1_000_000, maximumSeconds: Double(longest) / 1_000_000,
      casesOfNoTime: values.prefix { $0 == 0 }.count)
  }
}
