/// A change of the status of an entity, to be recorded in the history.
public struct StatusChange: Sendable {
  /// The kind of the entity.
  public var kind: EntityKind
  /// The id of the entity.
  public var entity: ID<AnyEntity>
  /// The pipeline of a customer; empty for entities with fixed statuses.
  public var pipeline: String
  /// The previous status; nil for a new entity.
  public var from: String?
  /// The new status.
  public var to: String
  /// The owner of the entity at that time.
  public var owner: ID<AnyEntity>?
  /// When the change happened; nil for the time of the transaction.
  public var at: Timestamp?
  /// The reason; nil for the reason of the transaction.
  public var reason: String?
  /// The event, if the row records an event instead of a change of status.
  public var event: Event?
  /// The previous owner, if the event is a reassignment.
  public var previousOwner: ID<AnyEntity>?

  /// An event that does not change the status.
  public enum Event: String, TextEnum {
    /// The entity was soft-deleted.
    case deleted
    /// The entity was restored after a soft deletion.
    case restored
    /// The owner of the entity changed.
    case reassigned
  }

  /// Creates a change of status.
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

  /// Appends a row to the status history on behalf of the principal of this transaction.
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

  /// The time of the entity's last history row; nil if it has none.
  package func lastHistoryTime<Entity>(of entity: ID<Entity>, kind: EntityKind) throws -> Timestamp?
  {
    try fetchOne(Self.lastOfEntity, kind, entity) { row in try row.value(at: 0) }
  }

  /// Appends a row like ``recordHistory(_:)``, as the last row of the entity.
  ///
  /// The row is never before an earlier one, so the history ends with the entity's current status
  /// even if the clock went back or SQL wrote an old time.
  package func recordLatestHistory(_ change: StatusChange) throws {
    var change = change
    let at = change.at ?? effectiveAt ?? now
    // The first row has no predecessor.
    if change.from != nil,
      let last = try lastHistoryTime(of: change.entity, kind: change.kind)
    {
      change.at = max(at, last)
    }
    try recordHistory(change)
  }
}
