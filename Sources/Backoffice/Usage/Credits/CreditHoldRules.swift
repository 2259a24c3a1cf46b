/// Posts changes of holds to the ledger, for every statement.
enum CreditHoldRules {
  static let triggers = [post]

  /// Posts each change of a hold to the ledger, for every statement.
  private static let post = Trigger.after(
    "credit_holds.ledger", .insertOrUpdate(of: "state", "credits", "customer_id"),
    on: CreditHold.self
  ) { change, transaction in
    guard let new = change.new else { return }
    guard let old = change.old else { return try begin(new, transaction) }
    guard old.customerID == new.customerID else { throw UsageError.holdEnded(new.id, old.state) }
    switch old.state {
    case .spent: throw UsageError.holdEnded(new.id, .spent)
    case .released: try begin(new, transaction)
    case .reserved:
      switch new.state {
      case .reserved: try reserve(new.credits.subtracting(old.credits), of: new, transaction)
      case .released: try reserve(0.subtracting(old.credits), of: new, transaction)
      case .spent:
        try reserve(new.credits.subtracting(old.credits), of: new, transaction)
        try spend(new, transaction)
      }
    }
  }

  private static func begin(
    _ hold: CreditHold, _ transaction: borrowing WriteTransaction
  ) throws {
    guard hold.state != .released else { return }
    try reserve(hold.credits, of: hold, transaction)
    if hold.state == .spent { try spend(hold, transaction) }
  }

  private static func reserve(
    _ credits: Int, of hold: CreditHold, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.postCredits(
      credits > 0 ? .reserve : .release, customer: hold.customerID,
      credits: max(credits, 0.subtracting(credits)),
      hold: hold.id)
  }

  private static func spend(
    _ hold: CreditHold, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.postCredits(
      .spend, customer: hold.customerID, credits: hold.credits, hold: hold.id)
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
      OR coalesce(l.spent, 0) <> iif(h.state = 'spent', h.credits, 0)
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
    return Array(findings.prefix(limit))
  }
}
