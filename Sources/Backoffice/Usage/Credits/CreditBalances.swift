/// Maintains the sums of `credit_balances`, which are those of the customer's ledger.
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
    let grant: ID<CreditGrant>?
    let after: CreditBalance

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      customer = try column("customer_id")
      kind = try column("kind")
      credits = try column("credits")
      grant = try column("grant_id")
      after = try CreditBalance(
        granted: column("granted_after"), reserved: column("reserved_after"),
        spent: column("spent_after"), overage: column("overage_after"))
    }
  }

  /// The columns of a new balance that the ledger determines.
  struct Opened: TableRow {
    static let tableName = "credit_balances"

    let customer: ID<Customer>
    let balance: CreditBalance

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      customer = try column("customer_id")
      balance = try CreditBalance(
        granted: column("granted"), reserved: column("reserved"), spent: column("spent"),
        overage: column("overage"))
    }
  }

  private static let move = SQLStatement(
    """
    UPDATE credit_balances SET granted = ?2, reserved = ?3, spent = ?4, overage = ?9,
      grants_free = grants_free + ?11, updated_at = ?5
    WHERE customer_id = ?1 AND granted = ?2 - ?6 AND reserved = ?3 - ?7 AND spent = ?4 - ?8
      AND overage = ?9 - ?10
    """)
  private static let posted = Trigger.after(
    "credit_entries.balance", .insert, on: Entry.self
  ) { change, transaction in
    guard let entry = change.new else { return }
    let delta = entry.kind.delta(of: entry.credits)
    // The balance must be the one from which the entry was computed; otherwise they would diverge.
    let moved = try transaction.execute(
      move, entry.customer, entry.after.granted, entry.after.reserved, entry.after.spent,
      transaction.now, delta.granted, delta.reserved, delta.spent, entry.after.overage,
      delta.overage, entry.grant == nil ? 0 : delta.free)
    guard moved == 1 else { throw UsageError.ledgerMismatch(customer: entry.customer) }
  }

  private static let sums = SQLStatement(
    """
    SELECT coalesce(sum(\(CreditEntryKind.sqlGranted)), 0),
      coalesce(sum(\(CreditEntryKind.sqlReserved)), 0), coalesce(sum(\(CreditEntryKind.sqlSpent)), 0),
      coalesce(sum(\(CreditEntryKind.sqlOverage)), 0)
    FROM credit_entries e WHERE e.customer_id = ?
    """)
  private static let write = SQLStatement(
    """
    UPDATE credit_balances SET granted = ?2, reserved = ?3, spent = ?4, overage = ?5,
      has_grants = EXISTS (SELECT 1 FROM credit_grants WHERE customer_id = ?1),
      grants_free = (SELECT coalesce(sum(free), 0) FROM credit_grants WHERE customer_id = ?1)
    WHERE customer_id = ?1
    """)

  /// A balance that is deleted and opened again keeps its earlier ledger.
  private static let opened = Trigger.after(
    "credit_balances.opened", .insert, on: Opened.self
  ) { change, transaction in
    guard let new = change.new else { return }
    let ledger = try transaction.fetchOne(sums, new.customer) { row in try balance(row, from: 0) }
    guard let ledger, ledger != new.balance else { return }
    try put(ledger, of: new.customer, transaction)
  }

  private static func put(
    _ ledger: CreditBalance, of customer: ID<Customer>, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(
      write, customer, ledger.granted, ledger.reserved, ledger.spent, ledger.overage)
  }

  private static func balance(_ row: borrowing Row, from index: Int) throws -> CreditBalance {
    try CreditBalance(
      granted: row.value(at: index), reserved: row.value(at: index + 1),
      spent: row.value(at: index + 2), overage: row.value(at: index + 3))
  }

  /// Balances that differ from their ledger, with both values.
  private static let differing = SQLStatement(
    """
    SELECT b.customer_id, b.granted, b.reserved, b.spent, b.overage, coalesce(l.granted, 0),
      coalesce(l.reserved, 0), coalesce(l.spent, 0), coalesce(l.overage, 0)
    FROM credit_balances b LEFT JOIN (
      SELECT e.customer_id, sum(\(CreditEntryKind.sqlGranted)) AS granted,
        sum(\(CreditEntryKind.sqlReserved)) AS reserved, sum(\(CreditEntryKind.sqlSpent)) AS spent,
        sum(\(CreditEntryKind.sqlOverage)) AS overage
      FROM credit_entries e GROUP BY e.customer_id
    ) l ON l.customer_id = b.customer_id
    WHERE (b.granted, b.reserved, b.spent, b.overage) <> (coalesce(l.granted, 0),
      coalesce(l.reserved, 0), coalesce(l.spent, 0), coalesce(l.overage, 0))
      OR b.grants_free <> (
        SELECT coalesce(sum(g.free), 0) FROM credit_grants g WHERE g.customer_id = b.customer_id)
      OR b.has_grants <> EXISTS (SELECT 1 FROM credit_grants g WHERE g.customer_id = b.customer_id)
    ORDER BY b.pk LIMIT ?
    """)

  private static func differences(
    in transaction: borrowing some Transaction & ~Copyable, limit: Int
  ) throws -> [(customer: ID<Customer>, kept: CreditBalance, ledger: CreditBalance)] {
    try transaction.fetchAll(differing, limit) { row in
      let customer: ID<Customer> = try row.value(at: 0)
      return (customer, try balance(row, from: 1), try balance(row, from: 5))
    }
  }

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try Self.differences(in: transaction, limit: limit).map { difference in
      let kept = difference.kept
      let problem =
        kept == difference.ledger
        ? "what remains of grants is not the sum of them"
        : "granted, reserved, spent and overage should be \(difference.ledger.sums), found "
          + kept.sums
      return Finding(
        check: name, entity: "credit_balances of customer \(difference.customer)", problem: problem)
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let differences = try Self.differences(in: transaction, limit: -1)
    for difference in differences {
      try Self.put(difference.ledger, of: difference.customer, transaction)
    }
    return differences.count
  }
}
