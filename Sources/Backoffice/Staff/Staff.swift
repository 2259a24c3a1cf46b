/// The team.
///
/// Each method is one transaction, or part of the caller's. What it refuses changes nothing.
public struct Staff: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The team.
  public var staff: Staff { Staff(access) }
}

extension Staff {
  static let byPhone = StaffMember.select("WHERE phone_key = ? AND deleted_at IS NULL")
  static let byEmail = StaffMember.select("WHERE email_key = ? AND deleted_at IS NULL")
  private static let all = StaffMember.select("WHERE deleted_at IS NULL ORDER BY pk LIMIT ?")

  /// The member of staff with that id, deleted or not, or nil.
  public func find(_ id: ID<StaffMember>) throws -> StaffMember? {
    try access.readOnce { transaction in try StaffMember.find(id, in: transaction) }
  }

  /// The live member of staff with that phone number, however it is spelled, or nil.
  public func find(phone: String) throws -> StaffMember? {
    guard let key = ContactKey.phone(phone) else { return nil }
    return try access.readOnce { transaction in
      try StaffMember.fetchOne(transaction, Self.byPhone, key)
    }
  }

  /// The live member of staff with that e-mail address, however it is spelled, or nil.
  public func find(email: String) throws -> StaffMember? {
    guard let key = ContactKey.email(email) else { return nil }
    return try access.readOnce { transaction in
      try StaffMember.fetchOne(transaction, Self.byEmail, key)
    }
  }

  /// The live members of staff in the order in which they came.
  ///
  /// - Parameter limit: the most of them: 1,000.
  public func list(limit: Int = PageLimit.maximum) throws -> [StaffMember] {
    try access.readOnce { transaction in
      try StaffMember.fetchAll(transaction, Self.all, PageLimit.clamped(limit))
    }
  }
}
