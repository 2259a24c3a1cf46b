/// The append-only audit log.
public struct AuditLog: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The audit log.
  public var audit: AuditLog { AuditLog(access) }
}

extension AuditLog {
  private static let insert = SQLStatement(
    """
    INSERT INTO audit_log (id, actor_kind, actor_id, action, entity_kind, entity_id, changes,
      metadata, ip, user_agent, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """)

  private static let ofEntity = list("entity_kind = ?4 AND entity_id = ?5")
  private static let ofActor = list("actor_kind = ?4 AND actor_id IS ?5")
  private static let ofAction = list("action = ?4")
  private static let all = list(nil)

  private static func list(_ condition: String?) -> SQLStatement {
    AuditEntry.select(
      """
      WHERE \(condition.map { "\($0) AND " } ?? "")at <= ?1 AND (at < ?1 OR pk < ?2)
      ORDER BY at DESC, pk DESC LIMIT ?3
      """)
  }

  /// Appends a row on behalf of the current principal.
  ///
  /// - Returns: the row's id.
  /// - Throws: ``HistoryError/emptyAction`` if the action is empty, ``HistoryError/emptyKind`` if
  ///   the kind of an entity is empty.
  @discardableResult
  public func record(_ entry: NewAuditEntry) throws -> ID<AuditEntry> {
    guard !entry.action.isEmpty else { throw HistoryError.emptyAction }
    guard entry.entity == nil || entry.kind != nil else { throw HistoryError.emptyKind }
    let fields = Set(entry.changedFields).sorted()
    let changes =
      fields.isEmpty
      ? JSONText.emptyObject : try JSONText(encoding: AuditEntry.Changes(fields: fields))
    return try access.write { transaction in
      let id: ID<AuditEntry> = transaction.makeID()
      try transaction.execute(
        Self.insert, id, transaction.principal.kind, transaction.principal.id, entry.action,
        entry.kind, entry.entity, changes, entry.metadata, entry.ip, entry.userAgent,
        transaction.now)
      return id
    }
  }

  /// A page of the rows about an entity, newest first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func entries<Entity>(
    of entity: ID<Entity>, kind: EntityKind, before cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<AuditEntry> {
    try page(before: cursor, limit: limit) { transaction, start, limit in
      try AuditEntry.fetchAll(
        transaction, Self.ofEntity, start.value, start.key, limit, kind, entity)
    }
  }

  /// A page of the rows of a principal, newest first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func entries(
    by actor: Principal, before cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<AuditEntry> {
    try page(before: cursor, limit: limit) { transaction, start, limit in
      try AuditEntry.fetchAll(
        transaction, Self.ofActor, start.value, start.key, limit, actor.kind, actor.id)
    }
  }

  /// A page of the rows with an action, newest first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func entries(
    action: String, before cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<AuditEntry> {
    try page(before: cursor, limit: limit) { transaction, start, limit in
      try AuditEntry.fetchAll(
        transaction, Self.ofAction, start.value, start.key, limit, action)
    }
  }

  /// A page of the whole log, newest first.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func entries(
    before cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<AuditEntry> {
    try page(before: cursor, limit: limit) { transaction, start, limit in
      try AuditEntry.fetchAll(transaction, Self.all, start.value, start.key, limit)
    }
  }

  private func page(
    before cursor: PageCursor?, limit: Int,
    _ fetch: (borrowing ReadTransaction, PageCursor, Int) throws -> [AuditEntry]
  ) throws -> Page<AuditEntry> {
    let limit = PageLimit.clamped(limit)
    let start = cursor ?? PageCursor(value: .max, key: .max)
    let rows = try access.readOnce { transaction in try fetch(transaction, start, limit + 1) }
    let elements = Array(rows.prefix(limit))
    let last = rows.count > limit ? elements.last : nil
    return Page(
      elements: elements,
      next: last.map { PageCursor(value: $0.at.microseconds, key: $0.sequence) })
  }
}
