/// The credits of customers: balances, holds, and the ledger behind them.
///
/// Credits are granted, and held for what may come to nothing: work that is enqueued, or anything else
/// that a program decides later (``hold(_:of:reason:)``).
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
  /// - Complexity: one index probe.
  public func balance(of customer: ID<Customer>) throws -> CreditBalance {
    try access.readOnce { transaction in
      guard let balance = try CreditBalance.find(customer, in: transaction) else {
        throw UsageError.noSubscription(customer)
      }
      return balance
    }
  }

  /// Gives credits to a customer, to be used up in the current billing period.
  ///
  /// - Parameters:
  ///   - credits: how many, 0 or more.
  ///   - customer: who gets them.
  ///   - key: makes the grant idempotent: the same grant with the same key counts once.
  ///   - reason: why, for the ledger.
  /// - Returns: the balance afterwards.
  /// - Throws: ``UsageError/invalidCredits(kind:credits:)``, ``UsageError/noSubscription(_:)``,
  ///   ``UsageError/keyConflict(key:)``.
  @discardableResult
  public func grant(
    _ credits: Int, to customer: ID<Customer>, key: String? = nil, reason: String? = nil
  ) throws -> CreditBalance {
    try post(.grant, credits, customer, key: key, reason: reason)
  }

  /// Corrects the credits of a customer by a number with a sign.
  ///
  /// - Parameters:
  ///   - credits: how many more, or fewer when negative.
  ///   - customer: whose.
  ///   - key: makes the correction idempotent.
  ///   - reason: why, for the ledger.
  /// - Returns: the balance afterwards.
  /// - Throws: ``UsageError/creditsExhausted(customer:needed:remaining:resetsAt:)`` when more
  ///   would be taken than remain, ``UsageError/invalidCredits(kind:credits:)``,
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
