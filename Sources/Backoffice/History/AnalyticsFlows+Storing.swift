import BackofficeStorage

extension AnalyticsFlows {
  private static let increase = SQLStatement(
    """
    INSERT INTO analytics_flows (entity_kind, pipeline, day, owner_id, cause, from_status,
      to_status, transitions, age_seconds, age_microseconds)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET transitions = transitions + excluded.transitions,
      age_seconds = age_seconds + excluded.age_seconds,
      age_microseconds = age_microseconds + excluded.age_microseconds
    """)

  private static let change = SQLStatement(
    """
    UPDATE analytics_flows SET transitions = transitions + ?8, age_seconds = age_seconds + ?9,
      age_microseconds = age_microseconds + ?10
    WHERE entity_kind = ?1 AND pipeline = ?2 AND day = ?3 AND owner_id = ?4 AND cause = ?5
      AND from_status = ?6 AND to_status = ?7
    RETURNING transitions
    """)

  private static let remove = SQLStatement(
    """
    DELETE FROM analytics_flows
    WHERE entity_kind = ? AND pipeline = ? AND day = ? AND owner_id = ? AND cause = ?
      AND from_status = ? AND to_status = ?
    """)

  private static let changeActivity = SQLStatement(
    """
    INSERT INTO analytics_activity (pipeline, day, owner_id, delta) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET delta = delta + excluded.delta
    """)

  /// Adds sums to the stored ones, and marks whose snapshots they change.
  static func add(_ sums: FlowSums, _ transaction: borrowing WriteTransaction) throws {
    var dirty = DirtyOwners()
    for key in sums.flowOrder {
      guard let sum = sums.flows[key], sum != FlowSums.Sum() else { continue }
      try add(sum, to: key, transaction)
      if key.kind == .customer {
        dirty.note(key.flow.pipeline, key.flow.owner, key.day)
      }
    }
    for key in sums.activityOrder {
      guard let delta = sums.activity[key], delta != 0 else { continue }
      try add(delta, to: key, transaction)
      dirty.note(key.pipeline, key.owner, key.day)
    }
    try dirty.mark(transaction)
  }

  static func add(
    _ sum: FlowSums.Sum, to key: FlowSums.Key, _ transaction: borrowing WriteTransaction
  ) throws {
    let flow = key.flow
    // A row that is not there yet is never made of a smaller age: the checks see it first.
    if sum.transitions > 0, sum.ageSeconds >= 0, sum.ageMicroseconds >= 0 {
      try transaction.execute(
        increase, key.kind, flow.pipeline, key.day, flow.owner, flow.cause, flow.from, flow.to,
        sum.transitions, sum.ageSeconds, sum.ageMicroseconds)
      return
    }
    let left: Int? = try transaction.fetchOne(
      change, key.kind, flow.pipeline, key.day, flow.owner, flow.cause, flow.from, flow.to,
      sum.transitions, sum.ageSeconds, sum.ageMicroseconds
    ) { row in try row.value(at: 0) }
    if left == 0 {
      try transaction.execute(
        remove, key.kind, flow.pipeline, key.day, flow.owner, flow.cause, flow.from, flow.to)
    }
  }

  static func add(
    _ delta: Int, to key: ActivityKey, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(changeActivity, key.pipeline, key.day, key.owner, delta)
  }
}

/// The owners whose sums a transaction changed, each with the first day.
struct DirtyOwners {
  private struct Owner: Hashable {
    let pipeline: String
    let id: ID<AnyEntity>
  }

  private var order: [Owner] = []
  private var days: [Owner: CalendarDate] = [:]

  mutating func note(_ pipeline: String, _ id: ID<AnyEntity>, _ day: CalendarDate) {
    let owner = Owner(pipeline: pipeline, id: id)
    if let known = days[owner] {
      if day < known { days[owner] = day }
    } else {
      days[owner] = day
      order.append(owner)
    }
  }

  /// Marks those for whose days snapshots are stored.
  func mark(_ transaction: borrowing WriteTransaction) throws {
    guard !order.isEmpty,
      let stored = try AnalyticsMarks.day(AnalyticsMarks.storedUntil, transaction)
    else { return }
    for owner in order {
      guard let day = days[owner], day <= stored else { continue }
      try AnalyticsMarks.markDirty(owner.pipeline, owner.id, from: day, transaction)
    }
  }
}
