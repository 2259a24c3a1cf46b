extension History {
  static let timelineRows = HistoryEntry.select(
    """
    WHERE entity_kind = ?1 AND entity_id = ?2 AND at >= ?3 AND (at > ?3 OR pk > ?4)
    ORDER BY at, pk LIMIT ?5
    """)

  static let lastRow = HistoryEntry.select(
    "WHERE entity_kind = ? AND entity_id = ? AND at <= ? ORDER BY at DESC, pk DESC LIMIT 1")

  static let recentRows = HistoryEntry.select(
    """
    WHERE entity_kind = ?1 AND at <= ?2 AND (at < ?2 OR pk < ?3)
    ORDER BY at DESC, pk DESC LIMIT ?4
    """)

  /// A page of an entity's history, oldest row first.
  ///
  /// - Parameters:
  ///   - entity: the entity.
  ///   - kind: what kind it is.
  ///   - cursor: where the page begins; nil for the first.
  ///   - limit: how many rows, 1 to 1,000; 100 by default.
  /// - Complexity: grows with the page, not with the log.
  public func timeline<Entity>(
    of entity: ID<Entity>, kind: EntityKind, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<HistoryEntry> {
    let limit = PageLimit.clamped(limit)
    let rows = try access.readOnce { transaction in
      try HistoryEntry.fetchAll(
        transaction, Self.timelineRows, kind, entity, cursor?.value ?? Int64.min,
        cursor?.key ?? Int64.min, limit + 1)
    }
    return Page(rows, limit: limit)
  }

  /// A page of what happened lately to entities of a kind, newest row first.
  ///
  /// - Complexity: grows with the page, not with the log.
  public func recent(
    _ kind: EntityKind, before cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<HistoryEntry> {
    let limit = PageLimit.clamped(limit)
    let rows = try access.readOnce { transaction in
      try HistoryEntry.fetchAll(
        transaction, Self.recentRows, kind, cursor?.value ?? Int64.max,
        cursor?.key ?? Int64.max, limit + 1)
    }
    return Page(rows, limit: limit)
  }

  /// The status that an entity had at a moment, or nil before its first row.
  ///
  /// - Parameters:
  ///   - entity: the entity.
  ///   - kind: what kind it is.
  ///   - moment: the moment, its own rows included; nil for the last row of all.
  /// - Complexity: one probe of an index.
  public func status<Entity>(
    of entity: ID<Entity>, kind: EntityKind, asOf moment: Timestamp? = nil
  ) throws -> String? {
    try lastChange(of: entity, kind: kind, asOf: moment)?.to
  }

  /// The last row of an entity up to a moment, or nil when there is none.
  ///
  /// - Complexity: one probe of an index.
  public func lastChange<Entity>(
    of entity: ID<Entity>, kind: EntityKind, asOf moment: Timestamp? = nil
  ) throws -> HistoryEntry? {
    try access.readOnce { transaction in
      try HistoryEntry.fetchOne(
        transaction, Self.lastRow, kind, entity, moment ?? .distantFuture)
    }
  }
}

extension Page<HistoryEntry> {
  /// The first `limit` of rows that were asked for with one too many.
  init(_ rows: [HistoryEntry], limit: Int) {
    let elements = Array(rows.prefix(limit))
    let last = rows.count > limit ? elements.last : nil
    self.init(
      elements: elements,
      next: last.map { PageCursor(value: $0.at.microseconds, key: $0.sequence) })
  }
}
