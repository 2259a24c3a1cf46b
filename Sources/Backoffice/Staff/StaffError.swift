/// What the staff refuses.
///
/// Names and addresses never appear in it, ids do.
public enum StaffError: Error, Sendable, Hashable {
  /// There is no such member of staff.
  case notFound(ID<StaffMember>)
  /// The member of staff is deleted.
  case deleted(ID<StaffMember>)
  /// The name is empty.
  case emptyName
  /// The role is blank.
  case emptyRole
  /// The phone number has not 11 to 15 digits, or begins with 0.
  case invalidPhone
  /// The e-mail address has not the shape of one.
  case invalidEmail
  /// Another member of staff has the phone number.
  case phoneTaken(by: ID<StaffMember>)
  /// Another member of staff has the e-mail address.
  case emailTaken(by: ID<StaffMember>)
  /// The member of staff still owns live customers.
  case ownsCustomers(ID<StaffMember>)
}

extension StaffError: CustomStringConvertible {
  /// What failed, what was expected, and what to do, on one line.
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
      "member of staff \(id) still owns live customers; give them to somebody else first"
    }
  }
}
