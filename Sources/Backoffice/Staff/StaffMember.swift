/// Somebody of the team, who owns customers.
///
/// The hash of the password is not part of it.
public struct StaffMember: Sendable, Hashable, Codable {
  /// The person's id.
  public let id: ID<StaffMember>
  /// The person's name; never empty.
  public package(set) var name: String
  /// The phone number: an optional plus and 11 to 15 digits.
  public package(set) var phone: String
  /// The digits of the number, by which people are found.
  public package(set) var phoneKey: String
  /// The e-mail address as it was typed.
  public package(set) var email: String?
  /// The address in lower case, by which people are found.
  public package(set) var emailKey: String?
  /// What the person may do.
  public package(set) var role: Role
  /// Whether the person may own customers and sign in.
  public package(set) var isActive: Bool
  /// When the person last signed in.
  public package(set) var lastLoginAt: Timestamp?
  /// A JSON object of the program's own.
  public package(set) var metadata: JSONText
  /// When the person came.
  public package(set) var createdAt: Timestamp
  /// When the row was last changed.
  public package(set) var updatedAt: Timestamp
  /// When the person was soft-deleted; nil for a live one.
  public package(set) var deletedAt: Timestamp?

  /// What somebody of the team may do.
  ///
  /// A program adds roles of its own; the store grants nothing by a role.
  public struct Role: OpenWord {
    /// The word stored in the file.
    public let rawValue: String

    /// Names a word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Sees and changes the customers it owns.
    public static let sales = Role("sales")
    /// Sees and changes everything.
    public static let admin = Role("admin")
  }
}

extension StaffMember: Record {
  /// The table of staff.
  public static let tableName = "staff"

  /// Declares the columns and the properties that they store.
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
