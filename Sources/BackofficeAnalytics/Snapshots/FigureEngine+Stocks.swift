import Backoffice

extension FigureEngine {
  private static let firstFlow = SQLStatement(
    """
    SELECT min(at) FROM status_history WHERE entity_kind = 'customer'
    """)

  private static let earlierFlows = SQLStatement(
    """
    SELECT owner_id, from_status, to_status, sum(transitions) FROM analytics_flows
    WHERE entity_kind = 'customer' AND pipeline = ? AND day < ?
    GROUP BY owner_id, from_status, to_status
    """)

  private static let flowsOfDay = SQLStatement(
    """
    SELECT owner_id, cause, from_status, to_status, transitions FROM analytics_flows
    WHERE entity_kind = 'customer' AND pipeline = ? AND day = ?
    """)

  private static let flowsBetween = SQLStatement(
    """
    SELECT owner_id, from_status, to_status, transitions FROM analytics_flows
    WHERE entity_kind = 'customer' AND pipeline = ? AND day > ? AND day < ?
    """)

  private static let storedStocks = SQLStatement(
    """
    SELECT s.owner_id, c.key, c.value FROM analytics_snapshots s
    LEFT JOIN json_each(s.status_counts) c
    WHERE s.bucket_kind = 'daily' AND s.bucket_start_date = ? AND s.pipeline = ?
      AND s.scope = 'owner'
    """)

  static var hotStatements: [SQLStatement] { [flowsOfDay, flowsBetween, historyOfDay] }

  /// The day of the first history row of any customer.
  static func firstDay(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> CalendarDate? {
    let first: Timestamp?? = try transaction.fetchOne(firstFlow) { row in
      try row.value(at: 0, as: Timestamp?.self)
    }
    return first?.map { transaction.zone.date(of: $0) }
  }

  /// The last day before `day` for which daily snapshots can be trusted.
  static func trustedDay(
    before day: CalendarDate, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> CalendarDate? {
    guard let until = try AnalyticsMarks.day(AnalyticsMarks.computedUntil, transaction)
    else { return nil }
    var last = min(until, day.adding(days: -1))
    if let dirty = try AnalyticsMarks.day(AnalyticsMarks.dirtyFrom, transaction) {
      last = min(last, dirty.adding(days: -1))
    }
    return last
  }

  /// Sets the stocks to those at the end of the day before `day`.
  mutating func loadStocks(
    before day: CalendarDate, _ base: Base, _ transaction: borrowing some Transaction & ~Copyable
  ) throws {
    if base == .snapshots, let trusted = try Self.trustedDay(before: day, transaction) {
      var rows = 0
      try transaction.forEach(Self.storedStocks, trusted, pipeline.name) { row in
        rows += 1
        let owner: ID<AnyEntity> = try row.value(at: 0)
        guard let status = try row.value(at: 1, as: String?.self) else {
          _ = index(ofOwner: owner)
          return true
        }
        add(try row.value(at: 2), owner: owner, status: status)
        return true
      }
      if rows > 0 {
        try transaction.forEach(Self.flowsBetween, pipeline.name, trusted, day) { row in
          try addFlow(row)
          return true
        }
        return
      }
    }
    try transaction.forEach(Self.earlierFlows, pipeline.name, day) { row in
      try addFlow(row)
      return true
    }
  }

  private mutating func addFlow(_ row: borrowing Row) throws {
    let owner: ID<AnyEntity> = try row.value(at: 0)
    let from: String = try row.value(at: 1)
    let to: String = try row.value(at: 2)
    let count: Int = try row.value(at: 3)
    _ = index(ofOwner: owner)
    if !from.isEmpty { add(-count, owner: owner, status: from) }
    if !to.isEmpty { add(count, owner: owner, status: to) }
  }

  /// Adds the flows of one day to the stocks and to the day's sums.
  mutating func addFlows(
    of date: CalendarDate, _ transaction: borrowing some Transaction & ~Copyable
  ) throws {
    try transaction.forEach(Self.flowsOfDay, pipeline.name, date) { row in
      var column = row.reader()
      let owner: ID<AnyEntity> = try column.next()
      let cause: FlowCause = try column.next()
      let from: String = try column.next()
      let to: String = try column.next()
      let count: Int = try column.next()
      let place = index(ofOwner: owner)
      if !from.isEmpty { add(-count, owner: owner, status: from) }
      if !to.isEmpty { add(count, owner: owner, status: to) }
      if cause == .create {
        self.day.grow(to: owners.count)
        self.day.new[place] += count
      }
      return true
    }
  }

  func addDay(to sums: inout Sums) {
    sums.grow(to: owners.count)
    for owner in day.new.indices {
      sums.new[owner] += day.new[owner]
      sums.conversions[owner] += day.conversions[owner]
      sums.cycleTime[owner] += day.cycleTime[owner]
    }
  }

  /// Hands out the figures of a bucket that has just ended.
  func report(
    _ bucket: Bucket, _ sums: Sums, _ filter: ScopeFilter,
    _ emit: (Bucket, Scope, Figures) throws -> Void
  ) throws {
    if case .one(let scope) = filter, scope != .system {
      guard let owner = ownerIndex[scope.key] else { return try emit(bucket, scope, Figures()) }
      return try emit(bucket, scope, figures(of: owner, sums))
    }
    var system = Figures()
    for owner in owners.indices {
      let own = figures(of: owner, sums)
      system.total += own.total
      system.new += own.new
      system.active += own.active
      system.converted += own.converted
      system.lost += own.lost
      system.conversions += own.conversions
      system.cycleTimeSum += own.cycleTimeSum
    }
    for (status, name) in statuses.enumerated() {
      let count = stocks.reduce(0) { $0 + $1[status] }
      if count != 0 { system.statusCounts[name] = count }
    }
    try emit(bucket, .system, system)
    guard case .all = filter else { return }
    for owner in owners.indices {
      let id = owners[owner]
      try emit(bucket, id == .zero ? .unowned : .owner(id), figures(of: owner, sums))
    }
  }

  private func figures(of owner: Int, _ sums: Sums) -> Figures {
    var figures = Figures()
    for (status, count) in stocks[owner].enumerated() where count != 0 {
      let name = statuses[status]
      figures.statusCounts[name] = count
      figures.total += count
      if pipeline.converted.contains(name) { figures.converted += count }
      if pipeline.lost.contains(name) { figures.lost += count }
    }
    figures.active = active[owner]
    figures.new = sums.new[owner]
    figures.conversions = sums.conversions[owner]
    figures.cycleTimeSum = sums.cycleTime[owner]
    return figures
  }
}
