extension Customers {
  /// How long the personal data of a deleted customer is kept by default: seven years.
  public static let standardRetention = Duration.days(7 * 365)

  /// Removes a customer from lists, lookups and search.
  ///
  /// All of its data is kept for a restore.
  ///
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func softDelete(_ id: ID<Customer>, reason: String? = nil) throws -> Customer {
    try access.write(reason: reason) { transaction in
      var customer = try transaction.liveCustomer(id)
      customer.deletedAt = transaction.now
      customer.updatedAt = transaction.now
      try transaction.execute(Self.setDeleted, transaction.now, transaction.now, id)
      return customer
    }
  }

  /// Restores a soft-deleted customer.
  ///
  /// - Throws: ``CustomerError`` with `notFound`, `notDeleted`, `anonymised`, and `emailTaken` or
  ///   `phoneTaken` if another customer now has the address or number.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func restore(_ id: ID<Customer>, reason: String? = nil) throws -> Customer {
    try access.write(reason: reason) { transaction in
      var customer = try transaction.existingCustomer(id)
      if customer.anonymisedAt != nil { throw CustomerError.anonymised(id) }
      guard customer.deletedAt != nil else { throw CustomerError.notDeleted(id) }
      customer.deletedAt = nil
      customer.updatedAt = transaction.now
      _ = try transaction.mappingUniqueViolations(of: customer) {
        try transaction.execute(Self.setDeleted, customer.deletedAt, transaction.now, id)
      }
      return customer
    }
  }

  /// Erases the personal data of a customer permanently; its row, history and figures are kept.
  ///
  /// A live customer is soft-deleted first. Its subscription is cancelled and unlinked from the
  /// payment provider, and its sign-in secrets are deleted. Anonymising a customer again changes
  /// nothing.
  ///
  /// - Throws: ``CustomerError/notFound(_:)``.
  /// - Complexity: proportional to the number of the customer's payment provider events.
  public func anonymise(_ id: ID<Customer>, reason: String? = nil) throws {
    try access.write(reason: reason) { transaction in
      try transaction.anonymiseCustomer(id)
    }
  }

  /// Anonymises customers whose retention period has passed, oldest first.
  ///
  /// - Parameters:
  ///   - retention: how long personal data is kept after deletion; seven years by default.
  ///   - limit: the maximum number of customers; 100 by default.
  /// - Returns: the number of customers anonymised; fewer than `limit` if none is left.
  /// - Throws: `StorageError` with `closed`, `readOnlyStore`, `busy`, `writerBusy`; `SQLiteError`.
  /// - Complexity: proportional to the number of customers anonymised.
  @discardableResult
  public func anonymiseExpired(
    retention: Duration = standardRetention, limit: Int = PageLimit.standard
  ) throws -> Int {
    try access.write(reason: "retention period ended") { transaction in
      let ids: [ID<Customer>] = try transaction.fetchAll(
        Self.expired, transaction.now - retention, PageLimit.clamped(limit)
      ) { row in try row.value(at: 0) }
      for id in ids { try transaction.anonymiseCustomer(id) }
      return ids.count
    }
  }

  private static let setDeleted = SQLStatement(
    "UPDATE customers SET deleted_at = ?, updated_at = ? WHERE id = ?")
  static let expired = SQLStatement(
    """
    SELECT id FROM customers
    WHERE deleted_at IS NOT NULL AND anonymised_at IS NULL AND deleted_at <= ?
    ORDER BY deleted_at LIMIT ?
    """)
}

extension WriteTransaction {
  /// The name of an anonymised customer.
  static let anonymousName = "anonymised"

  private static let eraseCustomer = SQLStatement(
    """
    UPDATE customers SET
      external_id = NULL, full_name = ?2, email = NULL, email_key = NULL, phone = NULL,
      phone_key = NULL, mobile = NULL, preferred_contact_method = NULL, address = '{}',
      location = NULL, time_zone = 'UTC', age = NULL, gender = NULL, education = NULL,
      company_name = NULL, business_type = NULL, business_requirements = NULL,
      business_data = '{}', tags = '[]', is_active = 0, is_verified = 0, metadata = '{}',
      notification_preferences = '{}', deleted_at = coalesce(deleted_at, ?3),
      anonymised_at = ?3, updated_at = ?3
    WHERE id = ?1
    """)
  private static let eraseCredentials = SQLStatement(
    "DELETE FROM credentials WHERE customer_id = ?")

  /// Erases the personal data of a customer.
  package func anonymiseCustomer(_ id: ID<Customer>) throws {
    // A merged customer keeps its own data until it is erased.
    guard let customer = try Customer.find(id, in: self) else { throw CustomerError.notFound(id) }
    guard customer.anonymisedAt == nil else { return }
    try execute(Self.eraseCredentials, id)
    try execute(Self.eraseCustomer, id, Self.anonymousName, now)
  }
}
