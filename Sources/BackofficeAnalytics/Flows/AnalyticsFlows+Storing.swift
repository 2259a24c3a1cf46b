import Backoffice

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
    UPDATE analytics_flows SET transitions = max(0, transitions + ?8),
      age_seconds = max(0, age_seconds + ?9), age_microseconds = max(0, age_microseconds + ?10)
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

  // A change of status moves the end of an activity, which changes two rows.
  private static let changeActivities = SQLStatement(
    """
    INSERT INTO analytics_activity (pipeline, day, owner_id, delta) VALUES (?, ?, ?, ?), (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET delta = delta + excluded.delta
    """)

  /// Adds sums to the stored ones, and marks the owners whose snapshots they change.
  static func add(_ sums: FlowSums, _ transaction: borrowing WriteTransaction) throws {
    var dirty = DirtyOwners()
    for (key, sum) in sums.flows.entries where sum != FlowSums.Sum() {
      try add(sum, to: key, transaction)
      if key.kind == .customer { dirty.note(key.flow.pipeline, key.flow.owner, key.day) }
    }
    var left: (key: ActivityKey, delta: Int)?
    for (key, delta) in sums.activity.entries where delta != 0 {
      dirty.note(key.pipeline, key.owner, key.day)
      guard let first = left else {
        left = (key, delta)
        continue
      }
      left = nil
      try transaction.execute(
        changeActivities, first.key.pipeline, first.key.day, first.key.owner, first.delta,
        key.pipeline, key.day, key.owner, delta)
    }
    if let left { try add(left.delta, to: left.key, transaction) }
    try dirty.mark(transaction)
  }

  static func add(
    _ sum: FlowSums.Sum, to key: FlowSums.Key, _ transaction: borrowing WriteTransaction
  ) throws {
    let flow = key.flow
    // The checks of the table run before the upsert, so a negative age must be an update.
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

  private var days = SmallTable<Owner, CalendarDate>()

  mutating func note(_ pipeline: String, _ id: ID<AnyEntity>, _ day: CalendarDate) {
    let owner = Owner(pipeline: pipeline, id: id)
    let known = days[owner, default: .max]
    if day < known { days[owner, default: .max] = day }
  }

  /// Marks those for whose days snapshots are stored.
  func mark(_ transaction: borrowing WriteTransaction) throws {
    guard !days.entries.isEmpty,
      let stored = try AnalyticsMarks.storedUntil.value(in: transaction)
    else { return }
    for (owner, day) in days.entries where day <= stored {
      try AnalyticsMarks.markDirty(owner.pipeline, owner.id, from: day, transaction)
    }
  }
}
