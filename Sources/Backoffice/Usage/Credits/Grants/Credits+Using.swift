/// Credits used as a fact, whether or not the balance covered them.
public struct CreditUse: TableRow, Hashable {
  /// `credit_uses`.
  public static let tableName = "credit_uses"
  /// The idempotency key; nil for none.
  public let key: String?
  /// The customer.
  public let customerID: ID<Customer>
  /// The number of credits used.
  public let credits: Int
  /// The part that no credits covered when it was recorded, which the customer owes.
  public let overage: Int
  /// The time of use.
  public let at: Timestamp
  /// When the use was recorded.
  public let recordedAt: Timestamp

  /// Reads all columns except the internal key.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    key = try column("idempotency_key")
    customerID = try column("customer_id")
    credits = try column("credits")
    overage = try column("overage")
    at = try column("at")
    recordedAt = try column("recorded_at")
  }
}

extension Credits {
  private static let useOfKey = CreditUse.select("WHERE idempotency_key = ?")
  private static let insertUse = SQLStatement(
    """
    INSERT INTO credit_uses (idempotency_key, customer_id, credits, overage, at, recorded_at)
    VALUES (?, ?, ?, ?, ?, ?) RETURNING \(CreditUse.selection)
    """)

  /// Spends credits of a customer at once, if there are enough.
  ///
  /// It is ``hold(_:of:for:key:reason:)`` and ``capture(_:_:of:key:reason:)`` in one transaction.
  /// With a key, the first answer is stored and given again.
  ///
  /// - Parameters:
  ///   - credits: the number of credits, at least 1.
  ///   - customer: the customer.
  ///   - key: an idempotency key.
  ///   - reason: the reason to record in the ledger.
  /// - Returns: the spent hold.
  /// - Throws: the errors of ``hold(_:of:for:key:reason:)``.
  /// - Complexity: proportional to the customer's active grants.
  @discardableResult
  public func consume(
    _ credits: Int, of customer: ID<Customer>, key: String? = nil, reason: String? = nil
  ) throws -> CreditHold {
    try Self.validate(NewCreditHold(credits, of: customer, key: key))
    return try answered(key, request: "consume \(credits) of \(customer)", reason: reason) {
      transaction in
      let hold = try transaction.credits.hold(credits, of: customer)
      return try transaction.credits.capture(hold.id)
    }
  }

  /// Records credits that a customer has used, which always succeeds.
  ///
  /// Credits are taken in the order of use; what they do not cover is owed and paid by the next
  /// credits. A new billing period forgives it unless the tier keeps it; see
  /// ``TierTerms/keepsOverage``. To refuse use beyond the balance, call
  /// ``consume(_:of:key:reason:)``.
  ///
  /// - Parameters:
  ///   - credits: the number of credits, from 1 to 10^12.
  ///   - customer: the customer.
  ///   - at: the time of use; nil for now. A use that is recorded late corrects what remains now to
  ///     what it would be if it had been recorded in time; holds and answers stand. One in a closed
  ///     billing period counts now, as that period is final.
  ///   - key: an idempotency key: the first answer is stored and given again.
  ///   - reason: the reason to record in the ledger.
  /// - Throws: ``UsageError/invalidCredits(kind:credits:)``, ``UsageError/emptyKey(kind:)``,
  ///   ``UsageError/noSubscription(_:)`` if the customer never had credits,
  ///   ``UsageError/keyConflict(key:)``, ``UsageError/useInTheFuture(at:)``.
  /// - Complexity: proportional to the customer's active grants; if grants have changed since a time
  ///   in the past, to everything that happened to the customer's credits.
  @discardableResult
  public func record(
    _ credits: Int, of customer: ID<Customer>, at: Timestamp? = nil, key: String? = nil,
    reason: String? = nil
  ) throws -> CreditUse {
    guard credits > 0, credits.magnitude <= WriteTransaction.mostCredits else {
      throw UsageError.invalidCredits(kind: .use, credits: credits)
    }
    if key?.isEmpty == true { throw UsageError.emptyKey(kind: .use) }
    return try access.write(reason: reason) { transaction in
      if let key, let first = try CreditUse.fetchOne(transaction, Self.useOfKey, key) {
        let customer = try transaction.survivorID(of: customer) ?? customer
        guard first.customerID == customer, first.credits == credits, at == nil || at == first.at
        else { throw UsageError.keyConflict(key: key) }
        return first
      }
      let now = transaction.now
      if let at, at > now + .seconds(300) { throw UsageError.useInTheFuture(at: at) }
      guard let balance = try transaction.currentBalance(of: customer, isReserving: true) else {
        throw UsageError.noSubscription(customer)
      }
      var book = try CreditBook(of: customer, balance, in: transaction)
      let overage: Int
      if let at, at < now, try Self.isReplayed(at, of: customer, transaction) {
        let change = try CreditReplay(of: customer, balance, in: transaction)
          .change(by: credits, at: at)
        book.correct(change.lots, overage: change.overage, at: now, reason: "late use at \(at)")
        overage = min(credits, max(0, change.overage))
      } else {
        overage = book.use(credits, at: now, reason: nil)
      }
      try transaction.save(book, of: customer, after: balance)
      let use = try CreditUse.fetchOne(
        transaction, Self.insertUse, key, customer, credits, overage, at ?? now, now)
      guard let use else { throw StorageError.scopeFailed }
      return use
    }
  }

  static let lastChange = SQLStatement(
    """
    SELECT at FROM credit_entries WHERE customer_id = ?1 AND at > ?2 AND (kind = 'grant'
      OR kind = 'expire' OR kind = 'adjust' OR kind = 'settle' OR kind = 'forgive')
    ORDER BY at DESC LIMIT 1
    """)

  private static let isClosed = SQLStatement(
    """
    SELECT 1 FROM usage_closings
    WHERE customer_id = ?1 AND period_start_at <= ?2 AND period_end_at > ?2
    """)

  /// Whether the order of use matters: between two changes of the grants it does not, and a closed
  /// period is final.
  private static func isReplayed(
    _ at: Timestamp, of customer: ID<Customer>, _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    let last = try transaction.fetchOne(lastChange, customer, at) { _ in true }
    guard last != nil else { return false }
    return try transaction.fetchOne(isClosed, customer, at) { _ in true } == nil
  }
}
