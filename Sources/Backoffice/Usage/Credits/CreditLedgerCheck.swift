/// Checks that the balance after every ledger entry follows from the preceding entries.
struct CreditLedgerCheck: ConsistencyCheck {
  let name = "credits.ledger"

  private static let broken = SQLStatement(
    """
    SELECT pk, customer_id FROM (
      SELECT e.pk, e.customer_id, e.granted_after, e.reserved_after, e.spent_after, e.overage_after,
        sum(\(CreditEntryKind.sqlGranted)) OVER entries AS granted,
        sum(\(CreditEntryKind.sqlReserved)) OVER entries AS reserved,
        sum(\(CreditEntryKind.sqlSpent)) OVER entries AS spent,
        sum(\(CreditEntryKind.sqlOverage)) OVER entries AS overage
      FROM credit_entries e
      WINDOW entries AS (PARTITION BY e.customer_id ORDER BY e.pk)
    )
    WHERE (granted_after, reserved_after, spent_after, overage_after)
      <> (granted, reserved, spent, overage)
    ORDER BY pk LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.broken, limit) { row in
      let number: Int64 = try row.value(at: 0)
      let customer: ID<Customer> = try row.value(at: 1)
      return Finding(
        check: name, entity: "credit_entries \(number) of customer \(customer)",
        problem: "the balance after it is not the sum of the ledger up to it")
    }
  }
}
