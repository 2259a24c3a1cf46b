extension WriteTransaction {
  private static let othersWithEmail = SQLStatement(
    "SELECT id FROM customers WHERE email_key = ? AND deleted_at IS NULL AND id <> ?")
  private static let othersWithPhone = SQLStatement(
    "SELECT id FROM customers WHERE phone_key = ? AND deleted_at IS NULL AND id <> ?")
  private static let othersWithExternalID = SQLStatement(
    "SELECT coalesce(merged_into, id) FROM customers WHERE external_id = ? AND id <> ?")
  private static let pipelineStatus = SQLStatement(
    "SELECT 1 FROM status_definitions WHERE pipeline = ? AND status = ?")
  private static let anyOfPipeline = SQLStatement(
    "SELECT 1 FROM status_definitions WHERE pipeline = ? LIMIT 1")

  /// Runs a write of `customer` and maps a constraint violation to a ``CustomerError``.
  ///
  /// Rows are looked up only after a constraint has failed, so a successful write costs no lookup.
  func mappingUniqueViolations<Result>(
    of customer: Customer, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as SQLiteError {
      guard ResultCode.constraint ~= error.code else { throw error }
      if let refusal = try refusal(of: customer) { throw refusal }
      guard .constraintForeignKey ~= error.code, let owner = customer.ownerID else { throw error }
      throw CustomerError.unknownOwner(owner)
    }
  }

  private func refusal(of customer: Customer) throws -> CustomerError? {
    if let key = customer.email.flatMap(ContactKey.email),
      let other: ID<Customer> = try fetchOne(
        Self.othersWithEmail, key, customer.id, decode: { row in try row.value(at: 0) })
    {
      return .emailTaken(by: other)
    }
    if let key = customer.phone.flatMap(ContactKey.phone),
      let other: ID<Customer> = try fetchOne(
        Self.othersWithPhone, key, customer.id, decode: { row in try row.value(at: 0) })
    {
      return .phoneTaken(by: other)
    }
    if let external = customer.externalID,
      let other: ID<Customer> = try fetchOne(
        Self.othersWithExternalID, external, customer.id, decode: { row in try row.value(at: 0) })
    {
      return .externalIDTaken(by: other)
    }
    return try statusRefusal(customer.status, pipeline: customer.pipeline)
  }

  /// The error for a status that cannot be used, or nil if it can be used.
  func statusRefusal(_ status: CustomerStatus, pipeline: String) throws -> CustomerError? {
    let exists = try fetchOne(Self.pipelineStatus, pipeline, status) { _ in true } ?? false
    if exists { return nil }
    let isPipeline = try fetchOne(Self.anyOfPipeline, pipeline) { _ in true } ?? false
    return isPipeline ? .unknownStatus(status, pipeline: pipeline) : .unknownPipeline(pipeline)
  }
}
