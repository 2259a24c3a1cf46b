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

  private static let totals = """
    SELECT count(*), count(DISTINCT entity_id), min(at), max(at)
    FROM status_history WHERE entity_kind = ?
    """

  private static let current = """
    SELECT to_status, count(*) FROM (
      SELECT to_status, row_number() OVER (PARTITION BY entity_id ORDER BY at DESC, pk DESC) AS n
      FROM status_history WHERE entity_kind = ?)
    WHERE n = 1 GROUP BY 1
    """

  private static let steps = """
    SELECT before, to_status, count(*) FROM (
      SELECT to_status, lag(to_status) OVER (PARTITION BY entity_id ORDER BY at, pk) AS before
      FROM status_history WHERE entity_kind = ?)
    WHERE before IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
    """

  private static let owners = """
    SELECT count(*) FROM (
      SELECT owner_id, lag(owner_id) OVER (PARTITION BY entity_id ORDER BY at, pk) AS before
      FROM status_history WHERE entity_kind = ? AND owner_id IS NOT NULL)
    WHERE before <> owner_id
    """

  private static let spans = """
    SELECT max(at) - min(at) FROM status_history WHERE entity_kind = ?
    GROUP BY entity_id ORDER BY 1
    """

  private static let lastDetails = """
    SELECT key, value, count(*) FROM (
      SELECT details, row_number() OVER (PARTITION BY entity_id ORDER BY at DESC, pk DESC) AS n
      FROM status_history WHERE entity_kind = ?), json_each(details)
    WHERE n = 1 AND key NOT IN ('case', 'owner', 'customer', 'event') GROUP BY 1, 2
    """

  /// Reads the history of `kind`.
  ///
  /// - Complexity: reads all its rows.
  package init(_ store: BackofficeStore, kind: EntityKind) throws {
    self = try store.read { transaction in try Self(transaction, kind) }
  }

  private init(_ transaction: borrowing ReadTransaction, _ kind: EntityKind) throws {
    let totals = try transaction.fetchOne(sql: Self.totals, kind) { row in
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

    transitions = try transaction.fetchAll(sql: Self.steps, kind) { row in
      Transition(
        from: try row.value(at: 0), to: try row.value(at: 1), count: try row.value(at: 2))
    }
    selfTransitions = transitions.reduce(0) { $0 + ($1.from == $1.to ? $1.count : 0) }
    statusesEntered = changesAfterFirst - selfTransitions
    statuses = Dictionary(
      try transaction.fetchAll(sql: Self.current, kind) { row in
        (try row.value(at: 0) as String, try row.value(at: 1) as Int)
      }, uniquingKeysWith: +)
    ownerChanges =
      try transaction.fetchOne(sql: Self.owners, kind) { row in try row.value(at: 0) } ?? 0
    let spans: [Int] = try transaction.fetchAll(sql: Self.spans, kind) { row in
      try row.value(at: 0)
    }
    cycle = Cycle(ascending: spans)
    lastValues = try Self.lastValues(transaction, kind)
  }

  private static func lastValues(
    _ transaction: borrowing ReadTransaction, _ kind: EntityKind
  ) throws -> [String: LastValues] {
    var counts: [String: [String: Int]] = [:]
    try transaction.forEach(sql: lastDetails, kind) { row in
      let column: String = try row.value(at: 0)
      counts[column, default: [:]][try row.value(at: 1)] = try row.value(at: 2)
      return true
    }
    return counts.mapValues { values in
      let numbers = values.compactMap { value, count in Int(value).map { $0 * count } }
      return LastValues(
        cases: values,
        sum: numbers.count == values.count ? numbers.reduce(0, +) : nil)
    }
  }
}

extension EventLogReport.Cycle {
  /// The median of an even count is the mean of the two values in the middle.
  fileprivate init?(ascending values: [Int]) {
    guard let longest = values.last else { return nil }
    let middle = values.count / 2
    let median =
      values.count.isMultiple(of: 2)
      ? Double(values[middle - 1] + values[middle]) / 2 : Double(values[middle])
    self.init(
      cases: values.count,
      meanSeconds: Double(values.reduce(0, +)) / Double(values.count) / 1_000_000,
      medianSeconds: median / 1_000_000, maximumSeconds: Double(longest) / 1_000_000,
      casesOfNoTime: values.prefix { $0 == 0 }.count)
  }
}
