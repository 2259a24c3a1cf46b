extension Customers {
  /// Merges a customer into another one, which takes its place everywhere.
  ///
  /// One transaction: all of it, or nothing. There is no undo. The id, the e-mail address, the phone
  /// number and the external id of the duplicate find the survivor from then on, and no other
  /// customer can have them. See <doc:WorkingWithCustomers> for what becomes of everything that
  /// refers to the duplicate.
  ///
  /// Merging the same pair again changes nothing and answers as before. Customers that were merged
  /// into the duplicate are merged into the survivor with it.
  ///
  /// - Parameters:
  ///   - duplicate: the customer that ends; it must be live.
  ///   - survivor: the customer that remains; it must be live. The id of a merged customer stands for
  ///     its survivor.
  ///   - reason: the reason to record in the history and the audit log of both.
  /// - Returns: what was moved.
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`, `mergeIntoItself`,
  ///   `bothSubscribed`, and `merged` if the duplicate was merged into another customer;
  ///   ``UsageError/currencyMismatch(customer:meter:expected:found:)`` and
  ///   ``UsageError/sumOutOfRange(customer:meter:period:)`` if usage of both in a period cannot be
  ///   added up.
  /// - Complexity: proportional to everything that refers to the duplicate, and to the credit ledger
  ///   of both.
  @discardableResult
  public func merge(
    _ duplicate: ID<Customer>, into survivor: ID<Customer>, reason: String? = nil
  ) throws -> CustomerMerge {
    try access.write(reason: reason ?? "merged") { transaction in
      try CustomerMerging.merge(duplicate, into: survivor, transaction)
    }
  }
}

/// Moves what belongs to a customer to another one.
enum CustomerMerging {
  private static let insert = SQLStatement(
    """
    INSERT INTO customer_merges (duplicate_id, survivor_id, answer, merged_at) VALUES (?, ?, ?, ?)
    """)
  private static let shorten = SQLStatement(
    "UPDATE customers SET merged_into = ?2 WHERE merged_into = ?1")
  private static let end = SQLStatement(
    "UPDATE customers SET deleted_at = ?3, merged_into = ?2, updated_at = ?3 WHERE id = ?1")

  static func merge(
    _ duplicate: ID<Customer>, into survivor: ID<Customer>,
    _ transaction: borrowing WriteTransaction
  ) throws -> CustomerMerge {
    let survivor = try transaction.customers.survivor(of: survivor)
    guard survivor != duplicate else { throw CustomerError.mergeIntoItself(duplicate) }
    if try transaction.customers.survivor(of: duplicate) == survivor,
      let answer: JSONText = try transaction.fetchOne(
        Customers.mergeOf, duplicate, decode: { row in try row.value(at: 0) })
    {
      return try answer.decode()
    }
    let old = try transaction.liveCustomer(duplicate)
    let kept = try transaction.liveCustomer(survivor)
    var merge = CustomerMerge(of: duplicate, into: survivor, at: transaction.now)
    try requireOneSubscription(duplicate, survivor, transaction)
    try transaction.rewriting { transaction in
      try moveCredits(&merge, transaction)
      try moveUsage(&merge, transaction)
    }
    try moveSubscription(&merge, transaction)
    try moveWork(&merge, transaction)
    try moveCredentials(&merge, transaction)
    try transaction.execute(shorten, duplicate, survivor)
    try transaction.execute(end, duplicate, survivor, transaction.now)
    try fill(kept, from: old, &merge, transaction)
    try transaction.execute(
      insert, duplicate, survivor, try JSONText(encoding: merge), transaction.now)
    for (entity, other) in [(duplicate, survivor), (survivor, duplicate)] {
      try transaction.audit.record(
        NewAuditEntry(
          action: "customer.merged", kind: .customer, entity: ID(retyping: entity),
          changedFields: entity == survivor ? merge.filledFields : [],
          metadata: try JSONText(encoding: [
            "with": "\(other)", "reason": transaction.reason ?? "merged",
          ])))
    }
    return merge
  }
}

extension CustomerMerging {
  private static let ownsExternalID = SQLStatement(
    "UPDATE customers SET external_id = NULL, updated_at = ?2 WHERE id = ?1")

  /// Gives the survivor what it does not have: keys, contact details, business and owner.
  private static func fill(
    _ kept: Customer, from old: Customer, _ merge: inout CustomerMerge,
    _ transaction: borrowing WriteTransaction
  ) throws {
    var customer = kept
    func take<Value>(
      _ path: WritableKeyPath<Customer, Value?>, _ column: String, _ merge: inout CustomerMerge
    ) {
      guard customer[keyPath: path] == nil, let value = old[keyPath: path] else { return }
      customer[keyPath: path] = value
      merge.filledFields.append(column)
    }
    take(\.externalID, "external_id", &merge)
    if customer.externalID != kept.externalID {
      // The key is unique among all customers, the duplicate included.
      try transaction.execute(ownsExternalID, old.id, transaction.now)
    }
    take(\.email, "email", &merge)
    if kept.email == nil, old.email != nil, old.isVerified { customer.isVerified = true }
    take(\.phone, "phone", &merge)
    take(\.contact.mobile, "mobile", &merge)
    take(\.contact.preferredMethod, "preferred_contact_method", &merge)
    take(\.contact.location, "location", &merge)
    take(\.person.age, "age", &merge)
    take(\.person.gender, "gender", &merge)
    take(\.person.education, "education", &merge)
    take(\.business.companyName, "company_name", &merge)
    take(\.business.type, "business_type", &merge)
    take(\.business.requirements, "business_requirements", &merge)
    take(\.ownerID, "owner_id", &merge)
    let tags = try kept.tagList()
    let added = try old.tagList().filter { !tags.contains($0) }
    if !added.isEmpty {
      customer.tags = try JSONText(encoding: tags + added)
      merge.filledFields.append("tags")
    }
    if old.onboarding.firstSubmissionCompleted {
      customer.onboarding.firstSubmissionCompleted = true
    }
    if customer.ownerID != kept.ownerID, let owner = customer.ownerID,
      try transaction.ownerRefusal(owner) != nil
    {
      // A member of staff who has left owns no further customers.
      customer.ownerID = nil
      merge.filledFields.removeAll { $0 == "owner_id" }
    }
    _ = try transaction.save(customer, from: kept)
  }

  private static let moveSecrets = SQLStatement(
    """
    UPDATE credentials SET customer_id = ?2
    WHERE customer_id = ?1 AND NOT EXISTS (SELECT 1 FROM credentials WHERE customer_id = ?2)
    """)
  private static let dropSecrets = SQLStatement("DELETE FROM credentials WHERE customer_id = ?")

  private static func moveCredentials(
    _ merge: inout CustomerMerge, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(moveSecrets, merge.duplicate, merge.survivor)
    merge.hasDroppedCredentials = try transaction.execute(dropSecrets, merge.duplicate) > 0
  }
}
