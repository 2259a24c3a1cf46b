extension Customers {
  /// Creates a customer together with its companions, such as a subscription.
  ///
  /// The initial status is recorded in the history.
  ///
  /// - Parameters:
  ///   - new: the new customer.
  ///   - reason: the reason to record in the history.
  ///   - at: when the customer was acquired, for imported data; nil for now.
  /// - Throws: ``CustomerError`` if a value is invalid (`emptyName`, `noContact`, `invalidEmail`,
  ///   `invalidPhone`, `blankWord`, `invalidAge`, `unknownTimeZone`), belongs to another customer
  ///   (`emailTaken`, `phoneTaken`, `externalIDTaken`), belongs to a deleted customer
  ///   (`emailOfDeleted`, `phoneOfDeleted`), or refers to something unusable (`unknownPipeline`,
  ///   `unknownStatus`, `unknownOwner`, `inactiveOwner`), and any error that a companion throws.
  /// - Complexity: independent of the size of the table.
  @discardableResult
  public func create(
    _ new: NewCustomer, reason: String? = nil, at: Timestamp? = nil
  ) throws -> Customer {
    try access.write(reason: reason) { transaction in
      try transaction.createCustomer(new, at: at)
    }
  }
}

extension WriteTransaction {
  private static let initialStatus = SQLStatement(
    "SELECT status FROM status_definitions WHERE pipeline = ? AND is_initial = 1")

  /// Creates a customer with its companions, as ``Customers/create(_:reason:at:)`` does.
  package func createCustomer(_ new: NewCustomer, at: Timestamp? = nil) throws -> Customer {
    let id: ID<Customer> = makeID()
    let created = at ?? now
    guard created <= now else {
      throw CustomerError.timeOutOfOrder(id, at: created, earliest: .distantPast, latest: now)
    }
    let customer = try Customer(new, id: id, status: firstStatus(of: new), createdAt: created)
    let written = try dated(at) {
      try mappingUniqueViolations(of: customer) { try insert(customer) }
    }
    try new.companions.create(for: id, self)
    return written
  }

  private func firstStatus(of new: NewCustomer) throws -> CustomerStatus {
    if let status = new.status { return status }
    guard
      let status: CustomerStatus = try fetchOne(
        Self.initialStatus, new.pipeline, decode: { row in try row.value(at: 0) })
    else { throw CustomerError.unknownPipeline(new.pipeline) }
    return status
  }
}

extension Customer {
  init(
    _ new: NewCustomer, id: ID<Customer>, status: CustomerStatus, createdAt: Timestamp
  ) throws {
    self.id = id
    externalID = new.externalID
    pipeline = new.pipeline
    self.status = status
    ownerID = new.ownerID
    fullName = new.fullName
    email = new.email
    phone = new.phone
    contact = new.contact
    person = new.person
    business = new.business
    tags = new.tags.isEmpty ? .emptyArray : try JSONText(encoding: new.tags)
    executionMode = new.executionMode
    isActive = true
    isVerified = new.isVerified
    notificationPreferences = try new.notificationPreferences.document()
    onboarding = Onboarding()
    metadata = new.metadata
    self.createdAt = createdAt
    updatedAt = createdAt
  }
}
