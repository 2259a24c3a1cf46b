extension Credits {
  private static let insert = SQLStatement(
    """
    INSERT INTO credit_grants (id, idempotency_key, customer_id, credits, priority, effective_at,
      expires_at, recurrence, roll_over_min, roll_over_max, reason, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """)
  private static let open = SQLStatement(
    """
    INSERT INTO credit_balances (customer_id, is_entitled, created_at, updated_at, has_grants,
      grants_due_at)
    VALUES (?1, 1, ?2, ?2, 1, ?3)
    ON CONFLICT (customer_id) DO UPDATE SET has_grants = 1,
      grants_due_at = min(coalesce(grants_due_at, ?3), ?3)
    """)
  private static let byID = CreditGrant.select("WHERE id = ?")
  private static let byKey = CreditGrant.select("WHERE idempotency_key = ?")
  /// The most active grants of a customer.
  public static let mostGrants = 10_000

  /// Grants credits to a customer, in addition to those of the plan.
  ///
  /// They are effective now, never expire, and a new billing period leaves them alone; see
  /// ``grant(_:reason:)`` for other lifetimes.
  ///
  /// - Parameters:
  ///   - credits: the number of credits, from 0 to 10^12.
  ///   - customer: the customer, who needs no subscription.
  ///   - key: an idempotency key: the same grant with the same key is made once.
  ///   - reason: the reason to record in the ledger.
  /// - Throws: the errors of ``grant(_:reason:)``.
  /// - Complexity: proportional to the customer's active grants.
  @discardableResult
  public func grant(
    _ credits: Int, to customer: ID<Customer>, key: String? = nil, reason: String? = nil
  ) throws -> CreditGrant {
    try grant(NewCreditGrant(credits, to: customer, key: key), reason: reason)
  }

  /// Grants credits to a customer, with a priority, a lifetime, a recurrence and a roll-over.
  ///
  /// ```swift
  /// var promotion = NewCreditGrant(100, to: customer, key: "spring-2027")
  /// promotion.expiresAt = endOfMonth
  /// try store.credits.grant(promotion)
  /// ```
  ///
  /// Credits are used in the order of priority, then soonest expiry, then creation; see
  /// ``CreditGrant``. What the customer owes for use beyond the balance is paid when the grant
  /// becomes effective. A customer whose subscription has ended cannot use credits until it is paid
  /// or reactivated; one who never had a subscription can.
  ///
  /// - Returns: the grant; the first one if the key was used for the same grant before.
  /// - Throws: ``UsageError/invalidCredits(kind:credits:)``, ``UsageError/invalidGrant(problem:)``,
  ///   ``UsageError/emptyKey(kind:)``, ``UsageError/keyConflict(key:)``,
  ///   ``UsageError/unknownCustomer(_:)``, ``UsageError/tooManyGrants(_:)``.
  /// - Complexity: proportional to the customer's active grants.
  @discardableResult
  public func grant(_ new: NewCreditGrant, reason: String? = nil) throws -> CreditGrant {
    try new.validate()
    return try access.write(reason: reason) { transaction in
      if let key = new.key, let first = try CreditGrant.fetchOne(transaction, Self.byKey, key) {
        let customer = try transaction.survivorID(of: new.customerID) ?? new.customerID
        guard new.isContent(of: first, customer) else { throw UsageError.keyConflict(key: key) }
        return first
      }
      let effectiveAt = new.effectiveAt ?? transaction.now
      _ = try transaction.currentBalance(of: new.customerID, isReserving: true)
      do {
        try transaction.execute(Self.open, new.customerID, transaction.now, effectiveAt)
      } catch let error as SQLiteError where .constraintForeignKey ~= error.code {
        throw UsageError.unknownCustomer(new.customerID)
      }
      let id = transaction.makeID(CreditGrant.self)
      try transaction.execute(
        Self.insert, id, new.key, new.customerID, new.credits, new.priority, effectiveAt,
        new.expiresAt, new.recurrence, new.rollOver?.minimum, new.rollOver?.maximum,
        transaction.reason, transaction.now)
      if let balance = try transaction.creditBalance(of: new.customerID) {
        let book = try CreditBook(of: new.customerID, balance, in: transaction)
        guard book.lots.count <= Self.mostGrants + 1 else {
          throw UsageError.tooManyGrants(new.customerID)
        }
      }
      _ = try transaction.currentBalance(of: new.customerID)
      return try Self.require(id, transaction)
    }
  }

  /// The grant with an id, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(_ grant: ID<CreditGrant>) throws -> CreditGrant? {
    try access.readOnce { try CreditGrant.fetchOne($0, Self.byID, grant) }
  }

  /// Ends a grant now: its remaining credits expire, and credits that holds reserve stay reserved.
  ///
  /// What holds release later is lost. Repeating the call changes nothing.
  ///
  /// - Throws: ``UsageError/unknownGrant(_:)``, ``UsageError/grantEnded(_:)`` if it has expired.
  /// - Complexity: proportional to the customer's active grants.
  @discardableResult
  public func void(_ grant: ID<CreditGrant>, reason: String) throws -> CreditGrant {
    try change(grant, reason: reason) { found, book, now in
      guard found.state != .lapsed else { throw UsageError.grantEnded(grant) }
      guard found.state != .voided else { return }
      book.void(grant, at: now, reason: reason)
    }
  }

  /// Corrects a grant by a signed number of credits.
  ///
  /// - Throws: ``UsageError/unknownGrant(_:)``, ``UsageError/grantEnded(_:)`` unless it is effective,
  ///   ``UsageError/invalidCredits(kind:credits:)``,
  ///   ``UsageError/creditsExhausted(customer:needed:remaining:resetsAt:)`` if fewer remain than are
  ///   deducted.
  /// - Complexity: proportional to the customer's active grants.
  @discardableResult
  public func adjust(
    by credits: Int, of grant: ID<CreditGrant>, reason: String
  ) throws -> CreditGrant {
    guard credits.magnitude <= WriteTransaction.mostCredits else {
      throw UsageError.invalidCredits(kind: .adjust, credits: credits)
    }
    return try change(grant, reason: reason) { found, book, now in
      guard found.state == .open else { throw UsageError.grantEnded(grant) }
      guard found.remaining.adding(credits) >= 0 else {
        throw UsageError.creditsExhausted(
          customer: found.customerID, needed: 0.subtracting(credits), remaining: found.remaining,
          resetsAt: nil)
      }
      book.adjust(grant, by: credits, at: now, reason: reason)
    }
  }

  private func change(
    _ grant: ID<CreditGrant>, reason: String,
    _ body: (CreditGrant, inout CreditBook, Timestamp) throws -> Void
  ) throws -> CreditGrant {
    try access.write(reason: reason) { transaction in
      let customer = try Self.require(grant, transaction).customerID
      guard let balance = try transaction.currentBalance(of: customer, isReserving: true) else {
        throw UsageError.noSubscription(customer)
      }
      var book = try CreditBook(of: customer, balance, and: .grants([grant]), in: transaction)
      try body(Self.require(grant, transaction), &book, transaction.now)
      try transaction.save(book, of: customer, after: balance)
      return try Self.require(grant, transaction)
    }
  }

  private static func require(
    _ grant: ID<CreditGrant>, _ transaction: borrowing WriteTransaction
  ) throws -> CreditGrant {
    guard let found = try CreditGrant.fetchOne(transaction, byID, grant) else {
      throw UsageError.unknownGrant(grant)
    }
    return found
  }
}

