import Backoffice

extension FigureEngine {
  private static let flowsOfDay = SQLStatement(
    """
    SELECT owner_id, cause, from_status, to_status, transitions, age_seconds, age_microseconds
    FROM analytics_flows WHERE entity_kind = 'customer' AND pipeline = ? AND day = ?
    """)

  private static let activityOfDay = SQLStatement(
    "SELECT owner_id, delta FROM analytics_activity WHERE pipeline = ? AND day = ?")

  /// Adds a day to the stocks and returns its sums.
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
      } else if cause == .change, !from.isEmpty, pipeline.converted.contains(to),
        !pipeline.converted.contains(from)
      {
        sums.grow(to: owners.count)
        sums.conversions[owner].add(count)
        let seconds: Int64 = try column("seconds")
        let microseconds: Int64 = try column("microseconds")
        sums.cycleTime[owner] += Int128(seconds) * 1_000_000 + Int128(microseconds)
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
