/// One row of the status history: an entity has had a status since a moment.
public struct HistoryEntry: TableRow, Hashable {
  /// The table's name.
  public static let tableName = "status_history"
  /// The position in the log; orders rows of the same moment.
  public let sequence: Int64
  /// What kind of entity it is about.
  public let kind: EntityKind
  /// Which one.
  public let entity: ID<AnyEntity>
  /// The pipeline of a customer; empty for entities with fixed statuses.
  public let pipeline: String
  /// The status before, as it was known when the row was written; nil for the first row.
  public let from: String?
  /// The status from this moment on.
  public let to: String
  /// Why.
  public let reason: String?
  /// Who did it.
  public let actor: Principal
  /// Who owned the entity from this moment on.
  public let owner: ID<AnyEntity>?
  /// When it happened in the business.
  public let at: Timestamp
  /// When the store learned of it.
  public let recordedAt: Timestamp
  /// What else is known; the key `event` is the store's own.
  public let details: JSONText
}

extension HistoryEntry {
  /// Declares the columns that it reads.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      sequence: column("pk"), kind: column("entity_kind"), entity: column("entity_id"),
      pipeline: column("pipeline"), from: column("from_status"), to: column("to_status"),
      reason: column("reason"),
      actor: Principal(kind: column("actor_kind"), id: column("actor_id")),
      owner: column("owner_id"), at: column("at"), recordedAt: column("recorded_at"),
      details: column("details"))
  }
}

/// What a program wants to add to the history of an entity.
public struct NewHistoryEntry: Sendable, Hashable {
  /// What kind of entity it is about.
  public var kind: EntityKind
  /// Which one.
  public var entity: ID<AnyEntity>
  /// The pipeline; empty for entities with fixed statuses.
  public var pipeline: String
  /// The status from that moment on.
  public var status: String
  /// Who owns the entity from that moment on.
  public var owner: ID<AnyEntity>?
  /// When it happened in the business; nil for the time of the transaction, or that of the entity's last
  /// row when it is later.
  public var at: Timestamp?
  /// Why; nil for the reason of the transaction.
  public var reason: String?
  /// What happened instead of a move: the status stays what it was.
  public var event: StatusChange.Event?
  /// What else is known, a JSON object; its key `event` is the store's own.
  public var details: JSONText

  /// Describes a row.
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

/// What a caller believes an entity's status to be before a row is appended.
public enum ExpectedStatus: Sendable, Hashable {
  /// No opinion.
  case any
  /// The entity has no history yet.
  case none
  /// The entity has this status.
  case status(String)
}
