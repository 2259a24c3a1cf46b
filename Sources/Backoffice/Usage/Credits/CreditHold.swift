/// Credits of a customer that are reserved for a purpose, and later spent or released.
public struct CreditHold: TableRow, Hashable {
  /// `credit_holds`.
  public static let tableName = "credit_holds"
  /// The hold's id.
  public let id: ID<CreditHold>
  /// The customer.
  public let customerID: ID<Customer>
  /// The number of credits.
  public let credits: Int
  /// The state of the hold.
  public let state: State
  /// When the hold was created.
  public let createdAt: Timestamp
  /// When the credits were spent or released; nil while they are reserved.
  public let endedAt: Timestamp?

  /// The state of a hold.
  public enum State: String, TextEnum {
    /// The credits are reserved.
    case reserved
    /// The credits were spent.
    case spent
    /// The credits were released.
    case released
  }
}

extension CreditHold {
  /// Reads all columns except the internal key.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), customerID: column("customer_id"), credits: column("credits"),
      state: column("state"), createdAt: column("created_at"),
      endedAt: column("ended_at"))
  }
}

extension Credits {
  static let holdByID = CreditHold.select("WHERE id = ?")
  private static let insertHold = SQLStatement(
    """
    INSERT INTO credit_holds (id, customer_id, credits, created_at) VALUES (?, ?, ?, ?)
    RETURNING \(CreditHold.selection)
    """)
  private static let end = SQLStatement(
    """
    UPDATE credit_holds SET state = ?2, ended_at = ?3 WHERE id = ?1 AND state = 'reserved'
    RETURNING \(CreditHold.selection)
    """)
  private static let resize = SQLStatement(
    """
    UPDATE credit_holds SET credits = ?2 WHERE id = ?1 AND state = 'reserved'
    RETURNING \(CreditHold.selection)
    """)

  /// Reserves credits of a customer.
  ///
  /// ```swift
  /// let hold = try store.credits.hold(20, of: customer)
  /// …
  /// try store.credits.spend(hold.id)
  /// ```
  ///
  /// - Parameters:
  ///   - credits: the number of credits, at least 1.
  ///   - customer: the customer.
  ///   - reason: the reason to record in the ledger.
  /// - Throws: ``UsageError/creditsExhausted(customer:needed:remaining:resetsAt:)`` if fewer
  ///   credits remain, ``UsageError/invalidCredits(kind:credits:)``,
  ///   ``UsageError/unknownCustomer(_:)``.
  /// - Complexity: a constant number of index lookups.
  @discardableResult
  public func hold(
    _ credits: Int, of customer: ID<Customer>, reason: String? = nil
  ) throws -> CreditHold {
    guard credits > 0 else { throw UsageError.invalidCredits(kind: .reserve, credits: credits) }
    return try access.write(reason: reason) { transaction in
      do {
        let hold = try CreditHold.fetchOne(
          transaction, Self.insertHold, transaction.makeID(CreditHold.self), customer, credits,
          transaction.now)
        guard let hold else { throw StorageError.scopeFailed }
        return hold
      } catch let error as SQLiteError where .constraintForeignKey ~= error.code {
        throw UsageError.unknownCustomer(customer)
      }
    }
  }

  /// Spends the credits of a hold.
  ///
  /// Repeating the call changes nothing.
  ///
  /// - Throws: ``UsageError/unknownHold(_:)``, ``UsageError/holdEnded(_:_:)`` if they were
  ///   released.
  /// - Complexity: a constant number of index lookups.
  @discardableResult
  public func spend(_ hold: ID<CreditHold>, reason: String? = nil) throws -> CreditHold {
    try end(hold, as: .spent, reason: reason)
  }

  /// Releases the credits of a hold.
  ///
  /// Repeating the call changes nothing.
  ///
  /// - Throws: ``UsageError/unknownHold(_:)``, ``UsageError/holdEnded(_:_:)`` if they were spent.
  /// - Complexity: a constant number of index lookups.
  @discardableResult
  public func release(_ hold: ID<CreditHold>, reason: String? = nil) throws -> CreditHold {
    try end(hold, as: .released, reason: reason)
  }

  /// The hold with an id, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(_ hold: ID<CreditHold>) throws -> CreditHold? {
    try access.readOnce { try CreditHold.fetchOne($0, Self.holdByID, hold) }
  }

  /// Changes the number of credits of a hold.
  ///
  /// - Throws: the errors of ``hold(_:of:reason:)``, ``UsageError/unknownHold(_:)``,
  ///   ``UsageError/holdEnded(_:_:)``.
  /// - Complexity: a constant number of index lookups.
  @discardableResult
  public func change(_ hold: ID<CreditHold>, to credits: Int) throws -> CreditHold {
    guard credits > 0 else { throw UsageError.invalidCredits(kind: .reserve, credits: credits) }
    return try access.write { transaction in
      if let changed = try CreditHold.fetchOne(transaction, Self.resize, hold, credits) {
        return changed
      }
      let found = try Self.require(hold, transaction)
      throw UsageError.holdEnded(hold, found.state)
    }
  }

  private func end(
    _ hold: ID<CreditHold>, as state: CreditHold.State, reason: String?
  ) throws -> CreditHold {
    try access.write(reason: reason) { transaction in
      if let ended = try CreditHold.fetchOne(
        transaction, Self.end, hold, state, transaction.now)
      {
        return ended
      }
      let found = try Self.require(hold, transaction)
      guard found.state == state else { throw UsageError.holdEnded(hold, found.state) }
      return found
    }
  }

  private static func require(
    _ hold: ID<CreditHold>, _ transaction: borrowing WriteTransaction
  ) throws -> CreditHold {
    guard let found = try CreditHold.fetchOne(transaction, holdByID, hold) else {
      throw UsageError.unknownHold(hold)
    }
    return found
  }
}
