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

  /// Appends one row, when the entity's status at that moment is the expected one.
  ///
  /// The comparison and the row are one transaction. For the office's own kinds the repositories
  /// write history by themselves; this is for a program's own entities.
  ///
  /// A row without a moment of its own is the entity's last one: it is compared with the status that
  /// the entity has, and is never before the row that says so, also after the clock went back. A row
  /// with a moment is compared with the status of that moment, and may come late.
  ///
  /// - Parameters:
  ///   - entry: the row; its status before is looked up.
  ///   - expected: what the status must be at the row's moment.
  /// - Throws: ``HistoryError/statusMismatch(kind:entity:expected:found:)``;
  ///   ``HistoryError/unchanged(kind:entity:status:)`` for a move that is none;
  ///   ``HistoryError/emptyKind``, ``HistoryError/emptyStatus(entity:)`` and
  ///   ``HistoryError/detailsNotAnObject(entity:)`` for a row that says nothing.
  /// - Complexity: a probe of an index and an insert, whatever the length of the log.
  @discardableResult
  public func record(
    _ entry: NewHistoryEntry, expecting expected: ExpectedStatus = .any
  ) throws -> HistoryEntry {
    try Self.validate(entry)
    return try access.write(reason: entry.reason) { transaction in
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

  /// Appends many rows, such as a log of another system, in one transaction.
  ///
  /// The rows go in by their moment, rows of the same moment by their place in `entries`. A row may
  /// repeat the status before it, as foreign logs do. The status before each row is looked up, so
  /// rows may also lie between earlier ones.
  ///
  /// - Returns: how many rows were appended.
  /// - Throws: ``HistoryError/tooManyEntries(count:limit:)`` for more than ``appendLimit``, and
  ///   as ``record(_:expecting:)`` for a row that says nothing; then nothing was appended.
  @discardableResult
  public func append(_ entries: [NewHistoryEntry], reason: String? = nil) throws -> Int {
    guard entries.count <= Self.appendLimit else {
      throw HistoryError.tooManyEntries(count: entries.count, limit: Self.appendLimit)
    }
    for entry in entries { try Self.validate(entry) }
    return try access.write(reason: reason) { transaction in
      let now = transaction.now
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

  /// When a row happened, and the status before it.
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
