/// Maintains the three numbers of `credit_balances`, which are the sums of the customer's ledger.
///
/// They are updated immediately rather than at the commit because the next reservation needs them.
struct CreditBalances: DerivedValue {
  let name = "credit_balances.sums"

  var triggers: [Trigger] { [Self.posted, Self.opened] }

  /// The columns of an entry that change a balance.
  struct Entry: TableRow {
    static let tableName = "credit_entries"

    let customer: ID<Customer>
    let kind: CreditEntryKind
    let credits: Int
    let after: CreditBalance

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      customer = try column("customer_id")
      kind = try column("kind")
      credits = try column("credits")
      after = CreditBalance(
        granted: try column("granted_after"), reserved: try column("reserved_after"),
        spent: try column("spent_after"))
    }
  }

  /// The columns of a new balance that the ledger determines.
  struct Opened: TableRow {
    static let tableName = "credit_balances"

    let customer: ID<Customer>
    let balance: CreditBalance

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      customer = try column("customer_id")
      balance = CreditBalance(
        granted: try column("granted"), reserved: try column("reserved"),
        spent: try column("spent"))
    }
  }

  private static let move = SQLStatement(
    """
    UPDATE credit_balances SET granted = ?2, reserved = ?3, spent = ?4, updated_at = ?5
    WHERE customer_id = ?1 AND granted = ?2 - ?6 AND reserved = ?3 - ?7 AND spent = ?4 - ?8
    """)

  private static let posted = Trigger.after(
    "credit_entries.balance", .insert, on: Entry.self
  ) { change, transaction in
    guard let entry = change.new else { return }
    let delta = entry.kind.delta(of: entry.credits)
    // The balance must be the one from which the entry was computed; otherwise they would diverge.
    let moved = try transaction.execute(
      move, entry.customer, entry.after.granted, entry.after.reserved, entry.after.spent,
      transaction.now, delta.granted, delta.reserved, delta.spent)
    guard moved == 1 else { throw UsageError.ledgerMismatch(customer: entry.customer) }
  }

  private static let sums = SQLStatement(
    """
    SELECT coalesce(sum(\(CreditEntryKind.sqlGranted)), 0),
      coalesce(sum(\(CreditEntryKind.sqlReserved)), 0), coalesce(sum(\(CreditEntryKind.sqlSpent)), 0)
    FROM credit_entries e WHERE e.customer_id = ?
    """)
  private static let write = SQLStatement(
    """
    UPDATE credit_balances SET granted = ?2, reserved = ?3, spent = ?4 WHERE customer_id = ?1
    """)

  /// A balance that is deleted and opened again keeps its earlier ledger.
  private static let opened = Trigger.after(
    "credit_balances.opened", .insert, on: Opened.self
  ) { change, transaction in
    guard let new = change.new else { return }
    let ledger = try transaction.fetchOne(sums, new.customer) { row in
      try CreditBalance(
        granted: row.value(at: 0), reserved: row.value(at: 1), spent: row.value(at: 2))
    }
    guard let ledger, ledger != new.balance else { return }
    try transaction.execute(
      write, new.customer, ledger.granted, ledger.reserved, ledger.spent)
  }

  /// Balances that differ from their ledger, with both values.
  private static let differing = SQLStatement(
    """
    SELECT b.customer_id, b.granted, b.reserved, b.spent,
      coalesce(l.granted, 0), coalesce(l.reserved, 0), coalesce(l.spent, 0)
    FROM credit_balances b LEFT JOIN (
      SELECT e.customer_id, sum(\(CreditEntryKind.sqlGranted)) AS granted,
        sum(\(CreditEntryKind.sqlReserved)) AS reserved, sum(\(CreditEntryKind.sqlSpent)) AS spent
      FROM credit_entries e GROUP BY e.customer_id
    ) l ON l.customer_id = b.customer_id
    WHERE (b.granted, b.reserved, b.spent)
      <> (coalesce(l.granted, 0), coalesce(l.reserved, 0), coalesce(l.spent, 0))
    ORDER BY b.pk LIMIT ?
    """)

  private static func differences(
    in transaction: borrowing some Transaction & ~Copyable, limit: Int
  ) throws -> [(customer: ID<Customer>, kept: CreditBalance, ledger: CreditBalance)] {
    try transaction.fetchAll(differing, limit) { row in
      var column = row.reader()
      let customer: ID<Customer> = try column("customer")
      let kept = CreditBalance(
        granted: try column("granted"), reserved: try column("reserved"), spent: try column("spent")
      )
      let ledger = CreditBalance(
        granted: try column("granted"), reserved: try column("reserved"), spent: try column("spent")
      )
      return (customer, kept, ledger)
    }
  }

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try Self.differences(in: transaction, limit: limit).map { difference in
      Finding(
        check: name, entity: "credit_balances of customer \(difference.customer)",
        problem: "granted, reserved and spent should be \(difference.ledger.triple), "
          + "found \(difference.kept.triple)")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let differences = try Self.differences(in: transaction, limit: -1)
    for difference in differences {
      try transaction.execute(
        Self.write, difference.customer, difference.ledger.granted, difference.ledger.reserved,
        difference.ledger.spent)
    }
    return differences.count
  }
}