extension NewCreditGrant {
  fileprivate func validate() throws(UsageError) {
    guard credits >= 0, credits.magnitude <= WriteTransaction.mostCredits else {
      throw .invalidCredits(kind: .grant, credits: credits)
    }
    if key?.isEmpty == true { throw .emptyKey(kind: .grant) }
    guard (1...100).contains(priority) else {
      throw .invalidGrant(problem: "the priority \(priority) is not 1 to 100")
    }
    if let expiresAt, let effectiveAt, expiresAt <= effectiveAt {
      throw .invalidGrant(problem: "it expires at \(expiresAt), before it is effective")
    }
    if let rollOver {
      guard rollOver.minimum >= 0, rollOver.minimum <= rollOver.maximum,
        rollOver.maximum.magnitude <= WriteTransaction.mostCredits
      else {
        throw .invalidGrant(
          problem: "a roll-over of \(rollOver.minimum) to \(rollOver.maximum) is not within 0 to "
            + "10^12 in this order")
      }
    }
  }

  fileprivate func isContent(of grant: CreditGrant, _ customer: ID<Customer>) -> Bool {
    grant.customerID == customer && grant.credits == credits && grant.priority == priority
      && (effectiveAt == nil || grant.effectiveAt == effectiveAt) && grant.expiresAt == expiresAt
      && grant.recurrence == recurrence && grant.rollOver == rollOver
  }
}
