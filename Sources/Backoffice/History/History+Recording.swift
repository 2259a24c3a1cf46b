extension History {
  static let statusAt = SQLStatement(
    """
    SELECT to_status, at FROM status_history
    WHERE entity_kind = ? AND entity_id = ? AND at <= ? ORDER BY at DESC, pk DESC LIMIT 1
    """)

  private static let insertSQL = """
    INSERT INTO status_history (entity_kind, entity_id, pipeline, from_status, to_status, reason,
      actor_kind, actor_id, owner_id, at, recorded_at, details)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
      CASE WHEN ?13 IS NULL THEN ?12 ELSE json_set(?12, '$.event', ?13) END)
    """

  private static let insert = SQLStatement(insertSQL)
  private static let insertReturning = SQLStatement(
    "\(insertSQL) RETURNING \(HistoryEntry.selection)")

  /// Appends a row if the entity has the expected status at that moment.
  ///
  /// The comparison and the append are one transaction. The repositories record the history of the
  /// built-in kinds; this method refuses them. Use it for the entities of your own program.
  ///
  /// A row without a time becomes the entity's last one: it is compared with the current status and
  /// is never before the previous row, even if the clock went back. A row with a time is compared
  /// with the status at that time and may be recorded late.
  ///
  /// - Parameters:
  ///   - entry: the row; the previous status is looked up.
  ///   - expected: the status that the entity must have at the row's moment.
  /// - Throws: ``HistoryError/statusMismatch(kind:entity:expected:found:)``;
  ///   ``HistoryError/unchanged(kind:entity:status:)`` if the status would not change;
  ///   ``HistoryError/recordedByStore(kind:entity:)``; ``HistoryError/inFuture(entity:at:now:)`` for a
  ///   row dated more than five minutes ahead;
  ///   ``HistoryError/emptyKind``, ``HistoryError/emptyStatus(entity:)`` or
  ///   ``HistoryError/detailsNotAnObject(entity:)`` if the row is invalid.
  /// - Complexity: one index lookup and one insert, independent of the length of the log.
  @discardableResult
  public func record(
    _ entry: NewHistoryEntry, expecting expected: ExpectedStatus = .any
  ) throws -> HistoryEntry {
    try Self.validate(entry)
    guard !EntityKind.recordedByStore.contains(entry.kind) else {
      throw HistoryError.recordedByStore(kind: entry.kind, entity: entry.entity)
    }
    return try access.write(reason: entry.reason) { transaction in
      try Self.validate(entry.at, of: entry.entity, now: transaction.now)
      let (found, at) = try Self.place(of: entry, transaction)
      let matches =
        switch expected {
        case .any: true
        case .none: found == nil
        case .status(let status): found == status
        }
      guard matches else {
        throw HistoryError.statusMismatch(
          kind: entry.kind, entity: entry.entity, expected: expected, found: found)
      }
      guard entry.event != nil || found != entry.status else {
        throw HistoryError.unchanged(
          kind: entry.kind, entity: entry.entity, status: entry.status)
      }
      let row = try HistoryEntry.fetchOne(
        transaction, Self.insertReturning, entry.kind, entry.entity, entry.pipeline, found,
        entry.status, transaction.reason, transaction.principal.kind, transaction.principal.id,
        entry.owner, at, transaction.now, entry.details, entry.event)
      guard let row else { throw StorageError.scopeFailed }
      return row
    }
  }

  /// Appends many rows, such as the log of another system, in one transaction.
  ///
  /// Rows are ordered by their time, and rows with the same time by their position in `entries`. A
  /// row may repeat the preceding status. The previous status of each row is looked up, so rows may
  /// be inserted between earlier ones.
  ///
  /// A log of another system may have statuses that no pipeline defines, and moves that none allows.
  /// They are kept as they are: the rules of pipelines hold for the customers of this store, not for
  /// what happened elsewhere. Figures count such a status under its own name, and neither as
  /// converted nor as lost until the pipeline defines it.
  ///
  /// - Returns: the number of rows appended.
  /// - Throws: ``HistoryError/tooManyEntries(count:limit:)`` for more than ``appendLimit`` rows,
  ///   and the errors of ``record(_:expecting:)`` for an invalid row. If it throws, no row is
  ///   appended.
  @discardableResult
  public func append(_ entries: [NewHistoryEntry], reason: String? = nil) throws -> Int {
    guard entries.count <= Self.appendLimit else {
      throw HistoryError.tooManyEntries(count: entries.count, limit: Self.appendLimit)
    }
    for entry in entries { try Self.validate(entry) }
    return try access.write(reason: reason) { transaction in
      let now = transaction.now
      for entry in entries { try Self.validate(entry.at, of: entry.entity, now: now) }
      let order = entries.indices.sorted { left, right in
        (entries[left].at ?? now, left) < (entries[right].at ?? now, right)
      }
      for index in order {
        let entry = entries[index]
        let (found, at) = try Self.place(of: entry, transaction)
        try Self.write(entry, from: found, at: at, transaction)
      }
      return entries.count
    }
  }

  private static func validate(_ entry: NewHistoryEntry) throws(HistoryError) {
    guard !entry.kind.rawValue.isEmpty else { throw .emptyKind }
    guard !entry.status.isEmpty else { throw .emptyStatus(entity: entry.entity) }
    let first = entry.details.text.utf8.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
    guard first == UInt8(ascii: "{") else { throw .detailsNotAnObject(entity: entry.entity) }
  }

  /// How far a row may be dated ahead, because clocks differ.
  private static let mostAhead = Duration.minutes(5)

  private static func validate(
    _ at: Timestamp?, of entity: ID<AnyEntity>, now: Timestamp
  ) throws(HistoryError) {
    guard let at, at > now + mostAhead else { return }
    throw .inFuture(entity: entity, at: at, now: now)
  }

  /// The time of a row and the status before it.
  private static func place(
    of entry: NewHistoryEntry, _ transaction: borrowing WriteTransaction
  ) throws -> (status: String?, at: Timestamp) {
    let before: (status: String, at: Timestamp)? = try transaction.fetchOne(
      statusAt, entry.kind, entry.entity, entry.at ?? .distantFuture
    ) { row in (try row.value(at: 0), try row.value(at: 1)) }
    let at = entry.at ?? transaction.effectiveAt ?? transaction.now
    return (before?.status, max(at, before?.at ?? at))
  }

  private static func write(
    _ entry: NewHistoryEntry, from: String?, at: Timestamp,
    _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(
      insert, entry.kind, entry.entity, entry.pipeline, from, entry.status,
      entry.reason ?? transaction.reason, transaction.principal.kind, transaction.principal.id,
      entry.owner, at, transaction.now, entry.details, entry.event)
  }
}
