import BackofficeStorage

/// Owner of the credit columns of `subscriptions`: the sums of the customer's ledger.
///
/// Kept at once and not at the commit, because the next reservation needs them.
struct SubscriptionCredits: DerivedValue {
  let name = "subscriptions.credits"

  var triggers: [Trigger] { [Self.posted, Self.opened] }

  /// The columns of an entry that move a balance.
  struct Entry: TableRow {
    static let tableName = "credit_entries"
    static let columns = [
      "customer_id", "kind", "credits", "granted_after", "reserved_after", "spent_after",
    ]

    let customer: ID<Customer>
    let kind: CreditEntryKind
    let credits: Int
    let after: CreditBalance

    init(_ row: borrowing Row) throws {
      var column = row.reader()
      customer = try column.next()
      kind = try column.next()
      credits = try column.next()
      after = CreditBalance(
        granted: try column.next(), reserved: try column.next(), spent: try column.next())
    }
  }

  /// The columns of a new subscription that the ledger decides.
  struct Opened: TableRow {
    static let tableName = "subscriptions"
    static let columns = ["customer_id", "credits_granted", "credits_reserved", "credits_spent"]

    let customer: ID<Customer>
    let balance: CreditBalance

    init(_ row: borrowing Row) throws {
      var column = row.reader()
      customer = try column.next()
      balance = CreditBalance(
        granted: try column.next(), reserved: try column.next(), spent: try column.next())
    }
  }

  private static let move = SQLStatement(
    """
    UPDATE subscriptions SET credits_granted = ?2, credits_reserved = ?3, credits_spent = ?4,
      updated_at = ?5
    WHERE customer_id = ?1 AND credits_granted = ?2 - ?6 AND credits_reserved = ?3 - ?7
      AND credits_spent = ?4 - ?8
    """)

  private static let posted = Trigger.after(
    "credit_entries.balance", .insert, on: Entry.self
  ) { change, transaction in
    guard let entry = change.new else { return }
    let delta = entry.kind.delta(of: entry.credits)
    // The balance must be the one that the entry was computed from, else the books would part.
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
    UPDATE subscriptions SET credits_granted = ?2, credits_reserved = ?3, credits_spent = ?4
    WHERE customer_id = ?1
    """)

  /// A customer who subscribes again keeps the ledger of before.
  private static let opened = Trigger.after(
    "subscriptions.credits", .insert, on: Opened.self
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

  /// Subscriptions whose columns differ from their ledger, with both.
  private static let differing = SQLStatement(
    """
    SELECT s.customer_id, s.credits_granted, s.credits_reserved, s.credits_spent,
      coalesce(l.granted, 0), coalesce(l.reserved, 0), coalesce(l.spent, 0)
    FROM subscriptions s LEFT JOIN (
      SELECT e.customer_id, sum(\(CreditEntryKind.sqlGranted)) AS granted,
        sum(\(CreditEntryKind.sqlReserved)) AS reserved, sum(\(CreditEntryKind.sqlSpent)) AS spent
      FROM credit_entries e GROUP BY e.customer_id
    ) l ON l.customer_id = s.customer_id
    WHERE (s.credits_granted, s.credits_reserved, s.credits_spent)
      <> (coalesce(l.granted, 0), coalesce(l.reserved, 0), coalesce(l.spent, 0))
    ORDER BY s.pk LIMIT ?
    """)

  private static func differences(
    in transaction: borrowing some Transaction & ~Copyable, limit: Int
  ) throws -> [(customer: ID<Customer>, kept: CreditBalance, ledger: CreditBalance)] {
    try transaction.fetchAll(differing, limit) { row in
      var column = row.reader()
      let customer: ID<Customer> = try column.next()
      let kept = CreditBalance(
        granted: try column.next(), reserved: try column.next(), spent: try column.next())
      let ledger = CreditBalance(
        granted: try column.next(), reserved: try column.next(), spent: try column.next())
      return (customer, kept, ledger)
    }
  }

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try Self.differences(in: transaction, limit: limit).map { difference in
      Finding(
        check: name, entity: "subscriptions of customer \(difference.customer)",
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

extension CreditBalance {
  /// The three numbers, for findings.
  var triple: String { "\(granted), \(reserved) and \(spent)" }
}
