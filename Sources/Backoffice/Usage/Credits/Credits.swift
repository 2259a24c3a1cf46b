/// The credits of customers: balances, holds and the ledger.
///
/// Credits are granted, and reserved by holds for work whose outcome is open: enqueued work, or
/// anything else that the program decides later (``hold(_:of:for:key:reason:)``).
public struct Credits: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The credits of customers.
  public var credits: Credits { Credits(access) }
}

extension Credits {
  /// The balance of a customer in the current billing period.
  ///
  /// - Throws: ``UsageError/noSubscription(_:)``.
  /// - Complexity: one index lookup.
  public func balance(of customer: ID<Customer>) throws -> CreditBalance {
    try access.readOnce { transaction in
      let (customer, balance) = try Self.balance(of: customer, in: transaction)
      return try CreditHoldExpiry.asOfNow(balance, of: customer, in: transaction)
    }
  }

  /// The balance of a customer, or of the one that it was merged into.
  static func balance(
    of customer: ID<Customer>, in transaction: borrowing ReadTransaction
  ) throws -> (ID<Customer>, CreditBalance) {
    if let own = try CreditBalance.find(customer, in: transaction) { return (customer, own) }
    guard let survivor = try transaction.survivorID(of: customer),
      let balance = try CreditBalance.find(survivor, in: transaction)
    else { throw UsageError.noSubscription(customer) }
    return (survivor, balance)
  }

  static let holdsDue = SQLStatement(
    "SELECT customer_id FROM credit_balances WHERE hold_expires_at <= ? ORDER BY hold_expires_at LIMIT ?"
  )
  static let grantsDue = SQLStatement(
    "SELECT customer_id FROM credit_balances WHERE grants_due_at <= ? ORDER BY grants_due_at LIMIT ?"
  )

  /// Posts to the ledger what time has changed: holds and grants that have expired, refills, and
  /// grants that have become effective.
  ///
  /// Balances do not wait for this call; ledgers and reports of expired credits do.
  ///
  /// - Parameter limit: the maximum number of customers; 100 by default.
  /// - Returns: the number of customers; below `limit` if none is left.
  /// - Throws: `StorageError` with `closed`, `readOnlyStore`, `busy`, `writerBusy`; `SQLiteError`.
  /// - Complexity: proportional to the number of customers and their active grants.
  @discardableResult
  public func postDue(limit: Int = PageLimit.standard) throws -> Int {
    try access.write(reason: "time") { transaction in
      let limit = PageLimit.clamped(limit)
      var due: [ID<Customer>] = try transaction.fetchAll(
        Self.grantsDue, transaction.now, limit
      ) { row in try row.value(at: 0) }
      if due.count < limit {
        due += try transaction.fetchAll(
          Self.holdsDue, transaction.now, limit - due.count
        ) { row in try row.value(at: 0) }
      }
      for customer in due { _ = try transaction.currentBalance(of: customer, isReserving: true) }
      return due.count
    }
  }

  /// Corrects the credits of a customer by a signed number.
  ///
  /// Credits are added to those of the plan, for use in the current billing period; they are deducted
  /// in the order of use. To correct one grant, call ``adjust(by:of:reason:)``.
  ///
  /// - Parameters:
  ///   - credits: the change; negative to deduct credits.
  ///   - customer: the customer.
  ///   - key: an idempotency key.
  ///   - reason: the reason to record in the ledger.
  /// - Returns: the resulting balance.
  /// - Throws: ``UsageError/creditsExhausted(customer:needed:remaining:resetsAt:)`` if fewer
  ///   credits remain than are deducted, ``UsageError/invalidCredits(kind:credits:)``,
  ///   ``UsageError/noSubscription(_:)``, ``UsageError/keyConflict(key:)``.
  /// - Complexity: proportional to the customer's active grants.
  @discardableResult
  public func adjust(
    by credits: Int, of customer: ID<Customer>, key: String? = nil, reason: String
  ) throws -> CreditBalance {
    try access.write(reason: reason) { transaction in
      try transaction.postCredits(.adjust, customer: customer, credits: credits, key: key)
      guard let balance = try transaction.creditBalance(of: customer) else {
        throw UsageError.noSubscription(customer)
      }
      return balance
    }
  }
}
