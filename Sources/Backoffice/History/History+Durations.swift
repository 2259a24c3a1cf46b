/// A stay of an entity in a status, from one change to the next.
public struct StatusVisit: Sendable, Hashable, Codable {
  /// The status.
  public let status: String
  /// When it began.
  public let from: Timestamp
  /// When it ended; nil while it lasts.
  public let until: Timestamp?
}

/// How long an entity has been in a status, over all its stays there.
public struct TimeInStatus: Sendable, Hashable {
  /// The status.
  public let status: String
  /// The sum of all stays.
  public let duration: Duration
  /// How many stays there were.
  public let visits: Int
  /// Whether the entity is there at the moment asked for.
  public let isCurrent: Bool
}

/// How long entities of a kind took from a first to a last row.
public struct CycleTimes: Sendable, Hashable {
  /// How many entities were measured.
  public let count: Int
  /// The sum over all of them.
  public let sum: Duration
  /// The middle one exactly, or the mean of the middle two; nil without entities.
  public let median: Duration?
  /// The longest; nil without entities.
  public let maximum: Duration?
  /// How many took no time at all.
  public let zeroCount: Int

  /// The mean, cut to whole microseconds; nil without entities.
  public var mean: Duration? { count > 0 ? .microseconds(sum.microseconds / Int64(count)) : nil }

  /// Summarises durations, in microseconds and in ascending order.
  init(ascending values: [Int64]) {
    count = values.count
    sum = .microseconds(values.reduce(0, +))
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

  // The index on (entity_kind, to_status, at) finds those that arrived; each start is one probe.
  private static let spansToStatus = SQLStatement(
    """
    SELECT arrived - (SELECT min(h.at) FROM status_history h
      WHERE h.entity_kind = ?1 AND h.entity_id = a.entity_id)
    FROM (SELECT entity_id, min(at) AS arrived FROM status_history
      WHERE entity_kind = ?1 AND to_status = ?2 GROUP BY entity_id) a
    ORDER BY 1
    """)

  /// The stays of an entity, oldest first; rows that repeat a status prolong the stay.
  ///
  /// - Parameters:
  ///   - entity: the entity.
  ///   - kind: what kind it is.
  ///   - moment: rows behind it are left out; nil for all rows.
  /// - Complexity: grows with the entity's own history.
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

  /// How long an entity has been in each status, up to a moment.
  ///
  /// The stay that still lasts is counted up to `moment`.
  ///
  /// - Parameters:
  ///   - entity: the entity.
  ///   - kind: what kind it is.
  ///   - moment: up to when; rows behind it are left out.
  /// - Returns: the statuses in the order in which the entity first had them.
  /// - Complexity: grows with the entity's own history.
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

  /// How long entities of a kind took: from their first to their last row, or to a status.
  ///
  /// - Parameters:
  ///   - kind: the kind.
  ///   - status: where the clock stops, at the first arrival; entities that never arrived are left
  ///     out. Nil for the last row.
  /// - Complexity: reads all rows of the kind, or those that arrived; keeps one number an entity.
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
