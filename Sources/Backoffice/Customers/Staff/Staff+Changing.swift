public import BackofficeStorage

extension Staff {
  /// Takes somebody on.
  ///
  /// - Parameters:
  ///   - name: the person's name.
  ///   - phone: the phone number; 11 to 15 digits, of which the first is not 0.
  ///   - email: the e-mail address, if there is one.
  ///   - role: what the person may do.
  /// - Throws: ``StaffError`` with `emptyName`, `invalidPhone`, `invalidEmail`, `phoneTaken`,
  ///   `emailTaken`.
  @discardableResult
  public func create(
    name: String, phone: String, email: String? = nil, role: StaffMember.Role = .sales
  ) throws -> StaffMember {
    let name = name.trimmed
    guard !name.isEmpty else { throw StaffError.emptyName }
    guard let phoneKey = ContactKey.phone(phone), phoneKey.utf8.count >= 11,
      !phoneKey.hasPrefix("0")
    else { throw StaffError.invalidPhone }
    let emailKey = try email.map { text in
      guard let key = ContactKey.email(text) else { throw StaffError.invalidEmail }
      return key
    }
    return try access.write { transaction in
      let member = StaffMember(
        id: transaction.makeID(), name: name,
        phone: phone.trimmed.hasPrefix("+") ? "+" + phoneKey : phoneKey, phoneKey: phoneKey,
        email: email?.trimmed, emailKey: emailKey, role: role, isActive: true,
        lastLoginAt: nil, metadata: .emptyObject, createdAt: transaction.now,
        updatedAt: transaction.now, deletedAt: nil)
      return try transaction.refusingTakenStaffKeys(of: member) {
        try transaction.insert(member)
      }
    }
  }

  /// Changes what somebody may do.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`.
  @discardableResult
  public func changeRole(
    of id: ID<StaffMember>, to role: StaffMember.Role
  ) throws -> StaffMember {
    try change(id) { member, _ in member.role = role }
  }

  /// Keeps somebody from signing in and from getting customers; those they own stay theirs until
  /// ``Customers/reassignAll(from:to:reason:limit:)``.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`.
  @discardableResult
  public func deactivate(_ id: ID<StaffMember>) throws -> StaffMember {
    try change(id) { member, _ in member.isActive = false }
  }

  /// Takes a deactivation back.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`.
  @discardableResult
  public func activate(_ id: ID<StaffMember>) throws -> StaffMember {
    try change(id) { member, _ in member.isActive = true }
  }

  /// Notes that somebody signed in.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`.
  public func recordLogin(_ id: ID<StaffMember>) throws {
    try change(id) { member, transaction in member.lastLoginAt = transaction.now }
  }

  /// Soft-deletes somebody who owns no live customers any more.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`, `ownsCustomers`.
  public func softDelete(_ id: ID<StaffMember>) throws {
    try change(id) { member, transaction in
      let owns = try transaction.fetchOne(Self.ownedCustomer, id) { _ in true }
      if owns != nil { throw StaffError.ownsCustomers(id) }
      member.isActive = false
      member.deletedAt = transaction.now
    }
  }

  @discardableResult
  private func change(
    _ id: ID<StaffMember>,
    _ body: (inout StaffMember, borrowing WriteTransaction) throws -> Void
  ) throws -> StaffMember {
    try access.write { transaction in
      guard let old = try StaffMember.fetchOne(transaction, Self.byID, id) else {
        throw StaffError.notFound(id)
      }
      guard old.deletedAt == nil else { throw StaffError.deleted(id) }
      var member = old
      try body(&member, transaction)
      guard member != old else { return old }
      member.updatedAt = transaction.now
      return try transaction.update(member, from: old) ?? member
    }
  }

  private static let ownedCustomer = SQLStatement(
    "SELECT 1 FROM customers WHERE owner_id = ? AND deleted_at IS NULL LIMIT 1")
}

extension WriteTransaction {
  fileprivate func refusingTakenStaffKeys<Result>(
    of member: StaffMember, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as SQLiteError {
      guard ResultCode.constraintUnique ~= error.code else { throw error }
      if let other = try StaffMember.fetchOne(self, Staff.byPhone, member.phoneKey) {
        throw StaffError.phoneTaken(by: other.id)
      }
      if let key = member.emailKey, let other = try StaffMember.fetchOne(self, Staff.byEmail, key) {
        throw StaffError.emailTaken(by: other.id)
      }
      throw error
    }
  }
}

/// The stamp of a staff member's last change.
struct StaffStamp: StampedRow {
  static let tableName = "staff"
  let stampedID: ID<AnyEntity>
  let updatedAt: Timestamp

  init(id: ID<AnyEntity>, updatedAt: Timestamp) {
    stampedID = id
    self.updatedAt = updatedAt
  }
}

/// What must hold for staff, whatever statement changes them.
enum StaffRules {
  static let triggers = [Trigger.updatedAt(on: StaffStamp.self)]
}
