public import Backoffice

/// How often entities moved from one status to another.
public struct TransitionCount: Sendable, Hashable, Codable {
  /// The status before.
  public let from: String
  /// The status after; the same one for a row that repeated it.
  public let to: String
  /// How often.
  public let count: Int

  /// Whether the status stayed the same.
  public var isSelfTransition: Bool { from == to }
}

extension Analytics {
  private static let transitionSums = SQLStatement(
    """
    SELECT from_status, to_status, sum(transitions) FROM analytics_flows
    WHERE entity_kind = ?1 AND (?2 IS NULL OR pipeline = ?2)
      AND (?3 IS NULL OR day >= ?3) AND (?4 IS NULL OR day <= ?4)
      AND (?5 IS NULL OR from_status = ?5) AND (?6 IS NULL OR to_status = ?6)
      AND (?7 IS NULL OR owner_id = ?7) AND cause = 'change' AND from_status <> '' AND to_status <> ''
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
    """)

  private static let handovers = SQLStatement(
    """
    SELECT coalesce(sum(transitions), 0) FROM analytics_flows
    WHERE entity_kind = ?1 AND (?2 IS NULL OR day >= ?2) AND (?3 IS NULL OR day <= ?3)
      AND cause = 'reassign' AND from_status = ''
    """)

  private static let statusCounts = SQLStatement(
    """
    SELECT status, sum(amount) FROM (
      SELECT to_status AS status, transitions AS amount FROM analytics_flows
      WHERE entity_kind = ?1 AND (?2 IS NULL OR day <= ?2) AND (?3 IS NULL OR owner_id = ?3)
        AND to_status <> ''
      UNION ALL
      SELECT from_status, -transitions FROM analytics_flows
      WHERE entity_kind = ?1 AND (?2 IS NULL OR day <= ?2) AND (?3 IS NULL OR owner_id = ?3)
        AND from_status <> '')
    GROUP BY status HAVING sum(amount) <> 0 ORDER BY 2 DESC, 1
    """)

  private static let ownerCounts = SQLStatement(
    """
    SELECT owner_id, status, sum(amount) FROM (
      SELECT owner_id, to_status AS status, transitions AS amount FROM analytics_flows
      WHERE entity_kind = ?1 AND (?2 IS NULL OR day <= ?2) AND to_status <> ''
      UNION ALL
      SELECT owner_id, from_status, -transitions FROM analytics_flows
      WHERE entity_kind = ?1 AND (?2 IS NULL OR day <= ?2) AND from_status <> '')
    GROUP BY owner_id, status HAVING sum(amount) <> 0
    """)

  /// How often entities of a kind moved between statuses, the most frequent move first.
  ///
  /// A move starts at the row before it in time, also when rows were recorded late. A row that repeats a
  /// status counts as a move to itself. Moves of a running transaction are counted after its commit.
  ///
  /// - Parameters:
  ///   - kind: the kind.
  ///   - pipeline: only this pipeline; nil for all.
  ///   - from: only moves out of this status; nil for any.
  ///   - to: only moves into this status; nil for any.
  ///   - days: only moves on these days of the store's zone; nil for all.
  ///   - owner: only moves of entities while this owner had them; `.zero` for those without an owner,
  ///     nil for all.
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: reads daily sums, not the rows of the log.
  public func transitions(
    _ kind: EntityKind, pipeline: String? = nil, from: String? = nil, to: String? = nil,
    days: ClosedRange<CalendarDate>? = nil, owner: ID<AnyEntity>? = nil
  ) throws -> [TransitionCount] {
    try access.readOnce { transaction in
      try transaction.fetchAll(
        Self.transitionSums, kind, pipeline, days?.lowerBound, days?.upperBound, from, to, owner
      ) { row in
        TransitionCount(
          from: try row.value(at: 0), to: try row.value(at: 1), count: try row.value(at: 2))
      }
    }
  }

  /// How often entities of a kind changed owner.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: reads daily sums, not the rows of the log.
  public func reassignments(
    _ kind: EntityKind, days: ClosedRange<CalendarDate>? = nil
  ) throws -> Int {
    try access.readOnce { transaction in
      try transaction.fetchOne(
        Self.handovers, kind, days?.lowerBound, days?.upperBound
      ) { row in try row.value(at: 0) } ?? 0
    }
  }

  /// How many entities of a kind are in each status at the end of a day, without deleted ones.
  ///
  /// - Parameters:
  ///   - kind: the kind.
  ///   - day: the day, in the store's zone; nil for now.
  ///   - owner: only entities of this owner; `.zero` for those without an owner, nil for all.
  /// - Returns: the counts, largest first.
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: reads daily sums, not the rows of the log.
  public func statusCounts(
    _ kind: EntityKind, atEndOf day: CalendarDate? = nil, owner: ID<AnyEntity>? = nil
  ) throws -> [(status: String, count: Int)] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.statusCounts, kind, day, owner) { row in
        (status: try row.value(at: 0), count: try row.value(at: 1))
      }
    }
  }

  /// How many entities of a kind each owner has in each status at the end of a day, without
  /// deleted ones.
  ///
  /// - Parameters:
  ///   - kind: the kind.
  ///   - day: the day, in the store's zone; nil for now.
  /// - Returns: the counts by status, by owner; entities without an owner are under `.zero`.
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: reads daily sums, not the rows of the log.
  public func statusCountsByOwner(
    _ kind: EntityKind, atEndOf day: CalendarDate? = nil
  ) throws -> [ID<AnyEntity>: [String: Int]] {
    try access.readOnce { transaction in
      var counts: [ID<AnyEntity>: [String: Int]] = [:]
      try transaction.forEach(Self.ownerCounts, kind, day) { row in
        let (owner, status): (ID<AnyEntity>, String) = (
          try row.value(at: 0), try row.value(at: 1)
        )
        counts[owner, default: [:]][status] = try row.value(at: 2, as: Int.self)
        return true
      }
      return counts
    }
  }
}
