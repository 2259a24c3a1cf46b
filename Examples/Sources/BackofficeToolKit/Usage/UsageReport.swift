package import Backoffice

/// The usage of a meter by customer and period.
package struct UsageReport: Codable, Hashable, Sendable {
  /// The unit in which time is counted, in UTC.
  package enum Period: String, Codable, CaseIterable, Sendable {
    case month, year
  }

  package struct Line: Codable, Hashable, Sendable {
    package let period: String
    package let events: Int
    package let customers: Int
    package let newCustomers: Int
    package let quantity: Int
    package let minorUnits: Int
  }

  package struct Leader: Codable, Hashable, Sendable {
    package let customer: String
    package let events: Int
  }

  package let meter: String
  package let currency: String?
  package let events: Int
  package let customers: Int
  package let quantity: Int
  package let minorUnits: Int
  package let firstEvent: Timestamp?
  package let lastEvent: Timestamp?
  /// Customers of a single event.
  package let customersOfOneEvent: Int
  /// Customers with an event in the 365 days up to the last event, that event included.
  package let customersInLastYear: Int
  package let eventsWithoutValue: Int
  /// How many events are equal to an earlier one.
  package let repeatedEvents: Int
  /// Events whose local day differs from the day in UTC.
  package let eventsOnOtherLocalDay: Int
  package let offsets: Int
  /// The sums of whole numbers that were kept with the events.
  package let keptSums: [String: Int]
  package let leaders: [Leader]
  package let periods: [Line]

  /// Reads the usage of a meter.
  ///
  /// - Complexity: reads all its events.
  package init(
    _ store: BackofficeStore, meter: Meter, by period: Period = .month, leaders top: Int = 3
  ) throws {
    self = try store.read { transaction in try Self(transaction, meter, period, top) }
  }

  private init(
    _ transaction: borrowing ReadTransaction, _ meter: Meter, _ period: Period, _ top: Int
  ) throws {
    let totals = try transaction.fetchOne(sql: UsageQueries.totals, meter) { row in
      (
        events: try row.value(at: 0, as: Int.self), customers: try row.value(at: 1, as: Int.self),
        quantity: try row.value(at: 2, as: Int.self), minor: try row.value(at: 3, as: Int.self),
        first: try row.value(at: 4, as: Timestamp?.self),
        last: try row.value(at: 5, as: Timestamp?.self),
        currency: try row.value(at: 6, as: String?.self),
        zero: try row.value(at: 7, as: Int.self), other: try row.value(at: 8, as: Int.self),
        offsets: try row.value(at: 9, as: Int.self)
      )
    }
    self.meter = meter.rawValue
    events = totals?.events ?? 0
    customers = totals?.customers ?? 0
    quantity = totals?.quantity ?? 0
    minorUnits = totals?.minor ?? 0
    firstEvent = totals?.first
    lastEvent = totals?.last
    currency = totals?.currency
    eventsWithoutValue = totals?.zero ?? 0
    eventsOnOtherLocalDay = totals?.other ?? 0
    offsets = totals?.offsets ?? 0
    customersOfOneEvent = try Self.number(UsageQueries.single, meter, transaction)
    repeatedEvents = try Self.number(UsageQueries.repeated, meter, transaction)
    let last = totals?.last ?? .distantPast
    customersInLastYear =
      try transaction.fetchOne(sql: UsageQueries.recent, meter, last - .days(365), last) { row in
        try row.value(at: 0)
      } ?? 0
    keptSums = Dictionary(
      try transaction.fetchAll(sql: UsageQueries.kept, meter) { row in
        (try row.value(at: 0, as: String.self), try row.value(at: 1, as: Int.self))
      }, uniquingKeysWith: +)
    leaders = try transaction.fetchAll(sql: UsageQueries.leaders, meter, top) { row in
      Leader(customer: try row.value(at: 0), events: try row.value(at: 1))
    }
    periods = try transaction.fetchAll(
      sql: UsageQueries.periods, meter, period == .year ? "%Y" : "%Y-%m"
    ) { row in
      Line(
        period: try row.value(at: 0), events: try row.value(at: 1),
        customers: try row.value(at: 2), newCustomers: try row.value(at: 3),
        quantity: try row.value(at: 4), minorUnits: try row.value(at: 5))
    }
  }

  private static func number(
    _ sql: String, _ meter: Meter, _ transaction: borrowing ReadTransaction
  ) throws -> Int {
    try transaction.fetchOne(sql: sql, meter) { row in try row.value(at: 0) } ?? 0
  }
}

/// The SQL queries of a usage report.
private enum UsageQueries {
  static let totals = """
    SELECT count(*), count(DISTINCT customer_id), coalesce(sum(quantity), 0),
      coalesce(sum(amount_minor), 0), min(at), max(at), min(currency),
      count(*) FILTER (WHERE amount_minor = 0),
      count(*) FILTER (WHERE local_day <> date(at / 1000000, 'unixepoch')),
      count(DISTINCT metadata ->> 'utc_offset_minutes')
    FROM usage_events WHERE meter = ?
    """
  static let single = """
    SELECT count(*) FROM (
      SELECT 1 FROM usage_events WHERE meter = ? GROUP BY customer_id HAVING count(*) = 1)
    """
  static let repeated = """
    SELECT coalesce(sum(n - 1), 0) FROM (
      SELECT count(*) AS n FROM usage_events WHERE meter = ?
      GROUP BY customer_id, at, quantity, amount_minor, metadata)
    """
  static let recent = """
    SELECT count(DISTINCT customer_id) FROM usage_events WHERE meter = ? AND at > ? AND at <= ?
    """
  static let kept = """
    SELECT key, sum(cast(value AS INTEGER)) FROM usage_events, json_each(metadata)
    WHERE meter = ? AND key <> 'utc_offset_minutes' AND value NOT GLOB '*[^0-9]*' GROUP BY 1
    """
  static let leaders = """
    SELECT c.full_name, count(*) FROM usage_events u JOIN customers c ON c.id = u.customer_id
    WHERE u.meter = ? GROUP BY u.customer_id ORDER BY 2 DESC, 1 LIMIT ?
    """
  static let periods = """
    WITH firsts AS (
      SELECT customer_id, min(at) AS first FROM usage_events WHERE meter = ?1 GROUP BY 1)
    SELECT strftime(?2, at / 1000000, 'unixepoch'), count(*), count(DISTINCT u.customer_id),
      count(DISTINCT u.customer_id) FILTER (WHERE
        strftime(?2, first / 1000000, 'unixepoch') = strftime(?2, at / 1000000, 'unixepoch')),
      sum(quantity), coalesce(sum(amount_minor), 0)
    FROM usage_events u JOIN firsts f ON f.customer_id = u.customer_id
    WHERE meter = ?1 GROUP BY 1 ORDER BY 1
    """
}
