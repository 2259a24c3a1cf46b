extension Credits {
  static let holdByID = CreditHold.select("WHERE id = ?")
  private static let insertHold = SQLStatement(
    """
    INSERT INTO credit_holds (id, customer_id, credits, created_at, expires_at, period_start_at)
    VALUES (?1, ?2, ?3, ?4, ?5,
      (SELECT period_start_at FROM credit_balances WHERE customer_id = ?2))
    RETURNING \(CreditHold.selection)
    """)
  private static let end = SQLStatement(
    """
    UPDATE credit_holds SET state = ?2, captured = ?3, ended_at = ?4
    WHERE id = ?1 AND state = 'reserved' AND coalesce(expires_at > ?4, 1)
    RETURNING \(CreditHold.selection)
    """)
  private static let resize = SQLStatement(
    """
    UPDATE credit_holds SET credits = ?2
    WHERE id = ?1 AND state = 'reserved' AND coalesce(expires_at > ?3, 1)
    RETURNING \(CreditHold.selection)
    """)

  /// Reserves credits of a customer.
  ///
  /// ```swift
  /// let hold = try store.credits.hold(20, of: customer, for: .minutes(10), key: "report-7")
  /// …
  /// try store.credits.capture(hold.id, 13, key: "report-7 done")
  /// ```
  ///
  /// With a key, the first answer is stored and given again, also a refusal that depends on the
  /// balance; a refused hold needs another key. Inside a caller's transaction that is rolled back,
  /// the stored answer is rolled back with it.
  ///
  /// - Parameters:
  ///   - credits: the number of credits, at least 1.
  ///   - customer: the customer.
  ///   - lifetime: how long they are held, more than zero; at its end the hold has expired. Nil holds
  ///     them until they are captured or released.
  ///   - key: an idempotency key.
  ///   - reason: the reason to record in the ledger.
  /// - Throws: ``UsageError/creditsExhausted(customer:needed:remaining:resetsAt:)`` if fewer
  ///   credits remain, ``UsageError/invalidCredits(kind:credits:)``,
  ///   ``UsageError/invalidLifetime(_:)``, ``UsageError/emptyKey(kind:)``,
  ///   ``UsageError/unknownCustomer(_:)``, ``UsageError/keyConflict(key:)``.
  /// - Complexity: a constant number of index lookups, and the customer's holds that have expired
  ///   since the last write.
  @discardableResult
  public func hold(
    _ credits: Int, of customer: ID<Customer>, for lifetime: Duration? = nil, key: String? = nil,
    reason: String? = nil
  ) throws -> CreditHold {
    try hold(NewCreditHold(credits, of: customer, for: lifetime, key: key), reason: reason)
  }

  private func hold(_ new: NewCreditHold, reason: String?) throws -> CreditHold {
    try Self.validate(new)
    return try answered(new.key, request: new.request, reason: reason) { transaction in
      try Self.open(new, transaction)
    }
  }

  /// Reserves credits for several requests, all or none.
  ///
  /// - Throws: ``CreditBatchError`` with the index of the first request that was refused and its
  ///   error. A key that was refused for its content or is malformed may be used again, as may the
  ///   keys of the other requests; one refused because of the balance may not.
  /// - Complexity: that of ``hold(_:of:for:key:reason:)`` for each request.
  @discardableResult
  public func hold(_ requests: [NewCreditHold], reason: String? = nil) throws -> [CreditHold] {
    var index = 0
    do {
      for (position, request) in requests.enumerated() {
        index = position
        try Self.validate(request)
      }
      return try access.write(reason: reason) { transaction in
        try requests.enumerated().map { position, request in
          index = position
          return try transaction.credits.hold(request, reason: nil)
        }
      }
    } catch let error as UsageError {
      if requests.indices.contains(index), let key = requests[index].key {
        try store(error, under: key, request: requests[index].request)
      }
      throw CreditBatchError(index: index, error: error)
    }
  }

  static func validate(_ new: NewCreditHold) throws(UsageError) {
    guard new.credits > 0 else { throw .invalidCredits(kind: .reserve, credits: new.credits) }
    if let lifetime = new.lifetime, lifetime <= .zero { throw .invalidLifetime(lifetime) }
    if new.key?.isEmpty == true { throw .emptyKey(kind: .reserve) }
  }

  /// The one place where credits are reserved.
  private static func open(
    _ new: NewCreditHold, _ transaction: borrowing WriteTransaction
  ) throws -> CreditHold {
    let expiry = new.lifetime.map { transaction.now + $0 }
    do {
      let hold = try CreditHold.fetchOne(
        transaction, insertHold, transaction.makeID(CreditHold.self), new.customerID, new.credits,
        transaction.now, expiry)
      guard let hold else { throw StorageError.scopeFailed }
      return hold
    } catch let error as SQLiteError where .constraintForeignKey ~= error.code {
      throw UsageError.unknownCustomer(new.customerID)
    }
  }

  /// Spends a part of the credits of a hold, or all; the rest is released.
  ///
  /// A hold is captured once. Without a key, repeating the call with the same number changes nothing.
  ///
  /// - Parameters:
  ///   - hold: the hold.
  ///   - credits: the number of credits, from 1 up to those held; nil for all.
  ///   - customer: the customer whose hold it must be; nil for any.
  ///   - key: an idempotency key: the first answer is stored and given again.
  ///   - reason: the reason to record in the ledger.
  /// - Throws: ``UsageError/unknownHold(_:)``, ``UsageError/otherCustomer(_:_:)``,
  ///   ``UsageError/exceedsHold(_:credits:held:)``, ``UsageError/alreadyCaptured(_:credits:)``,
  ///   ``UsageError/holdEnded(_:_:)`` if it was released or has expired,
  ///   ``UsageError/invalidCredits(kind:credits:)``, ``UsageError/emptyKey(kind:)``,
  ///   ``UsageError/keyConflict(key:)``.
  /// - Complexity: a constant number of index lookups.
  @discardableResult
  public func capture(
    _ hold: ID<CreditHold>, _ credits: Int? = nil, of customer: ID<Customer>? = nil,
    key: String? = nil, reason: String? = nil
  ) throws -> CreditHold {
    if let credits, credits < 1 { throw UsageError.invalidCredits(kind: .spend, credits: credits) }
    if key?.isEmpty == true { throw UsageError.emptyKey(kind: .spend) }
    let request =
      "capture \(credits.map(String.init) ?? "all") of \(hold)"
      + (customer.map { " of \($0)" } ?? "")
    return try answered(key, request: request, reason: reason) { transaction in
      let found = try Self.require(hold, of: customer, transaction)
      let number = credits ?? found.credits
      guard number <= found.credits else {
        throw UsageError.exceedsHold(hold, credits: number, held: found.credits)
      }
      if found.state == .spent {
        guard key == nil, number == found.captured else {
          throw UsageError.alreadyCaptured(hold, credits: found.captured)
        }
        return found
      }
      return try Self.end(found, as: .spent, captured: number, transaction)
    }
  }

  /// Spends all credits of a hold.
  ///
  /// Repeating the call changes nothing.
  ///
  /// - Throws: ``UsageError/unknownHold(_:)``, ``UsageError/holdEnded(_:_:)`` if they were
  ///   released or the hold has expired.
  /// - Complexity: a constant number of index lookups.
  @discardableResult
  public func spend(_ hold: ID<CreditHold>, reason: String? = nil) throws -> CreditHold {
    try access.write(reason: reason) { transaction in
      let found = try Self.require(hold, of: nil, transaction)
      return found.state == .spent
        ? found : try Self.end(found, as: .spent, captured: nil, transaction)
    }
  }

  /// Releases the credits of a hold: they return to what they were taken from, as if they had never
  /// been held, and to nothing when its period has ended.
  ///
  /// Without a key, repeating the call changes nothing.
  ///
  /// - Parameters:
  ///   - hold: the hold.
  ///   - key: an idempotency key: the first answer is stored and given again.
  ///   - reason: the reason to record in the ledger.
  /// - Throws: ``UsageError/unknownHold(_:)``, ``UsageError/holdEnded(_:_:)`` if they were spent or
  ///   the hold has expired, ``UsageError/keyConflict(key:)``, ``UsageError/emptyKey(kind:)``.
  /// - Complexity: a constant number of index lookups.
  @discardableResult
  public func release(
    _ hold: ID<CreditHold>, key: String? = nil, reason: String? = nil
  ) throws -> CreditHold {
    if key?.isEmpty == true { throw UsageError.emptyKey(kind: .release) }
    return try answered(key, request: "release \(hold)", reason: reason) { transaction in
      let found = try Self.require(hold, of: nil, transaction)
      return found.state == .released && key == nil
        ? found : try Self.end(found, as: .released, captured: nil, transaction)
    }
  }

  /// The hold with an id, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(_ hold: ID<CreditHold>) throws -> CreditHold? {
    try access.readOnce { transaction in
      try CreditHold.fetchOne(transaction, Self.holdByID, hold)?.asOf(transaction.now)
    }
  }

  /// Changes the number of credits of a hold.
  ///
  /// - Throws: the errors of ``hold(_:of:for:key:reason:)``, ``UsageError/unknownHold(_:)``,
  ///   ``UsageError/holdEnded(_:_:)``.
  /// - Complexity: a constant number of index lookups.
  @discardableResult
  public func change(_ hold: ID<CreditHold>, to credits: Int) throws -> CreditHold {
    guard credits > 0 else { throw UsageError.invalidCredits(kind: .reserve, credits: credits) }
    return try access.write { transaction in
      if let changed = try CreditHold.fetchOne(
        transaction, Self.resize, hold, credits, transaction.now)
      {
        return changed
      }
      let found = try Self.require(hold, of: nil, transaction)
      throw UsageError.holdEnded(hold, found.state)
    }
  }

  private static func end(
    _ hold: CreditHold, as state: CreditHold.State, captured: Int?,
    _ transaction: borrowing WriteTransaction
  ) throws -> CreditHold {
    let part = captured == hold.credits ? nil : captured
    guard
      let ended = try CreditHold.fetchOne(
        transaction, end, hold.id, state, part, transaction.now)
    else { throw UsageError.holdEnded(hold.id, hold.state) }
    return ended
  }

  private static func require(
    _ hold: ID<CreditHold>, of customer: ID<Customer>?, _ transaction: borrowing WriteTransaction
  ) throws -> CreditHold {
    guard let found = try CreditHold.fetchOne(transaction, holdByID, hold) else {
      throw UsageError.unknownHold(hold)
    }
    if let customer, customer != found.customerID,
      try transaction.survivorID(of: customer) != found.customerID
    {
      throw UsageError.otherCustomer(hold, customer)
    }
    return found.asOf(transaction.now)
  }
}

/// A request of a batch that was refused, so that nothing of the batch happened.
public struct CreditBatchError: Error, Sendable, Hashable {
  /// The index of the request.
  public let index: Int
  /// Why it was refused.
  public let error: UsageError
}

extension CreditBatchError: CustomStringConvertible {
  /// The index and the reason.
  public var description: String { "Request \(index): \(error)" }
}
