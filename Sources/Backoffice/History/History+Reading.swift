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
  ///   - kind: the kind of the entity.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of rows, 1 to 1,000; 100 by default.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the page, not of the log.
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

  /// A page of recent history rows of a kind of entity, newest row first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the size of the page, not of the log.
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

  /// The status of an entity at a moment, or nil before its first row.
  ///
  /// - Parameters:
  ///   - entity: the entity.
  ///   - kind: the kind of the entity.
  ///   - moment: the moment, inclusive; nil for the last row.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one probe of an index.
  public func status<Entity>(
    of entity: ID<Entity>, kind: EntityKind, asOf moment: Timestamp? = nil
  ) throws -> String? {
    try lastChange(of: entity, kind: kind, asOf: moment)?.to
  }

  /// The last history row of an entity up to a moment, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
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
  /// Makes a page of rows that were read with one row more than the limit.
  init(_ rows: [HistoryEntry], limit: Int) {
    let elements = Array(rows.prefix(limit))
    let last = rows.count > limit ? elements.last : nil
    self.init(
      elements: elements,
      next: last.map { PageCursor(value: $0.at.microseconds, key: $0.sequence) })
  }
}
