public import BackofficeStorage

extension Customers {
  static let byID = SQLStatement("SELECT \(Customer.selection) FROM customers WHERE id = ?")
  static let byEmail = SQLStatement(
    """
    SELECT \(Customer.selection) FROM customers WHERE email_key = ? AND deleted_at IS NULL
    """)
  static let byPhone = SQLStatement(
    """
    SELECT \(Customer.selection) FROM customers WHERE phone_key = ? AND deleted_at IS NULL
    """)
  static let byDeletedEmail = SQLStatement(
    """
    SELECT \(Customer.selection) FROM customers WHERE email_key = ? AND deleted_at IS NOT NULL
    """)
  static let byDeletedPhone = SQLStatement(
    """
    SELECT \(Customer.selection) FROM customers WHERE phone_key = ? AND deleted_at IS NOT NULL
    """)
  static let byExternalID = SQLStatement(
    "SELECT \(Customer.selection) FROM customers WHERE external_id = ?")
  static let byProviderCustomer = SQLStatement(
    """
    SELECT \(Customer.selection(of: "customers")) FROM subscriptions
    JOIN customers ON customers.id = subscriptions.customer_id
    WHERE subscriptions.provider_customer_id = ?
    """)

  /// The customer with that id, deleted or not, or nil.
  ///
  /// - Complexity: one look-up.
  public func find(_ id: ID<Customer>) throws -> Customer? {
    try access.readOnce { transaction in try Customer.fetchOne(transaction, Self.byID, id) }
  }

  /// The customer with that e-mail address, however it is spelled, or nil.
  ///
  /// - Parameters:
  ///   - email: the address; what is no address finds nobody.
  ///   - includingDeleted: whether a soft-deleted customer counts, when no live one has it.
  /// - Complexity: one look-up.
  public func find(email: String, includingDeleted: Bool = false) throws -> Customer? {
    guard let key = ContactKey.email(email) else { return nil }
    return try access.read { transaction in
      let live = try Customer.fetchOne(transaction, Self.byEmail, key)
      guard live == nil, includingDeleted else { return live }
      return try Customer.fetchOne(transaction, Self.byDeletedEmail, key)
    }
  }

  /// The customer with that phone number, however it is spelled, or nil.
  ///
  /// - Parameters:
  ///   - phone: the number; what is no number finds nobody.
  ///   - includingDeleted: whether a soft-deleted customer counts, when no live one has it.
  /// - Complexity: one look-up.
  public func find(phone: String, includingDeleted: Bool = false) throws -> Customer? {
    guard let key = ContactKey.phone(phone) else { return nil }
    return try access.read { transaction in
      let live = try Customer.fetchOne(transaction, Self.byPhone, key)
      guard live == nil, includingDeleted else { return live }
      return try Customer.fetchOne(transaction, Self.byDeletedPhone, key)
    }
  }

  /// The customer with that id at the program's identity provider, deleted or not, or nil.
  ///
  /// - Complexity: one look-up.
  public func find(externalID: String) throws -> Customer? {
    try access.readOnce { transaction in
      try Customer.fetchOne(transaction, Self.byExternalID, externalID)
    }
  }

  /// The customer with that id at the payment provider, deleted or not, or nil.
  ///
  /// - Complexity: two look-ups.
  public func find(providerCustomerID: String) throws -> Customer? {
    try access.readOnce { transaction in
      try Customer.fetchOne(transaction, Self.byProviderCustomer, providerCustomerID)
    }
  }
}

extension Transaction where Self: ~Copyable {
  /// The customer with that id.
  ///
  /// - Throws: ``CustomerError/notFound(_:)`` when there is none.
  func existingCustomer(_ id: ID<Customer>) throws -> Customer {
    guard let customer = try Customer.fetchOne(self, Customers.byID, id) else {
      throw CustomerError.notFound(id)
    }
    return customer
  }

  /// The customer with that id, which must not be deleted.
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
