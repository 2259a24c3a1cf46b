extension Customers {
  /// Updates a live customer.
  ///
  /// The search keys follow the e-mail address and phone number.
  ///
  /// ```swift
  /// try store.customers.update(id) { customer in customer.business.companyName = "Analytical" }
  /// ```
  ///
  /// A closure that changes nothing writes nothing.
  ///
  /// - Parameters:
  ///   - id: the customer.
  ///   - reason: the reason to record in the audit log.
  ///   - change: modifies the customer; an error that it throws cancels the update.
  /// - Returns: the updated customer.
  /// - Throws: the ``CustomerError`` cases of ``create(_:reason:at:)``, and `notFound`, `deleted`,
  ///   `anonymised`.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func update(
    _ id: ID<Customer>, reason: String? = nil, _ change: (inout Customer) throws -> Void
  ) throws -> Customer {
    try access.write(reason: reason) { transaction in
      let old = try transaction.liveCustomer(id)
      var customer = old
      try change(&customer)
      return try transaction.save(customer, from: old)
    }
  }

  /// Sets the notification preferences of a customer.
  ///
  /// Other members of the stored object are kept.
  ///
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: one index lookup and one write.
  public func setPreferences(
    of id: ID<Customer>, to preferences: NotificationPreferences
  ) throws {
    let document = try preferences.document()
    try access.write { transaction in
      _ = try transaction.liveCustomer(id)
      try transaction.execute(Self.patchPreferences, document, transaction.now, id)
    }
  }

  private static let patchPreferences = SQLStatement(
    """
    UPDATE customers SET notification_preferences = json_patch(notification_preferences, ?),
      updated_at = ? WHERE id = ?
    """)
}

extension WriteTransaction {
  /// Writes a customer that has changed; writes nothing if it is the same.
  func save(_ customer: Customer, from old: Customer) throws -> Customer {
    guard customer != old else { return old }
    let written = try mappingUniqueViolations(of: customer) { try update(customer, from: old) }
    guard let written else { throw CustomerError.notFound(customer.id) }
    return written
  }
}
