extension Customers {
  /// How long a deleted customer's personal data is kept unless said otherwise: seven years.
  public static let standardRetention = Duration.days(7 * 365)

  /// Takes a customer out of lists, look-ups and search; everything of it stays for a restore.
  ///
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: does not grow with the table.
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

  /// Brings a soft-deleted customer back as it was.
  ///
  /// - Throws: ``CustomerError`` with `notFound`, `notDeleted`, `anonymised`, and `emailTaken` or
  ///   `phoneTaken` when another customer has the address or number by now.
  /// - Complexity: does not grow with the table.
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

  /// Erases everything personal of a customer for good; its row, history and figures stay.
  ///
  /// A live customer is soft-deleted with it. Its subscription is cancelled and loses its ids at
  /// the payment provider; sign-in secrets go. An anonymised customer stays as it is.
  ///
  /// - Throws: ``CustomerError/notFound(_:)``.
  /// - Complexity: grows with the payment provider's events of the customer.
  public func anonymise(_ id: ID<Customer>, reason: String? = nil) throws {
    try access.write(reason: reason) { transaction in
      try transaction.anonymiseCustomer(id)
    }
  }

  /// Anonymises customers that were soft-deleted long enough ago, the oldest first.
  ///
  /// - Parameters:
  ///   - retention: how long personal data stays after deletion; seven years by default.
  ///   - limit: the most customers of one call: 100.
  /// - Returns: how many; fewer than `limit` means that none is left.
  /// - Complexity: grows with the customers anonymised.
  @discardableResult
  public func anonymiseExpired(
    retention: Duration = standardRetention, limit: Int = PageLimit.standard
  ) throws -> Int {
    try access.write(reason: "retention over") { transaction in
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
  /// The name that an anonymised customer has.
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

  /// Erases everything personal of a customer.
  package func anonymiseCustomer(_ id: ID<Customer>) throws {
    let customer = try existingCustomer(id)
    guard customer.anonymisedAt == nil else { return }
    try execute(Self.eraseCredentials, id)
    try execute(Self.eraseCustomer, id, Self.anonymousName, now)
  }
}
