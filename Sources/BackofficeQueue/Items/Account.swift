/// The account that an item runs on, by which the queue orders, limits and counts items.
///
/// ```swift
/// item.account = "tenant-7"
/// item.account = Account(tenant.id)
/// ```
public enum Account: Sendable, Hashable, Codable {
  /// An entity with an id.
  case id(ID<AnyEntity>)
  /// A name; not empty, and 256 bytes of UTF-8 at most.
  case name(String)

  /// The account of an entity.
  public init<Entity>(_ id: ID<Entity>) { self = .id(ID(retyping: id)) }

  /// The account as it is stored and compared.
  var keyForm: Account { if case .name(let name) = self { .name(name.keyForm) } else { self } }

  func validate() throws(QueueError) {
    if case .name(let name) = self { try QueueError.requireName(name, "account") }
  }

  /// The entity, or nil for an account with a name.
  public var entity: ID<AnyEntity>? { if case .id(let id) = self { id } else { nil } }
}

extension Account: ExpressibleByStringLiteral {
  /// The account of a name.
  public init(stringLiteral name: String) { self = .name(name) }
}

extension Account: CustomStringConvertible {
  /// The id or the name.
  public var description: String {
    switch self {
    case .id(let id): id.description
    case .name(let name): name
    }
  }
}

extension Account: ColumnConvertible {
  /// Binds an id as a blob, a name as a text.
  ///
  /// - Throws: `SQLiteError` when SQLite refuses the value.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    switch self {
    case .id(let id): try id.bind(to: parameter)
    case .name(let name): try name.bind(to: parameter)
    }
  }

  /// The account, when the column holds a blob of 16 bytes or a text.
  public static func decode(_ column: borrowing ColumnValue) -> Account? {
    if let id = ID<AnyEntity>.decode(column) { return .id(id) }
    return column.string.map(Account.name)
  }
}
