/// A move of an entity from one status to another, as history keeps it.
public struct StatusChange: Sendable {
  /// What kind of entity moved.
  public var kind: EntityKind
  /// Which one.
  public var entity: ID<AnyEntity>
  /// The pipeline of a customer; empty for entities with fixed statuses.
  public var pipeline: String
  /// The status before; nil when the entity is new.
  public var from: String?
  /// The status after.
  public var to: String
  /// Who owned the entity at that moment.
  public var owner: ID<AnyEntity>?
  /// When it happened in the business; nil for the time of the transaction.
  public var at: Timestamp?
  /// Why; nil for the reason of the transaction.
  public var reason: String?
  /// What happened beside a move: an event of its own, or nothing.
  public var event: Event?
  /// The owner before, when the event is a reassignment.
  public var previousOwner: ID<AnyEntity>?

  /// An entry that is no plain move: the status stays what it was.
  public enum Event: String, TextEnum {
    /// The entity was soft-deleted.
    case deleted
    /// The entity was restored after a soft deletion.
    case restored
    /// The entity has another owner.
    case reassigned
  }

  /// Describes a move.
  public init(
    kind: EntityKind, entity: ID<AnyEntity>, pipeline: String = "", from: String?, to: String,
    owner: ID<AnyEntity>? = nil, at: Timestamp? = nil, reason: String? = nil,
    event: Event? = nil, previousOwner: ID<AnyEntity>? = nil
  ) {
    self.kind = kind
    self.entity = entity
    self.pipeline = pipeline
    self.from = from
    self.to = to
    self.owner = owner
    self.at = at
    self.reason = reason
    self.event = event
    self.previousOwner = previousOwner
  }
}

extension WriteTransaction {
  private static let insertHistory = SQLStatement(
    """
    INSERT INTO status_history (entity_kind, entity_id, pipeline, from_status, to_status, reason,
      actor_kind, actor_id, owner_id, at, recorded_at, details)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """)

  /// Appends a row to the status history, in the name of whoever acts in this transaction.
  package func recordHistory(_ change: StatusChange) throws {
    var details = JSONText.emptyObject
    if let event = change.event {
      var fields = ["event": event.rawValue]
      if let previous = change.previousOwner { fields["previous_owner"] = previous.description }
      details = try JSONText(encoding: fields)
    }
    try execute(
      Self.insertHistory, change.kind, change.entity, change.pipeline, change.from, change.to,
      change.reason ?? reason, principal.kind, principal.id, change.owner,
      change.at ?? effectiveAt ?? now, now, details)
  }

  private static let lastOfEntity = SQLStatement(
    """
    SELECT at FROM status_history WHERE entity_kind = ? AND entity_id = ?
    ORDER BY at DESC LIMIT 1
    """)

  /// The time of the entity's last row; nil when it has none.
  package func lastHistoryTime<Entity>(of entity: ID<Entity>, kind: EntityKind) throws -> Timestamp?
  {
    try fetchOne(Self.lastOfEntity, kind, entity) { row in try row.value(at: 0) }
  }

  /// As ``recordHistory(_:)``, for the change that is the entity's last one.
  ///
  /// Its row never lies before an earlier one, so that the history ends with the status that the
  /// entity has, although a clock went back or SQL wrote a time of long ago.
  package func recordLatestHistory(_ change: StatusChange) throws {
    var change = change
    let at = change.at ?? effectiveAt ?? now
    // A first row has none before it.
    if change.from != nil,
      let last = try lastHistoryTime(of: change.entity, kind: change.kind)
    {
      change.at = max(at, last)
    }
    try recordHistory(change)
  }
}
