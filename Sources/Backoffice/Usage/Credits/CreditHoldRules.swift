/// Posts changes of holds to the ledger, for every statement.
enum CreditHoldRules {
  static let triggers = [post]

  /// Posts each change of a hold to the ledger, for every statement.
  private static let post = Trigger.after(
    "credit_holds.ledger", .insertOrUpdate(of: "state", "credits", "customer_id", "expires_at"),
    on: CreditHold.self
  ) { change, transaction in
    guard let new = change.new else { return }
    if new.state == .reserved, let expiresAt = new.expiresAt {
      try transaction.execute(CreditHoldExpiry.note, new.customerID, expiresAt)
    }
    guard let old = change.old else { return try begin(new, transaction) }
    guard old.customerID == new.customerID else {
      // A merge moves the hold together with its entries in the ledger.
      if try transaction.isRewriting { return }
      throw UsageError.holdEnded(new.id, old.state)
    }
    // What has expired cannot be captured by any statement.
    if old.asOf(transaction.now).state == .expired, new.state != .expired {
      throw UsageError.holdEnded(new.id, .expired)
    }
    switch old.state {
    case .spent, .expired: throw UsageError.holdEnded(new.id, old.state)
    case .released: try begin(new, transaction)
    case .reserved:
      switch new.state {
      case .reserved: try reserve(new.credits.subtracting(old.credits), of: new, transaction)
      case .released, .expired: try reserve(0.subtracting(old.credits), of: new, transaction)
      case .spent:
        try reserve(new.credits.subtracting(old.credits), of: new, transaction)
        try spend(new, transaction)
      }
    }
  }

  private static func begin(
    _ hold: CreditHold, _ transaction: borrowing WriteTransaction
  ) throws {
    guard hold.state == .reserved || hold.state == .spent else { return }
    try reserve(hold.credits, of: hold, transaction)
    if hold.state == .spent { try spend(hold, transaction) }
  }

  /// Reserves credits, or gives back a negative number.
  private static func reserve(
    _ credits: Int, of hold: CreditHold, _ transaction: borrowing WriteTransaction
  ) throws {
    if credits == 0 { return }
    let customer = hold.customerID
    if credits > 0 {
      let balance = try transaction.balance(of: customer, for: .reserve, credits)
      return try CreditHoldParts.reserve(credits, for: hold, balance, transaction)
    }
    // A hold that time ends is given back in the order of time.
    let balance =
      hold.state == .expired
      ? try transaction.creditBalance(of: customer) : try transaction.currentBalance(of: customer)
    guard let balance else { throw UsageError.noSubscription(customer) }
    try CreditHoldParts.giveBack(0.subtracting(credits), of: hold, balance, transaction)
  }

  private static func spend(
    _ hold: CreditHold, _ transaction: borrowing WriteTransaction
  ) throws {
    try CreditHoldParts.spend(hold, transaction)
    let tail = hold.credits.subtracting(hold.captured)
    if tail > 0 { try reserve(0.subtracting(tail), of: hold, transaction) }
  }
}

/// Checks that holds, the ledger and the balances agree.
struct CreditHoldsCheck: ConsistencyCheck {
  let name = "credit_holds.ledger"

  private static let holds = SQLStatement(
    """
    SELECT h.id, h.state, h.credits, coalesce(l.reserved, 0), coalesce(l.spent, 0)
    FROM credit_holds h LEFT JOIN (
      SELECT e.hold_id AS id, sum(\(CreditEntryKind.sqlReserved)) AS reserved,
        sum(\(CreditEntryKind.sqlSpent)) AS spent
      FROM credit_entries e WHERE e.hold_id IS NOT NULL GROUP BY e.hold_id
    ) l ON l.id = h.id
    WHERE coalesce(l.reserved, 0) <> iif(h.state = 'reserved', h.credits, 0)
      OR coalesce(l.spent, 0) <> iif(h.state = 'spent', coalesce(h.captured, h.credits), 0)
    ORDER BY h.pk LIMIT ?
    """)

  /// The ledger may also contain reservations without a hold.
  private static let sums = SQLStatement(
    """
    SELECT b.customer_id, b.reserved, coalesce(h.credits, 0) + coalesce(o.credits, 0)
    FROM credit_balances b
    LEFT JOIN (
      SELECT customer_id, sum(credits) AS credits FROM credit_holds
      WHERE state = 'reserved' GROUP BY customer_id
    ) h ON h.customer_id = b.customer_id
    LEFT JOIN (
      SELECT e.customer_id, sum(\(CreditEntryKind.sqlReserved)) AS credits
      FROM credit_entries e WHERE e.hold_id IS NULL GROUP BY e.customer_id
    ) o ON o.customer_id = b.customer_id
    WHERE b.reserved <> coalesce(h.credits, 0) + coalesce(o.credits, 0)
    ORDER BY b.pk LIMIT ?
    """)

  /// Holds that would not expire in time.
  private static let unnoticed = SQLStatement(
    """
    SELECT h.id FROM credit_holds h JOIN credit_balances b ON b.customer_id = h.customer_id
    WHERE h.state = 'reserved' AND h.expires_at IS NOT NULL
      AND coalesce(b.hold_expires_at > h.expires_at, 1)
    ORDER BY h.pk LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    var findings = try transaction.fetchAll(Self.holds, limit) { row in
      let id: ID<CreditHold> = try row.value(at: 0)
      let state: CreditHold.State = try row.value(at: 1)
      let credits: Int = try row.value(at: 2)
      let reserved: Int = try row.value(at: 3)
      let spent: Int = try row.value(at: 4)
      return Finding(
        check: name, entity: "credit_holds \(id)",
        problem:
          "\(credits) credits are \(state.rawValue), the ledger says \(reserved) reserved and "
          + "\(spent) spent")
    }
    findings += try transaction.fetchAll(Self.sums, limit) { row in
      let customer: ID<Customer> = try row.value(at: 0)
      let kept: Int = try row.value(at: 1)
      let expected: Int = try row.value(at: 2)
      return Finding(
        check: name, entity: "credit_balances of customer \(customer)",
        problem: "\(expected) credits are held, the balance says \(kept) reserved")
    }
    findings += try transaction.fetchAll(Self.unnoticed, limit) { row in
      let id: ID<CreditHold> = try row.value(at: 0)
      return Finding(
        check: name, entity: "credit_holds \(id)",
        problem: "the balance of its customer does not know when it expires")
    }
    return Array(findings.prefix(limit))
  }
}
