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

  static let mergedInto = SQLStatement("SELECT merged_into FROM customers WHERE id = ?")
  static let byMergedEmail = Customer.select(
    "WHERE email_key = ? AND deleted_at IS NOT NULL AND merged_into IS NOT NULL LIMIT 1")
  static let byMergedPhone = Customer.select(
    "WHERE phone_key = ? AND deleted_at IS NOT NULL AND merged_into IS NOT NULL LIMIT 1")

  /// The customer with an id, deleted or not, or nil if there is none.
  ///
  /// The id of a customer that was merged finds the survivor.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup; two for a merged customer.
  public func find(_ id: ID<Customer>) throws -> Customer? {
    try access.readOnce { transaction in
      try transaction.survivor(of: Customer.find(id, in: transaction))
    }
  }

  /// The id of the customer that takes the place of an id: the survivor of a merged customer,
  /// otherwise the id itself.
  ///
  /// - Throws: ``CustomerError/notFound(_:)``.
  /// - Complexity: one index lookup.
  public func survivor(of id: ID<Customer>) throws -> ID<Customer> {
    try access.readOnce { transaction in
      guard let customer = try Customer.find(id, in: transaction) else {
        throw CustomerError.notFound(id)
      }
      return customer.mergedInto ?? id
    }
  }

  /// The customer with an e-mail address in any spelling, or nil if there is none.
  ///
  /// The address of a customer that was merged finds the survivor.
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
      if let live = try Customer.fetchOne(transaction, Self.byEmail, key) { return live }
      let merged = try Customer.fetchOne(transaction, Self.byMergedEmail, key)
      if let survivor = try transaction.survivor(of: merged),
        survivor.isLive || includingDeleted
      {
        return survivor
      }
      guard includingDeleted else { return nil }
      return try Customer.fetchOne(transaction, Self.byDeletedEmail, key)
    }
  }

  /// The customer with a phone number in any spelling, or nil if there is none.
  ///
  /// The number of a customer that was merged finds the survivor.
  ///
  /// - Parameters:
  ///   - phone: the number; an invalid number matches no customer.
  ///   - includingDeleted: whether to return a soft-deleted customer if no live one has the number.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(phone: String, includingDeleted: Bool = false) throws -> Customer? {
    guard let key = ContactKey.phone(phone) else { return nil }
    return try access.read { transaction in
      if let live = try Customer.fetchOne(transaction, Self.byPhone, key) { return live }
      let merged = try Customer.fetchOne(transaction, Self.byMergedPhone, key)
      if let survivor = try transaction.survivor(of: merged),
        survivor.isLive || includingDeleted
      {
        return survivor
      }
      guard includingDeleted else { return nil }
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
      try transaction.survivor(
        of: Customer.fetchOne(transaction, Self.byExternalID, externalID))
    }
  }
}

extension Transaction where Self: ~Copyable {
  /// The customer with an id.
  ///
  /// - Throws: ``CustomerError/notFound(_:)`` if there is none, ``CustomerError/merged(_:into:)``.
  func existingCustomer(_ id: ID<Customer>) throws -> Customer {
    guard let customer = try Customer.find(id, in: self) else {
      throw CustomerError.notFound(id)
    }
    if let survivor = customer.mergedInto { throw CustomerError.merged(id, into: survivor) }
    return customer
  }

  /// The customer into which one was merged; the customer itself if it was not.
  func survivor(of customer: Customer?) throws -> Customer? {
    guard let id = customer?.mergedInto else { return customer }
    return try Customer.find(id, in: self)
  }

  /// The id of the customer into which one was merged; nil if it was not, or does not exist.
  func survivorID(of id: ID<Customer>) throws -> ID<Customer>? {
    let found: ID<Customer>?? = try fetchOne(Customers.mergedInto, id) { row in
      try row.value(at: 0)
    }
    return found ?? nil
  }

  /// Whether a customer with an id exists, deleted or not.
  func customerExists(_ id: ID<Customer>) throws -> Bool {
    try fetchOne(Customers.exists, id) { _ in true } ?? false
  }

  /// The customer with an id, which must not be deleted.
  ///
  /// - Throws: ``CustomerError/notFound(_:)``, ``CustomerError/deleted(_:)``,
  ///   ``CustomerError/anonymised(_:)``, ``CustomerError/merged(_:into:)``.
  func liveCustomer(_ id: ID<Customer>) throws -> Customer {
    let customer = try existingCustomer(id)
    if customer.anonymisedAt != nil { throw CustomerError.anonymised(id) }
    if customer.deletedAt != nil { throw CustomerError.deleted(id) }
    return customer
  }
}
