extension Staff {
  /// Takes somebody on.
  ///
  /// - Parameters:
  ///   - name: the person's name.
  ///   - phone: the phone number; 11 to 15 digits, of which the first is not 0.
  ///   - email: the e-mail address, if there is one.
  ///   - role: what the person may do.
  /// - Throws: ``StaffError`` with `emptyName`, `emptyRole`, `invalidPhone`, `invalidEmail`, `phoneTaken`,
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

  /// Changes somebody's name, number or address; what is nil stays as it is.
  ///
  /// Customers and history point at the id, so nothing else has to follow a new number.
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

  /// Changes what somebody may do.
  ///
  /// - Throws: ``StaffError`` with `notFound`, `deleted`, `emptyRole`.
  @discardableResult
  public func changeRole(
    of id: ID<StaffMember>, to role: StaffMember.Role
  ) throws -> StaffMember {
    guard role.isWellFormed else { throw StaffError.emptyRole }
    return try change(id) { member, _ in member.role = role }
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
  /// Takes over what is given, with the keys by which people are found.
  fileprivate mutating func setContact(name: String?, phone: String?, email: String?) throws {
    if let name {
      self.name = name.trimmed
      guard !self.name.isEmpty else { throw StaffError.emptyName }
    }
    if let phone {
      guard let key = ContactKey.phone(phone), key.utf8.count >= 11, !key.hasPrefix("0") else {
        throw StaffError.invalidPhone
      }
      self.phone = phone.trimmed.hasPrefix("+") ? "+" + key : key
      phoneKey = key
    }
    if let email {
      guard let key = ContactKey.email(email) else { throw StaffError.invalidEmail }
      self.email = email.trimmed
      emailKey = key
    }
  }
}
