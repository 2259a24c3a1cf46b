import Backoffice

extension FigureEngine {
  private static let flowsOfDay = SQLStatement(
    """
    SELECT owner_id, cause, from_status, to_status, transitions
    FROM analytics_flows WHERE entity_kind = 'customer' AND pipeline = ? AND day = ?
    """)

  private static let activityOfDay = SQLStatement(
    "SELECT owner_id, delta FROM analytics_activity WHERE pipeline = ? AND day = ?")

  private static let conversionsBetween = SQLStatement(
    """
    SELECT owner_id, sum(conversions), sum(age_seconds), sum(age_microseconds)
    FROM analytics_conversions
    WHERE pipeline = ?1 AND day >= ?2 AND day < ?3 AND first_day >= ?2
    GROUP BY owner_id HAVING (sum(conversions), sum(age_seconds), sum(age_microseconds))
      IS NOT (0, 0, 0)
    """)

  private static let conversionsOfDay = SQLStatement(
    """
    SELECT owner_id, conversions, age_seconds, age_microseconds, first_day
    FROM analytics_conversions
    WHERE pipeline = ?1 AND day = ?2 AND first_day >= ?3
      AND (conversions, age_seconds, age_microseconds) IS NOT (0, 0, 0)
    """)

  /// Conversions that begin or cease to count on a day.
  struct DayConversions {
    let owner: Int
    let firstDay: CalendarDate
    let count: Int
    let cycleTime: Int128

    fileprivate init(
      _ column: inout Row.Reader, _ engine: inout FigureEngine, firstDay: CalendarDate?
    ) throws {
      owner = engine.index(ofOwner: try column("of_owner"))
      count = try column("conversions")
      let seconds: Int64 = try column("seconds")
      let microseconds: Int64 = try column("microseconds")
      cycleTime = Int128(seconds) * 1_000_000 + Int128(microseconds)
      if let firstDay { self.firstDay = firstDay } else { self.firstDay = try column("first_day") }
    }
  }

  /// The conversions that count in a bucket that begins with `start`, of its days before `end`.
  mutating func conversions(
    from start: CalendarDate, before end: CalendarDate,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [DayConversions] {
    var conversions: [DayConversions] = []
    try transaction.forEach(Self.conversionsBetween, pipeline.name, start, end) { row in
      var column = row.reader()
      conversions.append(try DayConversions(&column, &self, firstDay: start))
      return true
    }
    return conversions
  }

  /// The conversions that begin or cease to count on a day, of customers who converted on `first` or
  /// later.
  mutating func conversions(
    on date: CalendarDate, since first: CalendarDate,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [DayConversions] {
    var conversions: [DayConversions] = []
    try transaction.forEach(Self.conversionsOfDay, pipeline.name, date, first) { row in
      var column = row.reader()
      conversions.append(try DayConversions(&column, &self, firstDay: nil))
      return true
    }
    return conversions
  }

  /// Adds a day to the stocks and returns its sums, without conversions.
  mutating func addDay(
    _ date: CalendarDate, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Sums {
    var sums = Sums()
    try transaction.forEach(Self.flowsOfDay, pipeline.name, date) { row in
      var column = row.reader()
      let owner = index(ofOwner: try column("of_owner"))
      let cause: FlowCause = try column("cause")
      let from: String = try column("from")
      let to: String = try column("to")
      let count: Int = try column("count")
      move(count, of: owner, from: from, to: to)
      if cause == .create {
        sums.grow(to: owners.count)
        sums.new[owner].add(count)
      }
      return true
    }
    try transaction.forEach(Self.activityOfDay, pipeline.name, date) { row in
      try addActivity(row)
      return true
    }
    return sums
  }

  /// Adds a row of an owner and a delta to the active customers.
  mutating func addActivity(_ row: borrowing Row) throws {
    let delta: Int = try row.value(at: 1)
    // A correction leaves zeros behind, also for owners that no longer exist.
    guard delta != 0 else { return }
    active[index(ofOwner: try row.value(at: 0))].add(delta)
  }
}
