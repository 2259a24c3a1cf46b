/// An error that ``Staff`` throws.
///
/// An error contains ids, but no names or addresses.
public enum StaffError: Error, Sendable, Hashable {
  /// The member of staff does not exist.
  case notFound(ID<StaffMember>)
  /// The member of staff is deleted.
  case deleted(ID<StaffMember>)
  /// The name is empty.
  case emptyName
  /// The role is blank.
  case emptyRole
  /// The phone number does not have 11 to 15 digits, or starts with 0.
  case invalidPhone
  /// The e-mail address is malformed.
  case invalidEmail
  /// Another member of staff has the phone number.
  case phoneTaken(by: ID<StaffMember>)
  /// Another member of staff has the e-mail address.
  case emailTaken(by: ID<StaffMember>)
  /// The member of staff still owns live customers.
  case ownsCustomers(ID<StaffMember>)
}

extension StaffError: CustomStringConvertible {
  /// A one-line message that says what failed, what was expected, and how to resolve it.
  public var description: String {
    switch self {
    case .notFound(let id): "there is no member of staff \(id)"
    case .deleted(let id): "member of staff \(id) is deleted"
    case .emptyName: "a member of staff needs a name"
    case .emptyRole: "a member of staff needs a role such as \(StaffMember.Role.sales)"
    case .invalidPhone:
      "the phone number is not an optional plus and 11 to 15 digits of which the first is not 0"
    case .invalidEmail: "the e-mail address is not of the form name@domain.tld"
    case .phoneTaken(let id): "member of staff \(id) has this phone number"
    case .emailTaken(let id): "member of staff \(id) has this e-mail address"
    case .ownsCustomers(let id):
      "member of staff \(id) still owns live customers; assign them to another member of staff first"
    }
  }
}
