extension CreditBook {
  /// The grants that can still be used, refilled or given back to; the index has the same condition.
  static let active = SQLStatement(
    """
    SELECT \(CreditGrant.selection), pk FROM credit_grants WHERE customer_id = ?1
      AND (state = 'pending' OR state = 'open' AND (free > 0 OR reserved > 0 OR recurrence IS NOT NULL OR roll_over_min > 0))
    """)
  static let spent = SQLStatement(
    "SELECT \(CreditGrant.selection), pk FROM credit_grants WHERE customer_id = ?1 AND spent > 0")
  static let byID = SQLStatement(
    "SELECT \(CreditGrant.selection), pk FROM credit_grants WHERE id = ?1")

  /// Further grants to load.
  enum Others {
    case none
    /// Those with credits spent in the period.
    case spent
    /// Those with these ids.
    case grants([ID<CreditGrant>])
  }

  /// Loads the credits of a customer.
  ///
  /// - Complexity: proportional to the customer's active grants.
  init(
    of customer: ID<Customer>, _ balance: CreditBalance, and others: Others = .none,
    in transaction: borrowing some Transaction & ~Copyable
  ) throws {
    var lots: [Lot] = []
    if balance.hasGrants {
      let zone = transaction.zone
      func read(_ row: borrowing Row) throws -> Bool {
        let lot = try Lot(CreditGrant(row), order: row.value(at: row.count - 1), zone: zone)
        lots.append(lot)
        return true
      }
      try transaction.forEach(Self.active, customer, body: read)
      let known = Set(lots.map(\.id))
      switch others {
      case .none: break
      case .spent:
        let active = lots
        lots = []
        try transaction.forEach(Self.spent, customer, body: read)
        lots = active + lots.filter { !known.contains($0.id) }
      case .grants(let ids):
        for id in Set(ids) where !known.contains(id) {
          try transaction.forEach(Self.byID, id, body: read)
        }
      }
    }
    var plan = Lot.plan(balance)
    plan.free = balance.planRemaining
    // What was reserved before it does not come back.
    plan.resets = [Reset(end: 0, minimum: 0, maximum: 0)]
    plan.resetCount = 1
    plan.spent = lots.reduce(balance.spent) { $0.subtracting($1.spent) }
    self.init(lots + [plan], overage: balance.overage)
  }
}

extension CreditBook.Lot {
  /// The plan's credits, of which none remain yet.
  static func plan(_ balance: CreditBalance) -> Self {
    Self(
      id: nil, credits: balance.limit ?? 0, priority: 1, effectiveAt: .distantPast,
      expiresAt: balance.resetsAt, rollOver: nil, refills: nil, order: .min, state: .open)
  }

  /// A grant before it is effective.
  static func pending(_ grant: CreditGrant, order: Int64, zone: Zone) -> Self {
    Self(
      id: grant.id, credits: grant.credits, priority: grant.priority,
      effectiveAt: grant.effectiveAt, expiresAt: grant.expiresAt, rollOver: grant.rollOver,
      refills: grant.recurrence?.borders(from: grant.effectiveAt, zone: zone), order: order,
      state: .pending)
  }

  fileprivate init(_ grant: CreditGrant, order: Int64, zone: Zone) throws {
    self = .pending(grant, order: order, zone: zone)
    state = grant.state
    free = grant.remaining
    reserved = grant.reserved
    spent = grant.spent
    recursAt = grant.recursAt
    resetCount = grant.resetCount
    if grant.resets.text != "[]" { resets = try grant.resets.decode() }
    endedAt = grant.endedAt
  }
}

extension WriteTransaction {
  private static let putLot = SQLStatement(
    """
    UPDATE credit_grants SET state = ?2, recurs_at = ?3, ended_at = ?4, reset_count = ?5, resets = ?6
    WHERE id = ?1
    """)
  private static let putDue = SQLStatement(
    "UPDATE credit_balances SET grants_due_at = ?2 WHERE customer_id = ?1")

  /// Posts the changes of a book to the ledger.
  ///
  /// - Parameters:
  ///   - balance: the balance that the book was loaded with.
  ///   - reason: the reason to record for changes that have none of their own.
  /// - Returns: the balance after them.
  @discardableResult
  func save(
    _ book: CreditBook, of customer: ID<Customer>, after balance: CreditBalance,
    reason: String? = nil
  ) throws -> CreditBalance {
    var current = balance
    for posting in book.postings {
      current = try append(posting, to: customer, current, reason: reason)
    }
    for lot in book.lots where lot.isChanged {
      let resets = lot.resets.isEmpty ? .emptyArray : try JSONText(encoding: lot.resets)
      try execute(
        Self.putLot, lot.id, lot.state, lot.recursAt, lot.endedAt, lot.resetCount, resets)
    }
    if book.dueAt != balance.grantsDueAt { try execute(Self.putDue, customer, book.dueAt) }
    current.grantsDueAt = book.dueAt
    return current
  }

  /// Brings the grants of a customer up to an instant, with the holds that expire until then.
  ///
  /// - Complexity: proportional to the number of instants at which something happened, and to the
  ///   customer's active grants.
  func advanceGrants(of customer: ID<Customer>, to limit: Timestamp) throws {
    var isStarted = false
    while let before = try creditBalance(of: customer), before.isTimed || isStarted {
      isStarted = true
      guard let due = before.changesAt, due <= limit else { return }
      guard let balance = try endGrants(of: customer, at: due, before) else { return }
      var book = try CreditBook(of: customer, balance, in: self)
      book.begin(at: due, horizon: book.horizon(until: limit, balance.holdExpiresAt))
      try save(book, of: customer, after: balance)
    }
  }

  /// Ends the grants and holds whose time is over at an instant, which come first in it.
  ///
  /// - Returns: the balance after it.
  func endGrants(
    of customer: ID<Customer>, at instant: Timestamp, _ before: CreditBalance
  ) throws -> CreditBalance? {
    var book = try CreditBook(of: customer, before, in: self)
    book.lapse(at: instant)
    let after = try save(book, of: customer, after: before)
    guard let first = before.holdExpiresAt, first <= instant else { return after }
    try CreditHoldExpiry.bringUp(customer, to: instant, self)
    return try creditBalance(of: customer)
  }
}
