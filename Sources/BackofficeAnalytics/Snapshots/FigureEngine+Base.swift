import Backoffice

extension FigureEngine {
  private static let firstFlow = SQLStatement(
    "SELECT min(day) FROM analytics_flows WHERE entity_kind = 'customer' AND pipeline = ?")

  private static let firstSnapshot = SQLStatement(
    """
    SELECT min(bucket_start_date) FROM analytics_snapshots
    WHERE pipeline = ? AND scope = 'system' AND owner_id = zeroblob(16) AND bucket_kind = 'daily'
    """)

  private static let earlierFlows = SQLStatement(
    """
    SELECT owner_id, from_status, to_status, sum(transitions) FROM analytics_flows
    WHERE entity_kind = 'customer' AND pipeline = ? AND day < ?
    GROUP BY owner_id, from_status, to_status
    """)

  private static let earlierActivity = SQLStatement(
    """
    SELECT owner_id, sum(delta) FROM analytics_activity
    WHERE pipeline = ? AND day < ? GROUP BY owner_id
    """)

  private static let flowsBetween = SQLStatement(
    """
    SELECT owner_id, from_status, to_status, transitions FROM analytics_flows
    WHERE entity_kind = 'customer' AND pipeline = ? AND day > ? AND day < ?
    """)

  private static let activityBetween = SQLStatement(
    """
    SELECT owner_id, delta FROM analytics_activity
    WHERE pipeline = ? AND day > ? AND day < ?
    """)

  private static let storedStocks = SQLStatement(
    """
    SELECT s.owner_id, s.active_customers, c.key, c.value FROM analytics_snapshots s
    LEFT JOIN json_each(s.status_counts) c
    WHERE s.bucket_kind = 'daily' AND s.bucket_start_date = ? AND s.pipeline = ?
      AND s.scope = 'owner'
    """)

  private static let dailySums = SQLStatement(
    """
    SELECT owner_id, new_customers FROM analytics_snapshots
    WHERE bucket_kind = 'daily' AND bucket_start_date >= ? AND bucket_start_date < ?
      AND pipeline = ? AND scope = 'owner' AND new_customers <> 0
    """)

  /// The first day on which a pipeline has customers; nil for none.
  static func firstDay(
    of pipeline: String, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> CalendarDate? {
    try transaction.fetchOne(firstFlow, pipeline) { row in
      try row.value(at: 0, as: CalendarDate?.self)
    } ?? nil
  }

  /// The first day for which a pipeline has a daily snapshot; nil for none.
  static func firstSnapshotDay(
    of pipeline: String, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> CalendarDate? {
    try transaction.fetchOne(firstSnapshot, pipeline) { row in
      try row.value(at: 0, as: CalendarDate?.self)
    } ?? nil
  }

  /// The last day up to which all daily snapshots are up to date.
  private func trustedDay(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> CalendarDate? {
    guard let until = try AnalyticsMarks.computedUntil.value(in: transaction),
      let firstStored = try Self.firstSnapshotDay(of: pipeline.name, transaction),
      let first = try Self.firstDay(of: pipeline.name, transaction), firstStored <= first
    else { return nil }
    let stale = try StaleOwners(of: pipeline.name, computedUntil: until, transaction)
    let trusted = stale.firstDay.map { min(until, $0.adding(days: -1)) } ?? until
    return trusted >= firstStored ? trusted : nil
  }

  /// Sets stocks and active customers to those before the first day of the pass.
  ///
  /// - Parameters:
  ///   - first: the first day of any bucket.
  ///   - firstEnd: the last day of the bucket that ends first; the pass skips days up to it that
  ///     ``storedSums(from:before:_:)`` covers.
  /// - Returns: the day.
  mutating func load(
    _ first: CalendarDate, _ firstEnd: CalendarDate, _ base: Base,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> CalendarDate {
    guard base == .snapshots, let trusted = try trustedDay(transaction) else {
      try loadSums(before: first, transaction)
      return first
    }
    let start = max(first, min(trusted.adding(days: 1), firstEnd))
    let last = min(trusted, start.adding(days: -1))
    var rows = 0
    try transaction.forEach(Self.storedStocks, last, pipeline.name) { row in
      rows += 1
      var column = row.reader()
      let owner = index(ofOwner: try column("of_owner"))
      active[owner] = try column("active_customers")
      if let status = try column("status") as String? {
        move(try column("count"), of: owner, from: "", to: status)
      }
      return true
    }
    guard rows > 0 else {
      // Before the pipeline's first snapshot.
      try loadSums(before: first, transaction)
      return first
    }
    try transaction.forEach(Self.flowsBetween, pipeline.name, last, start) { row in
      try addFlow(row)
      return true
    }
    try transaction.forEach(Self.activityBetween, pipeline.name, last, start) { row in
      try addActivity(row)
      return true
    }
    return start
  }

  private mutating func loadSums(
    before day: CalendarDate, _ transaction: borrowing some Transaction & ~Copyable
  ) throws {
    try transaction.forEach(Self.earlierFlows, pipeline.name, day) { row in
      try addFlow(row)
      return true
    }
    try transaction.forEach(Self.earlierActivity, pipeline.name, day) { row in
      try addActivity(row)
      return true
    }
  }

  private mutating func addFlow(_ row: borrowing Row) throws {
    var column = row.reader()
    let owner = index(ofOwner: try column("of_owner"))
    let from: String = try column("from")
    let to: String = try column("to")
    move(try column("count"), of: owner, from: from, to: to)
  }

  /// The sums of the days from `start` on and before `end`, from daily snapshots, without conversions.
  mutating func storedSums(
    from start: CalendarDate, before end: CalendarDate,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Sums {
    var sums = Sums()
    try transaction.forEach(Self.dailySums, start, end, pipeline.name) { row in
      var column = row.reader()
      let owner = index(ofOwner: try column("of_owner"))
      sums.grow(to: owners.count)
      sums.new[owner] += try column("new") as Int
      return true
    }
    return sums
  }
}
