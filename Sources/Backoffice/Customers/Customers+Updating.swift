extension Customers {
  /// Changes a live customer; the keys of address and number follow.
  ///
  /// ```swift
  /// try store.customers.update(id) { customer in customer.business.companyName = "Analytical" }
  /// ```
  ///
  /// A closure that changes nothing writes nothing.
  ///
  /// - Parameters:
  ///   - id: the customer.
  ///   - reason: why, for audit.
  ///   - change: gets the customer as it is; what it throws refuses the update.
  /// - Returns: the customer as it is now.
  /// - Throws: ``CustomerError`` as ``create(_:reason:at:)``, `notFound`, `deleted`, `anonymised`.
  /// - Complexity: does not grow with the table.
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

  /// Sets what a customer wants to be told; other members of the stored object stay.
  ///
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  /// - Complexity: one look-up and one write.
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
  /// Writes a changed customer, or nothing when it is the same.
  func save(_ customer: Customer, from old: Customer) throws -> Customer {
    guard customer != old else { return old }
    let written = try mappingUniqueViolations(of: customer) { try update(customer, from: old) }
    guard let written else { throw CustomerError.notFound(customer.id) }
    return written
  }
}
