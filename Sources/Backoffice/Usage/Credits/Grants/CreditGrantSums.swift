/// Maintains what remains of each grant, is reserved and spent, which are the sums of its ledger.
struct CreditGrantSums: DerivedValue {
  let name = "credit_grants.sums"

  var triggers: [Trigger] { [Self.posted] }

  private static let move = SQLStatement(
    """
    UPDATE credit_grants SET free = free + ?3, reserved = reserved + ?4, spent = spent + ?5
    WHERE id = ?1 AND customer_id = ?2
    """)

  private static let posted = Trigger.after(
    "credit_entries.grant", .insert.where(.holds("grant_id")), on: CreditBalances.Entry.self
  ) { change, transaction in
    guard let entry = change.new, let grant = entry.grant else { return }
    let delta = entry.kind.delta(of: entry.credits)
    let moved = try transaction.execute(
      move, grant, entry.customer, delta.free, delta.reserved, delta.spent)
    guard moved == 1 else { throw UsageError.ledgerMismatch(customer: entry.customer) }
  }

  private static let differing = SQLStatement(
    """
    SELECT g.id, g.free, g.reserved, g.spent, coalesce(l.granted - l.reserved - l.spent, 0),
      coalesce(l.reserved, 0), coalesce(l.spent, 0)
    FROM credit_grants g LEFT JOIN (
      SELECT e.grant_id AS id, sum(\(CreditEntryKind.sqlGranted)) AS granted,
        sum(\(CreditEntryKind.sqlReserved)) AS reserved, sum(\(CreditEntryKind.sqlSpent)) AS spent
      FROM credit_entries e WHERE e.grant_id IS NOT NULL GROUP BY e.grant_id
    ) l ON l.id = g.id
    WHERE (g.free, g.reserved, g.spent) <> (coalesce(l.granted - l.reserved - l.spent, 0),
      coalesce(l.reserved, 0), coalesce(l.spent, 0))
    ORDER BY g.pk LIMIT ?
    """)
  private static let write = SQLStatement(
    "UPDATE credit_grants SET free = ?2, reserved = ?3, spent = ?4 WHERE id = ?1")

  private struct Difference {
    let grant: ID<CreditGrant>
    let kept: [Int]
    let ledger: [Int]
  }

  private static func differences(
    in transaction: borrowing some Transaction & ~Copyable, limit: Int
  ) throws -> [Difference] {
    try transaction.fetchAll(differing, limit) { row in
      try Difference(
        grant: row.value(at: 0), kept: (1...3).map { try row.value(at: $0) },
        ledger: (4...6).map { try row.value(at: $0) })
    }
  }

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try Self.differences(in: transaction, limit: limit).map { difference in
      Finding(
        check: name, entity: "credit_grants \(difference.grant)",
        problem: "remaining, reserved and spent should be \(difference.ledger), found "
          + "\(difference.kept)")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let differences = try Self.differences(in: transaction, limit: -1)
    for difference in differences {
      let sums = difference.ledger
      try transaction.execute(Self.write, difference.grant, sums[0], sums[1], sums[2])
    }
    return differences.count
  }
}

extension ConsistencyCheck where Self == QueryCheck {
  /// Checks that grants are noticed in time, that holds consist of their parts, and that credits do
  /// not remain while use is owed.
  static var creditGrants: QueryCheck {
    QueryCheck(
      "credit_grants.state",
      """
      SELECT 'credit_grants', g.id, 'its customer''s balance does not know when it changes'
      FROM credit_grants g JOIN credit_balances b ON b.customer_id = g.customer_id
      WHERE (g.state = 'pending' AND coalesce(b.grants_due_at > g.effective_at, 1)) OR (g.state = 'open'
        AND (g.free > 0 OR g.reserved > 0)
        AND coalesce(coalesce(b.grants_due_at, 9223372036854775807) > min(coalesce(g.expires_at, g.recurs_at), coalesce(g.recurs_at, g.expires_at)), 0))
      UNION ALL
      SELECT 'credit_holds', h.id, 'its parts are not what it holds or has spent'
      FROM credit_holds h JOIN credit_hold_parts p ON p.hold_id = h.id
      GROUP BY h.pk HAVING sum(p.credits) <> iif(h.state = 'spent', coalesce(h.captured, h.credits), h.credits)
      UNION ALL
      SELECT 'credit_grants', g.id, 'holds reserve another number of its credits'
      FROM credit_grants g WHERE g.reserved <> (SELECT coalesce(sum(p.credits), 0)
        FROM credit_hold_parts p JOIN credit_holds h ON h.id = p.hold_id
        WHERE p.grant_id = g.id AND h.state = 'reserved')
      UNION ALL
      SELECT 'credit_balances of customer', b.customer_id, 'credits remain although use is owed'
      FROM credit_balances b WHERE b.overage > 0 AND b.granted - b.reserved - b.spent > 0
      LIMIT ?
      """)
  }
}
