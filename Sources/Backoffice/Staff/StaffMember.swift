/// A member of staff, who can own customers.
///
/// The password hash is not included.
public struct StaffMember: Sendable, Hashable, Codable {
  /// The person's id.
  public let id: ID<StaffMember>
  /// The person's name; never empty.
  public package(set) var name: String
  /// The phone number: an optional plus and 11 to 15 digits.
  public package(set) var phone: String
  /// The digits of the number, used for lookups.
  public package(set) var phoneKey: String
  /// The e-mail address as entered.
  public package(set) var email: String?
  /// The address in lower case, used for lookups.
  public package(set) var emailKey: String?
  /// The role.
  public package(set) var role: Role
  /// Whether the person may own customers and sign in.
  public package(set) var isActive: Bool
  /// When the person last signed in.
  public package(set) var lastLoginAt: Timestamp?
  /// A JSON object for the program's own data.
  public package(set) var metadata: JSONText
  /// When the person was added.
  public package(set) var createdAt: Timestamp
  /// When the row was last changed.
  public package(set) var updatedAt: Timestamp
  /// When the person was soft-deleted; nil for a live one.
  public package(set) var deletedAt: Timestamp?

  /// The role of a member of staff.
  ///
  /// A program can add its own. The store derives no permissions from a role.
  public struct Role: OpenWord {
    /// The value stored in the database.
    public let rawValue: String

    /// Creates a value from its stored text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Can see and change the customers they own.
    public static let sales = Role("sales")
    /// Can see and change everything.
    public static let admin = Role("admin")
  }
}

extension StaffMember: Record {
  /// The table of staff.
  public static let tableName = "staff"

  /// Maps each column to the property that it stores.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), name: column("name", \.name), phone: column("phone", \.phone),
      phoneKey: column("phone_key", \.phoneKey), email: column("email", \.email),
      emailKey: column("email_key", \.emailKey), role: column("role", \.role),
      isActive: column("is_active", \.isActive),
      lastLoginAt: column("last_login_at", \.lastLoginAt), metadata: column("metadata", \.metadata),
      createdAt: column("created_at", \.createdAt), updatedAt: column("updated_at", \.updatedAt),
      deletedAt: column("deleted_at", \.deletedAt))
  }
}
