extension Staff {
  /// Adds a member of staff.
  ///
  /// - Parameters:
  ///   - name: the person's name.
  ///   - phone: the phone number, which has 11 to 15 digits and does not start with 0.
  ///   - email: the e-mail address; nil for none.
  ///   - role: the person's role.
  /// - Throws: ``StaffError`` with `emptyName`, `emptyRole`, `invalidPhone`, `invalidEmail`,
  ///   `phoneTaken`,
  ///   `emailTaken`.
  @discardableResult
  public func create(
    name: String, phone: String, email: String? = nil, role: StaffMember.Role = .sales
  ) throws -> StaffMember {
    guard role.isWellFormed else { throw StaffError.emptyRole }
    return try access.write { transaction in
      var member = StaffMember(
        id: transaction.makeID(), name: "", phone: "", phoneKey: "", email: nil, emailKey: nil,
        role: role, isActive: true, lastLoginAt: nil, metadata: .emptyObject,
        createdAt: transaction.now, updatedAt: transaction.now, deletedAt: nil)
      try member.setContact(name: name, phone: phone, email: email)
      return try transaction.mappingUniqueViolations(of: member) {
        try transaction.insert(member)
      }
    }
  }

  /// Changes the name, phone number or e-mail address of a member of staff; nil keeps a value.
  ///
  /// Customers and history refer to the id, so they are not affected.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`, `emptyName`, `invalidPhone`,
  ///   `invalidEmail`, `phoneTaken`, `emailTaken`.
  @discardableResult
  public func changeContact(
    of id: ID<StaffMember>, name: String? = nil, phone: String? = nil, email: String? = nil
  ) throws -> StaffMember {
    try change(id) { member, _ in
      try member.setContact(name: name, phone: phone, email: email)
    }
  }

  /// Changes the role of a member of staff.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`, `emptyRole`.
  @discardableResult
  public func changeRole(
    of id: ID<StaffMember>, to role: StaffMember.Role
  ) throws -> StaffMember {
    guard role.isWellFormed else { throw StaffError.emptyRole }
    return try change(id) { member, _ in member.role = role }
  }

  /// Deactivates a member of staff, who can then neither sign in nor be assigned customers.
  ///
  /// Current customers are kept until ``Customers/reassignAll(from:to:reason:limit:)``.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`.
  @discardableResult
  public func deactivate(_ id: ID<StaffMember>) throws -> StaffMember {
    try change(id) { member, _ in member.isActive = false }
  }

  /// Reactivates a member of staff.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`.
  @discardableResult
  public func activate(_ id: ID<StaffMember>) throws -> StaffMember {
    try change(id) { member, _ in member.isActive = true }
  }

  /// Records that a member of staff signed in.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`.
  public func recordLogin(_ id: ID<StaffMember>) throws {
    try change(id) { member, transaction in member.lastLoginAt = transaction.now }
  }

  /// Soft-deletes a member of staff who owns no live customers.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`, `ownsCustomers`.
  public func softDelete(_ id: ID<StaffMember>) throws {
    try change(id) { member, transaction in
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
      guard let old = try StaffMember.find(id, in: transaction) else {
        throw StaffError.notFound(id)
      }
      guard old.deletedAt == nil else { throw StaffError.deleted(id) }
      var member = old
      try body(&member, transaction)
      guard member != old else { return old }
      member.updatedAt = transaction.now
      return try transaction.mappingUniqueViolations(of: member) {
        try transaction.update(member, from: old) ?? member
      }
    }
  }
}

extension WriteTransaction {
  fileprivate func mappingUniqueViolations<Result>(
    of member: StaffMember, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as SQLiteError {
      guard ResultCode.constraintUnique ~= error.code else { throw error }
      if let other = try StaffMember.fetchOne(self, Staff.byPhone, member.phoneKey),
        other.id != member.id
      {
        throw StaffError.phoneTaken(by: other.id)
      }
      if let key = member.emailKey, let other = try StaffMember.fetchOne(self, Staff.byEmail, key) {
        throw StaffError.emailTaken(by: other.id)
      }
      throw error
    }
  }
}

extension StaffMember {
  /// Applies the given values and derives the keys for lookups.
  fileprivate mutating func setContact(name: String?, phone: String?, email: String?) throws {
    if let name {
      self.name = name.trimmed
      guard !self.name.isEmpty else { throw StaffError.emptyName }
    }
    if let phone {
      guard let key = ContactKey.phone(phone) else { throw StaffError.invalidPhone }
      self.phone = phone.contains { $0 == "+" || $0 == "\u{ff0b}" } ? "+" + key : key
      phoneKey = key
    }
    if let email {
      guard let key = ContactKey.email(email) else { throw StaffError.invalidEmail }
      self.email = email.trimmed
      emailKey = key
    }
  }
}
