/// The members of staff.
///
/// Each method runs in one transaction, or in the caller's. A method that throws changes nothing.
public struct Staff: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The members of staff.
  public var staff: Staff { Staff(access) }
}

extension Staff {
  static let byPhone = StaffMember.select("WHERE phone_key = ? AND deleted_at IS NULL")
  static let byEmail = StaffMember.select("WHERE email_key = ? AND deleted_at IS NULL")
  private static let all = StaffMember.select("WHERE deleted_at IS NULL ORDER BY pk LIMIT ?")

  /// The member of staff with an id, deleted or not, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func find(_ id: ID<StaffMember>) throws -> StaffMember? {
    try access.readOnce { transaction in try StaffMember.find(id, in: transaction) }
  }

  /// The live member of staff with a phone number in any spelling, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func find(phone: String) throws -> StaffMember? {
    guard let key = ContactKey.phone(phone) else { return nil }
    return try access.readOnce { transaction in
      try StaffMember.fetchOne(transaction, Self.byPhone, key)
    }
  }

  /// The live member of staff with an e-mail address in any spelling, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func find(email: String) throws -> StaffMember? {
    guard let key = ContactKey.email(email) else { return nil }
    return try access.readOnce { transaction in
      try StaffMember.fetchOne(transaction, Self.byEmail, key)
    }
  }

  /// The live members of staff, oldest first.
  ///
  /// - Parameter limit: the maximum number of members; 1,000 by default.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func list(limit: Int = PageLimit.maximum) throws -> [StaffMember] {
    try access.readOnce { transaction in
      try StaffMember.fetchAll(transaction, Self.all, PageLimit.clamped(limit))
    }
  }
}
