/// One row of the audit log: who did what to which entity.
///
/// It names the fields that changed, never their values.
public struct AuditEntry: TableRow, Hashable {
  /// The table's name.
  public static let tableName = "audit_log"
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
}

extension AuditEntry {
  /// Declares the columns that it reads.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      sequence: column("pk"), id: column("id"),
      actor: Principal(kind: column("actor_kind"), id: column("actor_id")),
      action: column("action"), kind: column("entity_kind"), entity: column("entity_id"),
      changedFields: (column("changes") as Changes).fields, metadata: column("metadata"),
      ip: column("ip"), userAgent: column("user_agent"), at: column("at"))
  }

  /// The shape of the column `changes`.
  struct Changes: Codable, ColumnDecodable {
    var fields: [String]

    init(fields: [String]) { self.fields = fields }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      fields = try container.decodeIfPresent([String].self, forKey: .fields) ?? []
    }

    static func decode(_ column: borrowing ColumnValue) -> Changes? {
      guard let text = JSONText.decode(column) else { return nil }
      return text == .emptyObject ? Changes(fields: []) : try? text.decode()
    }

    static func columnSample(_ number: Int) -> Changes? { Changes(fields: ["\(number)"]) }
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
