extension Customers {
  static let exists = SQLStatement("SELECT 1 FROM customers WHERE id = ?")
  static let byID = Customer.select("WHERE id = ?")
  static let byEmail = Customer.select(
    "WHERE email_key = ? AND deleted_at IS NULL")
  static let byPhone = Customer.select(
    "WHERE phone_key = ? AND deleted_at IS NULL")
  static let byDeletedEmail = Customer.select(
    "WHERE email_key = ? AND deleted_at IS NOT NULL")
  static let byDeletedPhone = Customer.select(
    "WHERE phone_key = ? AND deleted_at IS NOT NULL")
  static let byExternalID = Customer.select("WHERE external_id = ?")

  /// The customer with an id, deleted or not, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(_ id: ID<Customer>) throws -> Customer? {
    try access.readOnce { transaction in try Customer.find(id, in: transaction) }
  }

  /// The customer with an e-mail address in any spelling, or nil if there is none.
  ///
  /// - Parameters:
  ///   - email: the address; an invalid address matches no customer.
  ///   - includingDeleted: whether to return a soft-deleted customer if no live one has the
  ///     address.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(email: String, includingDeleted: Bool = false) throws -> Customer? {
    guard let key = ContactKey.email(email) else { return nil }
    return try access.read { transaction in
      let live = try Customer.fetchOne(transaction, Self.byEmail, key)
      guard live == nil, includingDeleted else { return live }
      return try Customer.fetchOne(transaction, Self.byDeletedEmail, key)
    }
  }

  /// The customer with a phone number in any spelling, or nil if there is none.
  ///
  /// - Parameters:
  ///   - phone: the number; an invalid number matches no customer.
  ///   - includingDeleted: whether to return a soft-deleted customer if no live one has the number.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(phone: String, includingDeleted: Bool = false) throws -> Customer? {
    guard let key = ContactKey.phone(phone) else { return nil }
    return try access.read { transaction in
      let live = try Customer.fetchOne(transaction, Self.byPhone, key)
      guard live == nil, includingDeleted else { return live }
      return try Customer.fetchOne(transaction, Self.byDeletedPhone, key)
    }
  }

  /// The customer with an id at the program's identity provider, deleted or not, or nil if there is
  /// none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(externalID: String) throws -> Customer? {
    try access.readOnce { transaction in
      try Customer.fetchOne(transaction, Self.byExternalID, externalID)
    }
  }
}

extension Transaction where Self: ~Copyable {
  /// The customer with an id.
  ///
  /// - Throws: ``CustomerError/notFound(_:)`` if there is none.
  func existingCustomer(_ id: ID<Customer>) throws -> Customer {
    guard let customer = try Customer.find(id, in: self) else {
      throw CustomerError.notFound(id)
    }
    return customer
  }

  /// Whether a customer with an id exists, deleted or not.
  func customerExists(_ id: ID<Customer>) throws -> Bool {
    try fetchOne(Customers.exists, id) { _ in true } ?? false
  }

  /// The customer with an id, which must not be deleted.
  ///
  /// - Throws: ``CustomerError/notFound(_:)``, ``CustomerError/deleted(_:)``,
  ///   ``CustomerError/anonymised(_:)``.
  func liveCustomer(_ id: ID<Customer>) throws -> Customer {
    let customer = try existingCustomer(id)
    if customer.anonymisedAt != nil { throw CustomerError.anonymised(id) }
    if customer.deletedAt != nil { throw CustomerError.deleted(id) }
    return customer
  }
}
