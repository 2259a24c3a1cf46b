public import BackofficeStorage

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
  public enum Role: String, TextEnum {
    /// Sees and changes the customers it owns.
    case sales
    /// Sees and changes everything.
    case admin
  }
}

extension StaffMember: Record {
  /// The table of staff.
  public static let tableName = "staff"

  /// Every column but the internal key and the secret.
  public static let columns = [
    "id", "name", "phone", "phone_key", "email", "email_key", "role", "is_active",
    "last_login_at", "metadata", "created_at", "updated_at", "deleted_at",
  ]

  /// The statements that write a member of staff.
  public static let statements = RecordStatements(Self.self)

  /// Decodes a row of ``columns``.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    name = try column.next()
    phone = try column.next()
    phoneKey = try column.next()
    email = try column.next()
    emailKey = try column.next()
    role = try column.next()
    isActive = try column.next()
    lastLoginAt = try column.next()
    metadata = try column.next()
    createdAt = try column.next()
    updatedAt = try column.next()
    deletedAt = try column.next()
  }

  /// Binds the values of ``columns``.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(name)
    try binder.bind(phone)
    try binder.bind(phoneKey)
    try binder.bind(email)
    try binder.bind(emailKey)
    try binder.bind(role)
    try binder.bind(isActive)
    try binder.bind(lastLoginAt)
    try binder.bind(metadata)
    try binder.bind(createdAt)
    try binder.bind(updatedAt)
    try binder.bind(deletedAt)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}
