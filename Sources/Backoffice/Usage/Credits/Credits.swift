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
      guard let balance = try CreditBalance.find(customer, in: transaction) else {
        throw UsageError.noSubscription(customer)
      }
      return try CreditHoldExpiry.asOfNow(balance, of: customer, in: transaction)
    }
  }

  /// Grants credits to a customer, for use in the current billing period.
  ///
  /// - Parameters:
  ///   - credits: the number of credits, 0 or more.
  ///   - customer: the customer.
  ///   - key: an idempotency key: the same grant with the same key is posted once.
  ///   - reason: the reason to record in the ledger.
  /// - Returns: the resulting balance.
  /// - Throws: ``UsageError/invalidCredits(kind:credits:)``, ``UsageError/noSubscription(_:)``,
  ///   ``UsageError/keyConflict(key:)``.
  @discardableResult
  public func grant(
    _ credits: Int, to customer: ID<Customer>, key: String? = nil, reason: String? = nil
  ) throws -> CreditBalance {
    try post(.grant, credits, customer, key: key, reason: reason)
  }

  /// Corrects the credits of a customer by a signed number.
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
  @discardableResult
  public func adjust(
    by credits: Int, of customer: ID<Customer>, key: String? = nil, reason: String
  ) throws -> CreditBalance {
    try post(.adjust, credits, customer, key: key, reason: reason)
  }

  private func post(
    _ kind: CreditEntryKind, _ credits: Int, _ customer: ID<Customer>, key: String?,
    reason: String?
  ) throws -> CreditBalance {
    try access.write(reason: reason) { transaction in
      try transaction.postCredits(kind, customer: customer, credits: credits, key: key)
      guard let balance = try transaction.creditBalance(of: customer) else {
        throw UsageError.noSubscription(customer)
      }
      return balance
    }
  }
}
