public import BackofficeStorage

/// One row of the audit log: who did what to which entity.
///
/// It names the fields that changed, never their values.
public struct AuditEntry: TableRow, Hashable {
  /// The table's name.
  public static let tableName = "audit_log"
  /// The columns, in the order in which they are read.
  public static let columns = [
    "pk", "id", "actor_kind", "actor_id", "action", "entity_kind", "entity_id", "changes",
    "metadata", "ip", "user_agent", "at",
  ]

  /// The position in the log; orders rows of the same moment.
  public let sequence: Int64
  /// The row's id.
  public let id: ID<AuditEntry>
  /// Who did it.
  public let actor: Principal
  /// What was done, such as `customer.exported`.
  public let action: String
  /// What kind of entity it was done to; nil for none.
  public let kind: EntityKind?
  /// Which one.
  public let entity: ID<AnyEntity>?
  /// The names of the fields that changed, sorted.
  public let changedFields: [String]
  /// What else is known.
  public let metadata: JSONText
  /// The caller's network address.
  public let ip: String?
  /// The caller's program.
  public let userAgent: String?
  /// When it was done.
  public let at: Timestamp

  /// Decodes a row whose columns are ``columns``.
  ///
  /// - Throws: ``RowDecodingError`` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    sequence = try column.next()
    id = try column.next()
    actor = Principal(kind: try column.next(), id: try column.next())
    action = try column.next()
    kind = try column.next()
    entity = try column.next()
    let changes: JSONText = try column.next()
    changedFields = changes == .emptyObject ? [] : try changes.decode(Changes.self).fields
    metadata = try column.next()
    ip = try column.next()
    userAgent = try column.next()
    at = try column.next()
  }

  /// The shape of the column `changes`.
  struct Changes: Codable {
    var fields: [String]

    init(fields: [String]) { self.fields = fields }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      fields = try container.decodeIfPresent([String].self, forKey: .fields) ?? []
    }
  }
}

/// What a program wants to add to the audit log.
public struct NewAuditEntry: Sendable, Hashable {
  /// What was done, such as `customer.exported`.
  public var action: String
  /// What kind of entity it was done to; nil for none.
  public var kind: EntityKind?
  /// Which one.
  public var entity: ID<AnyEntity>?
  /// The names of the fields that changed.
  public var changedFields: [String]
  /// What else is known; keep personal values out of it, the log is never erased.
  public var metadata: JSONText
  /// The caller's network address.
  public var ip: String?
  /// The caller's program.
  public var userAgent: String?

  /// Describes a row.
  public init(
    action: String, kind: EntityKind? = nil, entity: ID<AnyEntity>? = nil,
    changedFields: [String] = [], metadata: JSONText = .emptyObject, ip: String? = nil,
    userAgent: String? = nil
  ) {
    self.action = action
    self.kind = kind
    self.entity = entity
    self.changedFields = changedFields
    self.metadata = metadata
    self.ip = ip
    self.userAgent = userAgent
  }
}
