/// A stay of an entity in a status, from one change to the next.
public struct StatusVisit: Sendable, Hashable, Codable {
  /// The status.
  public let status: String
  /// When the stay began.
  public let from: Timestamp
  /// When the stay ended; nil while it lasts.
  public let until: Timestamp?
}

/// The time that an entity has spent in a status, over all its stays.
public struct TimeInStatus: Sendable, Hashable {
  /// The status.
  public let status: String
  /// The total duration of all stays.
  public let duration: Duration
  /// The number of stays.
  public let visits: Int
  /// Whether the entity has the status at the given moment.
  public let isCurrent: Bool
}

/// The time that entities of a kind took from their first to their last row.
public struct CycleTimes: Sendable, Hashable {
  /// The number of entities.
  public let count: Int
  /// The sum of their times.
  public let sum: Duration
  /// The median, which is the mean of the two middle values for an even count; nil without
  /// entities.
  public let median: Duration?
  /// The maximum; nil without entities.
  public let maximum: Duration?
  /// The number of entities with a time of zero.
  public let zeroCount: Int

  /// The mean, truncated to whole microseconds; nil without entities.
  public var mean: Duration? { count > 0 ? .microseconds(sum.microseconds / Int64(count)) : nil }

  /// Summarises durations in microseconds, sorted ascending.
  init(ascending values: [Int64]) {
    count = values.count
    sum = .microseconds(values.saturatingSum())
    zeroCount = values.prefix { $0 == 0 }.count
    maximum = values.last.map { .microseconds($0) }
    let middle = values.count / 2
    if values.isEmpty {
      median = nil
    } else if values.count.isMultiple(of: 2) {
      median = .microseconds((values[middle - 1] + values[middle]) / 2)
    } else {
      median = .microseconds(values[middle])
    }
  }
}

extension History {
  static let moves = SQLStatement(
    """
    SELECT to_status, at FROM status_history
    WHERE entity_kind = ? AND entity_id = ? AND at <= ? ORDER BY at, pk
    """)

  private static let spans = SQLStatement(
    """
    SELECT max(at) - min(at) FROM status_history
    WHERE entity_kind = ? GROUP BY entity_id ORDER BY 1
    """)

  // The index (entity_kind, to_status, at) finds the arrivals; each start is one index lookup.
  private static let spansToStatus = SQLStatement(
    """
    SELECT arrived - (SELECT min(h.at) FROM status_history h
      WHERE h.entity_kind = ?1 AND h.entity_id = a.entity_id)
    FROM (SELECT entity_id, min(at) AS arrived FROM status_history
      WHERE entity_kind = ?1 AND to_status = ?2 GROUP BY entity_id) a
    ORDER BY 1
    """)

  /// The stays of an entity, oldest first.
  ///
  /// A row that repeats the status extends the stay.
  ///
  /// - Parameters:
  ///   - entity: the entity.
  ///   - kind: the kind of the entity.
  ///   - moment: the moment up to which rows are considered; nil for all rows.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the length of the entity's history.
  public func visits<Entity>(
    of entity: ID<Entity>, kind: EntityKind, asOf moment: Timestamp? = nil
  ) throws -> [StatusVisit] {
    try access.readOnce { transaction in
      var visits: [StatusVisit] = []
      try transaction.forEach(Self.moves, kind, entity, moment ?? .distantFuture) { row in
        let status: String = try row.value(at: 0)
        let at: Timestamp = try row.value(at: 1)
        if let last = visits.last {
          guard last.status != status else { return true }
          visits[visits.count - 1] = StatusVisit(
            status: last.status, from: last.from, until: at)
        }
        visits.append(StatusVisit(status: status, from: at, until: nil))
        return true
      }
      return visits
    }
  }

  /// The time that an entity has spent in each status up to a moment.
  ///
  /// A stay that has not ended is counted up to `moment`.
  ///
  /// - Parameters:
  ///   - entity: the entity.
  ///   - kind: the kind of the entity.
  ///   - moment: the moment up to which time is counted and rows are considered.
  /// - Returns: the statuses in the order in which the entity first had them.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the length of the entity's history.
  public func timeInStatus<Entity>(
    of entity: ID<Entity>, kind: EntityKind, upTo moment: Timestamp
  ) throws -> [TimeInStatus] {
    let visits = try visits(of: entity, kind: kind, asOf: moment)
    var order: [String] = []
    var sums: [String: (duration: Duration, visits: Int)] = [:]
    for visit in visits {
      if sums[visit.status] == nil { order.append(visit.status) }
      sums[visit.status, default: (.zero, 0)].duration += (visit.until ?? moment) - visit.from
      sums[visit.status, default: (.zero, 0)].visits += 1
    }
    return order.map { status in
      let sum = sums[status] ?? (.zero, 0)
      return TimeInStatus(
        status: status, duration: sum.duration, visits: sum.visits,
        isCurrent: status == visits.last?.status)
    }
  }

  /// The time that entities of a kind took from their first row to their last, or to a status.
  ///
  /// - Parameters:
  ///   - kind: the kind of the entities.
  ///   - status: the status whose first occurrence ends the time, leaving out entities that never
  ///     had it; nil for the last row.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: reads all rows of the kind, or those with the status; holds one number per
  ///   entity.
  public func cycleTimes(_ kind: EntityKind, to status: String? = nil) throws -> CycleTimes {
    let values: [Int64] = try access.readOnce { transaction in
      if let status {
        return try transaction.fetchAll(Self.spansToStatus, kind, status) { row in
          try row.value(at: 0)
        }
      }
      return try transaction.fetchAll(Self.spans, kind) { row in try row.value(at: 0) }
    }
    return CycleTimes(ascending: values)
  }
}
