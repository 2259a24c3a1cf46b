/// A row of the status history: an entity has a status from a moment on.
public struct HistoryEntry: TableRow, Hashable {
  /// The table's name.
  public static let tableName = "status_history"
  /// The position in the log, which orders rows with the same time.
  public let sequence: Int64
  /// The kind of the entity.
  public let kind: EntityKind
  /// The id of the entity.
  public let entity: ID<AnyEntity>
  /// The pipeline of a customer; empty for entities with fixed statuses.
  public let pipeline: String
  /// The previous status when the row was written; nil for the first row.
  public let from: String?
  /// The status from this moment on.
  public let to: String
  /// The reason.
  public let reason: String?
  /// The principal who made the change.
  public let actor: Principal
  /// The owner of the entity from this moment on.
  public let owner: ID<AnyEntity>?
  /// When the change happened.
  public let at: Timestamp
  /// When the row was recorded.
  public let recordedAt: Timestamp
  /// Further data.
  ///
  /// The key `event` is reserved for the store.
  public let details: JSONText
}

extension HistoryEntry {
  /// Reads the columns.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      sequence: column("pk"), kind: column("entity_kind"), entity: column("entity_id"),
      pipeline: column("pipeline"), from: column("from_status"), to: column("to_status"),
      reason: column("reason"),
      actor: Principal(kind: column("actor_kind"), id: column("actor_id")),
      owner: column("owner_id"), at: column("at"), recordedAt: column("recorded_at"),
      details: column("details"))
  }

  /// Decodes a row that begins with the declared columns.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws { try self.init(reading: row) }
}

/// A row to append to the history of an entity.
public struct NewHistoryEntry: Sendable, Hashable {
  /// The kind of the entity.
  public var kind: EntityKind
  /// The id of the entity.
  public var entity: ID<AnyEntity>
  /// The pipeline; empty for entities with fixed statuses.
  public var pipeline: String
  /// The status from that moment on.
  public var status: String
  /// The owner of the entity from that moment on.
  public var owner: ID<AnyEntity>?
  /// When the change happened; nil for the time of the transaction, or of the entity's last row if
  /// that is later.
  public var at: Timestamp?
  /// The reason; nil for the reason of the transaction.
  public var reason: String?
  /// The event, if the row records an event instead of a change of status.
  public var event: StatusChange.Event?
  /// Further data, a JSON object.
  ///
  /// Its key `event` is reserved for the store.
  public var details: JSONText

  /// Creates a row.
  public init<Entity>(
    kind: EntityKind, entity: ID<Entity>, status: String, pipeline: String = "",
    owner: ID<AnyEntity>? = nil, at: Timestamp? = nil, reason: String? = nil,
    event: StatusChange.Event? = nil, details: JSONText = .emptyObject
  ) {
    self.kind = kind
    self.entity = ID(retyping: entity)
    self.status = status
    self.pipeline = pipeline
    self.owner = owner
    self.at = at
    self.reason = reason
    self.event = event
    self.details = details
  }
}

/// The status that a caller expects an entity to have before a row is appended.
public enum ExpectedStatus: Sendable, Hashable {
  /// Any status, or no history.
  case any
  /// No history.
  case none
  /// This status.
  case status(String)
}
