/// A row of the audit log, which records a principal's action on an entity.
///
/// It contains the names of the changed fields, but not their values.
public struct AuditEntry: TableRow, Hashable {
  /// The table's name.
  public static let tableName = "audit_log"
  /// The position in the log, which orders rows with the same time.
  public let sequence: Int64
  /// The row's id.
  public let id: ID<AuditEntry>
  /// The principal who acted.
  public let actor: Principal
  /// The action, such as `customer.exported`.
  public let action: String
  /// The kind of the entity; nil for none.
  public let kind: EntityKind?
  /// The id of the entity.
  public let entity: ID<AnyEntity>?
  /// The names of the changed fields, sorted.
  public let changedFields: [String]
  /// Further data.
  public let metadata: JSONText
  /// The network address of the caller.
  public let ip: String?
  /// The user agent of the caller.
  public let userAgent: String?
  /// When the action took place.
  public let at: Timestamp
}

extension AuditEntry {
  /// Reads the columns.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      sequence: column("pk"), id: column("id"),
      actor: Principal(kind: column("actor_kind"), id: column("actor_id")),
      action: column("action"), kind: column("entity_kind"), entity: column("entity_id"),
      changedFields: (column("changes") as Changes).fields, metadata: column("metadata"),
      ip: column("ip"), userAgent: column("user_agent"), at: column("at"))
  }

  /// The structure of the column `changes`.
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

/// A row to append to the audit log.
public struct NewAuditEntry: Sendable, Hashable {
  /// The action, such as `customer.exported`.
  public var action: String
  /// The kind of the entity; nil for none.
  public var kind: EntityKind?
  /// The id of the entity.
  public var entity: ID<AnyEntity>?
  /// The names of the changed fields.
  public var changedFields: [String]
  /// Further data.
  ///
  /// Do not include personal data: the log is never erased.
  public var metadata: JSONText
  /// The network address of the caller.
  public var ip: String?
  /// The user agent of the caller.
  public var userAgent: String?

  /// Creates a row.
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
