/// Credits of a customer that are held for something, and spent or released once it is decided.
public struct CreditHold: TableRow, Hashable {
  /// `credit_holds`.
  public static let tableName = "credit_holds"
  /// Names the hold.
  public let id: ID<CreditHold>
  /// Whose credits they are.
  public let customerID: ID<Customer>
  /// How many.
  public let credits: Int
  /// What has become of them.
  public let state: State
  /// Since when they are held.
  public let createdAt: Timestamp
  /// When they were spent or released; nil while they are held.
  public let endedAt: Timestamp?

  /// What has become of held credits.
  public enum State: String, TextEnum {
    /// They are held.
    case reserved
    /// They are spent.
    case spent
    /// They were given back.
    case released
  }
}

extension CreditHold {
  /// Names all columns but the internal key; throws what reading one of them throws.
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

  /// Holds credits of a customer.
  ///
  /// ```swift
  /// let hold = try store.credits.hold(20, of: customer)
  /// …
  /// try store.credits.spend(hold.id)
  /// ```
  ///
  /// - Parameters:
  ///   - credits: how many, at least 1.
  ///   - customer: whose.
  ///   - reason: why, for the ledger.
  /// - Throws: ``UsageError/creditsExhausted(customer:needed:remaining:resetsAt:)`` when fewer remain,
  ///   ``UsageError/invalidCredits(kind:credits:)``, ``UsageError/unknownCustomer(_:)``.
  /// - Complexity: a few index probes.
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

  /// Spends held credits; a repetition changes nothing.
  ///
  /// - Throws: ``UsageError/unknownHold(_:)``, ``UsageError/holdEnded(_:_:)`` when they were released.
  /// - Complexity: a few index probes.
  @discardableResult
  public func spend(_ hold: ID<CreditHold>, reason: String? = nil) throws -> CreditHold {
    try end(hold, as: .spent, reason: reason)
  }

  /// Gives held credits back; a repetition changes nothing.
  ///
  /// - Throws: ``UsageError/unknownHold(_:)``, ``UsageError/holdEnded(_:_:)`` when they were spent.
  /// - Complexity: a few index probes.
  @discardableResult
  public func release(_ hold: ID<CreditHold>, reason: String? = nil) throws -> CreditHold {
    try end(hold, as: .released, reason: reason)
  }

  /// The hold with the id, or nil.
  ///
  /// - Complexity: one index probe.
  public func find(_ hold: ID<CreditHold>) throws -> CreditHold? {
    try access.readOnce { try CreditHold.fetchOne($0, Self.holdByID, hold) }
  }

  /// Changes how many credits a hold holds.
  ///
  /// - Throws: as ``hold(_:of:reason:)``, ``UsageError/unknownHold(_:)``,
  ///   ``UsageError/holdEnded(_:_:)``.
  /// - Complexity: a few index probes.
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
